//! What may help before asking: solutions like what is being written, and the procedure it seems to belong to.

use super::rights::right;
use crate::{
    failure::Failure,
    manual_pages::address,
    shell::{Frame, Place},
    solutions::hits::excerpt,
    state::Visitor,
};
use axum::{Extension, extract::Query};
use manual::{edition::Edition, procedure::Procedure};
use maud::{Markup, html};
use serde::Deserialize;
use store::knowledge::{Question, Solution};

/// Solutions offered.
const OFFERED: usize = 3;
/// Letters of what is written that are looked at.
const READ: usize = 2_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    /// The procedure whose form is open.
    procedimiento: String,
}

/// What was found for a text.
pub struct Likely {
    pub solutions: Vec<Solution>,
    /// Code and title of a procedure that fits better than the one that is open.
    pub procedure: Option<(String, String)>,
}

/// `GET /{institution}/soluciones/parecidas`: the page from which the script takes its part.
pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let edition = visitor.house.edition().await?.edition;
    let likely = find(&visitor, &edition, &asked.q, &asked.procedimiento).await?;
    let content = html! {
        div.encabezado { h1 { "Soluciones parecidas" } }
        (panel(&visitor, &asked.q, Some(&likely)))
        p { a href=(visitor.to("/soluciones")) { "Todas las soluciones" } " · " a href=(visitor.to("/")) { "¿Qué necesita?" } }
    };
    Ok(Frame::new(&visitor, Place::Portal, "Soluciones parecidas").page(&content))
}

/// # Errors
/// If the store cannot be read.
pub async fn find(visitor: &Visitor, edition: &Edition, text: &str, code: &str) -> Result<Likely, Failure> {
    let text: String = text.chars().take(READ).collect();
    let solutions = visitor.reader.likely_solutions(&text, code, OFFERED).await?;
    let question = Question::about(&text);
    let here = edition.procedure(code).map_or(0, |procedure| fits(&question, procedure));
    let best = edition
        .procedures
        .iter()
        .filter(|procedure| &*procedure.code != code && right(visitor, edition, procedure).is_some())
        .map(|procedure| (fits(&question, procedure), procedure))
        // Of those that fit alike, the first of the manual.
        .rev()
        .max_by_key(|(fit, _)| *fit)
        .filter(|(fit, _)| *fit >= 4 && *fit > here);
    let procedure = best.map(|(_, procedure)| (procedure.code.to_string(), procedure.title.to_string()));
    Ok(Likely { solutions, procedure })
}

/// How much a procedure shares with a text: its title most of all.
fn fits(question: &Question, procedure: &Procedure) -> usize {
    let objective = procedure.objective.as_deref().unwrap_or_default();
    4 * question.shared_with(&procedure.title) + question.shared_with(objective)
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
