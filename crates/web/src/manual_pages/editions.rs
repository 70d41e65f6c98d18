//! The editions of the manual: which ruled when, who uploaded and published each, and what changes between two.

use super::{
    redline,
    shelf::{self, Part},
};
use crate::{failure::Failure, state::Visitor, words};
use axum::{
    Extension,
    extract::{Path, Query},
};
use engine::{Name, actor::PersonId};
use manual::compare;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use store::{
    Store,
    editions::{EditionRow, EditionState},
};

/// `GET /{institution}/manual/ediciones`
pub async fn list(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let in_force = shelf::in_force(&visitor).await?;
    let title = &in_force.edition.title_page;
    let rows = if visitor.person.administrator {
        Some(visitor.house.store.admin(visitor.person.id).await?.editions().await?)
    } else {
        None
    };
    let content = if let Some(rows) = rows {
        let names = names(&visitor.house.store, &rows).await?;
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        html! {
            (shelf::heading("Ediciones", &words::count(count, "edición", "ediciones")))
            (table(&visitor, &rows, &names, "/manual/ediciones"))
            (picker(&visitor, &rows, "/manual/ediciones/comparacion"))
        }
    } else {
        html! {
            (shelf::heading("Ediciones", "La que rige"))
            section.panel aria-label="Edición vigente" {
                dl.datos {
                    dt { "Título" } dd { (title.title) }
                    dt { "Edición" } dd { (title.edition) " " span.etiqueta.bien { "Vigente" } }
                    @if let Some(approval) = &title.approval { dt { "Aprobación" } dd { (approval) } }
                    @if let Some(since) = title.in_force_since { dt { "Rige desde" } dd { (words::day(since)) } }
                    dt { "Número en el sistema" } dd { (in_force.id) }
                }
                p.menor { "Los casos terminan con la edición con que empezaron. El historial completo lo lleva quien administra el sistema." }
            }
        }
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
    if !visitor.person.administrator {
        return Err(Failure::Forbidden("El historial de ediciones lo lleva quien administra el sistema.".into()));
    }
    let store = &visitor.house.store;
    let old = store.edition(from).await?.ok_or(Failure::NotFound)?;
    let new = store.edition(to).await?.ok_or(Failure::NotFound)?;
    let redline = compare::compare(&old, &new);
    let under = format!("De «{}» (n.º {from}) a «{}» (n.º {to})", old.title_page.edition, new.title_page.edition);
    Ok(html! { (shelf::heading("Qué cambia", &under)) (redline::draw(&redline)) })
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

/// The names of those who uploaded and published.
///
/// # Errors
/// If the store cannot be read.
pub async fn names(store: &Store, rows: &[EditionRow]) -> Result<BTreeMap<PersonId, Name>, Failure> {
    let mut names = BTreeMap::new();
    let mut people = BTreeSet::new();
    for row in rows {
        people.insert(row.uploaded_by);
        people.extend(row.published_by);
    }
    for person in people {
        let name = store.person(person).await?.map_or_else(|| "—".into(), |person| person.name);
        names.insert(person, name);
    }
    Ok(names)
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
                                @if let (Some(by), Some(at)) = (row.published_by, row.published_at) { span { (name(by)) " " (words::time(at, &zone)) } }
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
