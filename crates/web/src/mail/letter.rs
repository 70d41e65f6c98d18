//! One mail: what it says, what it became, and what a person can still make of it.

use super::board;
use crate::{
    failure::Failure,
    form::Sent,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    body::Body,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use engine::refusal::Refusal;
use maud::{Markup, html};
use store::{mail_desk::ReceivedView, mailbox::Became};
use tokio_util::io::ReaderStream;

/// What a person can make of a mail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Open,
    Attach,
    Discard,
}

/// `GET /{institution}/correo/{id}`
pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    page(&visitor, id, None).await
}

/// `GET` of an address that only takes forms: back to the mail.
pub async fn back(Extension(visitor): Extension<Visitor>, Path((_, id)): Path<(String, i64)>) -> Redirect {
    Redirect::to(&visitor.to(&format!("/correo/{id}")))
}

/// `GET /{institution}/correo/{id}/original`: the message as it came, only as a download.
pub async fn original(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    let mail = visitor.reader.received_mail(id).await?.ok_or(Failure::NotFound)?;
    let store = &visitor.house.store;
    let file = store.blobs().read(&mail.raw).await.map_err(|error| Failure::Internal(error.to_string()))?;
    let file = file.ok_or_else(|| Failure::Internal(format!("the content of {} is missing", mail.raw)))?;
    let name = format!("attachment; filename=\"correo-{id}.eml\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"))),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(file))).into_response())
}

/// The mail's page; with a refusal, the form that was refused as it was filled in.
pub async fn page(visitor: &Visitor, id: i64, refused: Option<(Act, &Sent, &Refusal)>) -> Result<Response, Failure> {
    let mail = visitor.reader.received_mail(id).await?.ok_or(Failure::NotFound)?;
    let acts = visitor.reader.receives_mail().await? && matches!(mail.row.became, Became::Aside | Became::Ignored);
    let edition = visitor.house.edition().await?.edition;
    let procedures: Vec<(String, String)> = edition
        .procedures
        .iter()
        .map(|procedure| (procedure.code.to_string(), format!("{} {}", procedure.code, procedure.title)))
        .collect();
    let subject = if mail.row.subject.is_empty() { "(sin asunto)" } else { &mail.row.subject };
    let content = html! {
        p.menor { a href=(visitor.to("/correo")) { "Correo" } }
        h1 { (subject) }
        @if let Some((_, _, refusal)) = refused {
            div.aviso-caja.mal role="alert" tabindex="-1" { p { (refusal.message) } @if let Some(norm) = &refusal.norm { p.menor { (norm) } } }
        }
        div.dos {
            div.pila {
                (head(visitor, &mail))
                section.panel aria-labelledby="texto" {
                    h2 #texto { "Lo que escribió" }
                    @if mail.letter.text.is_empty() { p.menor { "El mensaje no trae texto." } }
                    @else { div.texto-libre { @for line in mail.letter.text.lines() { (line) br; } } }
                    (files(&mail))
                    p { a.boton href=(visitor.to(&format!("/correo/{id}/original"))) { "Descargar el mensaje original" } }
                }
            }
            @if acts { div.pila { (forms(visitor, &mail, &procedures, refused)) } }
        }
    };
    let page = Frame::new(visitor, Place::Mail, subject).page(&content);
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, page).into_response())
}

fn head(visitor: &Visitor, mail: &ReceivedView) -> Markup {
    let row = &mail.row;
    html! {
        section.panel aria-labelledby="datos" {
            h2 #datos { "El mensaje" }
            dl.datos {
                dt { "De" }
                dd {
                    @if row.sender.is_empty() { "No lo dice" } @else { (row.sender_name) " " code { (row.sender) } }
                    @match &mail.person {
                        Some(person) => { br; "Es la dirección de " strong { (person.name) } ". Un correo no prueba quién lo envió." }
                        None => { br; span.menor { "Nadie del directorio tiene esa dirección." } }
                    }
                }
                dt { "Llegó" } dd { (words::time(row.at, &visitor.zone())) }
                @if let Some(procedure) = &row.procedure { dt { "Pide" } dd { (procedure) } }
                dt { "Resultado" } dd { (board::outcome(visitor, row)) }
                @if let Some(at) = row.settled_at { dt { "Atendido" } dd { (words::time(at, &visitor.zone())) } }
                dt { "Tamaño" } dd { (words::thousands(row.size / 1024 + 1)) " KiB" }
            }
        }
    }
}

fn files(mail: &ReceivedView) -> Markup {
    html! {
        @if !mail.letter.files.is_empty() || !mail.letter.left_out.is_empty() {
            h3 { "Archivos" }
            ul {
                @for file in &mail.letter.files { li { (file.name) " (" (words::thousands(i64::try_from(file.size / 1024 + 1).unwrap_or(i64::MAX))) " KiB)" } }
                @for (name, why) in &mail.letter.left_out { li { (name) ": " (why) "; está en el mensaje original." } }
            }
        }
    }
}

fn forms(
    visitor: &Visitor,
    mail: &ReceivedView,
    procedures: &[(String, String)],
    refused: Option<(Act, &Sent, &Refusal)>,
) -> Markup {
    let to = |path: &str| visitor.to(&format!("/correo/{}/{path}", mail.row.id));
    let typed = |act: Act, field: &str, usual: &str| match refused {
        Some((of, sent, _)) if of == act => sent.text(field).unwrap_or_default().to_owned(),
        _ => usual.to_owned(),
    };
    let wrong = |act: Act| refused.is_some_and(|(of, _, _)| of == act).then_some("true");
    let chosen = typed(Act::Open, "procedimiento", mail.row.procedure.as_deref().unwrap_or_default());
    let login = mail.person.as_ref().map(|person| person.login.to_string()).unwrap_or_default();
    html! {
        form.formulario.panel.principal method="post" action=(to("casos")) {
            h2 { "Abrir un caso" }
            (visitor.seal())
            div.campo {
                label for="procedimiento" { "Procedimiento" }
                select id="procedimiento" name="procedimiento" required {
                    option value="" { "Elija" }
                    @for (code, title) in procedures { option value=(code) selected[*code == chosen] { (title) } }
                }
            }
            div.campo {
                label for="persona" { "A nombre de (usuario)" }
                input id="persona" name="persona" value=(typed(Act::Open, "persona", &login)) maxlength="100" autocomplete="off" aria-invalid=[wrong(Act::Open)] aria-describedby="persona-ayuda";
                p.menor id="persona-ayuda" { "En blanco, lo pide usted." }
            }
            div { button.principal type="submit" { "Abrir el caso con este correo" } }
        }
        form.formulario.panel method="post" action=(to("notas")) {
            h2 { "Agregarlo a un caso" }
            (visitor.seal())
            div.campo {
                label for="caso" { "Número del caso" }
                input id="caso" name="caso" value=(typed(Act::Attach, "caso", "")) maxlength="60" required autocomplete="off" aria-invalid=[wrong(Act::Attach)];
            }
            div { button type="submit" { "Anotarlo en ese caso" } }
        }
        form.formulario.panel method="post" action=(to("descartes")) {
            h2 { "Descartarlo" }
            (visitor.seal())
            div.campo {
                label for="razon" { "Razón" }
                input id="razon" name="razon" value=(typed(Act::Discard, "razon", "")) maxlength="500" required autocomplete="off" aria-invalid=[wrong(Act::Discard)];
            }
            div { button.peligro type="submit" { "Descartar el correo" } }
        }
    }
}
