//! The words of the manual and what they mean.

use super::shelf::{self, Part};
use crate::{failure::Failure, state::Visitor, words};
use axum::Extension;
use manual::edition::GlossaryEntry;
use maud::{Markup, html};

/// `GET /{institution}/manual/glosario`
pub async fn show(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let edition = shelf::in_force(&visitor).await?.edition;
    let mut entries: Vec<&GlossaryEntry> = edition.glossary.iter().collect();
    entries.sort_by_key(|entry| super::words::plain(&entry.term));
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let content = html! {
        (shelf::heading("Glosario", &words::count(count, "término", "términos")))
        @if entries.is_empty() {
            div.vacio.panel { p { "El manual no define términos." } p { "Se escriben en «manual.kdl», uno por línea: glosario \"término\" \"significado\"." } }
        } @else {
            section.panel aria-label="Términos" {
                dl.datos.numerada { @for entry in entries { dt { (entry.term) } dd { (entry.meaning) } } }
            }
        }
    };
    Ok(shelf::page(&visitor, Part::Glossary, "Glosario", &content))
}
