-- Until when a process is at work on an update that was set aside, in seconds since 1970: another that shares the store
-- leaves it alone until then.
ALTER TABLE set_aside ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
