//! What changes from one edition to another, as the authority that signs reads it: by part, procedure and step.

use crate::words;
use manual::compare::{Change, Fate, Part, ProcedureChange, ProcedureFate, Redline};
use maud::{Markup, html};

/// All the differences; says so where there are none.
#[must_use]
pub fn draw(redline: &Redline) -> Markup {
    html! {
        @if redline.is_empty() {
            div.vacio.panel { p { "Las dos ediciones dicen lo mismo." } }
        }
        @if !redline.manual.is_empty() {
            section.panel aria-labelledby="cambios-manual" { h2 #cambios-manual { "Carátula, calendario y normas" } (changes(&redline.manual)) }
        }
        (parts("Responsables", "cambios-responsables", &redline.roles))
        (parts("Formularios", "cambios-formularios", &redline.forms))
        @if !redline.procedures.is_empty() {
            section.pila aria-labelledby="cambios-procedimientos" {
                h2 #cambios-procedimientos { "Procedimientos" }
                @for change in &redline.procedures { (procedure(change)) }
            }
        }
    }
}

fn procedure(change: &ProcedureChange) -> Markup {
    let count = |steps: usize| words::count(i64::try_from(steps).unwrap_or(i64::MAX), "paso", "pasos");
    html! {
        section.panel {
            header {
                h3 { (change.code) " " (change.title) }
                @match &change.fate {
                    ProcedureFate::Added { steps } => { (mark("bien", "Nuevo")) span.menor { (count(*steps)) } }
                    ProcedureFate::Removed { steps } => { (mark("mal", "Suprimido")) span.menor { (count(*steps)) } }
                    ProcedureFate::Changed { .. } => { (mark("aviso", "Cambia")) }
                }
            }
            @if let ProcedureFate::Changed { changes: of_procedure, steps } = &change.fate {
                (changes(of_procedure))
                @for step in steps { (fate(&format!("Paso {}", step.number), &step.fate)) }
            }
        }
    }
}

fn parts(title: &str, id: &str, parts: &[Part]) -> Markup {
    html! {
        @if !parts.is_empty() {
            section.panel aria-labelledby=(id) {
                h2 id=(id) { (title) }
                @for part in parts { (fate(&part.name, &part.fate)) }
            }
        }
    }
}

fn fate(name: &str, fate: &Fate) -> Markup {
    html! {
        div.pila {
            @match fate {
                Fate::Added(lines) => {
                    p { strong { (name) } " " (mark("bien", "Nuevo")) }
                    ul { @for line in lines { li { ins { (line) } } } }
                }
                Fate::Removed(lines) => {
                    p { strong { (name) } " " (mark("mal", "Suprimido")) }
                    ul { @for line in lines { li { del { (line) } } } }
                }
                Fate::Changed(list) => {
                    p { strong { (name) } " " (mark("aviso", "Cambia")) }
                    (changes(list))
                }
            }
        }
    }
}

fn mark(class: &str, word: &str) -> Markup {
    html! { span class=(format!("etiqueta {class}")) { (word) } }
}

fn changes(list: &[Change]) -> Markup {
    html! {
        @if !list.is_empty() {
            dl.datos.cambios {
                @for change in list {
                    dt { (change.what) }
                    dd {
                        @if let Some(before) = &change.before { del { span.oculto-visual { "Decía: " } (before) } }
                        @if change.before.is_some() && change.after.is_some() { br; }
                        @if let Some(after) = &change.after { ins { span.oculto-visual { "Dice: " } (after) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_shows_both_sides_as_deletion_and_insertion() {
        let redline = Redline {
            manual: vec![Change {
                what: "edición".into(),
                before: Some("Primera".into()),
                after: Some("<Segunda>".into()),
            }],
            ..Redline::default()
        };
        let page = draw(&redline).into_string();
        assert!(page.contains("<del>") && page.contains("Primera</del>"), "{page}");
        assert!(page.contains("&lt;Segunda&gt;</ins>"), "{page}");
        assert!(draw(&Redline::default()).into_string().contains("dicen lo mismo"));
    }
}
