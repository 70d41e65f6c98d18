//! `POST /{institution}/casos/{number}/asignaciones`: somebody is named to attend the present step.

use super::{act, refused::about};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use engine::actor::PersonId;
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let person = sent.text("persona").and_then(|text| text.parse().ok());
    let asked = match person {
        Some(person) => Ok(Request::Assign { role: None, to: PersonId(person), reason: sent.name("razon") }),
        None => Err(about("persona", "Elija a quién se asigna.")),
    };
    act::perform(&visitor, &number, "asignaciones", sent, asked).await
}
