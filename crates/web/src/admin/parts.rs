//! What the forms of the administration share: choosing a person, ending something on a day.

use super::{controls::Gather, desk};
use crate::{failure::Failure, form::Sent, state::Visitor};
use engine::refusal::Refusal;
use jiff::civil::Date;
use maud::{Markup, html};
use store::{Admin, StoreError};

/// The active people as a choice: number, and name with login.
///
/// # Errors
/// If the store cannot be read.
pub async fn people(admin: &Admin) -> Result<Vec<(String, String)>, Failure> {
    let people = desk::active_people(admin).await?;
    Ok(people
        .into_iter()
        .map(|person| (person.id.0.to_string(), format!("{} ({})", person.name, person.login)))
        .collect())
}

/// The small form that ends a post or a substitution: `place` is its folder and number, `what` says whose it is.
#[must_use]
pub fn ending(visitor: &Visitor, place: &str, what: &str, today: Date) -> Markup {
    let field = format!("ultimo-{}", place.rsplit('/').next().unwrap_or_default());
    html! {
        details.acto {
            summary { "Terminar" }
            form.fila.compacta method="post" action=(visitor.to(&format!("/administracion{place}/fin"))) {
                (visitor.seal())
                label.oculto-visual for=(field) { "Último día " (what) }
                input id=(field) type="date" name="ultimo" value=(today.to_string()) required;
                button type="submit" { "Terminar" }
            }
        }
    }
}

/// The last day as sent by that form, and what the store says to it.
///
/// # Errors
/// Whatever is not a refusal.
pub async fn ended(
    sent: &Sent,
    otherwise: &str,
    end: impl AsyncFnOnce(Date) -> Result<(), StoreError>,
) -> Result<Result<(), Refusal>, Failure> {
    let mut gather = Gather::new(sent);
    let last = gather.day("ultimo", "Diga el último día.");
    match gather.finish(otherwise) {
        Err(refusal) => Ok(Err(refusal)),
        Ok(()) => desk::told(end(last).await),
    }
}
