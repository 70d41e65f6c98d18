//! What may help before asking: solutions like what is being written, and the procedure it seems to belong to.

use crate::rights::right;
use manual::{edition::Edition, procedure::Procedure};
use store::{
    Reader, StoreError,
    knowledge::{Question, Solution},
};

/// Solutions offered.
const OFFERED: usize = 3;
/// Letters of what is written that are looked at.
const READ: usize = 2_000;

/// What was found for a text.
pub struct Likely {
    pub solutions: Vec<Solution>,
    /// Code and title of a procedure that fits better than the one that is open.
    pub procedure: Option<(String, String)>,
}

/// # Errors
/// If the store cannot be read.
pub async fn find(reader: &Reader, edition: &Edition, text: &str, code: &str) -> Result<Likely, StoreError> {
    let text: String = text.chars().take(READ).collect();
    let solutions = reader.likely_solutions(&text, code, OFFERED).await?;
    let question = Question::about(&text);
    let here = edition.procedure(code).map_or(0, |procedure| fits(&question, procedure));
    let best = edition
        .procedures
        .iter()
        .filter(|procedure| &*procedure.code != code && right(reader, edition, procedure).is_some())
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
