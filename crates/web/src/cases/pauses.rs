//! `POST /{institution}/casos/{number}/esperas`: the case waits and its clocks stop, for a cause the procedure names.

use super::act;
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let asked = Ok(Request::Pause {
        cause: sent.name("causa").unwrap_or_else(|| "".into()),
        reason: act::reason(&sent),
        evidence: sent.name("respaldo"),
    });
    act::perform(&visitor, &number, "esperas", sent, asked).await
}
