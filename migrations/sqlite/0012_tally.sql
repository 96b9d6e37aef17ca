-- What pages say in numbers, kept in the transaction that changes it: to count a hundred thousand rows takes
-- longer than all else that a page asks.

CREATE TABLE tally (
  kind   TEXT NOT NULL,               -- section: pieces shown; source: shown pieces it carries; entry: its entries
  name   TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

INSERT INTO tally (kind, name, number)
  SELECT 'section', section, count(*) FROM placement WHERE shown = 1 GROUP BY section
  UNION ALL SELECT 'source', source, count(*) FROM carrier WHERE shown = 1 GROUP BY source
  UNION ALL SELECT 'entry', source, count(*) FROM entry GROUP BY source;
