-- For many uses up to an amount: how much of it was charged. NULL for a single use, and without a limit.
ALTER TABLE mandates ADD COLUMN charged BIGINT;
