-- The bot only ever answers: a chat that it cannot write to asks nothing, and one that asks can be written to.
DROP TABLE gone;
