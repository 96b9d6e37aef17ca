-- Sources that left the policy, and what staff decide about their pieces.

-- When a source left the policy; NULL while it is in it. Of those that left before, the last poll is known.
ALTER TABLE source ADD COLUMN removed_at INTEGER;
UPDATE source SET removed_at = coalesce((SELECT p.polled_at FROM poll_state p WHERE p.source = source.id), 0)
  WHERE listed = 0;
CREATE INDEX decision_source ON decision (action ->> '$.source', id) WHERE action ->> '$.action' = 'source';
