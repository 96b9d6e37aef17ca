//! Hashes of short texts, for tables in memory.

/// FNV-1a over eight bytes at a time; two texts that meet by chance are judged apart.
pub(crate) fn hash_text(text: &str) -> u64 {
    text.as_bytes().chunks(8).fold(0xcbf2_9ce4_8422_2325, |hash: u64, chunk| {
        let word = chunk.iter().fold(0, |word: u64, byte| (word << 8) | u64::from(*byte));
        (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29)
    })
}
