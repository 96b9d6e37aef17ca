//! Words for what was judged, and why.

words!(
    /// What was judged, and why: whole sentences, and names of what a rule asks for.
    WhyWords {
        by_default, approved, rejected, moved_here, moved_away, added, pinned, held, again, learned, learned_by, shown_before,
        no_more, expired,
        issuer_carrier, issuer_feed, issuer_host, issuer_first, issuer_byline, issuer_title, issuer_text,
        issuer_title_says, issuer_text_says, declared_by_entry, declared_by_feed, given_for_source,
        overruled, by_words, carries, country_of, usual, all_of_source,
        all_of_standing, lead_staff, lead_kept, lead_only, lead_blocked, lead_original, lead_taken_over, lead_first,
        lead_fullest, lead_key, same_staff, same_id, same_link, same_text, near_text, part_of, same_title, same_figures, not,
        has_deadline, has_translation, has_copy, by_rule, by_model, in_doubt, left_out, lacks, has, first, only, too_old, waits,
    }
);
