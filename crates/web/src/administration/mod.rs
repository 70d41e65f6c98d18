//! What the pages of the administration and its API share: the rules of what may be given, the secrets handed out, and
//! the words of the journal. Faults bear the names of the API; a page has its own for them.

pub mod secrets;
pub mod sentences;
pub mod people;
pub mod posts;
pub mod tokens;
pub mod calendar;

use engine::refusal::{Fault, Refusal};

/// Characters of what is written in one line, and of a reason.
const LINE: usize = 300;
const REASON: usize = 1_000;

/// Gathers all that is wrong, to be told at once.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(Fault::new(field, message));
    }

    /// A text that must be there and fit; trimmed.
    fn text(&mut self, field: &str, text: &str, most: usize, missing: &str) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.add(field, missing);
        }
        self.line(field, text, most)
    }

    /// A text that must fit; trimmed.
    fn line(&mut self, field: &str, text: &str, most: usize) -> String {
        let text = text.trim();
        if text.chars().count() > most {
            self.add(field, format!("Escriba hasta {most} caracteres."));
        }
        text.to_owned()
    }

    /// Something that must be there.
    fn given<T>(&mut self, field: &str, value: Option<T>, missing: &str) -> Option<T> {
        if value.is_none() {
            self.add(field, missing);
        }
        value
    }

    /// What was read, if all of it was right.
    fn judge<T>(self, value: Option<T>, otherwise: &str) -> Result<T, Refusal> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Refusal::invalid(otherwise).with(self.0)),
        }
    }
}

/// The reason of an act, which stays in the journal.
///
/// # Errors
/// Without one.
pub fn reason(text: &str, missing: &str, otherwise: &str) -> Result<String, Refusal> {
    let mut faults = Faults::default();
    let reason = faults.text("reason", text, REASON, missing);
    faults.judge(Some(reason), otherwise)
}
