-- Which keys this server was told, and when each was last used. By fingerprint: a key can't be found from it.
CREATE TABLE keys (
    fingerprint  TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    label        TEXT NOT NULL,
    -- When this server was first told of it.
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    -- When a server last had it in its configuration.
    seen_at      BIGINT NOT NULL
);
