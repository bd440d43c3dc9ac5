-- What refunds that are not over have reserved. The check holds in the very statement that reserves.
ALTER TABLE orders ADD COLUMN refund_pending BIGINT NOT NULL DEFAULT 0
    CHECK (refund_pending >= 0 AND refunded + refund_pending <= captured);

-- What the shop asked to capture of a hold.
ALTER TABLE attempts ADD COLUMN to_capture BIGINT;

-- 'flow' where the server put something right by itself, else 'shop'.
ALTER TABLE operations ADD COLUMN asked_by TEXT NOT NULL DEFAULT 'flow';
ALTER TABLE operations ADD COLUMN reason TEXT;
ALTER TABLE operations ADD COLUMN error TEXT;
CREATE INDEX operations_by_order ON operations (order_id);

-- What a request with an Idempotency-Key began, and what it was answered.
CREATE TABLE idempotency (
    mode         TEXT NOT NULL,
    route        TEXT NOT NULL,
    key          TEXT NOT NULL,
    fingerprint  TEXT NOT NULL,
    -- What is under way; its end is the answer.
    operation_id TEXT,
    -- NULL until it was answered.
    status       BIGINT,
    body         TEXT,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (mode, route, key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);
CREATE INDEX inbox_by_age ON inbox (received_at) WHERE wake_at IS NULL;
