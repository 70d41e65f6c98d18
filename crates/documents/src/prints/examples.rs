//! The worked examples of a procedure: what was asked, what was answered, the way it took and when it fell due.

use crate::flowchart::model::branch_word;
use crate::words;
use manual::{edition::Edition, field::Field, procedure::Procedure, scenario::Scenario};
use maud::{Markup, html};

/// All of a procedure's; nothing where it has none.
pub fn examples(edition: &Edition, procedure: &Procedure) -> Markup {
    let own: Vec<&Scenario> =
        edition.scenarios.iter().filter(|scenario| scenario.procedure == procedure.code).collect();
    html! {
        @if !own.is_empty() {
            h3 { @if own.len() == 1 { "Ejemplo" } @else { "Ejemplos" } }
            @for scenario in own { (example(edition, procedure, scenario)) }
        }
    }
}

fn example(edition: &Edition, procedure: &Procedure, scenario: &Scenario) -> Markup {
    let opening = words::opening_fields(edition, procedure);
    let way: Vec<String> = scenario.path.iter().map(ToString::to_string).collect();
    let rows = [
        ("Se abre", scenario.opened.map(words::moment)),
        (
            "Con los datos",
            some(&scenario.opening_values.iter().map(|(key, value)| said(&opening, key, value)).collect::<Vec<_>>()),
        ),
        ("Se registra", some(&given(edition, procedure, scenario))),
        ("Se responde", some(&answered(procedure, scenario))),
        ("Recorre los pasos", (!way.is_empty()).then(|| way.join(" → "))),
        ("Vence", scenario.due.map(words::moment)),
        ("Termina", scenario.state.as_deref().map(branch_word)),
    ];
    html! {
        table.ejemplo {
            caption { (scenario.title) }
            tbody {
                @for (name, text) in rows {
                    @if let Some(text) = text { tr { th scope="row" { (name) } td { (text) } } }
                }
            }
        }
    }
}

fn some(parts: &[String]) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// "Tipo de solicitud: Baja".
fn said(fields: &[&Field], key: &str, value: &str) -> String {
    match fields.iter().find(|field| &*field.key == key) {
        Some(field) => format!("{}: {}", field.label, words::option_label(Some(field), value)),
        None => format!("{}: {value}", branch_word(key)),
    }
}

fn given(edition: &Edition, procedure: &Procedure, scenario: &Scenario) -> Vec<String> {
    let said = scenario.step_values.iter().map(|(number, key, value)| {
        let fields = procedure.step(*number).map(|step| words::step_fields(edition, step)).unwrap_or_default();
        let route = procedure.routing.as_ref().filter(|routing| routing.key == *key);
        let text = match route {
            Some(routing) => {
                let area = routing.routes.iter().find(|route| route.key == *value);
                format!("{}: {}", routing.label, area.map_or(&**value, |area| &*area.label))
            }
            None => said(&fields, key, value),
        };
        format!("en el paso {number}, {text}")
    });
    said.collect()
}

fn answered(procedure: &Procedure, scenario: &Scenario) -> Vec<String> {
    let said = scenario.answers.iter().map(|(number, answer)| {
        let question = procedure.step(*number).and_then(|step| step.decision.as_ref());
        let question = question.map(|decision| format!(" {}", decision.question)).unwrap_or_default();
        format!("paso {number}:{question} {}", branch_word(answer))
    });
    said.collect()
}
