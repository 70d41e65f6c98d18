//! `POST /{institution}/casos/{number}/uniones` and `…/separaciones`: a duplicate goes on in another case, or stands for
//! itself again.

use super::{
    act,
    linked::{MERGE, SEPARATE},
};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let into = sent.name("otro").unwrap_or_else(|| "".into());
    let asked = Ok(Request::Merge { into, reason: act::reason(&sent) });
    act::perform(&visitor, &number, MERGE, sent, asked).await
}

pub async fn undo(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let asked = Ok(Request::Separate { reason: act::reason(&sent) });
    act::perform(&visitor, &number, SEPARATE, sent, asked).await
}
