//! The list of a step on the case's page: its points with who ticked each, inside the form of the step.

use super::{refused::Typed, scene::Scene};
use crate::{form::Sent, words};
use engine::Name;
use manual::procedure::Step;
use maud::{Markup, html};

/// The points, with a button that keeps the ticks without ending the step.
#[must_use]
pub fn draw(scene: &Scene<'_>, step: &Step, typed: Typed<'_>) -> Markup {
    let zone = scene.visitor.zone();
    let typed_now = |item: &str| match typed.refused() {
        Some(refused) => refused.pairs.iter().any(|(key, text)| key == "punto" && text == item),
        None => scene.case().check(item).is_some(),
    };
    let total = i64::try_from(step.checks.len()).unwrap_or(i64::MAX);
    let done = step.checks.iter().filter(|point| scene.case().check(&point.text).is_some()).count();
    html! {
        @if !step.checks.is_empty() {
            fieldset.campo {
                legend { "Lista: " (done) " de " (words::count(total, "punto", "puntos")) }
                input type="hidden" name="lista" value="si";
                @for point in &step.checks {
                    label.opcion {
                        input type="checkbox" name="punto" value=(point.text) checked[typed_now(&point.text)];
                        span {
                            (point.text)
                            @if point.required { " " span.obligatorio { "(obligatorio)" } }
                            @if let Some(check) = scene.case().check(&point.text) {
                                span.menor { " · " (check.by.name) ", " (words::time(check.at, &zone)) }
                            }
                        }
                    }
                }
                (typed.fault("check"))
                div.fila { button.liso type="submit" formaction=(scene.to("comprobaciones")) formnovalidate { "Guardar la lista" } }
            }
        }
    }
}

/// The points ticked in a form; none where the form had no list.
#[must_use]
pub fn given(sent: &Sent) -> Option<Vec<Name>> {
    sent.text("lista")?;
    Some(sent.pairs.iter().filter(|(key, _)| key == "punto").map(|(_, text)| Name::from(text.as_str())).collect())
}
