-- What became of suggestions. The ticket is a random number that the buttons below the suggestions carry, so that a press
-- finds its question without the log knowing who asked. `outcome` is 'chosen' (then `chosen` is the id of the entry) or
-- 'rejected'.
ALTER TABLE questions ADD COLUMN ticket INTEGER;
ALTER TABLE questions ADD COLUMN outcome TEXT;
ALTER TABLE questions ADD COLUMN chosen TEXT;
CREATE INDEX questions_ticket ON questions (ticket) WHERE ticket IS NOT NULL;
