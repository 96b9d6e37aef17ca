-- What staff decide about the texts of a source in a language of which the policy has no terms.
CREATE INDEX decision_language ON decision (action ->> '$.source', id) WHERE action ->> '$.action' = 'language';
