//! The keys of `feeds.toml`, each declared once, table by table; under each declaration stands how the
//! table becomes what the model calls it.

mod authorship;
mod event;
mod genre;
mod network;
mod organisation;
mod polling;
mod push;
mod rules;
mod section;
mod serve;
mod source;
mod topic;

use super::table::{ByLanguage, Table, Tables, keys};

pub(super) use authorship::{AuthorshipKeys, RelayKeys};
pub(super) use event::{CalendarKeys, EventKeys};
pub(super) use genre::GenreKeys;
pub(super) use network::NetworkKeys;
pub(super) use organisation::OrganisationKeys;
pub(super) use polling::PollingKeys;
pub(super) use push::PushKeys;
pub(super) use rules::RulesKeys;
pub(super) use section::SectionKeys;
pub(super) use serve::ServeKeys;
pub(super) use source::SourceKeys;
pub(super) use topic::TopicKeys;

keys! {
    FileKeys {
        /// The network as its site and feeds present it.
        must network: Table<NetworkKeys>,
        /// How sources are polled.
        may polling: Table<PollingKeys>,
        /// How pieces are judged and announced.
        may policy: Table<RulesKeys>,
        /// Who is told of changes at once, and who tells us (WebSub).
        may push: Table<PushKeys>,
        /// How the site is reached.
        may serve: Table<ServeKeys>,
        /// The feeds that are polled, one block each.
        may source: Tables<SourceKeys>,
        /// The sections; their order is their precedence.
        may section: Tables<SectionKeys>,
        /// Sessions and deadlines of the calendar.
        may event: Tables<EventKeys>,
        /// Files of events (.ics) that are polled; their order is their precedence.
        may calendar: Tables<CalendarKeys>,
        /// What texts can be about; usually in an included file.
        may topic: Tables<TopicKeys>,
        /// What kinds of documents there are, in order of precedence.
        may genre: Tables<GenreKeys>,
        /// Organisations that texts name.
        may organisation: Tables<OrganisationKeys>,
        /// How texts say whose they are, by language.
        may authorship: ByLanguage<AuthorshipKeys>,
        /// Who passes on texts of others as they are.
        may relay: Tables<RelayKeys>,
    }
}

keys! {
    IncludedKeys {
        /// What texts can be about.
        may topic: Tables<TopicKeys>,
        /// What kinds of documents there are, in order of precedence.
        may genre: Tables<GenreKeys>,
        /// Organisations that texts name.
        may organisation: Tables<OrganisationKeys>,
        /// How texts say whose they are, by language.
        may authorship: ByLanguage<AuthorshipKeys>,
        /// Who passes on texts of others as they are.
        may relay: Tables<RelayKeys>,
    }
}
