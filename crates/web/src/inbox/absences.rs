//! `GET /{institution}/bandeja/ausencias`: what waits for people who are absent today or have left, for the chiefs.

use super::rows::{Rows, next};
use crate::{
    failure::Failure,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{Extension, extract::Query};
use manual::edition::Edition;
use maud::{Markup, html};
use serde::Deserialize;

const PATH: &str = "/bandeja/ausencias";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    desde: Option<String>,
}

pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let page = visitor.reader.of_the_absent(asked.desde.as_deref(), 0).await?;
    let rows = Rows::load(&visitor, &page.rows).await?;
    let here = visitor.to(PATH);
    let shown = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
    let content = html! {
        div.encabezado { div {
            p.migas { a href=(visitor.to("/bandeja")) { "Bandeja" } " ›" }
            h1 { "De personas ausentes" }
            p.menor { "Lo que espera por quien hoy tiene suplente o ya está de baja. Quien suple puede atenderlo; una jefatura puede trasladarlo." }
        } }
        div.pila #lista {
            @if page.rows.is_empty() {
                div.panel.vacio {
                    p { "Nada espera por una persona ausente." }
                    p { "Las ausencias con suplente las registra quien administra el sistema." }
                }
            } @else {
                (rows.table(&format!("{} en esta página", words::count(shown, "caso", "casos")), false, false))
            }
            (next(
                page.next.as_deref().map(|cursor| format!("{here}?desde={cursor}")),
                asked.desde.as_ref().map(|_| here.clone()),
            ))
            p { a.boton href=(visitor.to("/bandeja/traslados")) { "Trasladar los casos de una persona" } }
        }
    };
    Ok(Frame::new(&visitor, Place::Inbox, "De personas ausentes").page(&content))
}

/// A chief of the edition, himself or in somebody's place, or one who sees every case.
#[must_use]
pub fn leads(visitor: &Visitor, edition: &Edition) -> bool {
    visitor.sees_all()
        || visitor.reader.posts().iter().any(|post| edition.role(&post.role).is_some_and(|role| role.chief))
}

/// From the inbox to here, for those who may.
#[must_use]
pub fn links(visitor: &Visitor, edition: &Edition) -> Markup {
    html! {
        p.menor.no-imprimir {
            @if leads(visitor, edition) { a href=(visitor.to(PATH)) { "De personas ausentes" } " · " }
            a href=(visitor.to("/bandeja/traslados")) { "Entregar casos a otra persona" }
        }
    }
}
