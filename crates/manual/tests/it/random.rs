//! Random texts and a valid manual spoiled at random: whatever comes, reading, checking, walking and drawing end.

use crate::{
    living,
    sample::{MANUAL, files, shared},
};
use proptest::prelude::*;

fn live_through(text: &str) {
    living::live_through(&files(text), &shared());
}

/// A byte position of the sample, moved to where a character begins.
fn place(at: usize) -> usize {
    manual::source::floor_char(MANUAL, at % (MANUAL.len() + 1))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,400}") {
        live_through(&text);
    }

    #[test]
    fn any_text_of_the_grammar(text in "([a-z]{1,9}|[ =;{}()\"#/*\\\\-]|\n|[0-9.]{1,3}|\"[a-zñ ]{0,9}\"|paso 1|decide|calendario){0,120}") {
        live_through(&text);
    }

    #[test]
    fn a_manual_with_a_piece_cut(from in any::<usize>(), length in 0usize..60) {
        let (from, to) = (place(from), place(place(from).saturating_add(length)));
        let (from, to) = (from.min(to), from.max(to));
        live_through(&format!("{}{}", &MANUAL[..from], &MANUAL[to..]));
    }

    #[test]
    fn a_manual_with_a_piece_put_in(at in any::<usize>(), piece in "[ a-z\"{}=#0-9;\n-]{1,12}") {
        let at = place(at);
        live_through(&format!("{}{piece}{}", &MANUAL[..at], &MANUAL[at..]));
    }

    #[test]
    fn a_manual_with_two_lines_swapped(one in any::<usize>(), other in any::<usize>()) {
        let mut lines: Vec<&str> = MANUAL.lines().collect();
        let count = lines.len();
        lines.swap(one % count, other % count);
        live_through(&lines.join("\n"));
    }

    #[test]
    fn a_manual_with_other_numbers(seed in any::<u64>()) {
        let mut state = seed;
        let text: String = MANUAL
            .chars()
            .map(|c| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                if c.is_ascii_digit() && state >> 62 == 0 { char::from(b'0' + u8::try_from((state >> 40) % 10).expect("a digit")) } else { c }
            })
            .collect();
        live_through(&text);
    }
}
