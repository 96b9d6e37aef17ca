//! `[[organisation]]`: organisations that texts name.

use crate::kinds::{List, OneOf, Text};
use crate::table::keys;
use plenary_model::source::Standing;
use plenary_model::topic::Organisation;

keys! {
    OrganisationKeys {
        /// Name to show.
        must name: Text,
        /// Its standing towards the network.
        must standing: OneOf<Standing>,
        /// Other names, in any language.
        may aliases: List<Text>,
        /// Domains it publishes on.
        may domains: List<Text>,
    }
}

impl OrganisationKeys {
    pub(crate) fn into_organisation(self) -> Option<Organisation> {
        Some(Organisation {
            name: self.name?,
            standing: self.standing?,
            aliases: self.aliases.unwrap_or_default(),
            domains: self.domains.unwrap_or_default(),
        })
    }
}
