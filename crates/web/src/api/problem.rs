//! Every error of the API as a problem document (RFC 9457), and its description for OpenAPI.

use crate::failure::Failure;
use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use engine::refusal::{Fault, Refusal};
use manual::{
    finding::{Finding, Severity},
    render::Place,
    source::SourceFile,
};
use serde::Serialize;
use std::collections::BTreeMap;
use store::{StoreError, SubmitError};
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{ContentBuilder, RefOr, ResponseBuilder, response::Response as Described, schema::Ref},
};

pub const MEDIA_TYPE: &str = "application/problem+json";

/// Un error, según RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Qué clase de error es.
    pub title: String,
    /// El mismo estado HTTP de la respuesta.
    pub status: u16,
    /// Qué pasó y qué hacer.
    pub detail: String,
    /// La norma que lo respalda.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub norm: Option<String>,
    /// Todo lo que falta o está mal, de una vez.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub faults: Vec<ProblemFault>,
    /// De un manual que se sube y no pasa la revisión: qué está mal y dónde.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub findings: Vec<FindingBody>,
}

/// Algo que la revisión halló en los archivos de un manual.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingBody {
    /// La regla: `salto-colgante` …
    pub rule: String,
    pub severity: FindingSeverity,
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub message: String,
    /// Qué hacer.
    pub help: Option<String>,
    /// Cómo se lee, donde quien escribió el manual lo dejó dicho.
    pub reading: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// Impide publicar.
    Error,
    Warning,
}

impl FindingBody {
    #[must_use]
    pub fn of(finding: &Finding, files: &[SourceFile]) -> Self {
        let place = Place::of(finding, files);
        Self {
            rule: finding.rule.into(),
            severity: match finding.severity {
                Severity::Error => FindingSeverity::Error,
                Severity::Warning => FindingSeverity::Warning,
            },
            file: place.file.into(),
            line: place.line,
            column: place.column,
            message: finding.message.clone(),
            help: finding.help.clone(),
            reading: finding.reading.clone(),
        }
    }
}

/// Un dato que falta o está mal.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemFault {
    /// La clave del dato, o `answer`, `attachment`, `signature`.
    pub field: String,
    pub message: String,
    /// Se acepta si se da la razón en `overrides`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub can_override: bool,
}

/// Why a request of the API is not answered with what it asked for.
#[derive(Debug)]
pub enum ApiError {
    /// It does not follow the contract: 400, 405, 413, 415 …
    Contract {
        status: StatusCode,
        detail: String,
        faults: Vec<Fault>,
    },
    /// A manual that its check refuses.
    Unsound(Vec<FindingBody>),
    Failed(Failure),
}

impl ApiError {
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::contract(StatusCode::BAD_REQUEST, detail)
    }

    pub fn contract(status: StatusCode, detail: impl Into<String>) -> Self {
        Self::Contract { status, detail: detail.into(), faults: Vec::new() }
    }

    #[must_use]
    pub fn findings(found: &[Finding], files: &[SourceFile]) -> Self {
        Self::Unsound(found.iter().map(|finding| FindingBody::of(finding, files)).collect())
    }

    #[must_use]
    pub const fn not_found() -> Self {
        Self::Failed(Failure::NotFound)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Failed(failure) => failure.as_problem(),
            Self::Contract { status, detail, faults } => {
                let faults = faults
                    .into_iter()
                    .map(|fault| ProblemFault {
                        field: fault.field.to_string(),
                        message: fault.message,
                        can_override: fault.can_override,
                    })
                    .collect();
                let title = title(status).into();
                let status_code = status.as_u16();
                write(status, &Problem { title, status: status_code, detail, norm: None, faults, findings: Vec::new() })
            }
            Self::Unsound(findings) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                let detail = "El manual tiene errores; no se guardó. Corríjalos en sus archivos y súbalos otra vez.";
                let (title, detail) = ("El manual no pasa la revisión".into(), detail.into());
                let problem = Problem { title, status: 422, detail, norm: None, faults: Vec::new(), findings };
                write(status, &problem)
            }
        }
    }
}

fn write(status: StatusCode, problem: &Problem) -> Response {
    let body = serde_json::to_string(problem).unwrap_or_else(|_| "{}".into());
    (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response()
}

const fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "Solicitud mal formada",
        StatusCode::NOT_FOUND => "No se encontró",
        StatusCode::METHOD_NOT_ALLOWED => "Método no admitido",
        StatusCode::PAYLOAD_TOO_LARGE => "Es demasiado grande",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "Tipo de contenido no admitido",
        _ => "Error del sistema",
    }
}

/// What the router and the framework refuse by themselves says so as a problem too.
pub async fn speak(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let api = path == "/api" || path.starts_with("/api/");
    let response = next.run(request).await;
    if !api
        || !(response.status().is_client_error() || response.status().is_server_error())
        || is_problem(response.headers())
    {
        return response;
    }
    let status = response.status();
    let detail = match status {
        StatusCode::NOT_FOUND => "Esa dirección no existe en la API. Consulte /api/v1/openapi.json.",
        StatusCode::METHOD_NOT_ALLOWED => "Esa dirección no admite ese método. Consulte /api/v1/openapi.json.",
        StatusCode::PAYLOAD_TOO_LARGE => "El envío pasa del límite.",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "Envíe el cuerpo como application/json.",
        status if status.is_client_error() => "La solicitud no se entiende. Consulte /api/v1/openapi.json.",
        _ => "Algo falló de nuestro lado y quedó registrado. Intente otra vez en un momento.",
    };
    let problem = Problem {
        title: title(status).into(),
        status: status.as_u16(),
        detail: detail.into(),
        norm: None,
        faults: Vec::new(),
        findings: Vec::new(),
    };
    let mut spoken = write(status, &problem);
    for name in [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            spoken.headers_mut().insert(name, value.clone());
        }
    }
    spoken
}

fn is_problem(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(MEDIA_TYPE.as_bytes()))
}

/// The errors any reading may answer.
pub struct ReadProblems;
/// The errors a reading may answer that asks for something that may not be asked for.
pub struct QuestionProblems;
/// The errors any writing may answer.
pub struct WriteProblems;

const READ: &[(&str, &str)] = &[
    ("400", "La solicitud no sigue este contrato."),
    ("401", "Falta un token vigente de la institución."),
    ("403", "No le corresponde a la persona del token, o el token no tiene ese alcance."),
    ("404", "No existe, o no está al alcance de la persona del token."),
    ("500", "Falló el sistema."),
    ("503", "No se puede consultar o guardar por ahora."),
];
const QUESTION: &[(&str, &str)] = &[("422", "Lo que se pide no se puede dar: `detail` dice por qué.")];
const WRITE: &[(&str, &str)] = &[
    ("409", "El caso no está en un estado que lo admita, o la clave de idempotencia ya se usó con otro contenido."),
    ("413", "El envío es demasiado grande."),
    ("415", "El cuerpo no es del tipo que se pide."),
    ("422", "Falta algo o algo no cumple las reglas: `faults` dice qué."),
    ("429", "Demasiadas contraseñas equivocadas: `detail` dice cuánto esperar."),
];

fn described(pairs: impl Iterator<Item = &'static (&'static str, &'static str)>) -> BTreeMap<String, RefOr<Described>> {
    pairs
        .map(|(status, description)| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let response = ResponseBuilder::new().description(*description).content(MEDIA_TYPE, content).build();
            ((*status).to_string(), RefOr::T(response))
        })
        .collect()
}

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        described(READ.iter())
    }
}

impl IntoResponses for QuestionProblems {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        described(READ.iter().chain(QUESTION))
    }
}

impl IntoResponses for WriteProblems {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        described(READ.iter().chain(WRITE))
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Failed(refusal.into())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        Self::Failed(error.into())
    }
}
