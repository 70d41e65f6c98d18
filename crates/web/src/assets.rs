//! The stylesheet, the scripts and the icon: in the binary, served under names that change with their content.

use crate::clock::digest;
use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::LazyLock;

/// What the modules share; they import it as `./comun.js`.
const SHARED: &str = include_str!("assets/comun.js");

/// The modules, each loaded by every page.
const MODULES: [(&str, &str); 3] = [
    ("ventanilla", include_str!("assets/ventanilla.js")),
    ("teclas", include_str!("assets/teclas.js")),
    ("escritorio", include_str!("assets/escritorio.js")),
];

/// Fields with a list under them, for the pages that have them.
const COMBO: &str = include_str!("assets/combo.js");

static STYLE: LazyLock<String> = LazyLock::new(|| {
    format!("{}\n@layer pages {{\n{}\n}}\n", include_str!("assets/ventanilla.css"), documents::flowchart::FLOWCHART_CSS)
});

const ICON: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="4" width="26" height="24" rx="3" fill="#1d5c8f"/><path d="M8 9h16v8H8z" fill="#fff"/><path d="M6 21h20v3H6z" fill="#fff"/></svg>"##;

static STYLE_NAME: LazyLock<String> = LazyLock::new(|| format!("ventanilla-{}.css", &digest(&STYLE)[..12]));
static SHARED_NAME: LazyLock<String> = LazyLock::new(|| script_name("comun", SHARED));

/// The modules as they are served: what they import has a name that changes with its content too.
static SERVED: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let served = |(name, text): (&str, &str)| {
        let text = text.replace("./comun.js", &format!("./{}", *SHARED_NAME));
        (script_name(name, &text), text)
    };
    MODULES.into_iter().map(served).collect()
});

fn script_name(name: &str, text: &str) -> String {
    format!("{name}-{}.js", &digest(text)[..12])
}

static COMBO_NAME: LazyLock<String> = LazyLock::new(|| script_name("combo", COMBO));

/// Address of the script of the fields with a list under them.
#[must_use]
pub fn combo() -> String {
    format!("/activos/{}", *COMBO_NAME)
}

/// Address of the stylesheet.
#[must_use]
pub fn style() -> String {
    format!("/activos/{}", *STYLE_NAME)
}

/// Addresses of the modules.
pub fn scripts() -> impl Iterator<Item = String> {
    SERVED.iter().map(|(name, _)| format!("/activos/{name}"))
}

/// `GET /activos/{name}`
pub async fn show(Path(name): Path<String>) -> Response {
    let (media, body) = if name == *STYLE_NAME {
        ("text/css; charset=utf-8", STYLE.as_str())
    } else if name == *SHARED_NAME {
        ("text/javascript; charset=utf-8", SHARED)
    } else if let Some((_, text)) = SERVED.iter().find(|(served, _)| *served == name) {
        ("text/javascript; charset=utf-8", text.as_str())
    } else if name == *COMBO_NAME {
        ("text/javascript; charset=utf-8", COMBO)
    } else if name == "icono.svg" {
        ("image/svg+xml", ICON)
    } else {
        return StatusCode::NOT_FOUND.into_response();
    };
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], body)
        .into_response()
}
