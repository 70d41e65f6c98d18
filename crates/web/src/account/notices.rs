//! The bell's page: what the person was told, the newest first, each leading to its case; and marking it as read.

use crate::{
    failure::Failure,
    form::Sent,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use store::notices::Notice;

const ROWS: usize = 30;
const UNREAD: &str = "sin-leer";

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    ver: Option<String>,
    desde: Option<String>,
}

/// `GET /{institution}/avisos?ver=sin-leer`
pub async fn list(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let unread = asked.ver.as_deref() == Some(UNREAD);
    let (all, waiting) = visitor.reader.count_notices().await?;
    let page = visitor.reader.notices(unread, asked.desde.as_deref(), ROWS).await?;
    let query = if unread { format!("?ver={UNREAD}") } else { String::new() };
    let content = html! {
        header.encabezado #avisos data-live {
            div {
                h1 { "Avisos" }
                p.menor { (words::count(all, "aviso", "avisos")) ", " (words::thousands(waiting)) " sin leer" }
            }
            @if waiting > 0 {
                form method="post" action=(visitor.to("/avisos/lectura")) {
                    (visitor.seal())
                    button type="submit" { "Marcar todos como leídos" }
                }
            }
        }
        p.menor { a href=(visitor.to("/cuenta/avisos")) { "Elegir qué avisos recibo y cómo" } }
        nav.pestanas aria-label="Qué avisos" {
            ul {
                li { a href=(visitor.to("/avisos")) aria-current=[(!unread).then_some("page")] { "Todos" } }
                li { a href=(visitor.to(&format!("/avisos?ver={UNREAD}"))) aria-current=[unread.then_some("page")] { "Sin leer" } }
            }
        }
        div.pila #lista-avisos data-live {
            @if page.rows.is_empty() {
                div.vacio.panel {
                    @if unread { p { "No tiene avisos sin leer." } } @else { p { "Aún no tiene avisos." } }
                    p { "Aquí aparece lo que le toca saber: un caso que llega a su puesto, un plazo que vence, un comentario en su solicitud o su final." }
                }
            } @else {
                div.tabla-marco.apilable data-lista {
                    table {
                        caption.oculto-visual { "Avisos, el más reciente primero" }
                        thead { tr { th scope="col" { "Cuándo" } th scope="col" { "Aviso" } th scope="col" { "Caso" } th scope="col" { "Lectura" } } }
                        tbody { @for notice in &page.rows { (row(&visitor, notice, &query)) } }
                    }
                }
            }
            @if asked.desde.is_some() || page.next.is_some() {
                nav.paginas aria-label="Páginas" {
                    @if asked.desde.is_some() { a.boton href=(visitor.to(&format!("/avisos{query}"))) { "Los más recientes" } } @else { span {} }
                    @if let Some(next) = &page.next {
                        a.boton href=(visitor.to(&format!("/avisos?{}desde={next}", if unread { "ver=sin-leer&" } else { "" }))) { "Anteriores" }
                    }
                }
            }
        }
    };
    Ok(Frame::new(&visitor, Place::Notices, "Avisos").page(&content))
}

fn row(visitor: &Visitor, notice: &Notice, query: &str) -> Markup {
    let open = notice.case.as_ref().map(|_| visitor.to(&format!("/avisos/{}", notice.id)));
    html! {
        tr {
            td data-titulo="Cuándo" { (words::time(notice.at, &visitor.zone())) }
            td data-titulo="Aviso" {
                span {
                    @if notice.read_at.is_none() { span.etiqueta.aviso { "Nuevo" } " " }
                    @match &open { Some(open) => a href=(open) { (notice.text) }, None => (notice.text) }
                }
            }
            td data-titulo="Caso" { @if let Some(case) = &notice.case { span.sin-partir { (case) } } }
            td data-titulo="Lectura" {
                @if let Some(at) = notice.read_at { span.menor { "Leído " (words::time(at, &visitor.zone())) } } @else {
                    form method="post" action=(visitor.to(&format!("/avisos/{}/lectura{query}", notice.id))) {
                        (visitor.seal())
                        button type="submit" { "Marcar como leído" }
                    }
                }
            }
        }
    }
}

/// `GET /{institution}/avisos/{id}`: to the case it speaks of; whoever goes there has read it.
pub async fn open(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    let case = visitor.reader.case_of_notice(id).await?.ok_or(Failure::NotFound)?;
    // Going to the case matters more than remembering it.
    let _ = visitor.reader.mark_read(Some(id), visitor.now).await;
    let to = if case.is_empty() { "/avisos".to_owned() } else { format!("/casos/{case}") };
    Ok(Redirect::to(&visitor.to(&to)).into_response())
}

/// `POST /{institution}/avisos/{id}/lectura`
pub async fn read(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    Query(asked): Query<Asked>,
    _: Sent,
) -> Result<Response, Failure> {
    visitor.reader.case_of_notice(id).await?.ok_or(Failure::NotFound)?;
    visitor.reader.mark_read(Some(id), visitor.now).await?;
    let query = if asked.ver.as_deref() == Some(UNREAD) { "?ver=sin-leer" } else { "" };
    Ok(Redirect::to(&visitor.to(&format!("/avisos{query}"))).into_response())
}

/// `POST /{institution}/avisos/lectura`
pub async fn read_all(Extension(visitor): Extension<Visitor>, _: Sent) -> Result<Response, Failure> {
    visitor.reader.mark_read(None, visitor.now).await?;
    Ok(Redirect::to(&visitor.to("/avisos")).into_response())
}
