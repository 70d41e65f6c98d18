//! `POST /{institution}/casos/{number}/prorrogas`: a longer term, for a cause the procedure names.

use super::act;
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let blank = || "".into();
    let asked = Ok(Request::Extend {
        cause: sent.name("causa").unwrap_or_else(blank),
        by: sent.name("plazo").unwrap_or_else(blank),
        reason: act::reason(&sent),
        evidence: sent.name("respaldo"),
    });
    act::perform(&visitor, &number, "prorrogas", sent, asked).await
}
