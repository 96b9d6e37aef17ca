-- Pieces of which it is not sure where they belong, for `review`: without the index every piece would be read to find
-- them. The condition is written in store/sqlite/in_doubt as it stands here.
CREATE INDEX piece_in_doubt ON piece (dated DESC, id)
    WHERE withdrawn_at IS NULL AND facets ->> '$.doubts' IS NOT NULL;
