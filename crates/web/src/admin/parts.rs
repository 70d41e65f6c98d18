//! What the forms of the administration share: choosing a person, ending something on a day, giving a first password.

use super::{controls::Gather, desk, secrets};
use crate::{
    account::passwords,
    failure::Failure,
    form::Sent,
    state::{App, Visitor},
};
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

/// A password for somebody else: as typed, or drawn and to be shown once.
pub struct Given {
    pub password: String,
    pub hash: String,
    pub drawn: bool,
}

/// The password of a form, judged; drawn where none was typed.
///
/// # Errors
/// The refusal for what is guessed easily; or the library's failure.
pub async fn password(
    app: &App,
    sent: &Sent,
    about: &[&str],
    otherwise: &str,
) -> Result<Result<Given, Refusal>, Failure> {
    let (password, drawn) = match sent.text("contrasena") {
        Some(password) => (password.to_owned(), false),
        None => (secrets::first_password(app.entropy()), true),
    };
    if let Err(advice) = passwords::judge(&password, about) {
        let mut gather = Gather::new(sent);
        gather.wrong("contrasena", advice);
        return Ok(Err(Refusal::invalid(otherwise).with(gather.faults)));
    }
    let hash = secrets::kept(app, password.clone()).await?;
    Ok(Ok(Given { password, hash, drawn }))
}
