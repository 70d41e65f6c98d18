//! Keeps the walls of the house: who may use whom, and where each thing may happen. A broken wall names both parties.

mod house {
    pub mod source;
    pub mod arrows;
    pub mod order;
    pub mod doors;
    pub mod purity;
    pub mod shape;
}

use house::{arrows, doors, order, purity, shape, source::House};
use std::path::Path;

fn the_house() -> House {
    House::read(Path::new(env!("CARGO_MANIFEST_DIR")))
}

#[track_caller]
fn stands(broken: &[String]) {
    assert!(broken.is_empty(), "{} broken:\n  {}", broken.len(), broken.join("\n  "));
}

#[test]
fn rooms_use_only_the_rooms_below_them() {
    stands(&arrows::check(&the_house()));
}

#[test]
fn files_use_only_the_files_listed_above_them() {
    stands(&order::check(&the_house()));
}

#[test]
fn one_door_writes_a_case_and_one_changes_it() {
    stands(&doors::check(&the_house()));
}

#[test]
fn the_inner_rooms_have_no_clock_no_chance_and_no_io() {
    stands(&purity::check(&the_house()));
}

#[test]
fn files_are_short_and_say_what_lives_in_them() {
    let house = the_house();
    stands(&shape::check(&house));
    let median = shape::median(&house);
    println!("median of lines a file: {median}");
    assert!(median <= 150, "the median file has {median} lines; 150 is the most");
}
