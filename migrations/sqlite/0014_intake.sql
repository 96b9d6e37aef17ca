-- How much each source has brought, so that none fills the disk: bytes of its entries and of the texts they had
-- before, and the entries taken over today (kept with the day in their name).

INSERT INTO tally (kind, name, number)
  SELECT 'bytes', source, sum(size) FROM (
    SELECT source, octet_length(document) AS size FROM entry
    UNION ALL SELECT e.source, octet_length(r.document) FROM revision r JOIN entry e ON e.key = r.entry)
  GROUP BY source;
