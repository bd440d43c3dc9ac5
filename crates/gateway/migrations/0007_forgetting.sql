-- A customer who is forgotten has many payments.
CREATE INDEX payments_of_customer ON payments (merchant_id, customer_id, payment_id);

-- What is paid beside the order itself, and a part of `amount`.
ALTER TABLE payments ADD COLUMN extras BIGINT NOT NULL DEFAULT 0;
