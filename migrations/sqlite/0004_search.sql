-- Search: full text and facets of every shown piece, in words folded by the program (model/fold), so
-- that nothing is left to fold for the tokeniser. src/store/sqlite/search/ writes these tables in the
-- transaction that changes a piece, and fills them when a store is opened whose index is of another
-- version: SQL cannot fold.

-- The row of the index at which a piece stands. The number is the minute of its date times 65,536 and
-- a running number, so that the index is in order of date and a span of time is a span of numbers.
CREATE TABLE search_piece (
    id     INTEGER PRIMARY KEY,
    piece  TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,                   -- of everything indexed: equal means nothing to do
    facets BLOB NOT NULL                    -- numbers of search_facet, four bytes each, to count by
) STRICT;

-- The facets that pieces have had, such as `topic:education`.
CREATE TABLE search_facet (
    id    INTEGER PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL                     -- the value as it is shown
) STRICT;

-- The words of titles and names, for what is typed wrongly. A word stays when its last piece goes.
CREATE TABLE search_word (
    word TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (
    title, body, names, facets,
    content = '', contentless_delete = 1, tokenize = "ascii tokenchars ':-_'"
);
