-- Updates that have to wait, so that Telegram need not keep them: as Telegram sent them, but encrypted under a key that is
-- not in here. Deleted as soon as they are done with.
CREATE TABLE set_aside (
    id     INTEGER PRIMARY KEY,
    sealed BLOB    NOT NULL,
    at     INTEGER NOT NULL
);
CREATE INDEX set_aside_at ON set_aside (at);
