//! `[[section]]`: the sections, in order of precedence.

use crate::kinds::{Count, Flag, LanguageTag, List, OneOf, Rule, Slug, Span, TextByLanguage};
use crate::table::keys;
use plenary_model::section::{InDoubt, Limits, Section};

keys! {
    SectionKeys {
        /// Part of the section's address and of its feed's: never change it.
        must id: Slug,
        /// Title by language.
        must title: TextByLanguage,
        /// The rule: field:value with and, or, not and parentheses.
        must rule as "where": Rule,
        /// What belongs here, in plain words, by language; shown on the page.
        may policy: TextByLanguage,
        /// Asks readers to send something in, by language; shown with the contact address.
        may invite: TextByLanguage,
        /// true: takes pieces that an earlier section has, too.
        may alongside: Flag = false,
        /// false: not on the first page.
        may front: Flag = true,
        /// Pieces in the current feed document.
        may recent: Count<usize, 1, 500> = 50,
        /// Only pieces in these languages. Default: any.
        may languages: List<LanguageTag>,
        /// Only pieces at most so old when first seen. Default: of any age.
        may max_age_days: Count<i64, 0, 36_500>,
        /// New pieces of one source a day; what comes beyond waits for the next day or for staff.
        /// Default: any number.
        may per_source_per_day: Count<usize, 1, 1_000>,
        /// How long a piece stays after it entered: "90 days", "2 years". Then it leaves pages, search, feeds and
        /// archives for good; what staff placed or pinned stays. Default: for ever.
        may keep: Span,
        /// What becomes of a piece of which it is not sure that it belongs here: mark it for staff, or hold it until
        /// they have looked.
        may doubt: OneOf<InDoubt> = InDoubt::Mark,
    }
}

impl SectionKeys {
    pub(crate) fn into_section(self) -> Option<Section> {
        let rule = self.rule?;
        let languages = self.languages.into_iter().flatten();
        Some(Section {
            id: self.id?.value.into(),
            title: self.title?,
            policy: self.policy.unwrap_or_default(),
            invite: self.invite.unwrap_or_default(),
            rule: rule.query,
            rule_text: rule.text,
            alongside: self.alongside,
            front: self.front,
            recent: self.recent,
            limits: Limits {
                languages: languages.map(|language| language.primary().to_owned()).collect(),
                max_age_days: self.max_age_days,
                per_source_per_day: self.per_source_per_day,
                keep_days: self.keep,
            },
            in_doubt: self.doubt,
        })
    }
}
