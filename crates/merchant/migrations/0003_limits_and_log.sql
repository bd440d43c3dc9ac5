-- The network that an attempt was opened from, such as 192.0.2.0/24.
ALTER TABLE attempts ADD COLUMN network TEXT;
CREATE INDEX attempts_by_network ON attempts (network, created_at) WHERE network IS NOT NULL;

-- One row a network: whoever counts its attempts holds it, so that two at once count one after the other.
CREATE TABLE networks (
    network    TEXT PRIMARY KEY,
    touched_at BIGINT NOT NULL
);

-- What metrics count.
CREATE INDEX orders_in_review ON orders (id) WHERE status = 'review';
CREATE INDEX attempts_in_doubt ON attempts (id) WHERE state = 'unknown';

-- Every event that a gateway signed and we took, without its body: only added to.
CREATE TABLE event_log (
    source      TEXT NOT NULL,
    event_id    TEXT NOT NULL,
    event_type  TEXT NOT NULL,
    payment_id  TEXT NOT NULL,
    -- What it said of the payment, as far as that is no secret: status, amount, currency, times.
    said        TEXT NOT NULL,
    -- SHA-256 of the body as received.
    digest      TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (source, event_id)
);
CREATE INDEX event_log_by_time ON event_log (received_at);
