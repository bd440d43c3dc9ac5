-- What the gateway showed of the payment beside its money when it was opened; NULL where nobody kept it.
ALTER TABLE attempts ADD COLUMN as_opened TEXT;
