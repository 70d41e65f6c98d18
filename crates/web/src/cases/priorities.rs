//! `POST /{institution}/casos/{number}/prioridades`: the priority is changed by who attends, with the reason.

use super::{act, weight};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use engine::command::Weight;
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let weight = weight::given(&sent).unwrap_or_else(|| Weight::Graded { impact: "".into(), urgency: "".into() });
    let asked = Ok(Request::Prioritize { weight, reason: act::reason(&sent) });
    act::perform(&visitor, &number, "prioridades", sent, asked).await
}
