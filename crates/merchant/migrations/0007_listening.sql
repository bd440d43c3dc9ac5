-- In test mode: the order in which the shop's events were first seen by whoever listens. An event may become
-- visible after one that is younger by its time or its id; it must not be passed over.
CREATE TABLE listening (
    position BIGINT PRIMARY KEY,
    -- Empty at position 0: the gate that whoever numbers holds.
    event_id TEXT NOT NULL UNIQUE
);

-- Events that became visible since a listener last looked, next to all the others. The table is the store's.
CREATE INDEX outbox_by_time ON outbox (created_at, id);

-- Since when the oldest webhook waits.
CREATE INDEX inbox_by_wait ON inbox (received_at) WHERE wake_at IS NOT NULL;
