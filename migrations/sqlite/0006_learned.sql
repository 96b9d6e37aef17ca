-- What was learned from staff's decisions, and what the models say of placements.

-- At most one row: the models of all sections, and what they were learned from.
CREATE TABLE learned (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    policy_version TEXT NOT NULL,
    decision       INTEGER NOT NULL,        -- number of the last decision they know
    form           INTEGER NOT NULL,        -- of the features
    models         TEXT NOT NULL            -- JSON
) STRICT;

-- A model's opinion: while a piece waits, and wherever rule and model differ.
ALTER TABLE placement ADD COLUMN learned TEXT;  -- JSON
CREATE INDEX placement_learned ON placement (piece) WHERE learned IS NOT NULL AND present = 1;
