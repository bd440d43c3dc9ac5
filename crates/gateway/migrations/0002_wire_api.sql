-- Accounts, keys, profiles and connectors as their own routes make them. What is only echoed is JSON.
ALTER TABLE merchants ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
ALTER TABLE merchants ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;

-- A key without an id was given by the operator, not made over the API.
ALTER TABLE secret_keys ADD COLUMN key_id TEXT;
ALTER TABLE secret_keys ADD COLUMN name TEXT;
ALTER TABLE secret_keys ADD COLUMN description TEXT;
ALTER TABLE secret_keys ADD COLUMN prefix TEXT;
ALTER TABLE secret_keys ADD COLUMN created_at BIGINT;
ALTER TABLE secret_keys ADD COLUMN expires_at BIGINT;

CREATE UNIQUE INDEX secret_keys_by_id ON secret_keys (key_id);

ALTER TABLE profiles ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
ALTER TABLE profiles ADD COLUMN connector_name TEXT NOT NULL DEFAULT 'fauxpay';
ALTER TABLE profiles ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE profiles ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;
-- Tells of every change instead of once for an object and a type.
ALTER TABLE profiles ADD COLUMN tells_every_change BIGINT NOT NULL DEFAULT 0;
-- Signs the Standard Webhooks headers; none are sent without.
ALTER TABLE profiles ADD COLUMN standard_webhooks_secret TEXT;

CREATE TABLE connectors (
    merchant_connector_id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
    profile_id TEXT NOT NULL REFERENCES profiles (profile_id),
    connector_name TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    details TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX connectors_of_merchant ON connectors (merchant_id, created_at);

ALTER TABLE payments ADD COLUMN multiple_captures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payments ADD COLUMN customer_id TEXT;

CREATE INDEX payments_in_order ON payments (merchant_id, created_at, payment_id);

-- What a payment's earlier attempts looked like on the wire; the running one is the payment's own.
CREATE TABLE attempts (
    merchant_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (merchant_id, payment_id, number)
);

-- The parts of a payment that is captured in several.
CREATE TABLE captures (
    merchant_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, payment_id, number)
);

ALTER TABLE refunds ADD COLUMN updated_at BIGINT;

CREATE TABLE customers (
    merchant_id TEXT NOT NULL REFERENCES merchants (merchant_id),
    customer_id TEXT NOT NULL,
    details TEXT NOT NULL,
    default_payment_method_id TEXT,
    redacted BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, customer_id)
);

-- A card kept for a customer: here what may be shown of it, the card itself is the vault's.
CREATE TABLE payment_methods (
    merchant_id TEXT NOT NULL,
    payment_method_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    status TEXT NOT NULL,
    card_id TEXT,
    card TEXT,
    details TEXT NOT NULL,
    client_secret TEXT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, payment_method_id),
    FOREIGN KEY (merchant_id, customer_id) REFERENCES customers (merchant_id, customer_id)
);

CREATE INDEX payment_methods_of_customer ON payment_methods (merchant_id, customer_id, created_at);

-- The first answer to a call with an Idempotency-Key. Without a status the call still runs.
CREATE TABLE first_answers (
    merchant_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status BIGINT,
    body TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, idempotency_key)
);

CREATE INDEX first_answers_by_age ON first_answers (created_at);

-- One row a declined card, for the limits on card testing.
CREATE TABLE declines (
    profile_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    declined_at BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, payment_id, attempt)
);

CREATE INDEX declines_of_profile ON declines (profile_id, declined_at);

-- The same events, with their class, and with `change`: empty where one event for an object and a type
-- is told ever, and the event's own id where every change is.
CREATE TABLE told_events (
    event_id TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL,
    profile_id TEXT NOT NULL,
    object_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    event_class TEXT NOT NULL,
    change TEXT NOT NULL,
    body TEXT NOT NULL,
    signature TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    delivered BIGINT NOT NULL,
    UNIQUE (merchant_id, object_id, event_type, change)
);

INSERT INTO told_events (event_id, merchant_id, profile_id, object_id, event_type, event_class, change, body,
    signature, created_at, delivered)
SELECT event_id, merchant_id, '', object_id, event_type,
    CASE WHEN event_type LIKE 'refund%' THEN 'refunds' ELSE 'payments' END, '', body, signature, created_at, 0
FROM events;

DROP TABLE events;

ALTER TABLE told_events RENAME TO events;

CREATE INDEX events_in_order ON events (merchant_id, created_at, event_id);

-- Each time an event was sent. The first has the event's own id.
CREATE TABLE event_tries (
    try_id TEXT PRIMARY KEY,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    delivered BIGINT NOT NULL,
    status BIGINT,
    tried_at BIGINT NOT NULL
);

CREATE INDEX tries_of_event ON event_tries (event_id, tried_at);
