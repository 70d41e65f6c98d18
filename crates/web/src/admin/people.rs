//! The people of the institution: the list, and making a new one with a first password shown once.

use super::{
    controls::{Input, Typed},
    desk::{self, Part},
    overview::query,
};
use crate::{
    administration::people::{self as rules, Given},
    failure::Failure,
    form::Sent,
    state::{App, Visitor},
    words,
};
use axum::{
    Extension,
    extract::{Query, State},
    response::Response,
};
use engine::refusal::Refusal;
use maud::{Markup, html};
use serde::Deserialize;
use store::people::{Person, PersonFields};

const ROWS: usize = 50;

#[derive(Debug, Default, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    desde: Option<String>,
}

/// `GET /{institution}/administracion/personas`
pub async fn list(Extension(visitor): Extension<Visitor>, Query(search): Query<Search>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    let page = admin.people(search.q.trim(), search.desde.as_deref(), ROWS).await?;
    let edition = desk::edition(&visitor).await?;
    let unit = |person: &Person| {
        let code = person.unit.clone()?;
        Some(
            edition.as_ref().and_then(|(_, edition)| edition.unit(&code).map(|unit| unit.name.clone())).unwrap_or(code),
        )
    };
    let shown = words::count(desk::many(page.rows.len()), "persona", "personas");
    let under = if page.next.is_some() { format!("{shown} en esta página; hay más") } else { shown };
    let content = html! {
        header.encabezado {
            div { h1 { "Personas" } p.menor { (under) } }
            a.boton.principal href=(visitor.to("/administracion/personas/nueva")) { "Agregar una persona" }
        }
        form.fila action=(visitor.to("/administracion/personas")) method="get" role="search" aria-label="Personas" data-swap="lista" {
            label for="q-personas" { "Buscar" }
            input.corto #q-personas type="search" name="q" value=(search.q) maxlength="100" placeholder="Nombre o usuario" data-search;
            button type="submit" { "Buscar" }
        }
        div.pila #lista {
            @if page.rows.is_empty() {
                div.vacio.panel { p { "Nadie se llama así." } p { "Busque por parte del nombre o del usuario, o agregue a la persona." } }
            } @else {
                div.tabla-marco.apilable data-lista {
                    table {
                        caption.oculto-visual { "Personas, por nombre" }
                        thead { tr { th scope="col" { "Nombre" } th scope="col" { "Usuario" } th scope="col" { "Unidad" } th scope="col" { "Correo" } th scope="col" { "Estado" } } }
                        tbody {
                            @for person in &page.rows {
                                tr {
                                    td data-titulo="Nombre" { a href=(visitor.to(&format!("/administracion/personas/{}", person.id.0))) { (person.name) } }
                                    td data-titulo="Usuario" { (person.login) }
                                    td data-titulo="Unidad" { @if let Some(unit) = unit(person) { (unit) } }
                                    td data-titulo="Correo" { (person.email) }
                                    td data-titulo="Estado" { (state(person)) }
                                }
                            }
                        }
                    }
                }
            }
            @if let Some(next) = &page.next {
                nav.paginas aria-label="Páginas" {
                    span {}
                    a.boton href=(visitor.to(&format!("/administracion/personas?q={}&desde={}", query(&search.q), query(next)))) { "Siguientes" }
                }
            }
        }
    };
    Ok(desk::page(&visitor, Part::People, "Personas", &content))
}

/// Chips: whether active, and what the person may.
#[must_use]
pub fn state(person: &Person) -> Markup {
    html! {
        span.fila {
            @if person.active { span.etiqueta.bien { "Activa" } } @else { span.etiqueta.anulado { "De baja" } }
            @if person.administrator { span.etiqueta.lisa { "Administra" } }
            @if person.auditor { span.etiqueta.lisa { "Audita" } }
            @if person.active && !person.has_password { span.etiqueta.aviso { "Sin contraseña" } }
            @if person.active && person.must_change_password { span.etiqueta.lisa { "Cambia su contraseña al entrar" } }
        }
    }
}

/// `GET /{institution}/administracion/personas/nueva`
pub async fn blank(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    new(&visitor, Typed::default()).await
}

/// `POST /{institution}/administracion/personas`
pub async fn create(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    sent: Sent,
) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let fields = match read(&visitor, &sent, None).await? {
        Ok(fields) => fields,
        Err(refusal) => return refused(&visitor, &sent, refusal).await,
    };
    let about = [&*fields.login, &*fields.name, visitor.house.code.as_str()];
    let given = rules::password(&app, sent.text("contrasena"), about, "La persona no se agregó.").await?;
    let Given { password, hash, drawn } = match given {
        Ok(given) => given,
        Err(refusal) => return refused(&visitor, &sent, desk::in_page(refusal)).await,
    };
    let (name, login) = (fields.name.clone(), fields.login.to_lowercase());
    match desk::told(admin.welcome_person(fields, hash, visitor.now).await)? {
        Err(refusal) => refused(&visitor, &sent, refusal).await,
        Ok(made) => {
            let person = format!("/personas/{}", made.number);
            if drawn {
                Ok(desk::created(password_page(&visitor, &person, (&name, &login), &password)))
            } else {
                Ok(desk::done(&visitor, &person))
            }
        }
    }
}

async fn refused(visitor: &Visitor, sent: &Sent, refusal: Refusal) -> Result<Response, Failure> {
    let page = new(visitor, Typed::refused(sent, &refusal)).await?;
    Ok(desk::again(refusal, page))
}

async fn new(visitor: &Visitor, typed: Typed<'_>) -> Result<Markup, Failure> {
    let content = html! {
        header.encabezado {
            div { p.migas { a href=(visitor.to("/administracion/personas")) { "Personas" } } h1 { "Agregar una persona" } }
        }
        (typed.alert())
        form.formulario.panel method="post" action=(visitor.to("/administracion/personas")) {
            (visitor.seal())
            (form_fields(visitor, typed, None).await?)
            (typed.input(Input::text("contrasena", "Contraseña inicial").of_kind("password")
                .help("Déjela en blanco y el sistema dará una, que se muestra una sola vez. La persona la cambia al entrar."), ""))
            div { button.principal type="submit" { "Agregar a la persona" } }
        }
    };
    Ok(desk::page(visitor, Part::People, "Agregar una persona", &content))
}

/// The fields of a person, blank or as they are.
///
/// # Errors
/// If the store cannot be read.
pub async fn form_fields(visitor: &Visitor, typed: Typed<'_>, person: Option<&Person>) -> Result<Markup, Failure> {
    let units: Vec<(String, String)> = desk::edition(visitor)
        .await?
        .map(|(_, edition)| edition.units.iter().map(|unit| (unit.code.to_string(), unit.name.to_string())).collect())
        .unwrap_or_default();
    let (login, name) = (person.map_or("", |person| &*person.login), person.map_or("", |person| &*person.name));
    let (email, phone) = (person.map_or("", |person| &*person.email), person.map_or("", |person| &*person.phone));
    let unit = person.and_then(|person| person.unit.as_deref()).unwrap_or_default();
    Ok(html! {
        div.campos-2 {
            (typed.input(Input::text("nombre", "Nombre completo").required(), name))
            (typed.input(Input::text("usuario", "Usuario").required().help("Letras sin tilde, números, punto o guion: ana.lopez"), login))
            (typed.input(Input::text("correo", "Correo electrónico").of_kind("email"), email))
            (typed.input(Input::text("telefono", "Teléfono o extensión").of_kind("tel"), phone))
            (typed.select("unidad", "Unidad", Some("Sin unidad"), &units, unit))
        }
        fieldset.campo {
            legend { "Además de sus puestos" }
            (typed.tick("administra", "Administra el sistema", person.is_some_and(|person| person.administrator)))
            (typed.tick("audita", "Audita: ve todos los casos, sin actuar", person.is_some_and(|person| person.auditor)))
        }
    })
}

/// The fields of a person as sent.
///
/// # Errors
/// If the store cannot be read; within, the refusal that says what is missing.
pub async fn read(
    visitor: &Visitor,
    sent: &Sent,
    before: Option<&Person>,
) -> Result<Result<PersonFields, Refusal>, Failure> {
    let text = |name: &str| sent.text(name).unwrap_or_default().to_owned();
    let asked = PersonFields {
        login: text("usuario"),
        name: text("nombre"),
        email: text("correo"),
        phone: text("telefono"),
        unit: sent.text("unidad").map(ToOwned::to_owned),
        administrator: sent.flag("administra"),
        auditor: sent.flag("audita"),
    };
    let edition = desk::edition(visitor).await?;
    Ok(rules::fields(&asked, edition.as_ref().map(|(_, edition)| &**edition), before).map_err(desk::in_page))
}

/// The page that shows a password once.
#[must_use]
pub fn password_page(visitor: &Visitor, person: &str, (name, login): (&str, &str), password: &str) -> Markup {
    let content = html! {
        div.panel.principal {
            h1 { "Contraseña de " (name) }
            p { "Entréguela en persona o por teléfono. No se vuelve a mostrar, y la persona la cambia por una propia al entrar." }
            dl.datos { dt { "Usuario" } dd { code { (login) } } dt { "Contraseña" } dd { code.secreto { (password) } } }
            div { a.boton href=(visitor.to(&format!("/administracion{person}"))) { "Ya la anoté: ver a la persona" } }
        }
    };
    desk::page(visitor, Part::People, "Contraseña", &content)
}
