//! The stylesheet, the script and the icon: in the binary, served under names that change with their content.

use crate::clock::digest;
use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::LazyLock;

const SCRIPT: &str = include_str!("assets/ventanilla.js");

static STYLE: LazyLock<String> = LazyLock::new(|| {
    format!("{}\n@layer pages {{\n{}\n}}\n", include_str!("assets/ventanilla.css"), documents::flowchart::FLOWCHART_CSS)
});

const ICON: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="4" width="26" height="24" rx="3" fill="#1d5c8f"/><path d="M8 9h16v8H8z" fill="#fff"/><path d="M6 21h20v3H6z" fill="#fff"/></svg>"##;

static STYLE_NAME: LazyLock<String> = LazyLock::new(|| format!("ventanilla-{}.css", &digest(&STYLE)[..12]));
static SCRIPT_NAME: LazyLock<String> = LazyLock::new(|| format!("ventanilla-{}.js", &digest(SCRIPT)[..12]));

/// Address of the stylesheet.
#[must_use]
pub fn style() -> String {
    format!("/activos/{}", *STYLE_NAME)
}

/// Address of the script.
#[must_use]
pub fn script() -> String {
    format!("/activos/{}", *SCRIPT_NAME)
}

/// `GET /activos/{name}`
pub async fn show(Path(name): Path<String>) -> Response {
    let (media, body) = if name == *STYLE_NAME {
        ("text/css; charset=utf-8", STYLE.as_str())
    } else if name == *SCRIPT_NAME {
        ("text/javascript; charset=utf-8", SCRIPT)
    } else if name == "icono.svg" {
        ("image/svg+xml", ICON)
    } else {
        return StatusCode::NOT_FOUND.into_response();
    };
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], body)
        .into_response()
}
