//! The head of every document: style, script, icon, and what the script wants to know.

use crate::assets;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The document's head; `theme` names the institution whose accent colour it takes, `live` the one whose changes it hears.
#[must_use]
pub fn head(title: &str, suffix: &str, theme: Option<&str>, live: Option<&str>, case: Option<&str>) -> Markup {
    html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"es-GT\">"))
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (title) " · " (suffix) }
            link rel="stylesheet" href=(assets::style());
            @if let Some(code) = theme { link rel="stylesheet" href=(format!("/{code}/tema.css")); }
            link rel="icon" href="/activos/icono.svg" type="image/svg+xml";
            @if let Some(code) = live {
                meta name="casa" content=(format!("/{code}"));
                meta name="vivo" content=(format!("/{code}/vivo"));
            }
            @if let Some(number) = case { meta name="caso" content=(number); }
            @for script in assets::scripts() { script type="module" src=(script) {} }
        }
    }
}
