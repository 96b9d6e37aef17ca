-- What is shown is counted from the index alone: with `shown` in it, no row is looked up to see that it is.

DROP INDEX piece_shown;
CREATE INDEX piece_shown ON piece (dated DESC, id, language, announced, entered, shown) WHERE shown = 1;
DROP INDEX carrier_shown;
CREATE INDEX carrier_shown ON carrier (source, dated DESC, piece, shown) WHERE shown = 1;
DROP INDEX placement_shown;
CREATE INDEX placement_shown
    ON placement (section, pinned DESC, dated DESC, piece, language, announced, entered, shown) WHERE shown = 1;
