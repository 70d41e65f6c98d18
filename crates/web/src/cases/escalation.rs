//! What the case's page says of escalation: the mark, the notice to the superior, and the form to escalate.

use super::{refused::Typed, scene::Scene};
use manual::{organization::Scope, procedure::Route};
use maud::{Markup, html};

/// The mark beside the state, once the case was escalated.
#[must_use]
pub fn mark(scene: &Scene<'_>) -> Markup {
    let case = scene.case();
    html! {
        @if let Some(last) = case.escalations.last().filter(|_| case.is_open()) {
            @let with = case.with_superior().is_some();
            span.etiqueta.aviso title=(format!("{}: {}", last.escalated.to, last.escalated.reason)) {
                @if with { "Escalado a " (last.escalated.to) } @else { "Escalado" }
            }
        }
    }
}

/// To the superior: who escalated and why, and that it may be given back.
#[must_use]
pub fn notice(scene: &Scene<'_>) -> Markup {
    let Some(escalation) = scene.case().with_superior() else { return html! {} };
    let typed = scene.typed("devoluciones-de-escalado");
    html! {
        div.aviso-caja role="status" {
            p {
                strong { (escalation.by.name) } " le pide decidir como " (escalation.escalated.to) ": " (escalation.escalated.reason)
                ". Cumpla el paso, o devuélvalo sin decidir."
            }
            details open[typed.refused().is_some()] {
                summary { "Devolver sin decidir" }
                form.formulario method="post" action=(scene.to("escalaciones/devolucion")) {
                    (scene.visitor.seal())
                    div.campo {
                        label for="devuelve-escalado" { "Por qué se devuelve" }
                        textarea id="devuelve-escalado" name="razon" rows="2" maxlength="2000" required { (typed.text("razon")) }
                        (typed.fault("reason"))
                    }
                    div.fila { button type="submit" { "Devolver a " (escalation.by.name) } }
                }
            }
        }
    }
}

/// The areas to which this step may go, besides the one where it is.
fn areas<'s>(scene: &Scene<'s>) -> Vec<&'s Route> {
    let (Some(step), Some(routing)) = (scene.step(), &scene.procedure().routing) else { return Vec::new() };
    let asks = routing.asked_at.iter().any(|question| question.step == step.number);
    if !asks && !step.responsibles.iter().any(|one| one.scope == Scope::Routed) {
        return Vec::new();
    }
    routing.routes.iter().filter(|route| scene.case().route.as_ref() != Some(&route.key)).collect()
}

/// The form: to another area or level, or to the superior.
#[must_use]
pub fn form(scene: &Scene<'_>, reason: &Markup) -> Markup {
    let typed: Typed<'_> = scene.typed("escalaciones");
    let areas = areas(scene);
    html! {
        fieldset.campo {
            legend { "A quién" }
            @for route in &areas {
                label.opcion {
                    input type="radio" name="a" value=(format!("area:{}", route.key)) checked[typed.is("a", &format!("area:{}", route.key))] required;
                    span { (route.label) @if let Some(level) = route.level { span.menor { " · nivel " (level) } } }
                }
            }
            label.opcion {
                input type="radio" name="a" value="superior" checked[typed.is("a", "superior") || areas.is_empty()] required;
                span { "Al superior, para que decida " span.menor { "(queda esperando su decisión)" } }
            }
            (typed.fault("area"))
        }
        (reason)
    }
}
