//! Mutated documents from a seed: the same seed gives the same bytes on every machine.

/// Pieces that readers stumble over, put in anywhere.
const PIECES: [&[u8]; 40] = [
    b"<",
    b">",
    b"&",
    b"</",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<?xml",
    b"?>",
    b"<!DOCTYPE [",
    b"&#",
    b"&#x110000;",
    b"&#0;",
    b"&nbsp;",
    b"\"",
    b"'",
    b"=",
    b"\0",
    b"\xFF\xFE",
    b"\xEF\xBB\xBF",
    b"\xC3",
    b"\xF0\x9F",
    b"\xEF\xBC\x88",
    b"<item>",
    b"</item>",
    b"<entry>",
    b"</channel>",
    b" xmlns=\"x\"",
    b" xml:base=\"//[\"",
    b" type=\"xhtml\"",
    b" encoding=\"utf-16\"",
    b"<div><div><div><div>",
    b"<b><i><p>",
    b"<table><tr><b>",
    b"99999999999999999999999",
    b"{",
    b"[",
    b"\\ud800",
    b"0001-01-01",
];

/// Longest repetition in a swollen mutant, in bytes.
const SWOLLEN_BYTES: usize = 300_000;

/// Makes mutants.
pub(crate) struct Mutator(u64);

impl Mutator {
    /// One with a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next number below `bound` (xorshift64*).
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap_or(0) % bound.max(1)
    }

    /// A mutant of one of `seeds`: one to eight changes, each a byte, a piece, a cut, a repetition or a
    /// part of another seed.
    pub(crate) fn mutant(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len() + 1);
            let length = self.below(64).min(bytes.len() - at);
            match self.below(6) {
                0 if !bytes.is_empty() => {
                    let at = at.min(bytes.len() - 1);
                    bytes[at] ^= 1 << self.below(8);
                }
                1 | 2 => {
                    let piece = PIECES[self.below(PIECES.len())];
                    bytes.splice(at..at, piece.iter().copied());
                }
                3 => {
                    bytes.drain(at..at + length);
                }
                4 => {
                    let part = bytes[at..at + length].repeat(1 + self.below(20));
                    bytes.splice(at..at, part);
                }
                _ => {
                    let other = &seeds[self.below(seeds.len())];
                    let from = self.below(other.len() + 1);
                    let to = (from + self.below(200)).min(other.len());
                    bytes.splice(at..at, other[from..to].iter().copied());
                }
            }
        }
        bytes
    }

    /// A mutant of which one short part is said over and over, nested or in a row: what takes more
    /// than linear time shows in it.
    #[allow(dead_code, reason = "the bench of mutants uses it, the tests do not")]
    pub(crate) fn swollen(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = self.mutant(seeds);
        let at = self.below(bytes.len() + 1);
        let length = (1 + self.below(80)).min(bytes.len() - at);
        let mut part = bytes[at..at + length].to_vec();
        if self.below(3) == 0 {
            part.splice(0..0, PIECES[self.below(PIECES.len())].iter().copied());
        }
        let times = self.below(SWOLLEN_BYTES) / part.len().max(1);
        bytes.splice(at..at, part.repeat(times));
        bytes
    }
}
