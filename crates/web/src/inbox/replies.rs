//! The page of the ready answers: write, change, share, drop.

use super::saved::{audience, audiences, readers};
use crate::{
    cases::canned::VARIABLES,
    failure::Failure,
    form::Sent,
    shell::{Frame, Place, heading},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use manual::edition::Edition;
use maud::{Markup, html};
use store::desk::{Audience, NewReply, Reply};

/// What was refused: of which answer (none: the new one), what was typed, and why.
struct Again {
    id: Option<i64>,
    typed: NewReply,
    failure: Failure,
}

/// `GET /{institution}/respuestas`
pub async fn list(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    page(&visitor, None).await
}

/// `POST /{institution}/respuestas`
pub async fn create(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let typed = read(&sent);
    let done = visitor.reader.save_reply(typed.clone(), sent.idempotency(), visitor.now).await.map(|_| ());
    answer(&visitor, None, typed, done.map_err(Failure::from)).await
}

/// `POST /{institution}/respuestas/{id}`
pub async fn change(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let typed = read(&sent);
    let done = visitor.reader.change_reply(id, typed.clone()).await;
    answer(&visitor, Some(id), typed, done.map_err(Failure::from)).await
}

/// `POST /{institution}/respuestas/{id}/baja`
pub async fn remove(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    _: Sent,
) -> Result<Response, Failure> {
    visitor.reader.drop_reply(id).await?;
    Ok(Redirect::to(&visitor.to("/respuestas")).into_response())
}

fn read(sent: &Sent) -> NewReply {
    NewReply {
        name: sent.text("nombre").unwrap_or_default().into(),
        text: sent.text("texto").unwrap_or_default().into(),
        audience: audience(sent.text("alcance")),
    }
}

async fn answer(
    visitor: &Visitor,
    id: Option<i64>,
    typed: NewReply,
    done: Result<(), Failure>,
) -> Result<Response, Failure> {
    let Err(failure) = done else { return Ok(Redirect::to(&visitor.to("/respuestas")).into_response()) };
    if !matches!(failure, Failure::Refused(_)) {
        return Err(failure);
    }
    let status = failure.status();
    Ok((status, page(visitor, Some(&Again { id, typed, failure })).await?).into_response())
}

async fn page(visitor: &Visitor, again: Option<&Again>) -> Result<Markup, Failure> {
    let edition = visitor.house.edition().await?.edition;
    let replies = visitor.reader.replies().await?;
    let total = i64::try_from(replies.len()).unwrap_or(i64::MAX);
    let blank = NewReply::default();
    let of_new = again.filter(|again| again.id.is_none());
    let content = html! {
        (heading("Respuestas preparadas", &html! {
            "Textos que se escriben una vez. En un caso se insertan escribiendo " kbd { "::" } " y parte del nombre, o eligiéndolos de la lista."
        }))
        @if let Some(again) = again {
            div.aviso-caja.mal role="alert" {
                p { (again.failure.detail()) }
                @let faults = again.failure.problem().faults;
                @if !faults.is_empty() { ul { @for fault in faults { li { (fault.message) } } } }
            }
        }
        div.dos {
            section.pila aria-label="Las que puede usar" {
                @if replies.is_empty() {
                    div.panel.vacio { p { "Todavía no hay respuestas preparadas." } p { "Escriba la primera aquí al lado: la que más repite." } }
                } @else {
                    p.menor role="status" { (words::count(total, "respuesta", "respuestas")) }
                    @for reply in &replies { (item(visitor, &edition, reply, again)) }
                }
            }
            section.panel aria-labelledby="nueva-titulo" {
                h2 #nueva-titulo { "Preparar una respuesta" }
                form.formulario method="post" action=(visitor.to("/respuestas")) {
                    (visitor.seal())
                    (fields(visitor, &edition, "nueva", of_new.map_or(&blank, |again| &again.typed), of_new.is_some()))
                    div.fila { button.principal type="submit" { "Guardar la respuesta" } }
                }
                h3 { "Lo que se llena solo" }
                dl.datos { @for (variable, meaning) in VARIABLES { dt { code { (variable) } } dd { (meaning) } } }
            }
        }
    };
    Ok(Frame::new(visitor, Place::Inbox, "Respuestas preparadas").page(&content))
}

fn item(visitor: &Visitor, edition: &Edition, reply: &Reply, again: Option<&Again>) -> Markup {
    let own = reply.owner == visitor.person.id;
    let refused = again.filter(|again| again.id == Some(reply.id));
    let typed =
        NewReply { name: reply.name.to_string(), text: reply.text.to_string(), audience: reply.audience.clone() };
    html! {
        article.panel {
            header {
                h2 { (reply.name) }
                span.menor { @if own { "suya" } @else { "de " (reply.owner_name) } " · " (readers(visitor, &reply.audience)) }
            }
            p.texto-libre { (reply.text) }
            @if own {
                details open[refused.is_some()] {
                    summary { "Cambiar" span.oculto-visual { " «" (reply.name) "»" } }
                    form.formulario method="post" action=(visitor.to(&format!("/respuestas/{}", reply.id))) {
                        (visitor.seal())
                        (fields(visitor, edition, &reply.id.to_string(), refused.map_or(&typed, |again| &again.typed), refused.is_some()))
                        div.fila { button type="submit" { "Guardar los cambios" } }
                    }
                }
            }
            @if own || visitor.person.administrator {
                form method="post" action=(visitor.to(&format!("/respuestas/{}/baja", reply.id))) {
                    (visitor.seal())
                    button.peligro type="submit" { "Borrar" span.oculto-visual { " «" (reply.name) "»" } }
                }
            }
        }
    }
}

fn fields(visitor: &Visitor, edition: &Edition, id: &str, typed: &NewReply, wrong: bool) -> Markup {
    let invalid = |missing: bool| (wrong && missing).then_some("true");
    html! {
        div.campo {
            label for=(format!("nombre-{id}")) { "Nombre" }
            input id=(format!("nombre-{id}")) name="nombre" maxlength="60" value=(typed.name) aria-invalid=[invalid(typed.name.is_empty())];
        }
        div.campo {
            label for=(format!("texto-{id}")) { "Texto" }
            textarea id=(format!("texto-{id}")) name="texto" rows="5" maxlength="4000" aria-invalid=[invalid(typed.text.is_empty())] { (typed.text) }
        }
        div.campo {
            label for=(format!("alcance-{id}")) { "Quién la usa" }
            (audiences(visitor, edition, &format!("alcance-{id}"), &Audience::clone(&typed.audience)))
        }
    }
}
