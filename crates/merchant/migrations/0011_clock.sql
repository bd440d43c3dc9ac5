-- How far the clock was moved ahead in test mode: one row, or none while it never was.
CREATE TABLE sandbox_clock (
    id BIGINT PRIMARY KEY,
    ahead_ms BIGINT NOT NULL
);
