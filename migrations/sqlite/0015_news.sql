-- When a source brought news is asked before each of its polls; most of its polls bring none.
CREATE INDEX poll_news ON poll (source, id) WHERE new_entries > 0;
