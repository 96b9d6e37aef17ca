//! The policy file, and its edits.

use super::chance::Chance;
use super::feeds::{PUBLISHERS, path, slug};
use std::fmt::Write as _;
use std::net::SocketAddr;

/// Titles that the first section has in turn, so that an edit can be taken back to the letter. No text has these words.
const TITLES: [&str; 2] = ["Named at first", "Named anew"];
/// Publishers whose feeds get another address in an edit.
const MOVES: usize = 4;

/// What the policy file says.
#[derive(Clone)]
pub(super) struct Policy {
    origin: SocketAddr,
    is_retitled: bool,
    /// True when the rule of the first section leaves a source out, so that its pieces move to the second.
    is_narrow: bool,
    /// A number in the address of each feed. The origin gives the same document whatever it is, but a source whose
    /// address changed is due at once: else nothing would be due while the server runs.
    addresses: [usize; PUBLISHERS],
}

impl Policy {
    pub(super) fn new(origin: SocketAddr) -> Self {
        Self { origin, is_retitled: false, is_narrow: false, addresses: [0; PUBLISHERS] }
    }

    /// The title of the first section.
    pub(super) fn title(&self) -> &'static str {
        TITLES[usize::from(self.is_retitled)]
    }

    /// Changes what every document of the first section says, or which pieces it has.
    pub(super) fn edit(&mut self, chance: &mut Chance) {
        if chance.one_in(2) {
            self.retitle();
        } else {
            self.is_narrow = !self.is_narrow;
        }
    }

    pub(super) fn retitle(&mut self) {
        self.is_retitled = !self.is_retitled;
    }

    /// Makes some sources due.
    pub(super) fn move_feeds(&mut self, chance: &mut Chance) {
        for _ in 0..MOVES {
            self.addresses[chance.below(PUBLISHERS)] += 1;
        }
    }

    /// The file, with a last line that changes nothing but its text.
    pub(super) fn text(&self, remark: &str) -> String {
        let origin = self.origin;
        // Loopback is refused unless it is named. At once: a question to staff would leave places as they were, and
        // what is judged anew could not be compared. Models would only add chance.
        let mut text = format!(
            "[network]\nname = \"Kills\"\naddress = \"https://feeds.example.org\"\n\
             contact = \"webmaster@example.org\"\nlanguages = [\"en\"]\n\n\
             [polling]\nallow = [\"{origin}\"]\nconcurrency = 4\nper_host = 4\ntimeout = \"5s\"\n\n\
             [policy]\napply = \"at-once\"\nlearned = \"off\"\n\n[push]\nhub = false\nsubscribe = false\n\n"
        );
        for (number, address) in self.addresses.iter().enumerate() {
            let (slug, path) = (slug(number), path(number));
            let _ = write!(
                text,
                "[[source]]\nid = \"{slug}\"\nname = \"Publisher {number}\"\n\
                 feed = \"http://{origin}{path}?v={address}\"\nstanding = \"member\"\nlanguage = \"en\"\n\n"
            );
        }
        let (title, one) = (self.title(), slug(1));
        let but = if self.is_narrow { format!(" and not source:{one}") } else { String::new() };
        let _ = write!(
            text,
            "[[section]]\nid = \"covid\"\ntitle = {{ en = \"{title}\" }}\nwhere = \"topic:covid-19{but}\"\n\n\
             [[section]]\nid = \"rest\"\ntitle = {{ en = \"The rest\" }}\n\
             where = \"not topic:covid-19 or source:{one}\"\n\n{remark}\n"
        );
        text
    }
}
