-- Models learned anew are asked about the newest pieces that nobody decided: in the order of their dates,
-- so that the rest of the history is not read to find them; so are those that no section shows.

CREATE INDEX piece_newest ON piece (dated DESC, id, shown) WHERE withdrawn_at IS NULL;
