//! `manual flowchart`: the drawing of a procedure as an SVG file of its own.

use super::{edition::procedure, output::deliver};
use crate::manuals::Library;
use anyhow::Result;
use documents::flowchart::{FlowchartOptions, flowchart_standalone};
use std::{path::Path, process::ExitCode};

pub fn run(library: &Library, institution: &str, code: &str, output: Option<&Path>) -> Result<ExitCode> {
    let loaded = library.load(institution)?;
    let procedure = procedure(loaded.draft()?, code)?;
    // Without a limit of rows the drawing is one sheet.
    let drawing = flowchart_standalone(procedure, &FlowchartOptions::default()).concat();
    deliver(&drawing, output)?;
    Ok(ExitCode::SUCCESS)
}
