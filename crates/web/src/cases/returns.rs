//! `POST /{institution}/casos/{number}/devoluciones`: the case goes back to the step it came from, with a reason.

use super::act;
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let (step, visit) = act::place(&sent);
    let asked = Ok(Request::SendBack { step, visit, to: None, reason: act::reason(&sent) });
    act::perform(&visitor, &number, "devoluciones", sent, asked).await
}
