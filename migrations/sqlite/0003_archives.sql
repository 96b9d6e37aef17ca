-- Archives of every piece that readers saw in a section, and what a publisher took back.

-- Derived: readers have seen the piece in the section. Stays when it leaves: archives are final.
ALTER TABLE placement ADD COLUMN published INTEGER NOT NULL DEFAULT 0;
UPDATE placement SET published = 1
    WHERE state IN ('auto', 'approved', 'pinned') OR reasons LIKE '%"was shown here before"%';
CREATE INDEX placement_published ON placement (section, entered, piece, language) WHERE published = 1;

-- Ids under which readers saw a piece in a section and which no piece has any more, since it was
-- joined with another. They get tombstones as withdrawn ones do.
CREATE TABLE retired (
    section   TEXT NOT NULL,
    atom_id   TEXT NOT NULL,
    language  TEXT,
    entered   INTEGER NOT NULL,
    announced INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    PRIMARY KEY (section, atom_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX retired_by_id ON retired (atom_id);

-- Set while the publisher itself says that it took the entry back: by a tombstone, or by leaving it
-- out of a feed that calls itself complete.
ALTER TABLE entry ADD COLUMN withdrawn_at INTEGER;
ALTER TABLE entry ADD COLUMN withdrawn_reason TEXT;
