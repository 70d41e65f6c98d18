//! The keys of the pages: what they do, and whether they do it for this person.

use crate::{
    failure::Failure,
    form::Sent,
    keys,
    shell::{Frame, Place},
    state::Visitor,
};
use axum::{
    Extension,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

/// `GET /{institution}/cuenta/teclas`
pub async fn show(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let on = visitor.preferences.keys();
    let content = html! {
        div.encabezado { div {
            h1 { "Teclas" }
            p.menor { "Con ellas se trabaja sin soltar el teclado. Nunca actúan mientras usted escribe en un campo." }
        } }
        section.panel.principal {
            p { @if on { span.etiqueta.bien { "Encendidas" } } @else { span.etiqueta.lisa { "Apagadas" } } " para usted, en todos los equipos donde entre." }
            form method="post" action=(visitor.to("/cuenta/teclas")) {
                (visitor.seal())
                input type="hidden" name="teclas" value=(if on { "no" } else { "si" });
                div.fila { button.principal[!on] type="submit" { @if on { "Apagar las teclas" } @else { "Encender las teclas" } } }
            }
            p.menor { "Apáguelas si usa dictado por voz o un lector de pantalla con teclas propias. Ctrl + Intro y las del navegador siguen sirviendo." }
        }
        div.panel.campos-2 { (keys::list(2)) }
    };
    Ok(Frame::new(&visitor, Place::Account, "Teclas").page(&content))
}

/// `POST /{institution}/cuenta/teclas`
pub async fn prefer(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    visitor.house.store.prefer_keys(visitor.person.id, sent.text("teclas") != Some("no")).await?;
    Ok(Redirect::to(&visitor.to("/cuenta/teclas")).into_response())
}
