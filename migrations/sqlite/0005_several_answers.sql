-- A message may hold several questions, and each has an answer of its own: `position` counts them, from 0. SQLite cannot
-- change a primary key, so the rows move to a new table.
CREATE TABLE answers_by_position (
    chat     BLOB    NOT NULL,
    question INTEGER NOT NULL,
    position INTEGER NOT NULL,
    answer   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (chat, question, position)
) WITHOUT ROWID;
INSERT INTO answers_by_position (chat, question, position, answer, at) SELECT chat, question, 0, answer, at FROM answers;
DROP TABLE answers;
ALTER TABLE answers_by_position RENAME TO answers;
CREATE INDEX answers_at ON answers (at);

-- Which entry was last the answer in a chat, or in a topic of it: what a question that follows on from it is about.
CREATE TABLE last_answers (
    place BLOB    NOT NULL PRIMARY KEY,
    entry TEXT    NOT NULL,
    at    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX last_answers_at ON last_answers (at);
