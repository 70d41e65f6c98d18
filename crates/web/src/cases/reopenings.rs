//! `POST /{institution}/casos/{number}/reaperturas`: an ended case stands again on its last step.

use super::act;
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let asked = Ok(Request::Reopen { reason: act::reason(&sent) });
    act::perform(&visitor, &number, "reaperturas", sent, asked).await
}
