-- Reasons of placements, lead reasons, evidence of members, doubts and facets, and what models say are kept
-- as tagged JSON from here on. The sentences of earlier versions are read once, by the program
-- (crates/store/src/sqlite/sentences.rs), in the same transaction.
SELECT 1;
