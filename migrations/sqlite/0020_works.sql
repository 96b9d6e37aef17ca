-- A work is one row on pages: how many shown pieces each work has in a section (kind `version`, the section and the
-- work in its name), and how many works each section shows (kind `work`).

INSERT INTO tally (kind, name, number)
  SELECT 'version', s.section || ' ' || p.work, count(*)
  FROM placement s JOIN piece p ON p.id = s.piece WHERE s.shown = 1 GROUP BY s.section, p.work;

INSERT INTO tally (kind, name, number)
  SELECT 'work', s.section, count(DISTINCT p.work)
  FROM placement s JOIN piece p ON p.id = s.piece WHERE s.shown = 1 GROUP BY s.section;
