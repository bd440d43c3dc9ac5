-- How a shopper is sent back: OwnGateway's signed URL, or a sealed one, and the key that seals.
ALTER TABLE profiles ADD COLUMN return_scheme TEXT NOT NULL DEFAULT 'signed';
ALTER TABLE profiles ADD COLUMN return_sealing_key TEXT;

-- What is held and not captured by then is released.
ALTER TABLE payments ADD COLUMN capture_before BIGINT;

CREATE INDEX payments_to_release ON payments (capture_before) 
    WHERE status IN ('requires_capture', 'partially_captured_and_capturable');

-- A shopper's leave to charge a saved card without them.
CREATE TABLE mandates (
    merchant_id TEXT NOT NULL,
    mandate_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    payment_method_id TEXT NOT NULL,
    -- The payment that set it up.
    payment_id TEXT NOT NULL,
    status TEXT NOT NULL,
    -- For a single use: how much at most, in minor units.
    amount BIGINT,
    currency TEXT,
    details TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, mandate_id),
    FOREIGN KEY (merchant_id, customer_id) REFERENCES customers (merchant_id, customer_id)
);

CREATE INDEX mandates_of_customer ON mandates (merchant_id, customer_id, created_at);

CREATE INDEX mandates_of_card ON mandates (merchant_id, payment_method_id);

-- A shopper's bank wants a captured payment back.
CREATE TABLE disputes (
    merchant_id TEXT NOT NULL,
    dispute_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    stage TEXT NOT NULL,
    status TEXT NOT NULL,
    details TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    respond_by BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, dispute_id),
    UNIQUE (merchant_id, payment_id),
    FOREIGN KEY (merchant_id, payment_id) REFERENCES payments (merchant_id, payment_id)
);

CREATE INDEX disputes_in_order ON disputes (merchant_id, created_at, dispute_id);

-- Keys of one customer, for an hour, kept as the secret keys are.
CREATE TABLE ephemeral_keys (
    key_hash TEXT PRIMARY KEY,
    key_id TEXT NOT NULL UNIQUE,
    merchant_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- What an operator keeps at the gateway; nobody here looks inside.
CREATE TABLE configs (
    config_key TEXT PRIMARY KEY,
    config_value TEXT NOT NULL
);
