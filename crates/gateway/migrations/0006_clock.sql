-- How far the sandbox's clock was moved ahead: one row, or none while it never was.
CREATE TABLE sandbox_clock (
    id BIGINT PRIMARY KEY,
    ahead_ms BIGINT NOT NULL
);
