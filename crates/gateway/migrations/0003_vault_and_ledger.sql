-- One sealed card number a row. Nothing here opens without a master key, which is not here.
CREATE TABLE vault_cards (
    merchant_id TEXT NOT NULL,
    card_id TEXT NOT NULL,
    -- The version of the master key around this card's data key.
    kid BIGINT NOT NULL,
    wrapped_key TEXT NOT NULL,
    sealed TEXT NOT NULL,
    -- Keyed, and another for another merchant.
    fingerprint TEXT NOT NULL,
    -- What may be shown of the card: JSON.
    summary TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, card_id)
);

CREATE INDEX vault_cards_by_key ON vault_cards (kid);

CREATE INDEX vault_cards_by_fingerprint ON vault_cards (merchant_id, fingerprint);

-- Double entry: each money event writes one debit and one credit of the same amount. Rows are never
-- changed. Accounts: issuer, held, receivable.
CREATE TABLE ledger (
    merchant_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    -- Counts from 1 within the payment; the two rows of one event share it.
    entry BIGINT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('debit', 'credit')),
    event TEXT NOT NULL,
    account TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, payment_id, entry, side)
);

-- What the pretended processor will say later of a payment or a refund that is pending.
CREATE TABLE pending_answers (
    merchant_id TEXT NOT NULL,
    -- A payment's id, or a refund's.
    object_id TEXT NOT NULL,
    object TEXT NOT NULL CHECK (object IN ('payment', 'refund')),
    due_at BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, object, object_id)
);

CREATE INDEX pending_answers_by_time ON pending_answers (due_at);
