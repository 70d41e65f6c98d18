//! What every page of the administration shares: its tabs, the administrator's hands, and how a refusal is told.

use crate::{
    failure::Failure,
    shell::{Frame, Place},
    state::Visitor,
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use engine::refusal::Refusal;
use jiff::civil::Date;
use manual::edition::Edition;
use maud::{Markup, html};
use std::sync::Arc;
use store::{Admin, StoreError, people::Person};

/// Persons offered in a choice; beyond these one types the login.
pub const CHOICES: usize = 500;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Overview,
    People,
    Posts,
    Units,
    Substitutions,
    Calendar,
    Editions,
    Tokens,
    Sessions,
    Journal,
}

const TABS: [(Part, &str, &str); 10] = [
    (Part::Overview, "", "Resumen"),
    (Part::People, "/personas", "Personas"),
    (Part::Posts, "/puestos", "Puestos"),
    (Part::Units, "/unidades", "Unidades"),
    (Part::Substitutions, "/suplencias", "Suplencias"),
    (Part::Calendar, "/calendario", "Calendario"),
    (Part::Editions, "/ediciones", "Ediciones"),
    (Part::Tokens, "/fichas", "Fichas de acceso"),
    (Part::Sessions, "/sesiones", "Sesiones"),
    (Part::Journal, "/bitacora", "Bitácora"),
];

/// The hands of the visitor; the store judges the right.
///
/// # Errors
/// If the visitor no longer administers, or the store cannot be read.
pub async fn hands(visitor: &Visitor) -> Result<Admin, Failure> {
    Ok(visitor.house.store.admin(visitor.person.id).await?)
}

/// The edition in force; an institution just set up has none yet.
///
/// # Errors
/// If the store cannot be read.
pub async fn edition(visitor: &Visitor) -> Result<Option<(i64, Arc<Edition>)>, Failure> {
    Ok(visitor.house.store.current_edition().await?)
}

/// The local day.
#[must_use]
pub fn today(visitor: &Visitor) -> Date {
    visitor.now.to_zoned(visitor.zone()).date()
}

/// The people who may be chosen: the active ones, by name.
///
/// # Errors
/// If the store cannot be read.
pub async fn active_people(admin: &Admin) -> Result<Vec<Person>, Failure> {
    let mut rows = admin.people("", None, CHOICES).await?.rows;
    rows.retain(|person| person.active);
    Ok(rows)
}

/// A page of the administration.
#[must_use]
pub fn page(visitor: &Visitor, part: Part, title: &str, content: &Markup) -> Markup {
    let tabs = html! {
        nav.pestanas aria-label="Administración" {
            ul {
                @for (tab, path, text) in TABS {
                    li {
                        a href=(visitor.to(&format!("/administracion{path}"))) aria-current=[(tab == part).then_some("page")] { (text) }
                    }
                }
            }
        }
    };
    Frame::new(visitor, Place::Admin, title).page(&html! { (tabs) (content) })
}

/// A heading with what is counted under it.
#[must_use]
pub fn heading(title: &str, under: &str) -> Markup {
    html! { header.encabezado { div { h1 { (title) } p.menor { (under) } } } }
}

/// After something was done: the page that shows it.
#[must_use]
pub fn done(visitor: &Visitor, path: &str) -> Response {
    Redirect::to(&visitor.to(&format!("/administracion{path}"))).into_response()
}

/// What the store answered, told apart: done, refused in words (to be shown beside what was typed), or broken.
///
/// # Errors
/// Whatever is not a refusal.
pub fn told<T>(result: Result<T, StoreError>) -> Result<Result<T, Refusal>, Failure> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(StoreError::Refused(refusal)) => Ok(Err(in_page(refusal))),
        Err(error) => Err(error.into()),
    }
}

/// The names of the API and those of the fields of the pages.
const NAMES: [(&str, &str); 15] = [
    ("name", "nombre"),
    ("login", "usuario"),
    ("email", "correo"),
    ("phone", "telefono"),
    ("unit", "unidad"),
    ("password", "contrasena"),
    ("reason", "razon"),
    ("person", "persona"),
    ("role", "puesto"),
    ("since", "desde"),
    ("until", "hasta"),
    ("absent", "ausente"),
    ("deputy", "suplente"),
    ("scope", "alcance"),
    ("expires", "vence"),
];

/// A refusal of what pages and API share, with its faults beside the fields of a page.
#[must_use]
pub fn in_page(mut refusal: Refusal) -> Refusal {
    for fault in &mut refusal.faults {
        if let Some((_, name)) = NAMES.iter().find(|(name, _)| *name == &*fault.field) {
            fault.field = (*name).into();
        }
    }
    refusal
}

/// The page again, with the status of the refusal it tells.
#[must_use]
pub fn again(refusal: Refusal, page: Markup) -> Response {
    let status = Failure::Refused(refusal).status();
    (status, page).into_response()
}

/// A page that shows a secret once: made, and never to be fetched again.
#[must_use]
pub fn created(page: Markup) -> Response {
    (StatusCode::CREATED, page).into_response()
}

/// A form that is one button.
#[must_use]
pub fn button(visitor: &Visitor, path: &str, class: Option<&str>, text: &str) -> Markup {
    html! {
        form method="post" action=(visitor.to(&format!("/administracion{path}"))) {
            (visitor.seal())
            button class=[class] type="submit" { (text) }
        }
    }
}

/// How many, as the counts of pages take them.
#[must_use]
pub fn many(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
