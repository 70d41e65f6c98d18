//! `POST /{institution}/casos/{number}/comprobaciones`: the ticks of the step's list are kept.

use super::{act, checklist, task::FORM};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let asked = Ok(Request::Check { done: checklist::given(&sent).unwrap_or_default() });
    act::perform(&visitor, &number, FORM, sent, asked).await
}
