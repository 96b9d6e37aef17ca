//! `[network]`: the network as its site and feeds present it.

use crate::kinds::{AccentByDay, AccentByNight, BaseAddress, Contact, FilePath, Languages, List, Text, TextByLanguage};
use crate::table::keys;
use plenary_model::policy::Network;
use plenary_model::theme::{Accent, Theme};

keys! {
    NetworkKeys {
        /// Name of the network.
        must name: Text,
        /// Public address of this site: links, ids and feeds begin with it.
        must address: BaseAddress,
        /// E-mail address that is read: shown on the site and sent in the User-Agent.
        must contact: Contact,
        /// Languages of pages and section feeds; the first is the default.
        must languages: Languages,
        /// What the network is for, in a sentence or two, by language.
        may purpose: TextByLanguage,
        /// SVG file with the logo, relative to this file; shown beside the name.
        may logo: FilePath,
        /// Colour of links and headings, such as "#0f5c63"; checked for contrast.
        may accent: AccentByDay,
        /// The same on dark pages. Default: a lighter shade of accent.
        may accent_dark: AccentByNight,
        /// Files with topics, genres and organisations; left out: the built-in ones.
        may include: List<FilePath>,
    }
}

impl NetworkKeys {
    /// The network, with the text of the logo that it names.
    pub(crate) fn into_network(self, logo: Option<String>) -> Option<Network> {
        let night = self.accent_dark;
        let accent = self.accent.map(|day| Accent { day, night: night.unwrap_or_else(|| day.readable_by_night()) });
        Some(Network {
            name: self.name?,
            address: self.address?,
            contact: self.contact?,
            languages: self.languages?.iter().map(|language| language.primary().to_owned()).collect(),
            purpose: self.purpose.unwrap_or_default(),
            theme: Theme { accent, logo },
        })
    }
}
