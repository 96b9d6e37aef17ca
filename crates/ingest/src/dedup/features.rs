//! What is compared of one version of an entry: computed once, from title and text alone, and small enough to be kept
//! beside it.

use super::super::similarity::{Fingerprint, Specific, Specifics, Token};
use crate::sanitise::strip_markup;
use plenary_model::entry::Entry;

/// Most of a text that is compared, in words; what lies behind does not count.
pub(super) const TEXT_WORDS_MAX: usize = 20_000;

const TITLE_WORDS_MAX: usize = 60;

/// First byte of the kept form. What is kept under another number is computed anew.
const VERSION: u8 = 2;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    pub(super) title: Fingerprint,
    /// The words of the title that have digits, each with its digits alone.
    pub(super) title_numbers: Vec<(Token, Token)>,
    pub(super) text: Fingerprint,
    /// What a translation keeps; `None` while nobody had to know, since it costs as much as all the rest.
    pub(super) specifics: Option<Specifics>,
}

impl Features {
    /// Takes the features of an entry: its markup is stripped and its words are folded here, and nowhere else.
    pub fn take(entry: &Entry) -> Self {
        let body = strip_markup(entry.body());
        Self { specifics: Some(Specifics::collect(&body)), ..Self::take_of(&strip_markup(&entry.title), &body) }
    }

    /// The same without what a translation keeps.
    pub(super) fn take_words(entry: &Entry) -> Self {
        Self::take_of(&strip_markup(&entry.title), &strip_markup(entry.body()))
    }

    fn take_of(title: &str, body: &str) -> Self {
        Self {
            title: Fingerprint::take(title, TITLE_WORDS_MAX),
            title_numbers: numbers(title),
            text: Fingerprint::take(body, TEXT_WORDS_MAX),
            specifics: None,
        }
    }

    /// Adds what a translation of `entry` keeps, unless it is known.
    pub(super) fn add_specifics(&mut self, entry: &Entry) {
        self.specifics.get_or_insert_with(|| Specifics::collect(&strip_markup(entry.body())));
    }

    /// The kept form without what a translation keeps.
    pub(super) fn sketch(&self) -> Vec<u8> {
        Self { specifics: None, ..self.clone() }.encode()
    }

    /// The kept form: the version, the title, its numbers, the text, whether there are specifics, and those. All
    /// numbers are little-endian, a list begins with its length in four bytes. Words stand once, in the order in which
    /// they first occur, and then by their number there: half of a text are words that came before.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity((self.title.tokens.len() + self.text.tokens.len()) * 3 + 256);
        bytes.push(VERSION);
        put_fingerprint(&mut bytes, &self.title);
        put_length(&mut bytes, self.title_numbers.len());
        for (word, digits) in &self.title_numbers {
            bytes.extend(word.bits().to_le_bytes());
            bytes.extend(digits.bits().to_le_bytes());
        }
        put_fingerprint(&mut bytes, &self.text);
        bytes.push(u8::from(self.specifics.is_some()));
        for list in self.specifics.iter().flat_map(Specifics::kinds) {
            put_length(&mut bytes, list.len());
            for specific in list {
                let (value, place, points) = specific.pack();
                bytes.extend(value.to_le_bytes());
                bytes.extend(place.to_le_bytes());
                bytes.push(points);
            }
        }
        bytes
    }

    /// Reads the kept form; `None` for another version or what is not whole.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&[VERSION])?;
        let from = &mut rest;
        let title = take_fingerprint(from)?;
        let title_numbers = take_list(from, |from| Some((take_token(from)?, take_token(from)?)))?;
        let text = take_fingerprint(from)?;
        let has_specifics = match take::<1>(from)? {
            [0] => false,
            [1] => true,
            _ => return None,
        };
        let mut kinds = || {
            take_list(from, |from| {
                let (value, place) = (u32::from_le_bytes(take(from)?), u16::from_le_bytes(take(from)?));
                Some(Specific::unpack((value, place, take::<1>(from)?[0])))
            })
        };
        let specifics =
            if has_specifics { Some(Specifics { figures: kinds()?, names: kinds()?, sounds: kinds()? }) } else { None };
        rest.is_empty().then_some(Self { title, title_numbers, text, specifics })
    }
}

/// The words of `title` that have digits, each with its digits alone: 88th and 88.
fn numbers(title: &str) -> Vec<(Token, Token)> {
    let tokens =
        |text: &str| Fingerprint::take(text, TITLE_WORDS_MAX).tokens.into_iter().filter(|token| token.is_number());
    let mut found = Vec::new();
    for word in title.split(|c: char| !c.is_alphanumeric()).filter(|word| word.contains(char::is_numeric)) {
        let own: Vec<Token> = tokens(word).collect();
        match (own.as_slice(), tokens(&word.replace(|c: char| !c.is_numeric(), "")).next()) {
            ([one], Some(digits)) => found.push((*one, digits)),
            // A script without spaces between words.
            _ => found.extend(own.iter().map(|one| (*one, *one))),
        }
    }
    found
}

fn put_length(bytes: &mut Vec<u8>, length: usize) {
    bytes.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}

fn put_fingerprint(bytes: &mut Vec<u8>, fingerprint: &Fingerprint) {
    bytes.extend(fingerprint.digest.to_le_bytes());
    put_length(bytes, fingerprint.weight);
    let (words, places) = number_words(&fingerprint.tokens);
    put_length(bytes, words.len());
    bytes.extend(words.iter().flat_map(|word| word.bits().to_le_bytes()));
    put_length(bytes, places.len());
    for place in places {
        put_number(bytes, place);
    }
}

/// The different words in the order in which they first occur, and of each word of the text its number among them.
fn number_words(tokens: &[Token]) -> (Vec<Token>, Vec<u32>) {
    let mut words: Vec<Token> = Vec::with_capacity(tokens.len() / 2);
    // Open addressing; a word is a hash already. A slot holds the number of a word, from 1.
    let slots = (tokens.len() * 2).next_power_of_two();
    let mut table = vec![0_u32; slots];
    let number = |token: &Token| {
        let mut slot = (token.bits() ^ (token.bits() >> 15)) as usize & (slots - 1);
        loop {
            match table[slot] {
                0 => {
                    words.push(*token);
                    table[slot] = u32::try_from(words.len()).unwrap_or(u32::MAX);
                    return table[slot] - 1;
                }
                taken if words[taken as usize - 1] == *token => return taken - 1,
                _ => slot = (slot + 1) & (slots - 1),
            }
        }
    };
    let places = tokens.iter().map(number).collect();
    (words, places)
}

/// Seven bits a byte, the lowest first; the highest bit of a byte says that more follow.
fn put_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push((number & 0x7f) as u8);
}

fn take_number(from: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in (0..u32::BITS).step_by(7) {
        let [byte] = take::<1>(from)?;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take<const COUNT: usize>(from: &mut &[u8]) -> Option<[u8; COUNT]> {
    let (head, rest) = from.split_first_chunk::<COUNT>()?;
    *from = rest;
    Some(*head)
}

fn take_length(from: &mut &[u8]) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(take(from)?)).ok()
}

fn take_token(from: &mut &[u8]) -> Option<Token> {
    take(from).map(|bytes| Token::from_bits(u32::from_le_bytes(bytes)))
}

/// A list; a length that the bytes at hand cannot hold makes no room.
fn take_list<T>(from: &mut &[u8], mut one: impl FnMut(&mut &[u8]) -> Option<T>) -> Option<Vec<T>> {
    let length = take_length(from)?;
    let mut list = Vec::with_capacity(length.min(from.len()));
    for _ in 0..length {
        list.push(one(from)?);
    }
    Some(list)
}

fn take_fingerprint(from: &mut &[u8]) -> Option<Fingerprint> {
    let digest = u128::from_le_bytes(take(from)?);
    let weight = take_length(from)?;
    let words = take_list(from, take_token)?;
    let tokens = take_list(from, |from| words.get(take_number(from)? as usize).copied())?;
    Some(Fingerprint::new(tokens, weight, digest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_kept_is_read_again(title in "\\PC{0,80}", body in "(\\PC{0,30}|[A-Z][a-z]{2,9} |[0-9]{1,5} ){0,60}") {
            let entry = Entry { title, content: Some(body), ..Entry::default() };
            let words = Features::take_words(&entry);
            prop_assert_eq!(Features::decode(&words.encode()), Some(words.clone()));
            let features = Features::take(&entry);
            let mut added = words;
            added.add_specifics(&entry);
            prop_assert_eq!(&added, &features);
            let bytes = features.encode();
            prop_assert_eq!(Features::decode(&bytes), Some(features));
            // What is cut or longer is not whole.
            prop_assert_eq!(Features::decode(&bytes[..bytes.len() - 1]), None);
            prop_assert_eq!(Features::decode(&[bytes.as_slice(), &[0]].concat()), None);
        }

        #[test]
        fn whatever_is_kept_is_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Features::decode(&[&[VERSION], bytes.as_slice()].concat());
        }
    }

    #[test]
    fn the_kept_form_does_not_change_by_accident() {
        let entry = Entry {
            title: "Session 88".into(),
            content: Some("<p>In May 250 pupils met Émile Diallo.</p>".into()),
            ..Entry::default()
        };
        let bytes = Features::take(&entry).encode();
        assert_eq!(
            (bytes.len(), plenary_model::id::digest([format!("{bytes:?}").as_str()]).get(..12)),
            (148, Some("4c833e4cb6fa"))
        );
    }

    #[test]
    fn another_version_is_not_read() {
        let mut bytes = Features::default().encode();
        bytes[0] = VERSION + 1;
        assert_eq!(Features::decode(&bytes), None);
    }
}
