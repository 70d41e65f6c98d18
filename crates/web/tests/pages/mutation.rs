//! P01: inputs nobody should send, made from a kept corpus by a chance that is the same in every run.

use std::time::{Duration, Instant};

const SEED: u64 = 0x5eed_0b1b_0000_0001;

/// How many inputs each parser is given; `VENTANILLA_INPUTS` asks for more.
pub fn inputs() -> usize {
    std::env::var("VENTANILLA_INPUTS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

/// The same numbers in every run.
pub struct Chance(u64);

impl Chance {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % limit.max(1)
    }

    fn piece<'b>(&mut self, bytes: &'b [u8], most: usize) -> &'b [u8] {
        let from = self.below(bytes.len() + 1);
        let length = self.below(most.min(bytes.len() - from) + 1);
        &bytes[from..from + length]
    }

    /// One of the corpus, changed in a few places.
    pub fn input(&mut self, corpus: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
        let mut bytes = corpus[self.below(corpus.len())].clone();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len() + 1);
            match self.below(8) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                1 if at < bytes.len() => bytes[at] = u8::try_from(self.below(256)).unwrap_or(0),
                2 => {
                    let until = (at + self.below(20)).min(bytes.len());
                    bytes.drain(at..until);
                }
                3 => {
                    let other = self.below(corpus.len());
                    let piece = self.piece(&corpus[other], 200).to_vec();
                    bytes.splice(at..at, piece);
                }
                4 => {
                    let again = self.piece(&bytes.clone(), 60).repeat(1 + self.below(6));
                    bytes.splice(at..at, again);
                }
                5 => bytes.truncate(at),
                _ => {
                    let word = words[self.below(words.len())].as_bytes().to_vec();
                    bytes.splice(at..at, word);
                }
            }
        }
        bytes
    }
}

/// Gives a parser so many inputs; a panic says which input it was.
pub fn some_hostile(count: usize, name: &str, corpus: &[Vec<u8>], words: &[&str], mut parse: impl FnMut(&[u8])) {
    let mut chance = Chance(SEED);
    let mut longest = Duration::ZERO;
    for n in 0..count {
        let input = chance.input(corpus, words);
        let begun = Instant::now();
        let parsed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| parse(&input)));
        longest = longest.max(begun.elapsed());
        assert!(parsed.is_ok(), "{name}: input {n} of seed {SEED:#x}: {:?}", String::from_utf8_lossy(&input));
    }
    println!("P01 {name}: {count} inputs of seed {SEED:#x}, longest {} ms", longest.as_millis());
    assert!(longest < Duration::from_secs(10), "{name}: one input took {longest:?}");
}
