//! What an ended case teaches: the offer to keep how it was solved, with what was already written in it.

use super::scene::Scene;
use engine::{
    case::Ending,
    event::{Event, Given},
    value::Value,
};
use manual::field::Kind;
use maud::{Markup, html};
use store::knowledge::SolutionState;

/// The form that writes a solution from a case.
pub const FORM: &str = "soluciones";

/// The panel of a finished case, for those who attend.
#[must_use]
pub fn offer(scene: &Scene<'_>) -> Markup {
    let finished = scene.case().ended.as_ref().is_some_and(|ended| ended.how == Ending::Finished);
    if !finished || !scene.view.attends {
        return html! {};
    }
    let typed = scene.typed(FORM);
    let known = |name: &str, otherwise: String| {
        if typed.refused().is_some() { typed.text(name).to_string() } else { otherwise }
    };
    let field = |name: &str, label: &str, rows: u8, most: u32, value: String| {
        let id = format!("solucion-{name}");
        html! {
            div.campo {
                label for=(id) { (label) }
                textarea id=(id) name=(name) rows=(rows) maxlength=(most) { (value) }
                (typed.fault(name))
            }
        }
    };
    html! {
        section.panel #aprendido aria-labelledby="aprendido-titulo" {
            h2 #aprendido-titulo { "Lo que enseñó este caso" }
            @match &scene.solution {
                Some(solution) => p {
                    "Ya es una solución"
                    @match solution.state {
                        SolutionState::Published => " publicada: ",
                        SolutionState::Draft => " en borrador: ",
                        SolutionState::Withdrawn => " retirada: ",
                    }
                    a href=(scene.visitor.to(&format!("/soluciones/{}", solution.id))) { (solution.title) }
                },
                None => details open[typed.refused().is_some()] {
                    summary { "Guardar como solución" }
                    form.formulario method="post" action=(scene.to(FORM)) {
                        (scene.visitor.seal())
                        p.menor { "Queda en borrador hasta que una jefatura la publique. No ponga nombres, contraseñas ni datos de personas." }
                        (field("titulo", "Título", 1, 200, known("titulo", scene.case().subject.to_string())))
                        (field("problema", "El problema, como lo diría quien lo sufre", 3, 5_000, known("problema", scene.case().description.to_string())))
                        (field("solucion", "Cómo se resolvió", 5, 20_000, known("solucion", written(scene))))
                        div.fila { button type="submit" { "Guardar la solución en borrador" } }
                    }
                }
            }
        }
    }
}

/// What was written about the way out: the long texts of the last step that has any, else its note.
fn written(scene: &Scene<'_>) -> String {
    let last = scene.view.history.iter().rev().filter_map(|recorded| match &recorded.event {
        Event::Completed(completed) => Some(&completed.given),
        _ => None,
    });
    last.map(|given| texts(scene, given)).find(|text| !text.is_empty()).unwrap_or_default()
}

fn texts(scene: &Scene<'_>, given: &Given) -> String {
    let long = given
        .values
        .iter()
        .filter(|(key, _)| super::papers::field(scene, key).is_some_and(|field| matches!(field.kind, Kind::LongText)));
    let mut texts: Vec<String> = long
        .filter_map(|(_, value)| match value {
            Value::Text(text) if !text.trim().is_empty() => Some(text.trim().to_string()),
            _ => None,
        })
        .collect();
    texts.extend(given.note.as_deref().map(str::trim).filter(|note| !note.is_empty()).map(ToString::to_string));
    texts.join("\n\n")
}
