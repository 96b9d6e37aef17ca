//! `[[source]]`: the feeds that are polled.

use crate::kinds::{Address, Addresses, CountryCode, Flag, LanguageTag, List, OneOf, Schedule, Slug, Text};
use crate::table::keys;
use plenary_model::source::{Republish, Source, Standing, Trust};

keys! {
    SourceKeys {
        /// Part of the source's address on the site: never change it.
        must id: Slug,
        /// Name of the organisation.
        must name: Text,
        /// Address of the feed, or a list: the first that works is used.
        must feed: Addresses,
        /// On whose terms its pieces are carried.
        must standing: OneOf<Standing>,
        /// The organisation's site.
        may site: Address,
        /// Language of entries that do not say.
        may language: LanguageTag,
        /// trusted: placed at once; review: waits for staff; blocked: never placed.
        /// Default: review for media, else trusted.
        may trust: OneOf<Trust>,
        /// How much of an entry is republished. Default: excerpt for media, else full.
        may republish: OneOf<Republish>,
        /// false: not polled, its history stays.
        may enabled: Flag = true,
        /// Why it is switched off.
        may reason: Text,
        /// Own schedule: cron, UTC.
        may schedule: Schedule,
        /// Topics that everything of this source is about.
        may topics: List<Slug>,
        /// Where its pieces go when no rule places them.
        may section: Slug,
        /// Region of the world, in words.
        may region: Text,
        /// Countries, ISO 3166-1 codes of two letters.
        may countries: List<CountryCode>,
    }
}

impl SourceKeys {
    pub(crate) fn into_source(self) -> Option<Source> {
        let standing = self.standing?;
        Some(Source {
            id: self.id?.value.into(),
            name: self.name?,
            site: self.site.map(|address| address.value),
            feeds: self.feed?.into_iter().map(|address| address.value).collect(),
            standing,
            language: self.language,
            trust: self.trust.unwrap_or_else(|| Trust::default_for(standing)),
            republish: self.republish.unwrap_or_else(|| Republish::default_for(standing)),
            enabled: self.enabled,
            reason: self.reason,
            schedule: self.schedule,
            topics: self.topics.into_iter().flatten().map(|topic| topic.value.into()).collect(),
            section: self.section.map(|section| section.value.into()),
            region: self.region,
            countries: self.countries.unwrap_or_default(),
        })
    }
}
