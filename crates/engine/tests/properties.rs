//! What holds for every case whatever people do: random commands on the procedures of the five manuals.

mod common;
mod acts;
mod life;

use acts::Chance;
use life::{Stage, live};

/// A small generator with a fixed start: the same run on every machine (Marsaglia's xorshift64).
struct Fixed(u64);

impl Chance for Fixed {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    fn is_spent(&self) -> bool {
        false
    }
}

const CASES: usize = 2_000;
const COMMANDS: usize = 60;

#[test]
fn whatever_people_do_refusals_change_nothing_replay_gives_the_state_and_there_is_a_way_on() {
    let (mut accepted, mut refused, mut ended) = (0, 0, 0);
    for (index, institution) in common::INSTITUTIONS.into_iter().enumerate() {
        let stage = Stage::of(institution);
        let mut chance = Fixed(0x5eed_0000_0000_0001 + index as u64);
        for _ in 0..CASES / common::INSTITUTIONS.len() {
            let lived = live(&stage, COMMANDS, &mut chance);
            accepted += lived.accepted;
            refused += lived.refused;
            ended += u64::from(lived.ended);
        }
    }
    println!("{accepted} accepted, {refused} refused, {ended} cases ended");
    assert!(accepted > 20_000 && refused > 20_000 && ended > 200, "the chance is spread: {accepted} {refused} {ended}");
}
