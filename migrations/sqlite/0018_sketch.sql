-- What the judge compares of an entry, in its own form, so that most of those that share a key are ruled out unread.
-- Empty where it is not known; entries that may still meet news get theirs at the next start.
ALTER TABLE sought ADD COLUMN sketch BLOB NOT NULL DEFAULT x'';
