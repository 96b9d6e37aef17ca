-- The calendar: what each source says of an event, the event as it is shown, and the polls of .ics files.

CREATE TABLE event_claim (
  event TEXT NOT NULL,
  origin TEXT NOT NULL,              -- id of a calendar, or `staff`
  claim TEXT NOT NULL,               -- JSON
  PRIMARY KEY (event, origin)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  id TEXT PRIMARY KEY,
  shown TEXT NOT NULL                -- JSON: dates, status, revisions, sequence
) STRICT, WITHOUT ROWID;

CREATE TABLE calendar_poll (
  calendar TEXT PRIMARY KEY,
  state TEXT NOT NULL                -- JSON
) STRICT, WITHOUT ROWID;
