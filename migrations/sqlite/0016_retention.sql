-- What is kept how long: texts that no reader sees are dropped, with everything by which they are known again kept.

-- Set once summary and content are dropped, here and in the revisions. Ids, title, link, dates and digests stay.
ALTER TABLE entry ADD COLUMN bare INTEGER NOT NULL DEFAULT 0;

-- Derived: readers see it no more because sections keep pieces only so long, and it waits for nobody.
ALTER TABLE piece ADD COLUMN expired INTEGER NOT NULL DEFAULT 0;
-- Set once the texts of all its entries are dropped; 0 again when the piece or an entry of it is written.
ALTER TABLE piece ADD COLUMN bare INTEGER NOT NULL DEFAULT 0;
CREATE INDEX piece_expired ON piece (id) WHERE expired = 1 AND bare = 0;
CREATE INDEX piece_unseen ON piece (first_seen) WHERE shown = 0 AND bare = 0;
