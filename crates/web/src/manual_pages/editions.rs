//! The editions of the manual: which ruled when, who uploaded and published each, and what changes between two.

use super::{
    redline,
    shelf::{self, Part},
};
use crate::{editorial, failure::Failure, state::Visitor, words};
use axum::{
    Extension,
    extract::{Path, Query},
};
use engine::{Name, actor::PersonId};
use manual::compare;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::editions::{EditionRow, EditionState};

/// `GET /{institution}/manual/ediciones`
pub async fn list(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let rows = visitor.reader.editions().await?;
    let names = editorial::names(&visitor.house.store, &rows).await?;
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let content = html! {
        (shelf::heading("Ediciones", &words::count(count, "edición", "ediciones")))
        (table(&visitor, &rows, &names, "/manual/ediciones"))
        p.menor { "Cada caso termina con la edición con que empezó." }
        (picker(&visitor, &rows, "/manual/ediciones/comparacion"))
    };
    Ok(shelf::page(&visitor, Part::Editions, "Ediciones", &content))
}

#[derive(Debug, Deserialize)]
pub struct Pair {
    de: i64,
    a: i64,
}

/// `GET /{institution}/manual/ediciones/comparacion?de=1&a=2`
pub async fn compared(
    Extension(visitor): Extension<Visitor>,
    Path(_): Path<String>,
    Query(pair): Query<Pair>,
) -> Result<Markup, Failure> {
    let content = html! {
        (difference(&visitor, pair.de, pair.a).await?)
        p { a href=(visitor.to("/manual/ediciones")) { "Volver a las ediciones" } }
    };
    Ok(shelf::page(&visitor, Part::Editions, "Comparación de ediciones", &content))
}

/// Heading and redline from one edition to another; drafts only for administrators.
///
/// # Errors
/// If one is not there, or not for the visitor to see.
pub async fn difference(visitor: &Visitor, from: i64, to: i64) -> Result<Markup, Failure> {
    let (old, new) = editorial::pair(&visitor.house.store, &visitor.reader, from, to).await?;
    let under = format!("De «{}» (n.º {from}) a «{}» (n.º {to})", old.title_page.edition, new.title_page.edition);
    Ok(html! { (shelf::heading("Qué cambia", &under)) (redline::draw(&compare::compare(&old, &new))) })
}

/// The state as a chip.
#[must_use]
pub fn state(state: EditionState) -> Markup {
    let (class, word) = match state {
        EditionState::Draft => ("aviso", "Por publicar"),
        EditionState::Published => ("bien", "Vigente"),
        EditionState::Retired => ("lisa", "Anterior"),
        EditionState::Withdrawn => ("anulado", "Retirada"),
    };
    html! { span class=(format!("etiqueta {class}")) { (word) } }
}

/// The table of editions; each links to its own page under `base` where the visitor administers.
#[must_use]
pub fn table(visitor: &Visitor, rows: &[EditionRow], names: &BTreeMap<PersonId, Name>, base: &str) -> Markup {
    let zone = visitor.zone();
    let name = |person: PersonId| names.get(&person).map_or("—", |name| name);
    html! {
        div.tabla-marco.apilable {
            table {
                caption.oculto-visual { "Ediciones del manual, la más reciente primero" }
                thead { tr { th.numero scope="col" { "N.º" } th scope="col" { "Edición" } th scope="col" { "Estado" } th scope="col" { "La subió" } th scope="col" { "La publicó" } th scope="col" { "SHA-256" } } }
                tbody {
                    @for row in rows {
                        tr {
                            td.numero data-titulo="N.º" { (row.id) }
                            td data-titulo="Edición" {
                                @if base.starts_with("/administracion") {
                                    a href=(visitor.to(&format!("{base}/{}", row.id))) { (row.name) }
                                } @else { (row.name) }
                            }
                            td data-titulo="Estado" { (state(row.state)) }
                            td data-titulo="La subió" { span { (name(row.uploaded_by)) " " (words::time(row.uploaded_at, &zone)) } }
                            td data-titulo="La publicó" {
                                @if let (Some(by), Some(at)) = (row.published_by, row.published_at) {
                                    span { (name(by)) " " (words::time(at, &zone)) @if let Some(until) = row.retired_at { ", hasta " (words::time(until, &zone)) } }
                                }
                            }
                            td data-titulo="SHA-256" { code.sin-partir title=(row.sha256) { (row.sha256.chars().take(12).collect::<String>()) "…" } }
                        }
                    }
                }
            }
        }
    }
}

/// Chooses two editions to compare: by itself the one in force against the newest.
#[must_use]
pub fn picker(visitor: &Visitor, rows: &[EditionRow], action: &str) -> Markup {
    let current = rows.iter().find(|row| row.state == EditionState::Published).or(rows.last()).map(|row| row.id);
    let newest = rows.iter().map(|row| row.id).find(|id| Some(*id) != current);
    let choices = |name: &str, label: &str, chosen: Option<i64>| {
        html! {
            div.campo {
                label for=(name) { (label) }
                select id=(name) name=(name) {
                    @for row in rows { option value=(row.id) selected[Some(row.id) == chosen] { (row.id) " · " (row.name) } }
                }
            }
        }
    };
    html! {
        @if rows.len() > 1 {
            form.panel.no-imprimir action=(visitor.to(action)) method="get" {
                h2 { "Comparar dos ediciones" }
                div.campos-2 { (choices("de", "De", current)) (choices("a", "A", newest)) }
                div { button.principal type="submit" { "Ver qué cambia" } }
            }
        }
    }
}
