-- What the bot has to remember for itself, such as what the admins were told last: a name, a value, and since when.
CREATE TABLE marks (
    name  TEXT    NOT NULL PRIMARY KEY,
    value TEXT    NOT NULL,
    at    INTEGER NOT NULL
) WITHOUT ROWID;

-- Since when the entries say what they say: 0 from before that was kept. `content` is a number made of it.
CREATE TABLE entries (
    id      TEXT    NOT NULL PRIMARY KEY,
    content INTEGER NOT NULL,
    added   INTEGER NOT NULL,
    changed INTEGER NOT NULL
) WITHOUT ROWID;

-- Where an admin can ask how an answer came about: what was asked, without personal data, and sealed.
ALTER TABLE answers ADD COLUMN trace BLOB;

-- An admin has decided what becomes of this question, and it is no gap any more.
ALTER TABLE questions ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
