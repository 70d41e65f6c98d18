//! What is done to a case step by step: complete, return, take, assign, sign.

use super::{
    bearer::Bearer,
    case::CaseBody,
    input::{Key, Sent},
    problem::{ApiError, WriteProblems},
    values::{Data, into_values},
    work::{CasePath, KeyHeader},
};
use crate::{clock::digest, failure::Failure, proof};
use axum::{Extension, Json, extract::Path};
use engine::{
    Name,
    command::Sign,
    refusal::{Fault, Refusal},
};
use manual::procedure::StepNo;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::{CompleteRequest, Request};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Type,
        schema::{ObjectBuilder, OneOfBuilder, Schema},
    },
};

/// A step's number, as a number or as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "StepText")]
pub struct StepRef(pub u16);

#[derive(Deserialize)]
#[serde(untagged)]
enum StepText {
    Number(u16),
    Text(String),
}

impl TryFrom<StepText> for StepRef {
    type Error = String;

    fn try_from(given: StepText) -> Result<Self, String> {
        match given {
            StepText::Number(number) => Ok(Self(number)),
            StepText::Text(text) if !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()) => {
                text.parse().map(Self).map_err(|error| format!("{error}"))
            }
            StepText::Text(_) => Err("not a step".into()),
        }
    }
}

impl PartialSchema for StepRef {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(65_535));
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9]{1,4}$"));
        OneOfBuilder::new().item(number).item(text).description(Some("El número del paso.")).into()
    }
}

impl ToSchema for StepRef {}

/// Lo que se da al cumplir un paso.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteBody {
    /// El paso en que se cree que está el caso: si ya pasó, 409.
    pub step: StepRef,
    #[schema(minimum = 0, maximum = 65535)]
    pub visit: Option<u16>,
    /// Una de `asks.answers`, si el paso decide.
    pub answer: Option<String>,
    pub values: Option<Data>,
    /// La razón para usar un número cuya verificación no cuadra, por campo.
    pub overrides: Option<BTreeMap<String, String>>,
    pub note: Option<String>,
    /// El área a la que se encamina.
    pub route: Option<String>,
    /// Quién atenderá cada puesto de `asks.assigns`.
    pub assign: Option<Vec<Named>>,
    /// Los puntos de `asks.checks` que están hechos; sin decirlo, quedan como estaban.
    pub checks: Option<Vec<String>>,
    /// La contraseña de la persona del token: cumplir el paso es entonces su firma de nivel 1.
    #[schema(value_type = Option<String>, max_length = 128)]
    pub password: Option<Secret>,
}

/// La persona que ocupa un puesto en el caso.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub role: String,
    pub login: String,
}

/// A dónde y por qué se devuelve el caso.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnBody {
    pub step: StepRef,
    #[schema(minimum = 0, maximum = 65535)]
    pub visit: Option<u16>,
    /// El paso al que vuelve; sin él, al de donde vino.
    pub to: Option<StepRef>,
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    /// El puesto; sin él, el del paso en que está.
    pub role: Option<String>,
    pub login: String,
    /// Obligatoria si ya había alguien asignado.
    pub reason: Option<String>,
}

/// Una firma: el acuse propio, la hecha con contraseña, o el registro de una hecha en papel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignBody {
    pub role: Option<String>,
    /// 0 acuse, 1 con `password`, o 3 papel.
    #[schema(minimum = 0, maximum = 255)]
    pub level: Option<u8>,
    pub document: Option<String>,
    /// SHA-256 de lo firmado; sin él, el del caso como está.
    pub digest: Option<String>,
    /// Dónde queda el original en papel.
    pub original: Option<String>,
    /// La contraseña de la persona del token, para el nivel 1.
    #[schema(value_type = Option<String>, max_length = 128)]
    pub password: Option<Secret>,
}

/// A password sent, kept out of every log.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Whether the right password was given; none given is no proof.
pub(super) async fn proven(bearer: &Bearer, password: Option<&Secret>) -> Result<bool, ApiError> {
    let Some(Secret(password)) = password else { return Ok(false) };
    if proof::given(&bearer.house, bearer.reader.person(), password, bearer.now).await? {
        return Ok(true);
    }
    let text = "La contraseña no es correcta: no se hizo nada.";
    Err(Refusal::invalid(text).with(vec![Fault::new("password", "La contraseña no es correcta.")]).into())
}

pub(super) fn reasons(overrides: Option<BTreeMap<String, String>>) -> Vec<(Name, Name)> {
    overrides.unwrap_or_default().into_iter().map(|(key, reason)| (key.into(), reason.into())).collect()
}

/// Cumple el paso en que está el caso.
#[utoipa::path(post, operation_id = "complete_step", path = "/api/v1/{institution}/cases/{number}/completions", tag = "pasos", params(CasePath, KeyHeader),
    request_body = CompleteBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn complete(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<CompleteBody>,
) -> Result<Json<CaseBody>, ApiError> {
    bearer.see(&at.number).await?;
    let mut assign = Vec::new();
    for named in body.assign.unwrap_or_default() {
        assign.push((named.role.into(), bearer.person(&named.login, "assign").await?));
    }
    let request = CompleteRequest {
        visit: body.visit,
        answer: body.answer.map(Name::from),
        values: into_values(body.values.unwrap_or_default()),
        overrides: reasons(body.overrides),
        note: body.note.map(Name::from),
        route: body.route.map(Name::from),
        assign,
        checks: body.checks.map(|checks| checks.into_iter().map(Name::from).collect()),
        level: u8::from(proven(&bearer, body.password.as_ref()).await?),
        ..CompleteRequest::step(StepNo(body.step.0))
    };
    Ok(Json(bearer.act(&at.number, Request::Complete(request), key).await?))
}

/// Devuelve el caso a un paso anterior.
#[utoipa::path(post, operation_id = "return_case", path = "/api/v1/{institution}/cases/{number}/returns", tag = "pasos", params(CasePath, KeyHeader),
    request_body = ReturnBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn send_back(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<ReturnBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let request = Request::SendBack {
        step: StepNo(body.step.0),
        visit: body.visit,
        to: body.to.map(|to| StepNo(to.0)),
        reason: body.reason.into(),
    };
    Ok(Json(bearer.act(&at.number, request, key).await?))
}

/// La persona del token toma el paso para sí.
#[utoipa::path(post, operation_id = "take_case", path = "/api/v1/{institution}/cases/{number}/take", tag = "pasos", params(CasePath, KeyHeader),
    responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn take(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    key: Key,
) -> Result<Json<CaseBody>, ApiError> {
    Ok(Json(bearer.act(&at.number, Request::Take, key).await?))
}

/// Asigna el caso a una persona.
#[utoipa::path(post, operation_id = "assign_case", path = "/api/v1/{institution}/cases/{number}/assignments", tag = "pasos", params(CasePath, KeyHeader),
    request_body = AssignBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn assign(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<AssignBody>,
) -> Result<Json<CaseBody>, ApiError> {
    bearer.see(&at.number).await?;
    let to = bearer.person(&body.login, "login").await?;
    let request = Request::Assign { role: body.role.map(Name::from), to, reason: body.reason.map(Name::from) };
    Ok(Json(bearer.act(&at.number, request, key).await?))
}

/// Firma en el paso en que está el caso.
#[utoipa::path(post, operation_id = "sign_step", path = "/api/v1/{institution}/cases/{number}/signatures", tag = "pasos", params(CasePath, KeyHeader),
    request_body = SignBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn sign(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<SignBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let view = bearer.see(&at.number).await?;
    let level = body.level.unwrap_or(0);
    match level {
        // A token is no proof that the person is there now: the password is.
        1 if !proven(&bearer, body.password.as_ref()).await? => {
            let text = "La firma de nivel 1 pide la contraseña de la persona, en password.";
            return Err(Refusal::invalid(text).with(vec![Fault::new("password", "Falta la contraseña.")]).into());
        }
        2 => return Err(Failure::Forbidden("La firma avanzada no se hace por la API.".into()).into()),
        _ => {}
    }
    let whole = serde_json::to_string(&view.case).unwrap_or_default();
    let request = Request::Sign(Sign {
        role: body.role.map(Name::from),
        level,
        document: body.document.map(Name::from),
        digest: body.digest.unwrap_or_else(|| digest(&whole)).into(),
        original: body.original.map(Name::from),
    });
    Ok(Json(bearer.act(&at.number, request, key).await?))
}
