//! The last rule: a recorded reading that answers no finding. It runs after all the others.

use super::report::{Linter, RULES, Within};
use crate::{finding::At, places::Spot, procedure::Reading};

pub fn check(linter: &mut Linter<'_>) {
    let edition = linter.edition;
    for (i, reading) in edition.readings.iter().enumerate() {
        let at = linter.place(Spot::ManualReading, &[i], edition.at);
        unused(linter, Within::Manual, (None, None, i), at, reading);
    }
    for (p, procedure) in edition.procedures.iter().enumerate() {
        for (i, reading) in procedure.readings.iter().enumerate() {
            let at = linter.place(Spot::Reading, &[p, i], procedure.at);
            unused(linter, Within::Procedure(p), (Some(p), None, i), at, reading);
        }
        for (s, step) in procedure.steps.iter().enumerate() {
            for (i, reading) in step.readings.iter().enumerate() {
                let at = linter.place(Spot::StepReading, &[p, s, i], step.at);
                unused(linter, Within::Step(p, s), (Some(p), Some(s), i), at, reading);
            }
        }
    }
}

fn unused(
    linter: &mut Linter<'_>,
    within: Within,
    place: (Option<usize>, Option<usize>, usize),
    at: At,
    reading: &Reading,
) {
    if linter.is_used(place.0, place.1, place.2) {
        return;
    }
    let known = RULES.contains(&&*reading.rule);
    // A name that is no rule, and like none, is the author's own remark on the original: it stands.
    let near = crate::words::nearest(&reading.rule, RULES.iter().copied()).filter(|_| !known);
    if !known && near.is_none() {
        return;
    }
    let help =
        near.map_or_else(|| "Bórrela, o revise en qué paso va.".to_owned(), |near| format!("¿Quiso decir «{near}»?"));
    let message = format!("La lectura de «{}» no responde a ningún hallazgo.", reading.rule);
    linter.warning("lectura-sin-uso", within, at, message, help, "no responde a nada");
}
