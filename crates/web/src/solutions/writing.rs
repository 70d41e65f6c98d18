//! Writing solutions: from a case, over an earlier text, publishing and withdrawing.

use super::one::{self, FORM};
use crate::{
    cases::{
        learning,
        page::{render, seen},
        refused::Refused,
    },
    failure::Failure,
    form::Sent,
    state::Visitor,
};
use axum::{
    Extension,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use store::knowledge::{NewSolution, SolutionState};

/// `POST /{institution}/casos/{number}/soluciones`
pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let view = seen(&visitor, &number).await?;
    match visitor.reader.learn(&view, read(&sent), sent.idempotency(), visitor.now).await {
        Ok(id) => Ok(Redirect::to(&visitor.to(&format!("/soluciones/{id}"))).into_response()),
        Err(error) => render(&visitor, &view, Some(&Refused::from_failure(learning::FORM, sent, error.into())?)).await,
    }
}

/// `POST /{institution}/soluciones/{id}`
pub async fn change(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let kept = visitor.reader.solution(id).await?.ok_or(Failure::NotFound)?;
    let new = NewSolution { procedure: kept.procedure.as_deref().unwrap_or_default().into(), ..read(&sent) };
    match visitor.reader.change_solution(id, new, visitor.now).await {
        Ok(()) => Ok(back(&visitor, id)),
        Err(error) => one::page(&visitor, id, Some(&Refused::from_failure(FORM, sent, error.into())?)).await,
    }
}

/// `POST /{institution}/soluciones/{id}/publicacion`
pub async fn publish(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    _: Sent,
) -> Result<Response, Failure> {
    settle(&visitor, id, SolutionState::Published).await
}

/// `POST /{institution}/soluciones/{id}/retiro`
pub async fn withdraw(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    _: Sent,
) -> Result<Response, Failure> {
    settle(&visitor, id, SolutionState::Withdrawn).await
}

async fn settle(visitor: &Visitor, id: i64, state: SolutionState) -> Result<Response, Failure> {
    visitor.reader.solution(id).await?.ok_or(Failure::NotFound)?;
    visitor.reader.settle_solution(id, state, visitor.now).await?;
    Ok(back(visitor, id))
}

fn back(visitor: &Visitor, id: i64) -> Response {
    Redirect::to(&visitor.to(&format!("/soluciones/{id}"))).into_response()
}

fn read(sent: &Sent) -> NewSolution {
    let text = |name: &str| sent.text(name).unwrap_or_default().to_string();
    NewSolution { title: text("titulo"), problem: text("problema"), text: text("solucion"), ..NewSolution::default() }
}
