//! Choices made by the bytes of an input, and the bytes that make the choices of a generator.

use crate::acts::Chance;

pub struct Bytes<'b> {
    rest: &'b [u8],
}

impl<'b> Bytes<'b> {
    pub fn new(rest: &'b [u8]) -> Self {
        Self { rest }
    }
}

/// Bytes of one choice: as few as its limit needs, so that a changed byte changes one choice.
pub fn width(limit: usize) -> usize {
    match limit {
        0 | 1 => 0,
        2..=0x100 => 1,
        _ => 2,
    }
}

impl Chance for Bytes<'_> {
    fn below(&mut self, limit: usize) -> usize {
        let (taken, rest) = self.rest.split_at(width(limit).min(self.rest.len()));
        self.rest = rest;
        taken.iter().fold(0, |all, byte| all << 8 | usize::from(*byte)) % limit.max(1)
    }

    fn is_spent(&self) -> bool {
        self.rest.is_empty()
    }
}
