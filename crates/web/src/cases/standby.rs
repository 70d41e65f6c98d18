//! The main panel of a case that does not wait for the visitor's step: signing, waiting, paused, ended.

use super::{linked, scene::Scene, signing, task};
use crate::words;
use engine::{
    authority::Wait,
    case::{Ending, Rating},
};
use manual::procedure::{SignatureRule, Step};
use maud::{Markup, html};

/// The whole main panel, whatever the case asks of the visitor now.
#[must_use]
pub fn main_thing(scene: &Scene<'_>) -> Markup {
    let case = scene.case();
    if case.ended.is_some() {
        return ended(scene);
    }
    if case.paused.is_some() {
        return paused(scene);
    }
    let Some(step) = scene.step() else { return html! {} };
    if let Some(capacity) = &scene.view.capacity {
        return html! { (linked::open_parts(scene)) (task::draw(scene, step, capacity)) };
    }
    match signing::own_turn(case, step, scene.visitor) {
        Some(rule) => sign(scene, step, rule),
        None => waiting(scene, step),
    }
}

fn sign(scene: &Scene<'_>, step: &Step, rule: &SignatureRule) -> Markup {
    let typed = scene.typed("firmas");
    let document = rule.document.as_deref();
    html! {
        h2 { "Se le pide su firma: " (document.unwrap_or("constancia del paso")) }
        p { "En el paso " (step.number) " firma " strong { (rule.role) } ". " (step.activity) }
        form.formulario method="post" action=(scene.to("firmas")) {
            (scene.visitor.seal())
            input type="hidden" name="puesto" value=(rule.role);
            @if rule.level >= 1 {
                div.campo.corto {
                    label for="contrasena" { "Su contraseña, para firmar" }
                    input id="contrasena" type="password" name="contrasena" autocomplete="current-password" maxlength="128" required;
                    (typed.fault(signing::PASSWORD))
                }
            }
            div.fila { button.principal type="submit" {
                @if rule.level == 0 { "Dar acuse como " (rule.role) } @else { "Firmar como " (rule.role) }
            } }
        }
        p.menor { "Huella de lo que firma (SHA-256): " code { (signing::fingerprint(scene.case(), step, document)) } }
    }
}

fn waiting(scene: &Scene<'_>, step: &Step) -> Markup {
    let zone = scene.visitor.zone();
    let since = scene.case().standing.as_ref().map(|standing| standing.since);
    html! {
        h2 { "Está en el paso " (step.number) " de " (scene.procedure().steps.len()) " y espera a otra persona" }
        (task::instructions(step))
        dl.datos {
            dt { "Lo tiene" }
            dd { @for wait in &scene.view.waits { div { (holder(scene, wait)) } } }
            @if let Some(since) = since { dt { "Desde" } dd { (words::time(since, &zone)) " (" (words::ago(since, scene.visitor.now)) ")" } }
            @if let Some(due) = scene.case().next_due() { dt { "Vence" } dd { (words::due(Some(due), scene.visitor.now, &zone)) ", " (words::long_moment(due, &zone)) } }
        }
        @if scene.is_requester() { p.menor { "A usted no se le pide nada por ahora. Le avisaremos cuando el caso avance; si falta algo, escríbalo en un comentario." } }
    }
}

/// Who has it: a person, or whoever holds a post.
#[must_use]
pub fn holder(scene: &Scene<'_>, wait: &Wait) -> String {
    let case = scene.case();
    match wait.person {
        Some(person) if person == case.requester.person => format!("{} ({})", case.requester.name, wait.role),
        Some(person) => {
            let name = case.assignees.iter().find(|assignee| assignee.person == person).map(|assignee| &*assignee.name);
            name.map_or_else(|| wait.role.to_string(), |name| format!("{name} ({})", wait.role))
        }
        None if wait.holder == wait.role => format!("{} (sin persona asignada)", wait.role),
        None => format!("{}: {} (sin persona asignada)", wait.role, wait.holder),
    }
}

fn paused(scene: &Scene<'_>) -> Markup {
    let Some(paused) = &scene.case().paused else { return html! {} };
    let causes = &scene.procedure().pauses;
    let cause = causes.iter().find(|cause| cause.key == paused.cause).map_or(&*paused.cause, |cause| &*cause.text);
    let may = scene.view.chief || scene.view.capacity.is_some();
    html! {
        h2 { "En espera: " (cause) }
        p { (paused.by.name) " lo detuvo el " (words::time(paused.since, &scene.visitor.zone())) ": " (paused.reason) }
        p.menor { "Mientras está en espera, el plazo no corre." }
        @if may {
            form.formulario method="post" action=(scene.to("reanudaciones")) {
                (scene.visitor.seal())
                div.campo {
                    label for="reanuda-nota" { "Qué cambió " span.menor { "(si hace falta)" } }
                    input id="reanuda-nota" name="nota" maxlength="500" value=(scene.typed("reanudaciones").text("nota"));
                }
                div.fila { button.principal type="submit" { "Reanudar el caso" } }
            }
        } @else if scene.is_requester() {
            p { "Si lo que falta depende de usted, escríbalo en un comentario o adjúntelo." }
        }
    }
}

fn ended(scene: &Scene<'_>) -> Markup {
    let Some(ended) = &scene.case().ended else { return html! {} };
    if let Some(merged) = &scene.case().merged {
        return html! {
            h2 { "Se unió al caso " a href=(scene.visitor.to(&format!("/casos/{}", merged.into))) { (merged.into) } }
            p {
                (ended.by.name) ", " (words::time(ended.at, &scene.visitor.zone()))
                @if let Some(reason) = &ended.reason { ": " (reason) }
            }
            p { "Trata lo mismo: se atiende y se responde en el " (merged.into) ". Escriba allí lo que haga falta." }
        };
    }
    let title = match ended.how {
        Ending::Finished => "El caso finalizó",
        Ending::Refused => "El caso terminó con una negativa",
        Ending::Cancelled | Ending::Merged => "El caso fue anulado",
    };
    html! {
        h2 { (title) }
        p {
            (ended.by.name) ", " (words::time(ended.at, &scene.visitor.zone()))
            @if let Some(reason) = &ended.reason { ": " (reason) }
        }
        @if let Some(note) = last_note(scene) { p.texto-libre { (note) } }
        @if ended.how == Ending::Finished { (rating(scene)) }
    }
}

/// The note with which the last step was completed: the grounds of a refusal, the words of the end.
fn last_note<'s>(scene: &Scene<'s>) -> Option<&'s str> {
    scene.view.history.iter().rev().find_map(|recorded| match &recorded.event {
        engine::event::Event::Completed(completed) => Some(completed.given.note.as_deref()),
        _ => None,
    })?
}

fn rating(scene: &Scene<'_>) -> Markup {
    let typed = scene.typed("calificaciones");
    let given = scene.case().rating.as_ref();
    let chosen = |conforms: bool| {
        let word = if conforms { "si" } else { "no" };
        typed.is("conforme", word)
            || (typed.refused().is_none() && given.is_some_and(|rating| rating.conforms == conforms))
    };
    let comment = given.and_then(|rating| rating.comment.as_deref()).unwrap_or_default();
    html! {
        @if let Some(rating) = given { (rated(rating)) }
        @if scene.is_requester() {
            form.formulario method="post" action=(scene.to("calificaciones")) {
                (scene.visitor.seal())
                fieldset.campo {
                    legend { @if given.is_some() { "Cambiar su calificación" } @else { "¿Cómo fue el servicio?" } }
                    @for (word, label, conforms) in [("si", "Servicio conforme", true), ("no", "Servicio no conforme", false)] {
                        label.opcion { input type="radio" name="conforme" value=(word) checked[chosen(conforms)] required; (label) }
                    }
                    (typed.fault("conforme"))
                }
                div.campo {
                    label for="calificacion-comentario" { "Comentario " span.menor { "(si quiere)" } }
                    textarea id="calificacion-comentario" name="comentario" rows="2" maxlength="2000" {
                        @if typed.refused().is_some() { (typed.text("comentario")) } @else { (comment) }
                    }
                }
                div.fila { button.principal type="submit" { "Enviar la calificación" } }
            }
        }
    }
}

fn rated(rating: &Rating) -> Markup {
    html! {
        p {
            @if rating.conforms { span.etiqueta.bien { "Servicio conforme" } } @else { span.etiqueta.mal { "Servicio no conforme" } }
            @if let Some(comment) = &rating.comment { " " (comment) }
        }
    }
}
