-- Pairs of entries that may be one piece, or one work, or are about one thing: what staff are asked.

-- A fact of judgement, written anew whenever either entry comes in new or changed. Whether it is still
-- a question (the two stand in different pieces, and staff have not kept them apart) is asked when it
-- is read, so that a decision settles it and its undoing brings it back.
CREATE TABLE doubt (
    entry    TEXT NOT NULL REFERENCES entry (key) ON DELETE CASCADE,
    other    TEXT NOT NULL REFERENCES entry (key) ON DELETE CASCADE,
    kind     TEXT NOT NULL,                 -- possible-duplicate, possible-translation, related
    rung     TEXT NOT NULL,
    score    INTEGER NOT NULL,              -- how alike, of 1,000
    evidence TEXT NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (entry, other),
    CHECK (entry < other)
) STRICT, WITHOUT ROWID;
CREATE INDEX doubt_by_other ON doubt (other);
CREATE INDEX doubt_by_score ON doubt (kind, score DESC, since DESC);
