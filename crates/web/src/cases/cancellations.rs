//! `POST /{institution}/casos/{number}/anulaciones`: the case is cancelled; its number is kept.

use super::act;
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let asked = Ok(Request::Cancel { reason: act::reason(&sent) });
    act::perform(&visitor, &number, "anulaciones", sent, asked).await
}
