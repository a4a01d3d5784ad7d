-- Chats and people appear only as keyed hashes (16 bytes); times are seconds since 1970.

-- Updates that have come in: how many tries began and did not end well, and whether one did.
CREATE TABLE updates (
    id      INTEGER PRIMARY KEY,
    tries   INTEGER NOT NULL,
    handled INTEGER NOT NULL,
    at      INTEGER NOT NULL
);
CREATE INDEX updates_at ON updates (at);

-- The question log. The text comes in with personal data removed, and without the asker.
CREATE TABLE questions (
    id         INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    decision   TEXT    NOT NULL,
    confidence REAL    NOT NULL,
    top        TEXT
);
CREATE INDEX questions_at ON questions (at);

-- Which message of the bot answers which question, so that an edited question edits its answer.
CREATE TABLE answers (
    chat     BLOB    NOT NULL,
    question INTEGER NOT NULL,
    answer   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (chat, question)
) WITHOUT ROWID;
CREATE INDEX answers_at ON answers (at);

-- One vote a person and entry.
CREATE TABLE votes (
    voter  BLOB    NOT NULL,
    entry  TEXT    NOT NULL,
    up     INTEGER NOT NULL,
    reason TEXT,
    at     INTEGER NOT NULL,
    PRIMARY KEY (voter, entry)
) WITHOUT ROWID;
CREATE INDEX votes_at ON votes (at);

-- Chats that cannot be written to any more.
CREATE TABLE gone (
    chat BLOB NOT NULL PRIMARY KEY
) WITHOUT ROWID;
