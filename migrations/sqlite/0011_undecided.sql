-- Models learned anew are asked about the newest pieces that nobody decided: in the order of their dates,
-- so that the rest of the history is not read to find them.

CREATE INDEX piece_newest ON piece (dated DESC, id) WHERE withdrawn_at IS NULL;
