//! The norms of the manual: the general ones, and those of each procedure.

use super::{
    address,
    shelf::{self, Part},
};
use crate::{failure::Failure, state::Visitor, words};
use axum::Extension;
use maud::{Markup, html};

/// `GET /{institution}/manual/normas`
pub async fn show(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let edition = shelf::in_force(&visitor).await?.edition;
    let specific: usize = edition.procedures.iter().map(|procedure| procedure.norms.len()).sum();
    let count =
        |number: usize, one: &str, many: &str| words::count(i64::try_from(number).unwrap_or(i64::MAX), one, many);
    let under = format!(
        "{} y {}",
        count(edition.norms.len(), "norma general", "normas generales"),
        count(specific, "específica", "específicas")
    );
    let content = html! {
        (shelf::heading("Normas", &under))
        section.panel aria-labelledby="generales" {
            h2 #generales { "Generales" }
            @if edition.norms.is_empty() { p.menor { "El manual no trae normas generales." } }
            dl.datos.numerada { @for norm in &edition.norms { dt { (norm.number) } dd { (norm.text) } } }
        }
        @for procedure in edition.procedures.iter().filter(|procedure| !procedure.norms.is_empty()) {
            section.panel aria-label=(procedure.title) {
                h2 { a href=(address::procedure(&visitor, &procedure.code)) { (procedure.code) " " (procedure.title) } }
                dl.datos.numerada { @for norm in &procedure.norms { dt { (norm.number) } dd { (norm.text) } } }
            }
        }
    };
    Ok(shelf::page(&visitor, Part::Norms, "Normas", &content))
}
