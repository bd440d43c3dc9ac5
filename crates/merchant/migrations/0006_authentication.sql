-- 1 where the payment asks the bank to see the shopper.
ALTER TABLE attempts ADD COLUMN three_ds BIGINT NOT NULL DEFAULT 0;
