//! Who holds which post: given with its days, and ended.

use super::{
    controls::{Gather, Input, Typed},
    desk::{self, Part},
    overview, parts,
};
use crate::{
    administration::posts::{self as rules, Asked, holds},
    failure::Failure,
    form::Sent,
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::{Path, Query},
    response::Response,
};
use engine::{actor::PersonId, refusal::Refusal};
use manual::{edition::Edition, organization::Scope};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Admin, people::PostRow};

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Narrowed {
    persona: Option<i64>,
    puesto: Option<String>,
    /// Those already ended as well.
    todos: Option<String>,
}

/// `GET /{institution}/administracion/puestos`
pub async fn list(Extension(visitor): Extension<Visitor>, Query(narrowed): Query<Narrowed>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    page(&visitor, &admin, &narrowed, Typed::default()).await
}

/// `POST /{institution}/administracion/puestos`
pub async fn give(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let edition = desk::edition(&visitor).await?.map(|(_, edition)| edition);
    let refusal = match read(&sent, edition.as_deref()) {
        Err(refusal) => refusal,
        Ok(post) => {
            let shown = format!("/puestos?puesto={}", overview::query(&post.role));
            let given = admin.give_post(post.person, post.role, post.unit, post.since, post.until, visitor.now).await;
            match desk::told(given)? {
                Ok(_) => return Ok(desk::done(&visitor, &shown)),
                Err(refusal) => refusal,
            }
        }
    };
    refused(&visitor, &admin, &sent, refusal).await
}

fn read(sent: &Sent, edition: Option<&Edition>) -> Result<rules::Given, Refusal> {
    let mut gather = Gather::new(sent);
    let (since, until) = (gather.date("desde"), gather.date("hasta"));
    gather.finish("El puesto no se dio.")?;
    let asked = Asked {
        person: sent.number("persona").map(PersonId),
        role: sent.text("puesto").unwrap_or_default(),
        unit: sent.text("unidad"),
        since,
        until,
    };
    rules::given(asked, edition).map_err(desk::in_page)
}

/// `POST /{institution}/administracion/puestos/{id}/fin`
pub async fn end(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let end = async |last| admin.end_post(id, last, visitor.now).await;
    match parts::ended(&sent, "El puesto sigue como estaba.", end).await? {
        Ok(()) => Ok(desk::done(&visitor, "/puestos")),
        Err(refusal) => refused(&visitor, &admin, &sent, refusal).await,
    }
}

async fn refused(visitor: &Visitor, admin: &Admin, sent: &Sent, refusal: Refusal) -> Result<Response, Failure> {
    let page = page(visitor, admin, &Narrowed::default(), Typed::refused(sent, &refusal)).await?;
    Ok(desk::again(refusal, page))
}

async fn page(visitor: &Visitor, admin: &Admin, narrowed: &Narrowed, typed: Typed<'_>) -> Result<Markup, Failure> {
    let today = desk::today(visitor);
    let edition = desk::edition(visitor).await?.map(|(_, edition)| edition);
    let all = admin.posts(narrowed.persona.map(PersonId)).await?;
    let role = narrowed.puesto.as_deref().filter(|role| !role.is_empty());
    let every = narrowed.todos.is_some();
    let shown: Vec<&PostRow> = all
        .iter()
        .filter(|post| role.is_none_or(|role| *post.role == *role))
        .filter(|post| every || post.until.is_none_or(|until| until >= today))
        .collect();
    let units: Vec<(String, String)> = edition
        .iter()
        .flat_map(|edition| edition.units.iter().map(|unit| (unit.code.to_string(), unit.name.to_string())))
        .collect();
    let unit_name =
        |code: &str| units.iter().find(|(other, _)| other == code).map_or(code.to_owned(), |(_, name)| name.clone());
    let roles: Vec<(String, String)> = edition
        .iter()
        .flat_map(|edition| edition.roles.iter().filter(|role| role.scope != Scope::Requester))
        .map(|role| (role.name.to_string(), role.name.to_string()))
        .collect();
    let people = parts::people(admin).await?;
    let vacant = edition.as_ref().map(|edition| overview::vacant(edition, &all, today).len()).unwrap_or_default();
    let under = if narrowed.persona.is_none() && role.is_none() {
        format!("{}; {vacant} vacantes", words::count(desk::many(shown.len()), "nombramiento", "nombramientos"))
    } else {
        words::count(desk::many(shown.len()), "nombramiento", "nombramientos")
    };
    let person = narrowed.persona.map(|person| person.to_string()).unwrap_or_default();
    let day = today.to_string();
    let content = html! {
        (desk::heading("Puestos", &under))
        (typed.alert())
        div.dos {
            div.pila {
                form.fila action=(visitor.to("/administracion/puestos")) method="get" data-swap="lista" {
                    label for="filtro-puesto" { "Puesto" }
                    select.corto #filtro-puesto name="puesto" {
                        option value="" { "Todos" }
                        @for (name, _) in &roles { option value=(name) selected[Some(name.as_str()) == role] { (name) } }
                    }
                    @if narrowed.persona.is_some() { input type="hidden" name="persona" value=(person); }
                    label.opcion { input type="checkbox" name="todos" value="si" checked[every]; "También los terminados" }
                    button type="submit" { "Ver" }
                    @if narrowed.persona.is_some() { a href=(visitor.to("/administracion/puestos")) { "De todas las personas" } }
                }
                div #lista {
                    @if shown.is_empty() {
                        div.vacio.panel { p { "Nadie ocupa ese puesto." } p { "Dé el puesto a una persona con el formulario de esta página." } }
                    } @else {
                        div.tabla-marco.apilable {
                            table {
                                caption.oculto-visual { "Puestos y quién los ocupa" }
                                thead { tr { th scope="col" { "Puesto" } th scope="col" { "Persona" } th scope="col" { "Unidad" } th scope="col" { "Desde" } th scope="col" { "Hasta" } th scope="col" { "Terminar" } } }
                                tbody {
                                    @for post in shown {
                                        tr {
                                            td data-titulo="Puesto" { (post.role) }
                                            td data-titulo="Persona" { a href=(visitor.to(&format!("/administracion/personas/{}", post.person.0))) { (post.person_name) } }
                                            td data-titulo="Unidad" { @if let Some(unit) = &post.unit { (unit_name(unit)) } }
                                            td data-titulo="Desde" { (words::day(post.since)) }
                                            td data-titulo="Hasta" { @if let Some(until) = post.until { (words::day(until)) } }
                                            td data-titulo="Terminar" {
                                                @if holds(post, today) || post.since > today {
                                                    (parts::ending(visitor, &format!("/puestos/{}", post.id), &format!("de {}", post.person_name), today))
                                                } @else { span.menor { "Terminado" } }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            form.formulario.panel method="post" action=(visitor.to("/administracion/puestos")) {
                h2 { "Dar un puesto" }
                (visitor.seal())
                @if roles.is_empty() { p.menor { "Publique primero un manual: de él salen los puestos." } }
                (typed.select("persona", "Persona", None, &people, &person))
                (typed.select("puesto", "Puesto", None, &roles, role.unwrap_or_default()))
                (typed.select("unidad", "Unidad", Some("Toda la institución"), &units, ""))
                (typed.input(Input::date("desde", "Desde").required(), &day))
                (typed.input(Input::date("hasta", "Hasta").help("En blanco: sin fecha de término."), ""))
                div { button.principal type="submit" { "Dar el puesto" } }
            }
        }
    };
    Ok(desk::page(visitor, Part::Posts, "Puestos", &content))
}
