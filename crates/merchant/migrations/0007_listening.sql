-- In test mode: the order in which the shop's events were first seen by whoever listens. An event may become
-- visible after one that is younger by its time or its id; it must not be passed over.
CREATE TABLE listening (
    position BIGINT PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE
);
