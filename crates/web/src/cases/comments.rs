//! `POST /{institution}/casos/{number}/comentarios`: a comment, public or internal.

use super::act;
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    // Whoever only asks writes for everybody; the others choose, and public is what is chosen by default.
    let public = sent.text("alcance") != Some("interno");
    let asked = Ok(Request::Comment { text: sent.name("texto").unwrap_or_else(|| "".into()), public });
    act::perform(&visitor, &number, "comentarios", sent, asked).await
}
