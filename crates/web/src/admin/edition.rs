//! One edition: what it changes against the one in force, its findings, and publishing or withdrawing it.

use super::{
    controls::{Gather, Input, Typed},
    desk::{self, Part},
    editions,
};
use crate::{
    editorial,
    failure::Failure,
    form::Sent,
    manual_pages::{editions as shown, redline},
    state::Visitor,
    words,
};
use axum::{Extension, extract::Path, response::Response};
use engine::refusal::Refusal;
use manual::{check::check_reading, compare, read, source::SourceFile};
use maud::{Markup, html};
use store::{
    Admin,
    editions::{EditionRow, EditionState},
};

/// `GET /{institution}/administracion/ediciones/{id}`
pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    page(&visitor, &admin, id, Typed::default()).await
}

/// `POST /{institution}/administracion/ediciones/{id}/publicacion`
pub async fn publish(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    match editorial::publish(&visitor.house, &admin, id, visitor.now).await {
        Ok(_) => Ok(desk::done(&visitor, &format!("/ediciones/{id}"))),
        Err(Failure::Refused(refusal)) => refused(&visitor, &admin, id, &sent, refusal).await,
        Err(failure) => Err(failure),
    }
}

/// `POST /{institution}/administracion/ediciones/{id}/retiro`
pub async fn withdraw(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let mut gather = Gather::new(&sent);
    let reason = gather.text("razon", "Diga por qué se retira; queda en la bitácora.").to_owned();
    let refusal = match gather.finish("La edición sigue como estaba.") {
        Err(refusal) => refusal,
        Ok(()) => match desk::told(admin.withdraw_edition(id, reason, visitor.now).await)? {
            Ok(()) => return Ok(desk::done(&visitor, "/ediciones")),
            Err(refusal) => refusal,
        },
    };
    refused(&visitor, &admin, id, &sent, refusal).await
}

async fn refused(
    visitor: &Visitor,
    admin: &Admin,
    id: i64,
    sent: &Sent,
    refusal: Refusal,
) -> Result<Response, Failure> {
    let page = page(visitor, admin, id, Typed::refused(sent, &refusal)).await?;
    Ok(desk::again(refusal, page))
}

async fn page(visitor: &Visitor, admin: &Admin, id: i64, typed: Typed<'_>) -> Result<Markup, Failure> {
    let row = admin.editions().await?.into_iter().find(|row| row.id == id).ok_or(Failure::NotFound)?;
    let edition = visitor.house.store.edition(id).await?.ok_or(Failure::NotFound)?;
    let sources = admin.sources(id).await?.ok_or(Failure::NotFound)?;
    let names = editorial::names(&visitor.house.store, std::slice::from_ref(&row)).await?;
    let current = desk::edition(visitor).await?;
    let outcome = read::read(&sources.files, &sources.shared);
    let files: Vec<SourceFile> = sources.files.iter().chain(&sources.shared).cloned().collect();
    let name = |person| names.get(&person).map_or("—", |name| &**name);
    let zone = visitor.zone();
    let count = |number: usize, one: &str, many: &str| words::count(desk::many(number), one, many);
    let content = html! {
        header.encabezado {
            div {
                p.migas { a href=(visitor.to("/administracion/ediciones")) { "Ediciones" } " › n.º " (row.id) }
                h1 { (row.name) }
                p.menor {
                    (count(edition.procedures.len(), "procedimiento", "procedimientos")) " · "
                    (count(edition.forms.len(), "formulario", "formularios")) " · "
                    (count(edition.roles.len(), "responsable", "responsables"))
                }
            }
            (shown::state(row.state))
        }
        (typed.alert())
        div.dos {
            section.panel aria-label="Datos" {
                dl.datos {
                    dt { "La subió" } dd { (name(row.uploaded_by)) ", " (words::time(row.uploaded_at, &zone)) }
                    @if let (Some(by), Some(at)) = (row.published_by, row.published_at) { dt { "La publicó" } dd { (name(by)) ", " (words::time(at, &zone)) } }
                    @if let Some(at) = row.retired_at { dt { "Rigió hasta" } dd { (words::time(at, &zone)) } }
                    dt { "SHA-256" } dd { code { (row.sha256) } }
                    dt { "Archivos" }
                    dd { details { summary { (count(files.len(), "archivo", "archivos")) } ul.llana { @for file in &files { li { code { (file.path) } } } } } }
                }
            }
            (acts(visitor, &row, typed))
        }
        (editions::findings(&check_reading(&outcome), &files))
        @if let Some((in_force, old)) = current && in_force != row.id {
            section.pila aria-labelledby="cambia" {
                h2 #cambia { "Qué cambia frente a la vigente (n.º " (in_force) ")" }
                (redline::draw(&compare::compare(&old, &edition)))
            }
        }
    };
    Ok(desk::page(visitor, Part::Editions, &row.name, &content))
}

fn acts(visitor: &Visitor, row: &EditionRow, typed: Typed<'_>) -> Markup {
    let own = row.uploaded_by == visitor.person.id;
    let at = format!("/ediciones/{}", row.id);
    html! {
        div.pila {
            @if matches!(row.state, EditionState::Draft | EditionState::Retired) {
                section.panel.principal {
                    h2 { "Publicar" }
                    @if own {
                        p { "Usted la subió: la publica otra persona que administre, después de revisarla." }
                    } @else {
                        p { "Los casos nuevos empezarán con ella. Los abiertos terminan con la edición con que empezaron." }
                        form method="post" action=(visitor.to(&format!("/administracion{at}/publicacion"))) {
                            (visitor.seal())
                            button.principal type="submit" { "Publicar y poner en vigor" }
                        }
                    }
                }
            }
            @if row.state == EditionState::Draft {
                section.panel {
                    h2 { "Retirar" }
                    form.formulario method="post" action=(visitor.to(&format!("/administracion{at}/retiro"))) {
                        (visitor.seal())
                        (typed.input(Input::text("razon", "Razón").required(), ""))
                        div { button.peligro type="submit" { "Retirar el borrador" } }
                    }
                }
            }
        }
    }
}
