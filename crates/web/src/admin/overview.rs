//! The administration at a glance: posts nobody holds, editions waiting, and how the store is.

use super::desk::{self, Part};
use crate::{administration::posts::holds, failure::Failure, state::Visitor, words};
use axum::Extension;
use jiff::civil::Date;
use manual::{
    edition::Edition,
    organization::{Role, Scope},
};
use maud::{Markup, html};
use store::{
    editions::{EditionRow, EditionState},
    people::PostRow,
};

/// `GET /{institution}/administracion`
pub async fn show(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    let (people, posts, editions) =
        (admin.people("", None, desk::CHOICES).await?, admin.posts(None).await?, admin.editions().await?);
    let (current, today) = (desk::edition(&visitor).await?, desk::today(&visitor));
    let health = visitor.house.store.health(visitor.now).await;
    let vacant = current.as_ref().map(|(_, edition)| vacant(edition, &posts, today)).unwrap_or_default();
    let active = people.rows.iter().filter(|person| person.active).count();
    let administrators = people.rows.iter().filter(|person| person.active && person.administrator).count();
    let waiting: Vec<&EditionRow> = editions.iter().filter(|row| row.state == EditionState::Draft).collect();
    let more = if people.next.is_some() { "más de " } else { "" };
    let content = html! {
        (desk::heading("Administración", "Lo que espera por usted"))
        @if current.is_none() {
            div.aviso-caja.atencion { p { "Aún no hay manual publicado: " a href=(visitor.to("/administracion/ediciones")) { "suba la primera edición" } "." } }
        }
        @if administrators == 1 {
            div.aviso-caja.atencion { p { "Solo una persona administra el sistema. Para publicar una edición hacen falta dos: quien la sube y quien la publica." } }
        }
        div.dos.mitades {
            section.panel aria-labelledby="vacantes" {
                header { h2 #vacantes { "Puestos vacantes" } span.menor { (words::count(desk::many(vacant.len()), "puesto", "puestos")) } }
                @if vacant.is_empty() {
                    p { "Todos los puestos del manual tienen quien los ocupe." }
                } @else {
                    p.menor { "Los casos que lleguen a estos puestos no tendrán quien los atienda." }
                    ul.llana {
                        @for role in &vacant {
                            li {
                                a href=(visitor.to(&format!("/administracion/puestos?puesto={}", query(&role.name)))) { (role.name) }
                            }
                        }
                    }
                }
            }
            section.panel aria-labelledby="esperan" {
                header { h2 #esperan { "Ediciones por publicar" } span.menor { (waiting.len()) } }
                @if waiting.is_empty() { p { "Ninguna." } }
                ul.llana {
                    @for row in waiting {
                        li { a href=(visitor.to(&format!("/administracion/ediciones/{}", row.id))) { (row.name) } " " (words::time(row.uploaded_at, &visitor.zone())) }
                    }
                }
                @if let Some((id, edition)) = &current { p.menor { "Rige la n.º " (id) ": " (edition.title_page.edition) "." } }
            }
            section.panel aria-labelledby="personas" {
                h2 #personas { "Personas" }
                dl.datos {
                    dt { "Activas" } dd { (more) (active) }
                    dt { "Administran" } dd { (administrators) }
                    dt { "Sin contraseña" } dd { (people.rows.iter().filter(|person| person.active && !person.has_password).count()) }
                    dt { "Con segundo factor" } dd { (people.rows.iter().filter(|person| person.active && person.has_totp).count()) }
                }
            }
            section.panel aria-labelledby="salud" {
                h2 #salud { "Estado del sistema" }
                dl.datos {
                    dt { "Guardar" } dd { @if health.writable { span.etiqueta.bien { "Funciona" } } @else { span.etiqueta.mal { "No se puede guardar" } } }
                    dt { "Base de datos" } dd { (health.engine) ", esquema " (health.schema) }
                    dt { "Envíos por salir" } dd { (words::thousands(health.outbox_waiting)) }
                    dt { "Plazos por atender" } dd { (words::thousands(health.timers_due)) }
                }
            }
        }
    };
    Ok(desk::page(&visitor, Part::Overview, "Administración", &content))
}

/// The posts of the edition that nobody holds on a day; whoever asks and whom a route names need no holder of their own.
#[must_use]
pub fn vacant<'e>(edition: &'e Edition, posts: &[PostRow], today: Date) -> Vec<&'e Role> {
    edition
        .roles
        .iter()
        .filter(|role| !matches!(role.scope, Scope::Requester | Scope::Routed))
        .filter(|role| acts(edition, &role.name))
        .filter(|role| !posts.iter().any(|post| post.role == role.name && holds(post, today)))
        .collect()
}

fn acts(edition: &Edition, role: &str) -> bool {
    edition.procedures.iter().any(|procedure| {
        let routed = procedure
            .routing
            .iter()
            .flat_map(|routing| routing.routes.iter().flat_map(|route| &route.parts).chain(&routing.otherwise));
        procedure.steps.iter().any(|step| step.role_names().any(|name| **name == *role))
            || routed.into_iter().any(|part| *part.holder == *role)
    })
}

/// A word within the query of an address.
#[must_use]
pub fn query(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
