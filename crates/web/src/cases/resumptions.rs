//! `POST /{institution}/casos/{number}/reanudaciones`: the case goes on and its clocks run again.

use super::act;
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let asked = Ok(Request::Resume { note: sent.name("nota") });
    act::perform(&visitor, &number, "reanudaciones", sent, asked).await
}
