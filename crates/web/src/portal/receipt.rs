//! `GET /{institution}/casos/{number}/recibo`: the receipt of a request: number, hour, due date with its reasons, what follows.

use crate::{
    because::{Promise, promised},
    cases::{page::seen, scene::Scene, standby},
    failure::Failure,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{Extension, extract::Path};
use maud::{Markup, html};

pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
) -> Result<Markup, Failure> {
    let view = seen(&visitor, &number).await?;
    let scene = Scene::load(&visitor, &view, None).await?;
    let case = &view.case;
    let zone = visitor.zone();
    let face = visitor.house.face();
    // Taken at the telephone or the window for somebody else: the next one is waiting.
    let registered = case.opened_by.person == visitor.person.id
        && (case.requester.person != visitor.person.id || case.outsider.is_some());
    let content = html! {
        section.panel.principal.constancia {
            p.menor { (face.name) " · " (face.dependency) }
            h1 { "Constancia de recepción " span.numero { (case.number) } }
            p { "Su solicitud quedó registrada. Con este número puede consultarla en cualquier momento." }
            dl.datos {
                dt { "Recibida" } dd { (words::long_moment(case.opened_at, &zone)) }
                dt { "Medio" } dd { (words::channel(case.channel)) }
                dt { "Procedimiento" } dd { (case.procedure) " " (view.procedure().title) }
                dt { "Solicita" } dd { (case.asked_by()) @if let Some(contact) = case.outsider.as_ref().and_then(|outsider| outsider.contact.as_ref()) { span.menor { " · " (contact) } } }
                @if case.opened_by.person != case.requester.person || case.outsider.is_some() { dt { "Registró" } dd { (case.opened_by.name) } }
                dt { "Asunto" } dd { (case.subject) }
                @if !case.attachments.is_empty() {
                    dt { "Adjuntos" }
                    dd { @for file in &case.attachments { div { (file.name) } } }
                }
            }
            h2 { "Cuándo vence" }
            @if case.clocks.is_empty() { p { "El manual no fija un plazo para este procedimiento." } }
            @for promise in promised(case, scene.clocks_frame().as_ref()) { (due(&scene, &promise)) }
            h2 { "Qué sigue" }
            (follows(&scene))
            div.fila.no-imprimir {
                @if registered {
                    a.boton.principal href=(visitor.to("/ingreso")) autofocus { "Registrar otra" }
                }
                a.boton.principal[!registered] href=(visitor.to(&format!("/casos/{}", case.number))) { "Ver el caso" }
                a.boton href=(visitor.to("/solicitudes")) { "Mis solicitudes" }
            }
        }
    };
    let title = format!("Constancia {}", case.number);
    Ok(Frame::new(&visitor, Place::Requests, &title).of_case(&case.number).page(&content))
}

fn due(scene: &Scene<'_>, promise: &Promise) -> Markup {
    html! {
        p {
            "Plazo para " (promise.clock) @if let Some(term) = &promise.term { " (" (term) ")" } ": "
            strong { (words::long_moment(promise.due, &scene.visitor.zone())) }
        }
        @if !promise.because.is_empty() { ul.menor { @for reason in &promise.because { li { (reason) } } } }
    }
}

fn follows(scene: &Scene<'_>) -> Markup {
    html! {
        @match scene.step() {
            None => p { "El caso ya terminó." },
            Some(step) => {
                p { "El caso está en el paso " (step.number) " de " (scene.procedure().steps.len()) ": " (step.activity) }
                p { "Lo tiene: " (scene.view.waits.iter().map(|wait| standby::holder(scene, wait)).collect::<Vec<_>>().join("; ")) "." }
                @if scene.is_requester() && scene.view.capacity.is_some() { p { strong { "Ese paso le toca a usted." } } }
                @else { p { "Cuando avance, o si hace falta algo de su parte, lo verá en «Mis solicitudes»." } }
            },
        }
    }
}
