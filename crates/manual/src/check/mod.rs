//! The linter: what an edition says that cannot run, contradicts itself or has no example. One file per family of rules.

mod report;
mod flow;
mod people;
mod desk;
mod forms;
mod paper;
mod terms;
mod twice;
mod examples;
mod readings;

use crate::{edition::Edition, finding::Finding, places::Places, read::ReadOutcome};
use report::Linter;

pub use report::RULES;

/// Checks an edition, pointing at procedures and steps.
#[must_use]
pub fn check(edition: &Edition) -> Vec<Finding> {
    check_at(edition, &Places::default())
}

/// Checks an edition, pointing at the very line of each thing.
#[must_use]
pub fn check_at(edition: &Edition, places: &Places) -> Vec<Finding> {
    let mut linter = Linter::new(edition, places);
    flow::check(&mut linter);
    people::check(&mut linter);
    desk::check(&mut linter);
    forms::check(&mut linter);
    paper::check(&mut linter);
    terms::check(&mut linter);
    twice::check(&mut linter);
    examples::check(&mut linter);
    readings::check(&mut linter);
    linter.finish()
}

/// Rules that hold one file against another: with a file missing they would blame the innocent.
const ACROSS_FILES: &[&str] = &[
    "sin-procedimientos",
    "responsable-fuera-de-organigrama",
    "unidad-sin-declarar",
    "formulario-sin-declarar",
    "formulario-sin-uso",
    "condicion-colgante",
    "plazo-sin-calendario",
    "plazo-sin-fecha",
    "calificacion-no-valida",
    "norma-desconocida",
    "rama-sin-ejemplo",
    "ejemplo-fallido",
    "lectura-sin-uso",
];

/// The findings of a reading and, where it gave an edition, of its check: all of them, in order of file and place.
#[must_use]
pub fn check_reading(outcome: &ReadOutcome) -> Vec<Finding> {
    let mut findings = outcome.findings.clone();
    if let Some(edition) = &outcome.edition {
        let mut found = check_at(edition, &outcome.places);
        found.retain(|finding| !(outcome.incomplete && ACROSS_FILES.contains(&finding.rule)));
        findings.extend(found);
    }
    findings.sort_by_key(|finding| (finding.at.file, finding.at.offset));
    findings
}
