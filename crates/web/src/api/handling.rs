//! How a case is handled beside its steps: who follows it, what it weighs.

use super::{
    bearer::Bearer,
    case::CaseBody,
    input::{Key, Sent},
    page::CasePriority,
    problem::{ApiError, WriteProblems},
    work::{CasePath, KeyHeader},
};
use axum::{Extension, Json, extract::Path};
use engine::command::Weight;
use serde::Deserialize;
use store::Request;
use utoipa::ToSchema;

/// La prioridad: impacto y urgencia donde el manual los cruza, o la palabra donde no.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriorityBody {
    pub priority: Option<CasePriority>,
    pub impact: Option<String>,
    pub urgency: Option<String>,
    pub reason: String,
}

/// Impact and urgency, where either is given.
pub(super) fn graded(impact: Option<String>, urgency: Option<String>) -> Option<Weight> {
    (impact.is_some() || urgency.is_some()).then(|| Weight::Graded {
        impact: impact.unwrap_or_default().into(),
        urgency: urgency.unwrap_or_default().into(),
    })
}

/// La persona del token sigue el caso.
#[utoipa::path(post, operation_id = "watch_case", path = "/api/v1/{institution}/cases/{number}/watch", tag = "casos", params(CasePath, KeyHeader),
    responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn watch(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    key: Key,
) -> Result<Json<CaseBody>, ApiError> {
    Ok(Json(bearer.act(&at.number, Request::Watch, key).await?))
}

/// La persona del token deja de seguir el caso.
#[utoipa::path(post, operation_id = "unwatch_case", path = "/api/v1/{institution}/cases/{number}/unwatch", tag = "casos", params(CasePath, KeyHeader),
    responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn unwatch(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    key: Key,
) -> Result<Json<CaseBody>, ApiError> {
    Ok(Json(bearer.act(&at.number, Request::Unwatch, key).await?))
}

/// Cambia la prioridad.
#[utoipa::path(post, operation_id = "prioritize_case", path = "/api/v1/{institution}/cases/{number}/priority", tag = "casos", params(CasePath, KeyHeader),
    request_body = PriorityBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn prioritize(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<PriorityBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let weight = match (body.priority, graded(body.impact, body.urgency)) {
        (_, Some(graded)) => graded,
        (priority, None) => Weight::Plain(priority.unwrap_or(CasePriority::Normal).into()),
    };
    Ok(Json(bearer.act(&at.number, Request::Prioritize { weight, reason: body.reason.into() }, key).await?))
}
