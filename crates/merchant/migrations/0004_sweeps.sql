-- Rounds that one of many servers makes.
CREATE TABLE rounds (
    name   TEXT PRIMARY KEY,
    due_at BIGINT NOT NULL
);
