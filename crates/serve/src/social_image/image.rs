//! What a picture says.

use plenary_model::theme::Accent;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SocialImage {
    pub(crate) network: String,
    /// Left out where no font here has its letters.
    pub(crate) title: String,
    /// Who and when, or how many.
    pub(crate) foot: String,
    /// True when the title runs from right to left.
    pub(crate) rtl: bool,
    pub(crate) accent: Option<Accent>,
}
