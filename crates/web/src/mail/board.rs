//! `/{institution}/correo`: what came by mail with what it became; first what waits for a person.

use crate::{
    failure::Failure,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{Extension, extract::Query};
use maud::{Markup, html};
use serde::Deserialize;
use store::mail_desk::{MailCounts, ReceivedRow};
use store::mailbox::Became;

const ROWS: usize = 50;

/// The list's address: which kind, and from which row on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub ver: String,
    pub desde: String,
}

/// `GET /{institution}/correo?ver=apartado`
pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let became = match asked.ver.as_str() {
        "" => Some(Became::Aside),
        code => Became::from_code(code),
    };
    let cursor = Some(asked.desde.as_str()).filter(|text| !text.is_empty());
    let page = visitor.reader.received(became, cursor, ROWS).await?;
    let counts = visitor.reader.mail_counts().await?;
    let troubles = visitor.reader.mailbox_troubles().await?;
    let zone = visitor.zone();
    let content = html! {
        h1 { "Correo" }
        p.menor { (words::count(counts.aside, "mensaje espera a una persona", "mensajes esperan a una persona")) }
        (tabs(&visitor, Some(became), &counts))
        @for (name, at, trouble) in &troubles {
            div.aviso-caja.mal role="alert" {
                p { "No se puede leer el buzón " (name) " desde " (words::time(*at, &zone)) ": " (trouble) }
                p.menor { "Se sigue intentando; lo que llegue mientras tanto queda en el servidor." }
            }
        }
        @if page.rows.is_empty() { (nothing(became)) } @else {
            div.tabla-marco.apilable {
                table {
                    caption.oculto-visual { "Mensajes recibidos, el más reciente primero" }
                    thead { tr {
                        th scope="col" { "Llegó" } th scope="col" { "De" } th scope="col" { "Asunto" } th scope="col" { "Resultado" }
                    } }
                    tbody { @for row in &page.rows { (line(&visitor, row)) } }
                }
            }
            nav.paginas aria-label="Páginas" {
                @if cursor.is_some() { a.boton href=(address(&visitor, &asked.ver, None)) { "Los más recientes" } } @else { span {} }
                @if let Some(next) = &page.next { a.boton href=(address(&visitor, &asked.ver, Some(next))) { "Anteriores" } }
            }
        }
    };
    Ok(Frame::new(&visitor, Place::Mail, "Correo").page(&content))
}

fn line(visitor: &Visitor, row: &ReceivedRow) -> Markup {
    let subject = if row.subject.is_empty() { "(sin asunto)" } else { &row.subject };
    html! {
        tr {
            td data-titulo="Llegó" { (words::time(row.at, &visitor.zone())) }
            td data-titulo="De" { span { @if row.sender.is_empty() { "—" } @else { (row.sender) } } }
            td data-titulo="Asunto" { a href=(visitor.to(&format!("/correo/{}", row.id))) { (subject) } }
            td data-titulo="Resultado" { span { (outcome(visitor, row)) } }
        }
    }
}

/// What became of it, in words; the case where there is one.
pub fn outcome(visitor: &Visitor, row: &ReceivedRow) -> Markup {
    html! {
        span class=(format!("etiqueta {}", class(row.became))) { (label(row.became)) }
        @if let Some(case) = &row.case { " " a href=(visitor.to(&format!("/casos/{case}"))) { (case) } }
        @if !row.reason.is_empty() { " " (row.reason) }
        @if let Some(by) = &row.by { " Por " (by) "." }
    }
}

/// The tabs of the mail desk; `here` is the kind shown, none on the page of what left.
#[allow(clippy::option_option, reason = "all kinds is a kind of list, what left is another page")]
pub fn tabs(visitor: &Visitor, here: Option<Option<Became>>, counts: &MailCounts) -> Markup {
    let tab = |kind: Option<Became>, text: &str| {
        let current = (here == Some(kind)).then_some("page");
        html! { li { a href=(address(visitor, kind.map_or("todos", Became::code), None)) aria-current=[current] { (text) } } }
    };
    html! {
        nav.pestanas aria-label="Correo" {
            ul {
                @for kind in Became::ALL {
                    @if kind == Became::Aside { (tab(Some(kind), &format!("{} ({})", plural(kind), words::thousands(counts.aside)))) }
                    @else { (tab(Some(kind), plural(kind))) }
                }
                (tab(None, "Todos"))
                li { a href=(visitor.to("/correo/enviados")) aria-current=[here.is_none().then_some("page")] {
                    "Enviados" @if counts.failed > 0 { " (" (words::count(counts.failed, "sin entregar", "sin entregar")) ")" }
                } }
            }
        }
    }
}

fn address(visitor: &Visitor, kind: &str, from: Option<&str>) -> String {
    let kind = if kind.is_empty() { Became::Aside.code() } else { kind };
    let from = from.map_or_else(String::new, |from| format!("&desde={from}"));
    visitor.to(&format!("/correo?ver={kind}{from}"))
}

fn nothing(became: Option<Became>) -> Markup {
    html! {
        div.vacio.panel {
            @match became {
                Some(Became::Aside) => {
                    p { "Nada espera a una persona." }
                    p { "Aquí quedan los mensajes de quien no está en el directorio, los que no se pudieron leer y los que el procedimiento no acepta por correo." }
                }
                Some(_) => p { "No hay mensajes así." },
                None => {
                    p { "Todavía no ha llegado ningún correo." }
                    p { "Lo que se envíe a la dirección de la institución abre un caso o se anota en el suyo." }
                }
            }
        }
    }
}

#[must_use]
pub const fn label(became: Became) -> &'static str {
    match became {
        Became::Waiting => "En cola",
        Became::Opened => "Abrió un caso",
        Became::Noted => "Anotado",
        Became::Aside => "Apartado",
        Became::Ignored => "Ignorado",
        Became::Discarded => "Descartado",
    }
}

const fn plural(became: Became) -> &'static str {
    match became {
        Became::Waiting => "En cola",
        Became::Opened => "Abrieron un caso",
        Became::Noted => "Anotados",
        Became::Aside => "Apartados",
        Became::Ignored => "Ignorados",
        Became::Discarded => "Descartados",
    }
}

const fn class(became: Became) -> &'static str {
    match became {
        Became::Opened | Became::Noted => "finalizado",
        Became::Aside => "en_espera",
        Became::Waiting => "recibido",
        Became::Ignored | Became::Discarded => "anulado",
    }
}
