//! The readings of the original, numbered in the order of the manual, so that a step can point at its note at the end.

use manual::{
    edition::Edition,
    procedure::{Printed, Reading, StepNo},
};
use maud::{Markup, html};

/// One reading, or one fact that the original prints differently elsewhere.
pub struct Note {
    /// Its position among the procedures, and the step; nothing for the manual as a whole.
    procedure: Option<usize>,
    step: Option<StepNo>,
    place: String,
    text: String,
}

/// All of them; a note's number is its place in the list, counted from 1.
pub fn notes(edition: &Edition) -> Vec<Note> {
    let mut notes = Vec::new();
    gather(&mut notes, (None, None), "Manual", &edition.printed, &edition.readings);
    for (index, procedure) in edition.procedures.iter().enumerate() {
        gather(&mut notes, (Some(index), None), &procedure.code, &procedure.printed, &procedure.readings);
        for step in &procedure.steps {
            let place = format!("{}, paso {}", procedure.code, step.number);
            gather(&mut notes, (Some(index), Some(step.number)), &place, &[], &step.readings);
        }
    }
    notes
}

fn gather(
    notes: &mut Vec<Note>,
    (procedure, step): (Option<usize>, Option<StepNo>),
    place: &str,
    printed: &[Printed],
    readings: &[Reading],
) {
    let printed =
        printed.iter().map(|printed| format!("En «{}», el original dice: «{}».", printed.place, printed.text));
    let texts = printed.chain(readings.iter().map(|reading| reading.text.to_string()));
    notes.extend(texts.map(|text| Note { procedure, step, place: place.to_owned(), text }));
}

/// The links from a procedure, or from one of its steps, to its notes.
pub fn pointers(notes: &[Note], procedure: usize, step: Option<StepNo>) -> Markup {
    let here = notes.iter().enumerate().filter(|(_, note)| note.procedure == Some(procedure) && note.step == step);
    let numbers: Vec<usize> = here.map(|(index, _)| index + 1).collect();
    html! {
        @if !numbers.is_empty() {
            p.llamada {
                @if numbers.len() == 1 { "Véase la lectura " } @else { "Véanse las lecturas " }
                @for (index, number) in numbers.iter().enumerate() {
                    @if index > 0 { ", " }
                    a href=(format!("#lectura-{number}")) { (number) }
                }
            }
        }
    }
}

/// The table at the end of the manual.
pub fn table(notes: &[Note]) -> Markup {
    html! {
        p { "El documento aprobado tiene rarezas que admiten más de una lectura. Esta es la que sigue el manual." }
        table.cuadro {
            thead { tr { th.no scope="col" { "No." } th.lugar scope="col" { "Lugar" } th scope="col" { "Lectura" } } }
            tbody {
                @for (index, note) in notes.iter().enumerate() {
                    tr id=(format!("lectura-{}", index + 1)) {
                        td.no { (index + 1) }
                        td { (note.place) }
                        td { (note.text) }
                    }
                }
            }
        }
    }
}
