//! Chance that repeats itself: a small xorshift, so that the same demonstration comes out each time.

pub struct Chance(u64);

impl Chance {
    pub fn new(seed: &str, number: usize) -> Self {
        // FNV-1a: any words make a start, and none is zero.
        let hash = seed
            .bytes()
            .chain(number.to_le_bytes())
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(hash | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `limit`; 0 where the limit is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let drawn = self.next() >> 11;
        usize::try_from(drawn % u64::try_from(limit.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    pub fn between(&mut self, least: usize, greatest: usize) -> usize {
        least + self.below(greatest.saturating_sub(least) + 1)
    }

    /// So many times of a hundred.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'t, T>(&mut self, things: &'t [T]) -> Option<&'t T> {
        things.get(self.below(things.len()))
    }

    pub fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap_or(0))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_start_gives_the_same_and_everything_comes_up() {
        let draw = |seed| {
            let mut chance = Chance::new(seed, 1);
            (0..200).map(|_| chance.between(3, 7)).collect::<Vec<_>>()
        };
        assert_eq!(draw("uno"), draw("uno"));
        assert_ne!(draw("uno"), draw("dos"));
        assert!((3..=7).all(|number| draw("uno").contains(&number)) && draw("uno").iter().all(|n| (3..=7).contains(n)));
    }
}
