-- All that rules a candidate out stands in its row of `sought`, before the sketch, so that one page tells. Sketches are
-- kept shorter; entries that may still meet news get theirs at the next start.
CREATE TABLE sought_new (
    id         INTEGER PRIMARY KEY,
    entry      TEXT NOT NULL UNIQUE REFERENCES entry (key) ON DELETE CASCADE,
    source     TEXT NOT NULL,
    day        INTEGER,                     -- of the claimed publication, from 1970; NULL: no date
    first_seen INTEGER NOT NULL,            -- in milliseconds
    marks      BLOB NOT NULL,               -- eight bytes each, little-endian
    sketch     BLOB NOT NULL                -- what the judge compares, in its own form; empty: not known
) STRICT;

INSERT INTO sought_new (id, entry, source, day, first_seen, marks, sketch)
SELECT s.id, s.entry, e.source, s.day, e.first_seen, s.marks, x'' FROM sought s JOIN entry e ON e.key = s.entry;

DROP TABLE sought;
ALTER TABLE sought_new RENAME TO sought;
