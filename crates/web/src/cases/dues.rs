//! The due dates of a case, each with the reasons for it.

use super::scene::Scene;
use crate::{
    because::{Line, Telling},
    words,
};
use maud::{Markup, html};

/// All the clocks: the case's own and that of the present step.
#[must_use]
pub fn draw(scene: &Scene<'_>) -> Markup {
    let zone = scene.visitor.zone();
    let lines = scene.calendar.as_deref().map_or_else(Vec::new, |calendar| {
        Telling { view: scene.view, calendar, now: scene.visitor.now, zone: &zone }.lines()
    });
    html! {
        @if !lines.is_empty() {
            section.panel #plazos data-live aria-labelledby="plazos-titulo" {
                h2 #plazos-titulo { "Plazos" }
                @for line in &lines { (drawn(scene, line)) }
            }
        }
    }
}

fn drawn(scene: &Scene<'_>, line: &Line) -> Markup {
    let zone = scene.visitor.zone();
    html! {
        div.plazo-linea {
            p {
                strong { (line.name) } " · " (line.term) ": "
                @match (line.outcome, line.stopped) {
                    (Some(outcome), _) => { span.etiqueta { (outcome) } }
                    (None, Some(at)) if at > line.due && !line.apart => { span.etiqueta.mal { "Cumplido fuera de plazo" } " " (words::time(at, &zone)) }
                    (None, Some(at)) => { span.etiqueta.bien { "Cumplido" } " " (words::time(at, &zone)) }
                    (None, None) if scene.case().paused.is_some() => { span.etiqueta { "Detenido" } }
                    (None, None) => { (words::due(Some(line.due), scene.visitor.now, &zone)) }
                }
            }
            p.menor { "Vence el " (words::long_moment(line.due, &zone)) @if let Some(norm) = &line.norm { " · norma " (norm) } }
            @if !line.because.is_empty() {
                details {
                    summary { "¿Por qué esta fecha?" }
                    ol.menor { @for reason in &line.because { li { (reason) } } }
                }
            }
        }
    }
}
