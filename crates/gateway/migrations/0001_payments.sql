CREATE TABLE merchants (
    merchant_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    publishable_key TEXT NOT NULL UNIQUE
);

-- Secret keys are kept as SHA-256 of 64 random characters: nothing to guess, nothing to steal.
CREATE TABLE secret_keys (
    key_hash TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id)
);

CREATE TABLE profiles (
    profile_id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
    connector_id TEXT NOT NULL,
    return_url TEXT,
    webhook_url TEXT,
    -- Signs returns and webhooks, so it has to be readable here.
    return_hash_key TEXT NOT NULL,
    sign_returns BIGINT NOT NULL,
    return_with_http_post BIGINT NOT NULL,
    manual_retry BIGINT NOT NULL,
    three_ds_needs_browser BIGINT NOT NULL
);

CREATE INDEX profiles_of_merchant ON profiles (merchant_id);

CREATE TABLE payments (
    merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
    payment_id TEXT NOT NULL,
    profile_id TEXT NOT NULL REFERENCES profiles (profile_id),
    -- Raised by every change; a change that meets another version starts over.
    version BIGINT NOT NULL,
    status TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    capture_method TEXT NOT NULL,
    -- Only while a challenge is open, and after a decline: the issuer's verdict.
    verdict TEXT,
    captured BIGINT NOT NULL,
    -- Given back or reserved to be; never more than captured.
    refunded BIGINT NOT NULL CHECK (refunded <= captured),
    refund_count BIGINT NOT NULL,
    client_secret TEXT NOT NULL,
    attempt_count BIGINT NOT NULL,
    attempt_id TEXT NOT NULL,
    -- What may be shown of the card, and the connector's own number: JSON.
    attempt TEXT,
    -- What the merchant sent to be echoed: JSON.
    details TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    captured_at BIGINT,
    PRIMARY KEY (merchant_id, payment_id)
);

CREATE INDEX payments_by_attempt ON payments (attempt_id);

CREATE INDEX payments_to_expire ON payments (expires_at)
    WHERE status IN ('requires_payment_method', 'requires_confirmation', 'requires_customer_action');

CREATE TABLE refunds (
    merchant_id TEXT NOT NULL,
    refund_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    metadata TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, refund_id),
    FOREIGN KEY (merchant_id, payment_id) REFERENCES payments (merchant_id, payment_id)
);

CREATE INDEX refunds_of_payment ON refunds (merchant_id, payment_id);

-- One event for an object and a type, ever, as OwnGateway does.
CREATE TABLE events (
    event_id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL,
    object_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    body TEXT NOT NULL,
    signature TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (merchant_id, object_id, event_type)
);
