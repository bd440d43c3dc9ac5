-- 1 once a browser has asked about the open payment again that it was given: its card may have come to nothing.
ALTER TABLE attempts ADD COLUMN asked_again BIGINT NOT NULL DEFAULT 0;
