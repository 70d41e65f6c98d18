//! `POST /{institution}/casos/{number}/calificaciones`: who asked says how the service was.

use super::{act, refused::about};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let asked = match sent.text("conforme") {
        Some(word @ ("si" | "no")) => Ok(Request::Rate { conforms: word == "si", comment: sent.name("comentario") }),
        _ => Err(about("conforme", "Elija conforme o no conforme.")),
    };
    act::perform(&visitor, &number, "calificaciones", sent, asked).await
}
