//! A text with the words that were asked for marked in it.

use maud::{Markup, html};
use store::knowledge::Question;

#[must_use]
pub fn marked(question: &Question, text: &str) -> Markup {
    html! { @for (hit, piece) in question.pieces(text) { @if hit { mark { (piece) } } @else { (piece) } } }
}

/// About so many letters around the first word asked for, marked.
#[must_use]
pub fn excerpt(question: &Question, text: &str, letters: usize) -> Markup {
    marked(question, &question.excerpt(text, letters))
}
