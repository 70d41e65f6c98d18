//! `POST /{institution}/casos/{number}/seguimientos` and `…/seguimientos/fin`: to follow a case, and to do so no more.

use super::{act, page};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{
    Extension,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use store::Request;

const FORM: &str = "seguimientos";

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    act::perform(&visitor, &number, FORM, sent, Ok(Request::Watch)).await
}

pub async fn end(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let view = page::seen(&visitor, &number).await?;
    let done = act::submit(&visitor, &view, Request::Unwatch, sent.idempotency()).await;
    // Whoever saw the case only because he followed it goes to his own list.
    if done.is_ok() && visitor.reader.case(&number).await?.is_none() {
        return Ok(Redirect::to(&visitor.to("/casos")).into_response());
    }
    act::finish(&visitor, &number, FORM, sent, done).await
}
