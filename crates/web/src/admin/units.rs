//! The units of the edition in force, with who belongs to each.

use super::desk::{self, Part};
use crate::{failure::Failure, state::Visitor, words};
use axum::Extension;
use manual::edition::Edition;
use maud::{Markup, html};
use store::people::Person;

/// `GET /{institution}/administracion/unidades`
pub async fn list(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    let people = desk::active_people(&admin).await?;
    let Some((_, edition)) = desk::edition(&visitor).await? else {
        let content = html! {
            (desk::heading("Unidades", "Ninguna todavía"))
            div.vacio.panel { p { "Las unidades salen del manual." } p { a href=(visitor.to("/administracion/ediciones")) { "Suba y publique la primera edición" } } }
        };
        return Ok(desk::page(&visitor, Part::Units, "Unidades", &content));
    };
    let nowhere: Vec<&Person> =
        people.iter().filter(|person| person.unit.as_deref().is_none_or(|unit| edition.unit(unit).is_none())).collect();
    let content = html! {
        (desk::heading("Unidades", &format!("{} de la edición vigente", words::count(desk::many(edition.units.len()), "unidad", "unidades"))))
        div.tabla-marco.apilable {
            table {
                caption.oculto-visual { "Unidades y quién pertenece a cada una" }
                thead { tr { th scope="col" { "Unidad" } th scope="col" { "Depende de" } th scope="col" { "Pertenecen" } } }
                tbody {
                    @for unit in &edition.units {
                        tr {
                            th scope="row" { (unit.name) div.menor { (unit.code) } }
                            td data-titulo="Depende de" { @if let Some(parent) = &unit.parent { (name(&edition, parent)) } }
                            td data-titulo="Pertenecen" { (belong(&visitor, people.iter().filter(|person| person.unit.as_ref() == Some(&unit.code)).collect())) }
                        }
                    }
                    @if !nowhere.is_empty() {
                        tr { th scope="row" { "Sin unidad" } td {} td data-titulo="Personas" { (belong(&visitor, nowhere)) } }
                    }
                }
            }
        }
    };
    Ok(desk::page(&visitor, Part::Units, "Unidades", &content))
}

fn name<'e>(edition: &'e Edition, code: &'e str) -> &'e str {
    edition.unit(code).map_or(code, |unit| &unit.name)
}

fn belong(visitor: &Visitor, people: Vec<&Person>) -> Markup {
    html! {
        @if people.is_empty() { span.menor { "Nadie" } }
        ul.llana {
            @for person in people { li { a href=(visitor.to(&format!("/administracion/personas/{}", person.id.0))) { (person.name) } } }
        }
    }
}
