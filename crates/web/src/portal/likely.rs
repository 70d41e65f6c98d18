//! What may help before asking, as the pages show it.

use crate::{
    alike::{self, Likely},
    failure::Failure,
    manual_pages::address,
    shell::{Frame, Place},
    solutions::hits::excerpt,
    state::Visitor,
};
use axum::{Extension, extract::Query};
use maud::{Markup, html};
use serde::Deserialize;
use store::knowledge::Question;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    /// The procedure whose form is open.
    procedimiento: String,
}

/// `GET /{institution}/soluciones/parecidas`: the page from which the script takes its part.
pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let edition = visitor.house.edition().await?.edition;
    let likely = alike::find(&visitor.reader, &edition, &asked.q, &asked.procedimiento).await?;
    let content = html! {
        div.encabezado { h1 { "Soluciones parecidas" } }
        (panel(&visitor, &asked.q, Some(&likely)))
        p { a href=(visitor.to("/soluciones")) { "Todas las soluciones" } " · " a href=(visitor.to("/")) { "¿Qué necesita?" } }
    };
    Ok(Frame::new(&visitor, Place::Portal, "Soluciones parecidas").page(&content))
}

/// The place on a page; empty until something is like what is written.
#[must_use]
pub fn panel(visitor: &Visitor, text: &str, likely: Option<&Likely>) -> Markup {
    let question = Question::about(text);
    html! {
        div #parecidas aria-live="polite" {
            @if let Some(likely) = likely {
                @if likely.solutions.is_empty() && likely.procedure.is_none() {
                    @if !text.trim().is_empty() { p.menor { "No hay soluciones parecidas a lo que escribió." } }
                } @else {
                    div.aviso-caja {
                        @if !likely.solutions.is_empty() {
                            strong { "Quizá ya tiene solución" }
                            ul {
                                @for solution in &likely.solutions {
                                    li {
                                        a href=(visitor.to(&format!("/soluciones/{}", solution.id))) target="_blank" rel="noopener" { (solution.title) span.oculto-visual { " (se abre aparte)" } }
                                        div.menor { (excerpt(&question, &solution.text, 160)) }
                                    }
                                }
                            }
                        }
                        @if let Some((code, title)) = &likely.procedure {
                            p { "Por lo que escribe, quizá sea otro procedimiento: "
                                a href=(visitor.to(&format!("/solicitudes/nueva/{}", address::segment(code)))) { (title) } " (" (code) ")." }
                        }
                    }
                }
            }
        }
    }
}
