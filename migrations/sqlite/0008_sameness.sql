-- The index of sameness: under which numbers entries meet, in the order of time, so that a search
-- reads the days around a date and nothing of the history before them.

-- An entry as the index names it. Its marks are kept to take them out again when it changes.
CREATE TABLE sought (
    id    INTEGER PRIMARY KEY,
    entry TEXT NOT NULL UNIQUE REFERENCES entry (key) ON DELETE CASCADE,
    day   INTEGER,                          -- of the claimed publication, from 1970; NULL: no date
    marks BLOB NOT NULL                     -- eight bytes each, little-endian
) STRICT;

-- A mark: a phrase, a title or a text as a number. Entries without a date stand before all days.
CREATE TABLE mark (
    value  INTEGER NOT NULL,
    day    INTEGER NOT NULL,
    sought INTEGER NOT NULL,
    PRIMARY KEY (value, day, sought)
) STRICT, WITHOUT ROWID;

-- What a publisher, known by its host, published on a day in a language, with what a translation keeps.
CREATE TABLE published (
    host      TEXT NOT NULL,
    day       INTEGER NOT NULL,
    language  TEXT NOT NULL,                -- primary subtag
    sought    INTEGER NOT NULL,
    specifics BLOB NOT NULL,                -- figures and names, eight bytes each, little-endian
    PRIMARY KEY (host, day, language, sought)
) STRICT, WITHOUT ROWID;
CREATE INDEX published_by_sought ON published (sought);
