//! The responsibles of the manual: what each is, and in which steps it acts.

use super::{
    address,
    shelf::{self, Part},
    words,
};
use crate::{failure::Failure, state::Visitor, words as shown};
use axum::Extension;
use manual::{edition::Edition, organization::Role, uses::Acts};
use maud::{Markup, html};

/// `GET /{institution}/manual/responsables`
pub async fn show(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let edition = shelf::in_force(&visitor).await?.edition;
    let count = i64::try_from(edition.roles.len()).unwrap_or(i64::MAX);
    let content = html! {
        (shelf::heading("Responsables", &shown::count(count, "puesto del manual", "puestos del manual")))
        div.tabla-marco.apilable {
            table {
                caption.oculto-visual { "Responsables y los pasos en que actúan" }
                thead { tr { th scope="col" { "Responsable" } th scope="col" { "Unidad" } th scope="col" { "Superior" } th scope="col" { "Actúa en" } } }
                tbody { @for role in &edition.roles { (row(&visitor, &edition, role)) } }
            }
        }
    };
    Ok(shelf::page(&visitor, Part::Roles, "Responsables", &content))
}

fn row(visitor: &Visitor, edition: &Edition, role: &Role) -> Markup {
    let unit = role.unit.as_ref().map(|code| edition.unit(code).map_or(&**code, |unit| &*unit.name));
    let acts = edition.acts_of(&role.name);
    let asks: Vec<&str> = edition.asked_for_by(&role.name).map(|procedure| &*procedure.code).collect();
    html! {
        tr id=(address::anchor(&role.name)) {
            th scope="row" {
                (role.name)
                div.menor {
                    @if role.chief { "Jefatura. " }
                    @if let Some(level) = role.level { "Nivel " (level) ". " }
                    @if let Some(scope) = words::scope(role.scope) { "Es " (scope) "." }
                }
            }
            td data-titulo="Unidad" { @if let Some(unit) = unit { (unit) } }
            td data-titulo="Superior" { @if let Some(superior) = &role.superior { a href=(format!("#{}", address::anchor(superior))) { (superior) } } }
            td data-titulo="Actúa en" {
                @if acts.is_empty() && asks.is_empty() { span.menor { "Ningún paso lo nombra" } }
                ul.llana {
                    @for code in asks { li { a href=(address::procedure(visitor, code)) { (code) } span.menor { " lo solicita" } } }
                    @for Acts { procedure, steps } in acts {
                        @let numbers = steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                        @let first = steps.first().map(ToString::to_string).unwrap_or_default();
                        li {
                            a href=(format!("{}#paso-{first}", address::procedure(visitor, &procedure.code))) { (procedure.code) }
                            span.menor { @if steps.len() == 1 { " paso " } @else { " pasos " } (numbers) }
                        }
                    }
                }
            }
        }
    }
}
