//! `POST /{institution}/casos/{number}/toma`: the visitor takes the step for himself.

use super::act;
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let asked = Ok(Request::Take);
    act::perform(&visitor, &number, "toma", sent, asked).await
}
