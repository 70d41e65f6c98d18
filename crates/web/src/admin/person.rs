//! One person: what is known of him, what he holds, and every act upon his account.

use super::{
    controls::{Input, Typed},
    desk::{self, Part},
    people,
};
use crate::{
    administration::{
        people::{self as rules, Given},
        posts::holds,
    },
    failure::Failure,
    form::Sent,
    state::{App, Visitor},
    words,
};
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use engine::{actor::PersonId, refusal::Refusal};
use maud::{Markup, html};
use store::{Admin, people::Person};

/// `GET /{institution}/administracion/personas/{id}`
pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    let person = find(&admin, id).await?;
    page(&visitor, &admin, &person, Typed::default()).await
}

/// `POST /{institution}/administracion/personas/{id}`
pub async fn change(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let person = find(&admin, id).await?;
    let refusal = match people::read(&visitor, &sent, Some(&person)).await? {
        Err(refusal) => refusal,
        Ok(fields) => match desk::told(admin.change_person(person.id, fields, visitor.now).await)? {
            Ok(()) => return Ok(desk::done(&visitor, &at(&person))),
            Err(refusal) => refusal,
        },
    };
    refused(&visitor, &admin, &person, &sent, refusal).await
}

/// `POST /{institution}/administracion/personas/{id}/baja`
pub async fn deactivate(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let person = find(&admin, id).await?;
    let reason = rules::leaving(person.id, visitor.person.id, sent.text("razon").unwrap_or_default());
    let refusal = match reason {
        Err(refusal) => desk::in_page(refusal),
        Ok(reason) => match desk::told(admin.deactivate(person.id, reason, visitor.now).await)? {
            Ok(()) => return Ok(desk::done(&visitor, &at(&person))),
            Err(refusal) => refusal,
        },
    };
    refused(&visitor, &admin, &person, &sent, refusal).await
}

/// `POST /{institution}/administracion/personas/{id}/alta`
pub async fn reactivate(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    _: Sent,
) -> Result<Response, Failure> {
    desk::hands(&visitor).await?.reactivate(PersonId(id), visitor.now).await?;
    Ok(desk::done(&visitor, &format!("/personas/{id}")))
}

/// `POST /{institution}/administracion/personas/{id}/contrasena`
pub async fn set_password(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let person = find(&admin, id).await?;
    let about = [&*person.login, &*person.name, visitor.house.code.as_str()];
    let given = rules::password(&app, sent.text("contrasena"), about, "La contraseña no se cambió.").await?;
    let Given { password, hash, drawn } = match given {
        Ok(given) => given,
        Err(refusal) => return refused(&visitor, &admin, &person, &sent, desk::in_page(refusal)).await,
    };
    admin.set_password(person.id, hash, visitor.now).await?;
    if drawn {
        return Ok(desk::created(people::password_page(
            &visitor,
            &at(&person),
            (&person.name, &person.login),
            &password,
        )));
    }
    Ok(desk::done(&visitor, &at(&person)))
}

/// `POST /{institution}/administracion/personas/{id}/segundo-factor/baja`
pub async fn remove_second_factor(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    _: Sent,
) -> Result<Response, Failure> {
    desk::hands(&visitor).await?.remove_totp(PersonId(id), visitor.now).await?;
    Ok(desk::done(&visitor, &format!("/personas/{id}")))
}

/// `POST /{institution}/administracion/personas/{id}/sesiones/fin`
pub async fn end_sessions(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    _: Sent,
) -> Result<Response, Failure> {
    desk::hands(&visitor).await?.end_sessions(PersonId(id), visitor.now).await?;
    Ok(desk::done(&visitor, &format!("/personas/{id}")))
}

async fn find(admin: &Admin, id: i64) -> Result<Person, Failure> {
    admin.person(PersonId(id)).await?.ok_or(Failure::NotFound)
}

fn at(person: &Person) -> String {
    format!("/personas/{}", person.id.0)
}

async fn refused(
    visitor: &Visitor,
    admin: &Admin,
    person: &Person,
    sent: &Sent,
    refusal: Refusal,
) -> Result<Response, Failure> {
    let page = page(visitor, admin, person, Typed::refused(sent, &refusal)).await?;
    Ok(desk::again(refusal, page))
}

async fn page(visitor: &Visitor, admin: &Admin, person: &Person, typed: Typed<'_>) -> Result<Markup, Failure> {
    // Each form has its own fields; those of the person are drawn from what is kept unless they were sent.
    let of_person = if typed.value("usuario", "-").is_empty() { Typed::default() } else { typed };
    let content = html! {
        header.encabezado {
            div {
                p.migas { a href=(visitor.to("/administracion/personas")) { "Personas" } }
                h1 { (person.name) }
                p.menor { (person.login) " · desde " (words::time(person.created_at, &visitor.zone())) }
            }
            (people::state(person))
        }
        (typed.alert())
        div.dos {
            form.formulario.panel method="post" action=(visitor.to(&format!("/administracion{}", at(person)))) {
                h2 { "Datos" }
                (visitor.seal())
                (people::form_fields(visitor, of_person, Some(person)).await?)
                div { button.principal type="submit" { "Guardar los cambios" } }
            }
            div.pila {
                (held(visitor, admin, person).await?)
                (entering(visitor, admin, person, typed).await?)
                (leaving(visitor, person, typed))
            }
        }
    };
    Ok(desk::page(visitor, Part::People, &person.name, &content))
}

async fn held(visitor: &Visitor, admin: &Admin, person: &Person) -> Result<Markup, Failure> {
    let (posts, today) = (admin.posts(Some(person.id)).await?, desk::today(visitor));
    let now: Vec<_> = posts.iter().filter(|post| holds(post, today)).collect();
    Ok(html! {
        section.panel {
            h2 { "Puestos" }
            @if now.is_empty() { p.menor { "Ninguno hoy: puede pedir y dar seguimiento a lo suyo." } }
            ul.llana { @for post in now { li { (post.role) @if let Some(until) = post.until { span.menor { " hasta el " (words::day(until)) } } } } }
            a href=(visitor.to(&format!("/administracion/puestos?persona={}", person.id.0))) { "Dar o terminar puestos" }
        }
    })
}

async fn entering(visitor: &Visitor, admin: &Admin, person: &Person, typed: Typed<'_>) -> Result<Markup, Failure> {
    let sessions = admin.sessions(person.id).await?;
    let at = at(person);
    Ok(html! {
        section.panel {
            h2 { "Entrada" }
            dl.datos {
                dt { "Contraseña" } dd { @if person.must_change_password { "La cambia al entrar" } @else if person.has_password { "Tiene" } @else { "No tiene: no puede entrar" } }
                dt { "Segundo factor" } dd { @if person.has_totp { "Activo" } @else { "Sin activar" } }
                dt { "Sesiones abiertas" } dd { (sessions.len()) }
            }
            form.formulario method="post" action=(visitor.to(&format!("/administracion{at}/contrasena"))) {
                (visitor.seal())
                (typed.input(Input::text("contrasena", "Contraseña nueva").of_kind("password")
                    .help("En blanco, el sistema da una y la muestra una sola vez. Sus sesiones terminan y la cambia al entrar."), ""))
                div { button type="submit" { "Cambiar la contraseña" } }
            }
            div.fila {
                @if person.has_totp { (desk::button(visitor, &format!("{at}/segundo-factor/baja"), None, "Quitar el segundo factor")) }
                @if !sessions.is_empty() { (desk::button(visitor, &format!("{at}/sesiones/fin"), None, "Terminar sus sesiones")) }
            }
        }
    })
}

fn leaving(visitor: &Visitor, person: &Person, typed: Typed<'_>) -> Markup {
    let at = at(person);
    html! {
        section.panel {
            @if person.active {
                h2 { "Baja" }
                p.menor { "Desde ese momento no puede hacer nada más; sus sesiones y fichas terminan. Lo que hizo queda en la historia." }
                form.formulario method="post" action=(visitor.to(&format!("/administracion{at}/baja"))) {
                    (visitor.seal())
                    (typed.input(Input::text("razon", "Razón de la baja").required(), ""))
                    div { button.peligro type="submit" { "Dar de baja a " (person.name) } }
                }
            } @else {
                h2 { "Alta" }
                p.menor { "Vuelve con los puestos que aún tenga; sus sesiones y fichas de antes siguen terminadas." }
                (desk::button(visitor, &format!("{at}/alta"), None, "Volver a dar de alta"))
            }
        }
    }
}
