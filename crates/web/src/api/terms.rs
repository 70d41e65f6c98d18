//! What is done to a case beside its steps: comment, pause, extend, exclude, cancel, reopen, rate.

use super::{
    bearer::Bearer,
    case::CaseBody,
    input::Sent,
    problem::{ApiError, WriteProblems},
    work::{CasePath, KeyHeader},
};
use axum::{Extension, Json, extract::Path};
use engine::Name;
use serde::Deserialize;
use store::Request;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentBody {
    pub text: String,
    /// Lo lee también quien solicita; sin decirlo, es una nota interna.
    pub public: Option<bool>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CauseBody {
    /// La clave de una causa que el procedimiento admite.
    pub cause: String,
    pub reason: String,
    /// Dónde consta lo que la respalda, si la causa pide un documento que no está adjunto.
    pub evidence: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResumeBody {
    pub note: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendBody {
    /// La clave de una causa que el procedimiento admite.
    pub cause: String,
    /// Cuánto: `2 días hábiles`.
    pub by: String,
    pub reason: String,
    /// Dónde consta lo que la respalda, si la causa pide un documento que no está adjunto.
    pub evidence: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RateBody {
    pub conforms: bool,
    pub comment: Option<String>,
}

/// Comenta el caso.
#[utoipa::path(post, operation_id = "comment_case", path = "/api/v1/{institution}/cases/{number}/comments", tag = "casos", params(CasePath, KeyHeader),
    request_body = CommentBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn comment(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<CommentBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let request = Request::Comment { text: body.text.into(), public: body.public.unwrap_or(false) };
    Ok(Json(bearer.act(&at.number, request, key).await?))
}

/// Pone el caso en espera: el plazo se detiene.
#[utoipa::path(post, operation_id = "pause_case", path = "/api/v1/{institution}/cases/{number}/pauses", tag = "plazos", params(CasePath, KeyHeader),
    request_body = CauseBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn pause(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<CauseBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let request = Request::Pause {
        cause: body.cause.into(),
        reason: body.reason.into(),
        evidence: body.evidence.map(Name::from),
    };
    Ok(Json(bearer.act(&at.number, request, key).await?))
}

/// Reanuda el caso: el plazo vuelve a correr.
#[utoipa::path(post, operation_id = "resume_case", path = "/api/v1/{institution}/cases/{number}/resumptions", tag = "plazos", params(CasePath, KeyHeader),
    request_body = ResumeBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn resume(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<ResumeBody>,
) -> Result<Json<CaseBody>, ApiError> {
    Ok(Json(bearer.act(&at.number, Request::Resume { note: body.note.map(Name::from) }, key).await?))
}

/// Amplía el plazo.
#[utoipa::path(post, operation_id = "extend_case", path = "/api/v1/{institution}/cases/{number}/extensions", tag = "plazos", params(CasePath, KeyHeader),
    request_body = ExtendBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn extend(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<ExtendBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let request = Request::Extend {
        cause: body.cause.into(),
        by: body.by.into(),
        reason: body.reason.into(),
        evidence: body.evidence.map(Name::from),
    };
    Ok(Json(bearer.act(&at.number, request, key).await?))
}

/// Hace contar el caso aparte.
#[utoipa::path(post, operation_id = "exclude_case", path = "/api/v1/{institution}/cases/{number}/exclusions", tag = "plazos", params(CasePath, KeyHeader),
    request_body = CauseBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn exclude(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<CauseBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let request = Request::Exclude {
        cause: body.cause.into(),
        reason: body.reason.into(),
        evidence: body.evidence.map(Name::from),
    };
    Ok(Json(bearer.act(&at.number, request, key).await?))
}

/// Anula el caso.
#[utoipa::path(post, operation_id = "cancel_case", path = "/api/v1/{institution}/cases/{number}/cancellations", tag = "casos", params(CasePath, KeyHeader),
    request_body = ReasonBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn cancel(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<ReasonBody>,
) -> Result<Json<CaseBody>, ApiError> {
    Ok(Json(bearer.act(&at.number, Request::Cancel { reason: body.reason.into() }, key).await?))
}

/// Reabre un caso que terminó.
#[utoipa::path(post, operation_id = "reopen_case", path = "/api/v1/{institution}/cases/{number}/reopenings", tag = "casos", params(CasePath, KeyHeader),
    request_body = ReasonBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn reopen(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<ReasonBody>,
) -> Result<Json<CaseBody>, ApiError> {
    Ok(Json(bearer.act(&at.number, Request::Reopen { reason: body.reason.into() }, key).await?))
}

/// Califica el servicio recibido.
#[utoipa::path(post, operation_id = "rate_case", path = "/api/v1/{institution}/cases/{number}/ratings", tag = "casos", params(CasePath, KeyHeader),
    request_body = RateBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn rate(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<RateBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let request = Request::Rate { conforms: body.conforms, comment: body.comment.map(Name::from) };
    Ok(Json(bearer.act(&at.number, request, key).await?))
}
