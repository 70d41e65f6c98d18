//! How the priority is asked for and shown: impact and urgency where the manual crosses them, a word where it does not.

use super::{refused::Typed, scene::Scene};
use crate::{form::Sent, words};
use engine::{
    case::Case,
    command::Weight,
    event::Priority,
    value::{Value, find},
};
use manual::priority::{Grade, PriorityMatrix};
use maud::{Markup, html};

pub const WORDS: [(&str, Priority); 4] =
    [("baja", Priority::Low), ("normal", Priority::Normal), ("alta", Priority::High), ("urgente", Priority::Urgent)];

/// What a form says of the priority: impact and urgency, or the word.
#[must_use]
pub fn given(sent: &Sent) -> Option<Weight> {
    if let Some(word) = sent.text("prioridad") {
        return WORDS.iter().find(|(known, _)| *known == word).map(|(_, priority)| Weight::Plain(*priority));
    }
    let part = |name: &str| sent.name(name).unwrap_or_else(|| "".into());
    let graded = sent.text("impacto").is_some() || sent.text("urgencia").is_some();
    graded.then(|| Weight::Graded { impact: part("impacto"), urgency: part("urgencia") })
}

/// The form: impact and urgency where the manual crosses them, the word where it does not.
#[must_use]
pub fn form(scene: &Scene<'_>) -> Markup {
    let case = scene.case();
    choice(scene.view.edition.priority.as_ref(), scene.typed("prioridades"), &now(case), case.priority)
}

/// What is chosen, beginning with what the case has now.
#[must_use]
pub fn choice(matrix: Option<&PriorityMatrix>, typed: Typed<'_>, now: &(String, String), priority: Priority) -> Markup {
    html! {
        @match matrix {
            Some(matrix) => (graded(matrix, typed, now)),
            None => div.campo.corto {
                label for="prioridad" { "Prioridad" }
                select id="prioridad" name="prioridad" {
                    @for (word, one) in WORDS {
                        @let chosen = if typed.text("prioridad").is_empty() { one == priority } else { typed.is("prioridad", word) };
                        option value=(word) selected[chosen] { (words::priority(one)) }
                    }
                }
            },
        }
    }
}

/// Impact and urgency as the case has them, or as whoever asked described them.
fn now(case: &Case) -> (String, String) {
    let said = |key: &str| find(&case.values, key).and_then(Value::text).unwrap_or_default().to_owned();
    match &case.grounds {
        Some(grounds) => (grounds.impact.to_string(), grounds.urgency.to_string()),
        None => (said("impacto"), said("urgencia")),
    }
}

/// The two choices from which the priority follows.
#[must_use]
pub fn graded(matrix: &PriorityMatrix, typed: Typed<'_>, now: &(String, String)) -> Markup {
    let choice = |id: &str, label: &str, fault: &str, grades: &[Grade], now: &str| {
        let chosen = if typed.refused().is_some() { typed.text(id) } else { now };
        html! {
            div.campo {
                label for=(id) { (label) }
                select id=(id) name=(id) {
                    option value="" { "Elija…" }
                    @for grade in grades { option value=(grade.key) selected[chosen == &*grade.key] { (grade.label) } }
                }
                (typed.fault(fault))
            }
        }
    };
    html! {
        div.campos-2 {
            (choice("impacto", "Impacto", "impact", &matrix.impacts, &now.0))
            (choice("urgencia", "Urgencia", "urgency", &matrix.urgencies, &now.1))
        }
        details {
            summary { "Cómo resulta la prioridad" }
            (table(matrix))
        }
    }
}

/// The matrix as the manual has it.
#[must_use]
pub fn table(matrix: &PriorityMatrix) -> Markup {
    html! {
        div.tabla-marco tabindex="0" role="region" aria-label="Prioridad según impacto y urgencia" {
            table {
                caption.oculto-visual { "Prioridad que resulta de cada impacto y urgencia" }
                thead { tr { th scope="col" { "Impacto" } @for urgency in &matrix.urgencies { th scope="col" { "Urgencia " (urgency.key) } } } }
                tbody {
                    @for impact in &matrix.impacts {
                        tr {
                            th scope="row" { (impact.label) }
                            @for urgency in &matrix.urgencies {
                                td { @if let Some(word) = matrix.priority(&impact.key, &urgency.key) { (word.label()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The priority with its derivation: "Alta: impacto alto × urgencia media".
#[must_use]
pub fn shown(scene: &Scene<'_>) -> Markup {
    let case = scene.case();
    let norm = scene.view.edition.priority.as_ref().and_then(|matrix| matrix.norm.as_ref());
    html! {
        (words::priority(case.priority))
        @if let Some(grounds) = &case.grounds {
            span.menor title=(format!("{} · urgencia: {}", grounds.impact_label, grounds.urgency_label)) {
                " · " (grounds.shown()) " = " (case.priority.label())
                @if let Some(norm) = norm { " (norma " (norm) ")" }
            }
        } @else if scene.view.edition.priority.is_some() {
            span.menor { " · sin impacto ni urgencia todavía" }
        }
    }
}
