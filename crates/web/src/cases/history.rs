//! What has happened to the case, in sentences, the newest first.

use super::{linked, scene::Scene};
use crate::words;
use engine::{
    calendar::words::opening,
    event::{Event, Given, MovedDue, Recorded},
    history::{clock_name, sentence, who},
    value::Values,
};
use maud::{Markup, html};

/// The list itself: changes by itself while the page is open.
#[must_use]
pub fn draw(scene: &Scene<'_>) -> Markup {
    let history = &scene.view.history;
    let total = i64::try_from(history.len()).unwrap_or(i64::MAX);
    html! {
        section.panel #historia data-live aria-labelledby="historia-titulo" {
            header {
                h2 #historia-titulo { "Historia" }
                span.menor { (words::count(total, "hecho", "hechos")) ", lo más reciente primero" }
            }
            ol.historia reversed {
                @for recorded in history.iter().rev() { (item(scene, recorded)) }
            }
        }
    }
}

fn item(scene: &Scene<'_>, recorded: &Recorded) -> Markup {
    let when = words::time(recorded.at, &scene.visitor.zone());
    let may_split = linked::may_tie(scene) && scene.case().merged.is_none();
    match &recorded.event {
        Event::Commented { text, public } => html! {
            li.comentario.interno[!*public] {
                (when)
                strong { (who(&recorded.by)) } " "
                @if *public { "escribió a la vista de todos" } @else { span.etiqueta.aviso { "Nota interna" } " no la ve quien solicita" }
                p.texto-libre { (text) }
                // What is internal does not become what somebody asks for.
                @if *public && may_split {
                    a.menor href=(scene.to(&format!("otro?hecho={}", recorded.n))) {
                        "Abrir otro caso con esto" span.oculto-visual { " (hecho " (recorded.n) ")" }
                    }
                }
            }
        },
        event => html! {
            li {
                (when)
                (sentence(recorded, scene.procedure()))
                @match event {
                    Event::Completed(completed) => (given(scene, &completed.given)),
                    Event::Acted(acted) => (given(scene, &acted.given)),
                    Event::Recounted { moved, .. } | Event::Transferred { moved, .. } => (shifted(scene, moved)),
                    _ => {}
                }
            }
        },
    }
}

/// What another calendar or edition moved: "vencía … / vence …".
fn shifted(scene: &Scene<'_>, moved: &[MovedDue]) -> Markup {
    let zone = scene.visitor.zone();
    html! {
        @for due in moved {
            p.menor {
                (opening(&clock_name(&due.clock))) ": vencía el " (words::long_moment(due.before, &zone)) "; vence el " strong { (words::long_moment(due.after, &zone)) } "."
            }
        }
    }
}

/// What was given with a step: note, area and data.
fn given(scene: &Scene<'_>, given: &Given) -> Markup {
    let routing = scene.procedure().routing.as_ref();
    let route = given.route.as_ref().and_then(|key| routing?.routes.iter().find(|route| route.key == *key));
    html! {
        @if let Some(note) = &given.note { p.texto-libre.cita { (note) } }
        @if let (Some(route), Some(routing)) = (route, routing) { p.menor { (routing.label) ": " (route.label) } }
        @if !given.values.is_empty() {
            details { summary { "Datos de este paso (" (given.values.len()) ")" } (values(scene, &given.values)) }
        }
        @for (key, reason) in &given.overrides { p.menor { "«" (label(scene, key)) "» se usó de todos modos: " (reason) } }
    }
}

/// Values under the labels of their fields.
#[must_use]
pub fn values(scene: &Scene<'_>, values: &Values) -> Markup {
    html! {
        dl.datos {
            @for (key, value) in values {
                dt { (label(scene, key)) }
                dd.texto-libre { (super::papers::shown(scene, key, value)) }
            }
        }
    }
}

fn label(scene: &Scene<'_>, key: &str) -> String {
    super::papers::field(scene, key).map_or_else(|| key.to_string(), |field| field.label.to_string())
}
