-- WebSub: requests to our hub whose intent is not verified, its subscribers, what the external hub was
-- told, our subscriptions at the hubs of sources, and what hubs brought and nobody has read yet.

CREATE TABLE hub_request (
  topic TEXT NOT NULL,
  callback TEXT NOT NULL,
  host TEXT NOT NULL,
  mode TEXT NOT NULL,
  lease INTEGER NOT NULL,            -- seconds
  secret TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL,
  PRIMARY KEY (topic, callback)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriber (
  topic TEXT NOT NULL,
  callback TEXT NOT NULL,
  host TEXT NOT NULL,
  secret TEXT,
  lease_until INTEGER NOT NULL,
  sent TEXT NOT NULL,                -- digest of the document it has
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (topic, callback)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriber_host ON subscriber (host);

CREATE TABLE ping (
  topic TEXT PRIMARY KEY,
  told TEXT NOT NULL,                -- digest of the document that the external hub knows of
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE subscription (
  token TEXT PRIMARY KEY,
  source TEXT NOT NULL UNIQUE,
  hub TEXT NOT NULL,
  topic TEXT NOT NULL,
  secret TEXT NOT NULL,
  state TEXT NOT NULL,
  lease_until INTEGER,
  next_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  pushed_at INTEGER,
  bad_signatures INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE arrival (
  id INTEGER PRIMARY KEY,
  token TEXT NOT NULL REFERENCES subscription (token) ON DELETE CASCADE,
  signature TEXT,
  content_type TEXT,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX arrival_token ON arrival (token);
