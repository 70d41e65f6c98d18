//! `/{institution}/correo/enviados`: the delivery log: each mail with what the server said.

use super::board::{Asked, tabs};
use crate::{
    failure::Failure,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{Extension, extract::Query};
use maud::{Markup, html};
use store::mail_desk::{MailRow, Sending};

const ROWS: usize = 50;

/// `GET /{institution}/correo/enviados?ver=failed`
pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let sending = Sending::from_code(code(&asked.ver));
    let cursor = Some(asked.desde.as_str()).filter(|text| !text.is_empty());
    let page = visitor.reader.mails(sending, cursor, ROWS).await?;
    let counts = visitor.reader.mail_counts().await?;
    let address = |kind: &str, from: &str| {
        let from = if from.is_empty() { String::new() } else { format!("&desde={from}") };
        visitor.to(&format!("/correo/enviados?ver={kind}{from}"))
    };
    let content = html! {
        h1 { "Correo enviado" }
        p.menor {
            (words::count(counts.queued, "correo espera su turno", "correos esperan su turno")) ". "
            (words::count(counts.failed, "no se pudo entregar", "no se pudieron entregar")) "."
        }
        (tabs(&visitor, None, &counts))
        form.filtros method="get" action=(visitor.to("/correo/enviados")) {
            div {
                label for="ver" { "Estado" }
                select id="ver" name="ver" {
                    option value="" { "Todos" }
                    @for one in Sending::ALL { option value=(word(one)) selected[sending == Some(one)] { (label(one)) } }
                }
            }
            div.fila { button type="submit" { "Filtrar" } }
        }
        @if page.rows.is_empty() {
            div.vacio.panel {
                p { "No hay correos así." }
                p { "Aquí queda cada correo que sale, a quién fue y lo que contestó el servidor." }
            }
        } @else {
            div.tabla-marco.apilable {
                table {
                    caption.oculto-visual { "Correos enviados, el más reciente primero" }
                    thead { tr {
                        th scope="col" { "Cuándo" } th scope="col" { "Para" } th scope="col" { "Asunto" } th scope="col" { "Estado" }
                    } }
                    tbody { @for row in &page.rows { (line(&visitor, row)) } }
                }
            }
            nav.paginas aria-label="Páginas" {
                @if cursor.is_some() { a.boton href=(address(&asked.ver, "")) { "Los más recientes" } } @else { span {} }
                @if let Some(next) = &page.next { a.boton href=(address(&asked.ver, next)) { "Anteriores" } }
            }
        }
        @if visitor.person.administrator {
            form method="post" action=(visitor.to("/correo/prueba")) {
                (visitor.seal())
                button type="submit" { "Probar: enviarme un correo" }
            }
        }
    };
    Ok(Frame::new(&visitor, Place::Mail, "Correo enviado").page(&content))
}

fn line(visitor: &Visitor, row: &MailRow) -> Markup {
    let zone = visitor.zone();
    html! {
        tr {
            td data-titulo="Cuándo" { (words::time(row.settled_at.unwrap_or(row.created_at), &zone)) }
            td data-titulo="Para" { (row.address) }
            td data-titulo="Asunto" {
                span { (row.subject) @if let Some(case) = &row.case { " " a href=(visitor.to(&format!("/casos/{case}"))) { (case) } } }
            }
            td data-titulo="Estado" {
                span {
                    span class=(format!("etiqueta {}", class(row.sending))) { (label(row.sending)) }
                    @if !row.detail.is_empty() { " " (row.detail) }
                    @if row.sending == Sending::Queued && row.attempts > 0 {
                        " " (words::count(row.attempts, "intento", "intentos")) "; el próximo, " (words::time(row.not_before, &zone)) "."
                    }
                }
            }
        }
    }
}

/// The words of addresses are Spanish; those of the memory are not.
const WORDS: [(&str, Sending); 5] = [
    ("fallido", Sending::Failed),
    ("devuelto", Sending::Returned),
    ("en-cola", Sending::Queued),
    ("entregado", Sending::Sent),
    ("innecesario", Sending::Unneeded),
];

fn code(word: &str) -> &'static str {
    WORDS.iter().find(|(own, _)| *own == word).map_or("", |(_, sending)| sending.code())
}

fn word(sending: Sending) -> &'static str {
    WORDS.iter().find(|(_, own)| *own == sending).map_or("", |(word, _)| word)
}

const fn label(sending: Sending) -> &'static str {
    match sending {
        Sending::Queued => "En cola",
        Sending::Sent => "Aceptado por el servidor",
        Sending::Failed => "No se pudo entregar",
        Sending::Returned => "Devuelto",
        Sending::Unneeded => "No hizo falta",
    }
}

const fn class(sending: Sending) -> &'static str {
    match sending {
        Sending::Queued => "recibido",
        Sending::Sent => "finalizado",
        Sending::Failed | Sending::Returned => "rechazado",
        Sending::Unneeded => "anulado",
    }
}
