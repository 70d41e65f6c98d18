//! What a program sends: a JSON body, a query, a key of idempotency; checked against the contract before anything else.

use super::problem::ApiError;
use crate::{clock::digest, failure::Failure, form::FORM_BYTES, state::App};
use axum::{
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
};
use engine::refusal::Fault;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::IdempotencyKey;

pub const KEY_HEADER: &str = "idempotency-key";
/// The longest key of idempotency.
const LONGEST_KEY: usize = 150;

/// A JSON body of the shape asked for.
pub struct Sent<T> {
    pub body: T,
    pub key: Key,
}

/// The query of an address.
pub struct Asked<T>(pub T);

/// `Idempotency-Key`, with the fingerprint of what came with it.
#[derive(Clone, Debug)]
pub struct Key {
    key: Option<String>,
    content: String,
}

impl Key {
    fn read(headers: &HeaderMap, path: &str) -> Result<Self, ApiError> {
        let wrong = || {
            ApiError::malformed(format!(
                "Idempotency-Key lleva de 1 a {LONGEST_KEY} caracteres visibles, sin espacios ni tildes."
            ))
        };
        let mut given = headers.get_all(KEY_HEADER).iter();
        let key = given.next().map(|value| value.to_str().map_err(|_| wrong())).transpose()?;
        let good = |key: &&str| (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        if given.next().is_some() || key.is_some_and(|key| !good(&key)) {
            return Err(wrong());
        }
        Ok(Self { key: key.map(ToString::to_string), content: path.to_string() })
    }

    /// Of a request whose body is read later.
    ///
    /// # Errors
    /// A header that is no key.
    pub fn of(request: &Request) -> Result<Self, ApiError> {
        Self::read(request.headers(), request.uri().path())
    }

    /// The same key, for this content.
    #[must_use]
    pub fn with(mut self, content: &str) -> Self {
        self.content.push('\u{1f}');
        self.content.push_str(content);
        self
    }

    #[must_use]
    pub fn into_key(self) -> Option<IdempotencyKey> {
        let fingerprint = digest(&self.content);
        self.key.map(|key| IdempotencyKey { key: format!("api:{key}"), fingerprint })
    }
}

impl FromRequestParts<App> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        Self::read(&parts.headers, parts.uri.path())
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Sent<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> Result<Self, ApiError> {
        let key = Key::read(request.headers(), request.uri().path())?;
        if !is_json(request.headers()) {
            let detail = "Envíe el cuerpo en JSON, con Content-Type: application/json.";
            return Err(ApiError::contract(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let bytes = axum::body::to_bytes(request.into_body(), FORM_BYTES).await.map_err(|_| {
            ApiError::from(Failure::TooLarge("El cuerpo pasa de 1 MiB. Los archivos van como adjuntos.".into()))
        })?;
        let (body, canonical) = read_json(&bytes)?;
        Ok(Self { body, key: key.with(&canonical) })
    }
}

/// A body of the shape asked for, and the same content written in one way only.
///
/// # Errors
/// No JSON, or of another shape.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, String), ApiError> {
    let mut value: Value = serde_json::from_slice(bytes).map_err(|error| {
        ApiError::malformed(format!(
            "El JSON está mal formado en la línea {}, columna {}.",
            error.line(),
            error.column()
        ))
    })?;
    clean(&mut value);
    let canonical = without_secrets(&value).to_string();
    let body = T::deserialize(value).map_err(|error| explain("El cuerpo", &error.to_string()))?;
    Ok((body, canonical))
}

/// The fingerprint of a request is kept in the database: a password must not be found from it by trying.
fn without_secrets(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| *name != "password");
            Value::Object(kept.map(|(name, value)| (name.clone(), without_secrets(value))).collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(without_secrets).collect()),
        other => other.clone(),
    }
}

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        Self::read(&parts.uri)
    }
}

impl<T: DeserializeOwned> Asked<T> {
    /// # Errors
    /// A query of another shape.
    pub fn read(uri: &Uri) -> Result<Self, ApiError> {
        Query::<T>::try_from_uri(uri)
            .map(|Query(asked)| Self(asked))
            .map_err(|error| explain("La consulta", &error.body_text()))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let essence = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    essence.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// Control characters have no place in what people write; PostgreSQL refuses NUL.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

fn clean(value: &mut Value) {
    match value {
        // JSON knows no integers: 3.0 is 3.
        Value::Number(number) if !number.is_i64() && !number.is_u64() => {
            if let Some(whole) = whole(number.as_f64()) {
                *number = whole.into();
            }
        }
        Value::String(text) if text.chars().any(char::is_control) => *text = plain(text),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(map) => {
            let dirty: Vec<String> = map.keys().filter(|key| key.chars().any(char::is_control)).cloned().collect();
            for key in dirty {
                if let Some(value) = map.remove(&key) {
                    map.insert(plain(&key), value);
                }
            }
            map.values_mut().for_each(clean);
        }
        _ => {}
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a whole number within what a double holds exactly")]
fn whole(number: Option<f64>) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    number.filter(|number| number.fract() == 0.0 && number.abs() <= EXACT).map(|number| number as i64)
}

/// What does not have the shape asked for, in Spanish: serde names the field or the variant between grave accents.
fn explain(what: &str, error: &str) -> ApiError {
    let quoted: Vec<&str> = error.split('`').skip(1).step_by(2).collect();
    let first = quoted.first().copied().unwrap_or_default();
    let others = quoted.get(1..).unwrap_or_default().join(", ");
    let (message, field) = if error.contains("missing field") {
        (format!("Falta «{first}»."), Some(first))
    } else if error.contains("duplicate field") {
        (format!("«{first}» viene dos veces."), Some(first))
    } else if error.contains("unknown field") {
        (format!("No se conoce el campo «{first}»; se admiten: {others}."), Some(first))
    } else if error.contains("unknown variant") {
        (format!("«{first}» no es uno de los valores que se admiten: {others}."), None)
    } else {
        ("Un dato no es del tipo que se pide; consulte /api/v1/openapi.json.".into(), None)
    };
    let faults = field.map(|field| Fault::new(field, message.clone())).into_iter().collect();
    let detail = format!("{what} no tiene la forma que se pide. {message}");
    ApiError::Contract { status: StatusCode::BAD_REQUEST, detail, faults }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(value: &str) -> Result<Option<IdempotencyKey>, ApiError> {
        let mut headers = HeaderMap::new();
        headers.insert(KEY_HEADER, value.parse().unwrap());
        Key::read(&headers, "/x").map(Key::into_key)
    }

    #[test]
    fn keys_are_visible_and_not_long() {
        assert_eq!(key("a-1").unwrap().unwrap().key, "api:a-1");
        for wrong in ["", "a b", "á", &"k".repeat(151)] {
            assert!(key(wrong).is_err(), "{wrong}");
        }
        assert!(Key::read(&HeaderMap::new(), "/x").unwrap().into_key().is_none());
    }

    #[test]
    fn control_characters_are_left_out_and_whole_numbers_are_integers() {
        let mut value = serde_json::json!({"a\u{0}": ["x\u{0}y", "1\n2"], "b": 3.0, "c": 3.5, "d": -0.0, "e": 1e300});
        clean(&mut value);
        assert_eq!(value, serde_json::json!({"a": ["xy", "1\n2"], "b": 3, "c": 3.5, "d": 0, "e": 1e300}));
    }

    #[test]
    fn a_password_leaves_no_print() {
        let read = |text: &str| read_json::<Value>(text.as_bytes()).unwrap();
        let (body, print) = read(r#"{"login":"ana","password":"Zafiro 17","more":[{"password":"x","n":1}]}"#);
        assert_eq!(body["password"], "Zafiro 17");
        assert_eq!(print, r#"{"login":"ana","more":[{"n":1}]}"#);
    }

    #[test]
    fn what_is_wrong_is_said_in_spanish() {
        let told = |error: &str| match explain("El cuerpo", error) {
            ApiError::Contract { detail, .. } => detail,
            ApiError::Unsound(_) | ApiError::Failed(_) => String::new(),
        };
        assert!(told("missing field `subject`").contains("Falta «subject»."));
        assert!(told("unknown field `awnser`, expected one of `step`, `answer`").contains("se admiten: step, answer"));
        assert!(told("invalid type: string \"x\", expected u16").contains("no es del tipo"));
    }
}
