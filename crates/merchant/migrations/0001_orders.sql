CREATE TABLE orders (
    id                TEXT PRIMARY KEY,
    reference         TEXT UNIQUE,
    -- What the shop sent, in one spelling: an equal request is answered with the same order.
    fingerprint       TEXT NOT NULL,
    amount            BIGINT NOT NULL,
    currency          TEXT NOT NULL,
    capture           TEXT NOT NULL,
    status            TEXT NOT NULL,
    authorized        BIGINT NOT NULL,
    captured          BIGINT NOT NULL,
    refunded          BIGINT NOT NULL,
    paid_by           TEXT,
    paid_at           BIGINT,
    created_at        BIGINT NOT NULL,
    expires_at        BIGINT NOT NULL,
    submitted         BIGINT NOT NULL,
    declined          BIGINT NOT NULL,
    last_submitted_at BIGINT,
    last_error        TEXT,
    -- The shop's own words about the order: description, items, customer, addresses, metadata, result_url.
    details           TEXT NOT NULL,
    timeline_length   BIGINT NOT NULL,
    event_sequence    BIGINT NOT NULL,
    version           BIGINT NOT NULL
);
CREATE INDEX orders_by_end ON orders (expires_at) WHERE status = 'open';

CREATE TABLE sessions (
    id         TEXT PRIMARY KEY,
    order_id   TEXT NOT NULL REFERENCES orders (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_order ON sessions (order_id);

CREATE TABLE attempts (
    id              TEXT PRIMARY KEY,
    order_id        TEXT NOT NULL REFERENCES orders (id),
    -- 1 for the order's first attempt.
    number          BIGINT NOT NULL,
    account         TEXT NOT NULL,
    payment_id      TEXT NOT NULL,
    collect         TEXT NOT NULL,
    amount          BIGINT NOT NULL,
    currency        TEXT NOT NULL,
    capture         TEXT NOT NULL,
    state           TEXT NOT NULL,
    state_data      TEXT NOT NULL,
    -- 1 while its payment may still take money: one such attempt an order.
    holds           BIGINT NOT NULL,
    presentation    TEXT,
    shopper_address TEXT,
    seen_at_gateway BIGINT,
    wake_at         BIGINT,
    looks           BIGINT NOT NULL,
    card            TEXT,
    created_at      BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    UNIQUE (account, payment_id),
    UNIQUE (order_id, number)
);
CREATE UNIQUE INDEX one_open_payment_an_order ON attempts (order_id) WHERE holds = 1;
CREATE INDEX attempts_by_wake ON attempts (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE operations (
    id         TEXT PRIMARY KEY,
    order_id   TEXT NOT NULL REFERENCES orders (id),
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    kind       TEXT NOT NULL,
    amount     BIGINT NOT NULL,
    currency   TEXT NOT NULL,
    state      TEXT NOT NULL,
    tries      BIGINT NOT NULL,
    epoch      BIGINT NOT NULL,
    wake_at    BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX one_unfinished_operation_a_payment ON operations (attempt_id) WHERE wake_at IS NOT NULL;
CREATE INDEX operations_by_wake ON operations (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE timeline (
    order_id TEXT NOT NULL REFERENCES orders (id),
    seq      BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    source   TEXT NOT NULL,
    payment  TEXT,
    detail   TEXT NOT NULL,
    PRIMARY KEY (order_id, seq)
);

CREATE TABLE inbox (
    source      TEXT NOT NULL,
    event_id    TEXT NOT NULL,
    event_type  TEXT NOT NULL,
    payment_id  TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    tries       BIGINT NOT NULL,
    epoch       BIGINT NOT NULL,
    -- NULL once it was dealt with.
    wake_at     BIGINT,
    PRIMARY KEY (source, event_id)
);
CREATE INDEX inbox_by_wake ON inbox (wake_at) WHERE wake_at IS NOT NULL;
