-- What the admins of a chat, or of a topic of it, have set, and whether the bot can write there. A private chat has a row
-- when its person belongs to a cohort or was asked what to look for in a topic.
CREATE TABLE chats (
    place       BLOB    NOT NULL PRIMARY KEY,
    mode        TEXT,
    cohort      TEXT,
    ambient_at  INTEGER,
    trial_until INTEGER,
    gone        INTEGER NOT NULL DEFAULT 0,
    search      TEXT,
    search_at   INTEGER
) WITHOUT ROWID;

-- For an answer in a group: where it stands, who asked, and which entry it is made of.
ALTER TABLE answers ADD COLUMN place BLOB;
ALTER TABLE answers ADD COLUMN asker BLOB;
ALTER TABLE answers ADD COLUMN entry TEXT;
CREATE INDEX answers_answer ON answers (chat, answer);
CREATE INDEX answers_place ON answers (place, entry, at) WHERE place IS NOT NULL;

-- What is to happen later, encrypted: an answer that a person of the group may give first, the end of a trial.
CREATE TABLE waiting (
    id      INTEGER PRIMARY KEY,
    due     INTEGER NOT NULL,
    place   BLOB    NOT NULL,
    message INTEGER NOT NULL,
    asker   BLOB    NOT NULL,
    sealed  BLOB    NOT NULL
);
CREATE INDEX waiting_due ON waiting (due);
CREATE INDEX waiting_place ON waiting (place);

-- What the bot would have answered in a chat that tries it out. The text comes in with personal data removed.
CREATE TABLE samples (
    id         INTEGER PRIMARY KEY,
    chat       BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    entry      TEXT    NOT NULL,
    confidence REAL    NOT NULL,
    fits       INTEGER
);
CREATE INDEX samples_chat ON samples (chat, at);
CREATE INDEX samples_at ON samples (at);

-- Which entry was last posted to a channel, and when.
CREATE TABLE posts (
    channel BLOB    NOT NULL,
    entry   TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (channel, entry)
) WITHOUT ROWID;

-- Where a question was asked: private, group, ambient, inline, guest.
ALTER TABLE questions ADD COLUMN audience TEXT NOT NULL DEFAULT 'private';
