-- Conversations between students and mentors. What was asked, who is to be written to and what they are called is sealed
-- under a key that is not in here; `at` is when something last happened in it.
CREATE TABLE conversations (
    id       INTEGER PRIMARY KEY,
    student  BLOB    NOT NULL,
    mentors  BLOB    NOT NULL,
    topic    INTEGER,
    sealed   BLOB    NOT NULL,
    opened   INTEGER NOT NULL,
    closed   INTEGER,
    answered INTEGER,
    claimed  BLOB,
    claimer  BLOB,
    draft    TEXT,
    at       INTEGER NOT NULL
);
CREATE INDEX conversations_student ON conversations (student);
CREATE INDEX conversations_topic ON conversations (mentors, topic) WHERE topic IS NOT NULL;
CREATE INDEX conversations_at ON conversations (at);

-- Which message of the mentors' chat is which of the student's, so that replies and edits find their way. `what` is
-- 'question', 'student', 'mentor', 'to_mentors' or 'to_student'; `source` is the number of the message that is passed on.
-- `sealed` is what a mentor answered, without personal data.
CREATE TABLE relayed (
    conversation INTEGER NOT NULL,
    what         TEXT    NOT NULL,
    source       INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    at_mentors   INTEGER,
    at_student   INTEGER,
    sealed       BLOB,
    PRIMARY KEY (conversation, what, source, position)
) WITHOUT ROWID;
CREATE INDEX relayed_at_mentors ON relayed (at_mentors) WHERE at_mentors IS NOT NULL;
CREATE INDEX relayed_at_student ON relayed (at_student) WHERE at_student IS NOT NULL;

-- In a private chat: that the next message is for a person, in which conversation (0: in a new one), and since when.
ALTER TABLE chats ADD COLUMN writes INTEGER;
ALTER TABLE chats ADD COLUMN writes_at INTEGER;
