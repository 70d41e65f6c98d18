//! How a case is handled beside its steps: who follows it, what it weighs, to whom it is escalated, what is ticked off.

use super::{
    bearer::Bearer,
    case::CaseBody,
    input::{Key, Sent},
    page::CasePriority,
    problem::{ApiError, WriteProblems},
    terms::ReasonBody,
    work::{CasePath, KeyHeader},
};
use axum::{Extension, Json, extract::Path};
use engine::command::Weight;
use serde::Deserialize;
use store::{EscalateRequest, Request};
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

/// A dónde se escala: a un área del encaminamiento, o al superior.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalateBody {
    /// La clave del área; sin ella, al superior de quien atiende.
    pub area: Option<String>,
    /// El usuario del superior, si son varios.
    pub superior: Option<String>,
    pub reason: String,
}

/// Los puntos de la lista que están hechos: estos y no otros.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckBody {
    pub done: Vec<String>,
}

/// Escala el caso: a otro nivel o área, o al superior para que decida.
#[utoipa::path(post, operation_id = "escalate_case", path = "/api/v1/{institution}/cases/{number}/escalations", tag = "pasos", params(CasePath, KeyHeader),
    request_body = EscalateBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn escalate(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<EscalateBody>,
) -> Result<Json<CaseBody>, ApiError> {
    bearer.see(&at.number).await?;
    let to = match (body.area, body.superior) {
        (Some(area), _) => EscalateRequest::Area(area.into()),
        (None, Some(login)) => EscalateRequest::Superior(Some(bearer.person(&login, "superior").await?)),
        (None, None) => EscalateRequest::Superior(None),
    };
    Ok(Json(bearer.act(&at.number, Request::Escalate { to, reason: body.reason.into() }, key).await?))
}

/// Devuelve sin decidir lo que se escaló al superior.
#[utoipa::path(post, operation_id = "return_escalation", path = "/api/v1/{institution}/cases/{number}/escalations/return", tag = "pasos", params(CasePath, KeyHeader),
    request_body = ReasonBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn return_escalation(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<ReasonBody>,
) -> Result<Json<CaseBody>, ApiError> {
    Ok(Json(bearer.act(&at.number, Request::ReturnEscalation { reason: body.reason.into() }, key).await?))
}

/// Marca los puntos hechos de la lista del paso.
#[utoipa::path(post, operation_id = "check_points", path = "/api/v1/{institution}/cases/{number}/checks", tag = "pasos", params(CasePath, KeyHeader),
    request_body = CheckBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn check(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<CheckBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let done = body.done.into_iter().map(Into::into).collect();
    Ok(Json(bearer.act(&at.number, Request::Check { done }, key).await?))
}
