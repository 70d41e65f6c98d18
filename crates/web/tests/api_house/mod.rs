//! The API of the founded institutions as a program talks to it.

use crate::api_founding::{Still, founded, token};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use engine::actor::PersonId;
use http_body_util::BodyExt;
use jiff::SignedDuration;
use serde_json::Value;
use std::sync::Arc;
use store::Store;
use tempfile::TempDir;
use tower::ServiceExt;

impl Still {
    pub fn forward(&self, by: SignedDuration) {
        let mut now = self.0.lock().expect("the clock");
        *now += by;
    }
}

pub struct Town {
    pub router: Router,
    pub clock: Arc<Still>,
    pub igss: Store,
    /// An administrator of the IGSS.
    pub admin: PersonId,
    _dir: TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.bytes)))
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Town {
    pub async fn new() -> Self {
        let (router, clock, igss, admin, dir) = founded().await;
        Self { router, clock, igss, admin, _dir: dir }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub async fn get(&self, login: &str, path: &str) -> Answer {
        self.send(request("GET", login, path).body(Body::empty()).expect("a request")).await
    }

    pub async fn post(&self, login: &str, path: &str, body: &Value) -> Answer {
        self.post_with_key(login, path, body, None).await
    }

    pub async fn post_with_key(&self, login: &str, path: &str, body: &Value, key: Option<&str>) -> Answer {
        let mut request = request("POST", login, path).header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        self.send(request.body(Body::from(body.to_string())).expect("a request")).await
    }
}

/// A request of the IGSS's API, with the token of a person.
pub fn request(method: &str, login: &str, path: &str) -> axum::http::request::Builder {
    let path = if path.starts_with("/api") { path.to_string() } else { format!("/api/v1/igss{path}") };
    let request = Request::builder().method(method).uri(path);
    if login.is_empty() { request } else { request.header(header::AUTHORIZATION, format!("Bearer {}", token(login))) }
}
