//! `calendar due`: when a term ends under an institution's calendar, and why then.

use super::output::{Format, print, print_json};
use crate::manuals::Library;
use anyhow::{Context, Result, anyhow};
use engine::calendar::Calendar;
use jiff::civil::DateTime;
use manual::term::Term;
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct Answer {
    due: String,
    because: Vec<String>,
}

pub fn due(library: &Library, institution: &str, from: &str, term: &str, format: Format) -> Result<ExitCode> {
    let term: Term = term.parse()?;
    let from: DateTime = from
        .parse()
        .map_err(|_| anyhow!("«{from}» no es una fecha con hora. Escriba, por ejemplo, 2026-09-11T10:00."))?;
    let loaded = library.load(institution)?;
    let edition = loaded.sound()?;
    let rules = &edition.calendar;
    let calendar = Calendar::new(rules, &[], edition.institution.country, &edition.institution.zone, 1)?;
    let arrived = calendar.time_zone().to_timestamp(from).context("La fecha está fuera de lo que se puede calcular")?;
    let due = calendar.due(arrived, &term)?;
    let local = due.at.to_zoned(calendar.time_zone().clone());
    let answer = Answer { due: local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(), because: due.because };
    match format {
        Format::Json => print_json(&answer)?,
        Format::Text => print(&format!("{}\n  {}\n", answer.due, answer.because.join("\n  ")))?,
    }
    Ok(ExitCode::SUCCESS)
}
