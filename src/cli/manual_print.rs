//! `manual print`: the whole manual as one HTML file, ready for the printer.

use super::output::deliver;
use crate::manuals::Library;
use anyhow::Result;
use std::{path::Path, process::ExitCode};

pub fn run(library: &Library, institution: &str, output: Option<&Path>) -> Result<ExitCode> {
    let loaded = library.load(institution)?;
    deliver(&documents::prints::manual(loaded.draft()?), output)?;
    Ok(ExitCode::SUCCESS)
}
