//! `POST /{institution}/casos/{number}/escalaciones` and `…/devolucion`: support of another area, or a superior's decision.

use super::{act, refused::about};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::{EscalateRequest, Request};

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let to = match sent.text("a") {
        Some("superior") => Ok(EscalateRequest::Superior(None)),
        Some(area) => Ok(EscalateRequest::Area(area.trim_start_matches("area:").into())),
        None => Err(about("area", "Diga a quién se escala.")),
    };
    let asked = to.map(|to| Request::Escalate { to, reason: act::reason(&sent) });
    act::perform(&visitor, &number, "escalaciones", sent, asked).await
}

pub async fn give_back(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let asked = Ok(Request::ReturnEscalation { reason: act::reason(&sent) });
    act::perform(&visitor, &number, "devoluciones-de-escalado", sent, asked).await
}
