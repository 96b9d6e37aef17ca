//! By what sameness is judged.

use plenary_model::limits::Limits;

/// What a judgement of sameness goes by.
#[derive(Clone, Debug)]
pub struct Standard {
    pub limits: Limits,
    /// How far apart two copies may be dated, in days.
    pub window_days: i64,
    /// In a trial, the name of a rule that is left out.
    pub left_out: Option<&'static str>,
}

impl Standard {
    pub fn within(window_days: i64) -> Self {
        Self { limits: Limits::default(), window_days, left_out: None }
    }
}
