//! What origins of the test serve: feeds of random words, so that no two entries are taken for one piece, with the name
//! of the case and a number in each title, by which an entry is known again.

use crate::support::network;

const ADJECTIVES: [&str; 24] = [
    "amber", "brisk", "careful", "distant", "early", "faded", "gentle", "hollow", "iron", "jolly", "keen", "late",
    "mellow", "narrow", "old", "pale", "quiet", "rusty", "silver", "tall", "uneven", "velvet", "wooden", "young",
];
const NOUNS: [&str; 32] = [
    "anchor", "barrel", "bridge", "button", "candle", "chimney", "compass", "drum", "engine", "feather", "garden",
    "hammer", "island", "jacket", "kettle", "ladder", "lantern", "magnet", "mirror", "needle", "orchard", "pencil",
    "pillow", "quarry", "ribbon", "saddle", "tunnel", "umbrella", "valley", "violin", "wagon", "whistle",
];
const VERBS: [&str; 16] = [
    "carried", "counted", "covered", "crossed", "found", "gathered", "lifted", "measured", "moved", "opened",
    "painted", "passed", "repaired", "sold", "turned", "wrapped",
];
const PLACES: [&str; 16] = [
    "bakery", "cellar", "ferry", "harbour", "library", "market", "meadow", "mill", "museum", "pier", "river", "square",
    "stable", "station", "tower", "workshop",
];
/// Sentences in the text of an entry.
const SENTENCES: usize = 4;

/// Dice that always fall alike for one entry.
struct Dice(fastrand::Rng);

impl Dice {
    fn of(id: &str, number: u32) -> Self {
        let seed = |seed: u64, byte: u8| seed.wrapping_mul(31).wrapping_add(u64::from(byte));
        Self(fastrand::Rng::with_seed(id.bytes().fold(u64::from(number), seed)))
    }

    fn pick(&mut self, words: &[&'static str]) -> &'static str {
        words[self.0.usize(..words.len())]
    }

    fn sentence(&mut self) -> String {
        let (adjective, noun, place) = (self.pick(&ADJECTIVES), self.pick(&NOUNS), self.pick(&PLACES));
        let (verb, other, object) = (self.pick(&VERBS), self.pick(&ADJECTIVES), self.pick(&NOUNS));
        let (then, last, by) = (self.pick(&VERBS), self.pick(&NOUNS), self.pick(&PLACES));
        format!("The {adjective} {noun} at the {place} {verb} a {other} {object} and {then} the {last} of the {by}. ")
    }
}

/// What an entry is known by.
pub fn mark(id: &str, number: u32) -> String {
    format!("({id} {number})")
}

pub fn title(id: &str, number: u32) -> String {
    // Another row of the dice than the text's.
    let mut dice = Dice::of(&format!("title of {id}"), number);
    let (adjective, noun, verb) = (dice.pick(&ADJECTIVES), dice.pick(&NOUNS), dice.pick(&VERBS));
    let (object, place) = (dice.pick(&NOUNS), dice.pick(&PLACES));
    format!("One {adjective} {noun} {verb} the {object} at the {place} {}", mark(id, number))
}

pub fn text(id: &str, number: u32) -> String {
    let mut dice = Dice::of(id, number);
    (0..SENTENCES).map(|_| dice.sentence()).collect()
}

/// A sound item.
pub fn item(id: &str, number: u32) -> String {
    let guid = format!("{id}-{number}");
    network::item(&guid, &title(id, number), &text(id, number), i64::from(number))
}

/// A sound item with something put in before its end.
pub fn item_with(id: &str, number: u32, inside: &str) -> String {
    item(id, number).replace("</item>", &format!("{inside}</item>"))
}

/// An item of which title and description are as given.
pub fn item_of(id: &str, number: u32, title: &str, description: &str) -> String {
    format!(
        "<item><title>{title}</title><guid isPermaLink=\"false\">{id}-{number}</guid>\
         <link>https://pub.example.org/{id}-{number}</link><description>{description}</description></item>\n"
    )
}

/// A sound feed of so many items.
pub fn feed(id: &str, items: u32) -> String {
    network::rss(&(1..=items).map(|number| item(id, number)).collect::<Vec<_>>())
}

/// A document of these items, with something put in before its root.
pub fn feed_after(prologue: &str, items: &[String]) -> String {
    network::rss(items).replacen("<rss", &format!("{prologue}\n<rss"), 1)
}

/// An Atom document with an entry for each of these contents.
pub fn atom(id: &str, contents: &[&str]) -> String {
    let entries: String = (1..)
        .zip(contents)
        .map(|(number, content)| {
            format!(
                "<entry><title>{}</title><id>tag:pub.example.org,2020:{id}-{number}</id>\
                 <updated>2021-05-01T00:00:00Z</updated><link href=\"https://pub.example.org/{id}-{number}\"/>\
                 {content}</entry>",
                title(id, number)
            )
        })
        .collect();
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Publisher</title><id>tag:pub.example.org,2020:{id}</id>\
         <updated>2021-05-01T00:00:00Z</updated>{entries}</feed>"
    )
}
