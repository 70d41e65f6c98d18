//! What can go wrong on the way to an answer, and the page or problem document that says so without telling secrets.

use crate::head;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::refusal::{Fault, Kind, Refusal};
use maud::{PreEscaped, html};
use serde::Serialize;
use store::{StoreError, SubmitError};

#[derive(Debug)]
pub enum Failure {
    /// Not there, or not for this person to know.
    NotFound,
    /// The API without a good token; why it is not good is nobody's to learn.
    Unauthorized,
    Forbidden(String),
    Refused(Refusal),
    Invalid(String),
    /// The same idempotency key with another body.
    KeyReused,
    TooLarge(String),
    TooMany {
        seconds: i64,
    },
    /// The store takes no writes, or cannot be reached.
    Unavailable(String),
    Internal(String),
}

/// RFC 9457: `application/problem+json`.
#[derive(Debug, Serialize)]
pub struct Problem {
    pub title: &'static str,
    pub status: u16,
    pub detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub norm: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
}

impl Failure {
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Refused(refusal) => match refusal.kind {
                Kind::Forbidden => StatusCode::FORBIDDEN,
                Kind::Conflict => StatusCode::CONFLICT,
                Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                Kind::Missing => StatusCode::NOT_FOUND,
            },
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::KeyReused => StatusCode::CONFLICT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Self::NotFound => "No se encontró",
            Self::Unauthorized => "Falta el token",
            Self::Forbidden(_) => "No le corresponde",
            Self::Refused(refusal) => match refusal.kind {
                Kind::Forbidden => "No le corresponde",
                Kind::Conflict => "No se puede ahora",
                Kind::Invalid => "Falta algo",
                Kind::Missing => "No se encontró",
            },
            Self::Invalid(_) => "Falta algo",
            Self::KeyReused => "Clave repetida",
            Self::TooLarge(_) => "Es demasiado grande",
            Self::TooMany { .. } => "Demasiados intentos",
            Self::Unavailable(_) => "No se puede guardar por ahora",
            Self::Internal(_) => "Error del sistema",
        }
    }

    /// The Spanish sentence a person reads; never a path, a query or a trace.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::NotFound => "La página o el caso no existe, o no está a su alcance. Revise la dirección.".into(),
            Self::Unauthorized => "Esto pide un token vigente de la institución: Authorization: Bearer …".into(),
            Self::Forbidden(text) | Self::Invalid(text) | Self::TooLarge(text) | Self::Unavailable(text) => {
                text.clone()
            }
            Self::Refused(refusal) => refusal.message.clone(),
            Self::KeyReused => "Esa clave de idempotencia ya se usó con otro contenido. Use una clave nueva.".into(),
            Self::TooMany { seconds } => format!("Espere {seconds} segundos y vuelva a intentar."),
            Self::Internal(_) => {
                "Algo falló de nuestro lado y quedó registrado. Intente otra vez en un momento.".into()
            }
        }
    }

    #[must_use]
    pub fn problem(&self) -> Problem {
        let (norm, faults) = match self {
            Self::Refused(refusal) => (refusal.norm.clone(), refusal.faults.clone()),
            _ => (None, Vec::new()),
        };
        Problem { title: self.title(), status: self.status().as_u16(), detail: self.detail(), norm, faults }
    }

    /// As the API answers it.
    #[must_use]
    pub fn as_problem(&self) -> Response {
        self.log();
        let body = serde_json::to_string(&self.problem()).unwrap_or_else(|_| "{}".into());
        let mut response = (self.status(), [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if matches!(self, Self::Unauthorized) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    fn unavailable(text: &str, detail: &str) -> Self {
        tracing::warn!(detail, "the store is unavailable");
        Self::Unavailable(text.to_string())
    }

    fn log(&self) {
        if let Self::Internal(detail) = self {
            tracing::error!(detail, "a request failed");
        }
    }
}

/// As a browser sees it: a page of its own, that says what to do.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.log();
        let problem = self.problem();
        let page = html! {
            (head::head(problem.title, "Ventanilla", None, None, None))
            body {
                main.angosto {
                    div.panel.principal {
                        h1 { (problem.title) }
                        p { (problem.detail) }
                        @if !problem.faults.is_empty() {
                            ul { @for fault in &problem.faults { li { (fault.message) } } }
                        }
                        @if let Some(norm) = &problem.norm { p.menor { (norm) } }
                        p.menor { "Vuelva a la página anterior: lo que escribió sigue allí. Código " (problem.status) "." }
                    }
                }
            }
            (PreEscaped("</html>"))
        };
        (self.status(), page).into_response()
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let text = error.to_string();
        match error {
            StoreError::Refused(refusal) => Self::Refused(refusal),
            StoreError::Unavailable(unavailable) => Self::unavailable(unavailable.text, &unavailable.detail),
            StoreError::UnknownOutcome => Self::unavailable(&text, "outcome unknown"),
            StoreError::Broken(detail) => Self::Internal(detail),
        }
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        let text = error.to_string();
        match error {
            SubmitError::Refused(refusal) => Self::Refused(refusal),
            SubmitError::KeyReused => Self::KeyReused,
            SubmitError::Stale { .. } => Self::Refused(Refusal::conflict(text)),
            SubmitError::Unavailable(unavailable) => Self::unavailable(unavailable.text, &unavailable.detail),
            SubmitError::UnknownOutcome => Self::unavailable(&text, "outcome unknown"),
            SubmitError::Broken(detail) => Self::Internal(detail),
        }
    }
}
