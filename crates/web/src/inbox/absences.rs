//! Who may see what waits for the absent, and the ways from the inbox to hand cases over.

use crate::{failure::Failure, state::Visitor};
use axum::{Extension, response::Redirect};
use manual::edition::Edition;
use maud::{Markup, html};
use store::Tab;

/// `GET /{institution}/bandeja/ausencias`: it is a tab of the inbox.
pub async fn show(Extension(visitor): Extension<Visitor>) -> Result<Redirect, Failure> {
    let edition = visitor.house.edition().await?.edition;
    if !leads(&visitor, &edition) {
        return Err(Failure::Forbidden("Lo que espera por otras personas lo ve una jefatura.".into()));
    }
    Ok(Redirect::to(&visitor.to(&format!("/bandeja?vista={}", Tab::Absent.code()))))
}

/// A chief of the edition, himself or in somebody's place, or one who sees every case.
#[must_use]
pub fn leads(visitor: &Visitor, edition: &Edition) -> bool {
    visitor.sees_all()
        || visitor.reader.posts().iter().any(|post| edition.role(&post.role).is_some_and(|role| role.chief))
}

/// From the inbox to where cases are handed over.
#[must_use]
pub fn links(visitor: &Visitor, tab: Tab) -> Markup {
    let words = if tab == Tab::Absent { "Trasladar los casos de una persona" } else { "Entregar casos a otra persona" };
    html! { p.menor.no-imprimir { a href=(visitor.to("/bandeja/traslados")) { (words) } } }
}

/// To the report of what ended, for those who may see it.
#[must_use]
pub fn report(visitor: &Visitor, edition: &Edition) -> Markup {
    html! { @if leads(visitor, edition) { p.menor.no-imprimir { a href=(visitor.to("/informes")) { "Informe de casos terminados" } } } }
}
