//! Before anybody has entered: the list of institutions, signs of life, and each institution's accent colour.

use crate::{
    failure::Failure,
    head,
    state::{App, House},
};
use axum::{
    Extension,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, PreEscaped, html};
use std::sync::Arc;

/// `GET /`
pub async fn institutions(State(app): State<App>) -> Markup {
    html! {
        (head::head("Instituciones", "Ventanilla", None, None, None))
        body {
            main.angosto {
                h1 { "¿En qué institución trabaja?" }
                ul.pila {
                    @for house in app.houses() {
                        @let face = house.face();
                        li.panel {
                            a href=(format!("/{}/", house.code)) { strong { (face.acronym) } }
                            span.menor { (face.name) " · " (face.dependency) }
                        }
                    }
                }
            }
        }
        (PreEscaped("</html>"))
    }
}

/// `GET /salud`: 200 when every institution can be read and written, 503 when one cannot. Says no more than that.
pub async fn health(State(app): State<App>) -> Response {
    let now = app.now();
    let mut well = true;
    let mut lines = Vec::new();
    for house in app.houses() {
        let health = house.store.health(now).await;
        let word = match (health.readable, health.writable) {
            (true, true) => "bien",
            (true, false) => "solo lectura",
            (false, _) => "sin acceso",
        };
        well &= health.readable && health.writable;
        lines.push(format!("{}: {word}", house.code));
    }
    let status = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], lines.join("\n") + "\n").into_response()
}

/// `GET /{institution}/tema.css`: the accent colour, light and dark.
pub async fn theme(house: Option<Extension<Arc<House>>>) -> Result<Response, Failure> {
    let Extension(house) = house.ok_or(Failure::NotFound)?;
    let face = house.face();
    let css = format!(":root {{ --accent: {}; --accent-dark: {}; }}\n", face.color, lighter(&face.color));
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=300")], css)
        .into_response())
}

/// The accent on a dark ground: the same hue, mixed with white until it reads.
fn lighter(color: &str) -> String {
    let Some(rgb) = read_color(color) else { return "#8fc1ea".into() };
    let [r, g, b] = rgb.map(|channel| channel + (255 - channel) * 11 / 20);
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn read_color(color: &str) -> Option<[u32; 3]> {
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |at: usize| u32::from_str_radix(&digits[at..at + 2], 16).ok();
    Some([channel(0)?, channel(2)?, channel(4)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accent_is_lightened_for_the_dark() {
        assert_eq!(lighter("#000000"), "#8c8c8c");
        assert_eq!(lighter("#ffffff"), "#ffffff");
        assert_eq!(lighter("red; } body { display: none"), "#8fc1ea");
    }
}
