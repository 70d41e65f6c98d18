//! Any bytes as what people do to a case of one of the five institutions, one choice after the other.

#![no_main]

use fuzz::{
    acts::Chance,
    bytes::Bytes,
    common,
    life::{Stage, live},
    seeds,
};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

/// Commands of one life at most, so that each input is quick.
const MOST: usize = 100;

static STAGES: [OnceLock<Stage>; 5] = [const { OnceLock::new() }; 5];

fuzz_target!(init: seeds::asked(seeds::commands), |bytes: &[u8]| {
    let mut chance = Bytes::new(bytes);
    let institution = chance.below(common::INSTITUTIONS.len());
    let stage = STAGES[institution].get_or_init(|| Stage::of(common::INSTITUTIONS[institution]));
    live(stage, MOST, &mut chance);
});
