//! `GET /{institution}/ingreso/personas`: the people whom what is being typed may mean, as the options of a list.

use crate::{failure::Failure, people as known, state::Visitor};
use axum::{Extension, extract::Query};
use maud::{Markup, html};
use serde::Deserialize;
use store::people::Person;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
}

pub async fn options(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let found = known::find(&visitor, &asked.q).await?;
    Ok(html! {
        ul { @for person in found.iter().take(12) { li data-valor=(person.id.0) data-texto=(person.name) { (line(&visitor, person)) } } }
    })
}

/// A person so that two of one name can be told apart: name, unit, telephone, login.
#[must_use]
pub fn line(visitor: &Visitor, person: &Person) -> Markup {
    let face = visitor.house.face();
    let unit = person.unit.as_ref().map(|code| {
        face.units.iter().find(|(known, _)| known == code).map_or_else(|| code.clone(), |(_, name)| name.clone())
    });
    html! {
        strong { (person.name) }
        span.menor {
            @if let Some(unit) = unit { " · " (unit) }
            @if !person.phone.is_empty() { " · " (person.phone) }
            " · " (person.login)
        }
    }
}
