//! The page of a case: first the one thing that is asked of the visitor, then everything about it.

use super::{
    deeds, deliveries, drafts, dues, history, learning, letters, linked, papers, refused::Refused, scene::Scene,
    standby, talk,
};
use crate::{
    failure::Failure,
    shell::{Frame, Place},
    state::Visitor,
    walked, words,
};
use axum::{
    Extension,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use documents::flowchart::flowchart;
use maud::{Markup, PreEscaped, html};
use store::CaseView;

/// `GET /{institution}/casos/{number}`
pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let view = seen(&visitor, &number).await?;
    render(&visitor, &view, None).await
}

/// `GET` on the address of one of the case's forms, as after a refusal and a reload: to the case.
pub async fn back(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
) -> Result<Redirect, Failure> {
    let view = seen(&visitor, &number).await?;
    Ok(Redirect::to(&visitor.to(&format!("/casos/{}", view.case.number))))
}

/// The case, if this visitor may see it: to any other it is not there.
///
/// # Errors
/// Not found; or the store cannot be read.
pub async fn seen(visitor: &Visitor, number: &str) -> Result<CaseView, Failure> {
    visitor.reader.case(number).await?.ok_or(Failure::NotFound)
}

/// The page, with the form that was refused as it was typed.
///
/// # Errors
/// If the store cannot be read.
pub async fn render(visitor: &Visitor, view: &CaseView, refused: Option<&Refused>) -> Result<Response, Failure> {
    let scene = Scene::load(visitor, view, refused).await?;
    let mails = visitor.reader.deliveries(view).await?;
    let case = scene.case();
    let letters = if view.attends { visitor.reader.letters_of_case(&case.number).await? } else { Vec::new() };
    let content = html! {
        (heading(&scene))
        @if let Some(refused) = refused { (refused.alert()) }
        @if view.attends { p.aviso-caja.atencion #presencia role="status" hidden {} }
        (drafts::leftover(&scene))
        div.dos {
            div.pila {
                section.panel.principal #tarea data-live { (standby::main_thing(&scene)) }
                (learning::offer(&scene))
                (talk::forms(&scene))
                (history::draw(&scene))
            }
            div.pila {
                (papers::people(&scene))
                (dues::draw(&scene))
                (papers::data(&scene))
                (papers::files(&scene))
                (deliveries::draw(&scene, &mails))
                (letters::draw(&scene, &letters))
                (linked::draw(&scene))
                (deeds::draw(&scene))
            }
        }
        (chart(&scene))
    };
    let title = format!("{} {}", case.number, case.subject);
    let place = if visitor.attends() || visitor.sees_all() { Place::Cases } else { Place::Requests };
    let page = Frame::new(visitor, place, &title).of_case(&case.number).page(&content);
    let status = refused.map_or(StatusCode::OK, |refused| refused.status);
    Ok((status, page).into_response())
}

fn heading(scene: &Scene<'_>) -> Markup {
    let case = scene.case();
    let merged = case.merged.is_some().then_some("Unido a otro");
    let own =
        scene.step().and_then(|step| step.state_label.as_deref()).filter(|_| case.is_open() && case.paused.is_none());
    html! {
        div.encabezado #estado data-live {
            div {
                p.migas { (case.number) " · " (scene.procedure().code) " " (scene.procedure().title) }
                h1 { (case.subject) }
            }
            div.fila {
                (words::status(case.status(), own.or(merged)))
                (super::escalation::mark(scene))
                @if case.is_open() { (words::due(case.next_due(), scene.visitor.now, &scene.visitor.zone())) }
                @if deeds::may_take(scene) {
                    form method="post" action=(scene.to("toma")) {
                        (scene.visitor.seal())
                        button type="submit" data-tecla="t" { "Tomar" }
                    }
                }
            }
        }
    }
}

/// The flowchart with the way walked and the step where the case stands.
fn chart(scene: &Scene<'_>) -> Markup {
    html! {
        section.panel #flujo data-live {
            details open {
                summary { "Flujograma: lo recorrido y dónde está" }
                div.flujo-marco tabindex="0" role="region" aria-label="Flujograma del procedimiento" {
                    (PreEscaped(flowchart(scene.procedure(), &walked::of(scene.case()))))
                }
            }
        }
    }
}
