-- The first schema. Never edited: a change is a new file with the next number.
--
-- Every time is an integer: milliseconds since 1970-01-01T00:00:00Z. Every identifier is text.
-- Structures that are never searched are JSON text. Columns marked "derived" repeat what another
-- row says, so that a selection reads one index; src/store/sqlite/ writes them with their origin.

-- Marks the file as ours: "PLNY".
PRAGMA application_id = 1347178073;

-- Sources. -------------------------------------------------------------------------------------

CREATE TABLE source (
    id      TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    listed  INTEGER NOT NULL,               -- 0: no longer in the policy; its history stays
    enabled INTEGER NOT NULL,               -- 0: not polled
    policy  TEXT NOT NULL                   -- JSON of the source as the policy last had it
) STRICT;

CREATE TABLE poll_state (
    source       TEXT PRIMARY KEY REFERENCES source (id),
    next_at      INTEGER,                   -- NULL: at once
    failures     INTEGER NOT NULL DEFAULT 0,
    address      TEXT,
    moving       TEXT,                      -- JSON
    gone         INTEGER NOT NULL DEFAULT 0,
    freshness    TEXT NOT NULL DEFAULT '{"http":null,"feed":null,"skip_hours":[],"skip_days":[]}',
    polled_at    INTEGER,
    succeeded_at INTEGER,
    outcome      TEXT,
    cause        TEXT,
    detail       TEXT NOT NULL DEFAULT '',
    status       INTEGER,
    warnings     TEXT NOT NULL DEFAULT '[]', -- JSON
    meta         TEXT                        -- JSON
) STRICT;

CREATE TABLE address (
    source        TEXT NOT NULL REFERENCES source (id),
    url           TEXT NOT NULL,
    etag          BLOB,                     -- byte for byte as received
    last_modified BLOB,
    body_hash     TEXT,
    retry_at      INTEGER,
    PRIMARY KEY (source, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE poll (
    id              INTEGER PRIMARY KEY,
    source          TEXT NOT NULL REFERENCES source (id),
    at              INTEGER NOT NULL,
    outcome         TEXT NOT NULL,
    cause           TEXT NOT NULL,
    detail          TEXT NOT NULL,
    status          INTEGER,
    seen            INTEGER NOT NULL,
    new_entries     INTEGER NOT NULL,
    changed_entries INTEGER NOT NULL,
    body_bytes      INTEGER NOT NULL,
    duration_ms     INTEGER NOT NULL,
    conditional     INTEGER NOT NULL
) STRICT;
CREATE INDEX poll_by_source ON poll (source, id);

-- The last document of a source on which the reader failed.
CREATE TABLE replay (
    source TEXT PRIMARY KEY REFERENCES source (id),
    at     INTEGER NOT NULL,
    cause  TEXT NOT NULL,
    body   BLOB NOT NULL
) STRICT;

-- Entries. -------------------------------------------------------------------------------------

CREATE TABLE entry (
    key        TEXT PRIMARY KEY,
    source     TEXT NOT NULL REFERENCES source (id),
    hash       TEXT NOT NULL,
    text_hash  TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    dated      INTEGER NOT NULL,            -- derived: published, else updated, else first_seen
    title      TEXT NOT NULL,               -- derived
    link       TEXT,                        -- derived
    language   TEXT,                        -- derived
    document   TEXT NOT NULL                -- JSON of the entry
) STRICT;
CREATE INDEX entry_by_source ON entry (source, dated);

-- Under which ids, links and texts an entry is found again.
CREATE TABLE entry_key (
    kind  TEXT NOT NULL,
    value TEXT NOT NULL,
    entry TEXT NOT NULL REFERENCES entry (key) ON DELETE CASCADE,
    PRIMARY KEY (kind, value, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_key_by_entry ON entry_key (entry);

-- Texts that an entry had before.
CREATE TABLE revision (
    id        INTEGER PRIMARY KEY,
    entry     TEXT NOT NULL REFERENCES entry (key) ON DELETE CASCADE,
    at        INTEGER NOT NULL,             -- when the change away from this text was seen
    title     TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    document  TEXT NOT NULL                 -- JSON of the entry as it was
) STRICT;
CREATE INDEX revision_by_entry ON revision (entry, id);

-- Pieces. --------------------------------------------------------------------------------------

CREATE TABLE piece (
    id                TEXT PRIMARY KEY,
    work              TEXT NOT NULL,
    atom_id           TEXT NOT NULL,
    lead              TEXT NOT NULL REFERENCES entry (key) DEFERRABLE INITIALLY DEFERRED,
    lead_reason       TEXT NOT NULL,
    dated             INTEGER NOT NULL,
    date_doubtful     INTEGER NOT NULL,
    updated           INTEGER NOT NULL,
    held_update       INTEGER,
    first_seen        INTEGER NOT NULL,
    withdrawn_at      INTEGER,
    withdrawn_reason  TEXT,
    language          TEXT,                 -- derived: primary subtag of the lead's language
    shown             INTEGER NOT NULL,     -- derived: not withdrawn, and shown in a section
    announced         INTEGER NOT NULL,     -- derived: announced in a section that shows it
    entered           INTEGER,              -- derived: when it first entered a section that shows it
    facets            TEXT NOT NULL         -- JSON
) STRICT;
CREATE INDEX piece_by_work ON piece (work);
CREATE INDEX piece_by_atom_id ON piece (atom_id);
CREATE INDEX piece_by_lead ON piece (lead);
CREATE INDEX piece_shown ON piece (dated DESC, id, language, announced, entered) WHERE shown = 1;
CREATE INDEX piece_withdrawn ON piece (withdrawn_at) WHERE withdrawn_at IS NOT NULL;
CREATE INDEX piece_held ON piece (held_update) WHERE held_update IS NOT NULL;

-- Which entries make a piece, and why.
CREATE TABLE member (
    entry    TEXT PRIMARY KEY REFERENCES entry (key) DEFERRABLE INITIALLY DEFERRED,
    piece    TEXT NOT NULL REFERENCES piece (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    rung     TEXT NOT NULL,
    evidence TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX member_by_piece ON member (piece, position);

-- Which sources carry a piece; derived from its members.
CREATE TABLE carrier (
    source TEXT NOT NULL,
    piece  TEXT NOT NULL REFERENCES piece (id) ON DELETE CASCADE,
    shown  INTEGER NOT NULL,
    dated  INTEGER NOT NULL,
    PRIMARY KEY (source, piece)
) STRICT, WITHOUT ROWID;
CREATE INDEX carrier_by_piece ON carrier (piece);
CREATE INDEX carrier_shown ON carrier (source, dated DESC, piece) WHERE shown = 1;

CREATE TABLE placement (
    piece          TEXT NOT NULL REFERENCES piece (id) ON DELETE CASCADE,
    section        TEXT NOT NULL,
    position       INTEGER NOT NULL,
    present        INTEGER NOT NULL,        -- 0: no longer placed here; kept for `entered`
    state          TEXT NOT NULL,
    is_primary     INTEGER NOT NULL,
    reasons        TEXT NOT NULL,           -- JSON
    entered        INTEGER NOT NULL,
    announced      INTEGER NOT NULL,
    policy_version TEXT NOT NULL,
    shown          INTEGER NOT NULL,        -- derived: present, a shown state, not withdrawn
    pinned         INTEGER NOT NULL,        -- derived
    dated          INTEGER NOT NULL,        -- derived from the piece
    language       TEXT,                    -- derived from the piece
    PRIMARY KEY (piece, section)
) STRICT, WITHOUT ROWID;
CREATE INDEX placement_shown
    ON placement (section, pinned DESC, dated DESC, piece, language, announced, entered) WHERE shown = 1;
CREATE INDEX placement_waiting ON placement (state, section, entered) WHERE present = 1 AND state IN ('pending', 'held');

-- Where an absorbed piece is found now.
CREATE TABLE redirect (
    piece TEXT PRIMARY KEY,
    now   TEXT NOT NULL REFERENCES piece (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX redirect_by_target ON redirect (now);

-- Staff. ---------------------------------------------------------------------------------------

-- Append-only but for two marks: `undone`, kept so that the decisions in force are one condition,
-- and `settled`, once the worker has acted on it. Entries are named without a foreign key:
-- a decision outlives what it is about.
CREATE TABLE decision (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    staff   TEXT NOT NULL,
    entry   TEXT,
    action  TEXT NOT NULL,                  -- JSON
    undone  INTEGER NOT NULL DEFAULT 0,
    settled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX decision_by_entry ON decision (entry, id);
CREATE INDEX decision_unsettled ON decision (id) WHERE settled = 0;

-- Output. --------------------------------------------------------------------------------------

-- The id of each feed, fixed when it was first published.
CREATE TABLE feed (
    path  TEXT PRIMARY KEY,
    id    TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE edition (
    path       TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    digest     TEXT NOT NULL,
    updated    INTEGER NOT NULL,
    identity   BLOB NOT NULL,
    gzip       BLOB NOT NULL,
    brotli     BLOB NOT NULL
) STRICT;

-- Single facts: whether the first pass is done, the version of the policy, ….
CREATE TABLE flag (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
