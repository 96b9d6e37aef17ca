//! `[policy]`: how pieces are judged and announced.

use crate::kinds::{Count, Flag, OneOf};
use crate::table::keys;
use crate::words::Apply;
use plenary_model::learned::Learning;
use plenary_model::policy::Rules;

keys! {
    RulesKeys {
        /// Older pieces enter pages and archives only.
        may announce_days: Count<i64, 1, 3_650> = 30,
        /// A reload that moves more pieces than this asks first.
        may ask_above: Count<usize, 0, 1_000_000> = 50,
        /// "at-once": a reload re-places pieces without asking.
        may apply: OneOf<Apply> = Apply::Ask,
        /// How far apart two copies of a piece may be dated.
        may window_days: Count<i64, 1, 3_650> = 30,
        /// What is learned from staff's decisions: suggest to staff, also publish by itself, or off.
        may learned: OneOf<Learning> = Learning::Suggest,
        /// false: feeds do not say why a piece stands in a section.
        may reasons: Flag = true,
    }
}

impl RulesKeys {
    pub(crate) fn into_rules(self) -> Rules {
        Rules {
            announce_days: self.announce_days,
            ask_above: self.ask_above,
            apply_at_once: self.apply == Apply::AtOnce,
            window_days: self.window_days,
            learned: self.learned,
            publish_reasons: self.reasons,
        }
    }
}
