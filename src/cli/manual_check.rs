//! `manual check`: every finding of the reader and the linter, drawn in its place.

use super::{
    edition::chosen,
    output::{Format, print, print_json},
};
use crate::manuals::{Library, Loaded};
use anyhow::Result;
use manual::render::{render, to_json};
use serde_json::Value;
use std::{io::IsTerminal, process::ExitCode};

pub fn run(library: &Library, institution: Option<&str>, format: Format) -> Result<ExitCode> {
    let manuals = chosen(library, institution)?;
    match format {
        Format::Json => {
            let mut findings = Vec::new();
            for loaded in &manuals {
                findings.extend(as_json(loaded)?);
            }
            print_json(&findings)?;
        }
        Format::Text => {
            let color = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            for loaded in &manuals {
                let findings = render(&loaded.findings, &loaded.files, color);
                print(&format!("{}: {}\n{findings}\n", loaded.institution, contents(loaded)))?;
            }
        }
    }
    let sound = manuals.iter().all(|loaded| loaded.errors() == 0 && loaded.outcome.edition.is_some());
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The findings as the manual's room tells them, each with its institution.
fn as_json(loaded: &Loaded) -> Result<Vec<Value>> {
    let mut findings: Vec<Value> = serde_json::from_str(&to_json(&loaded.findings, &loaded.files))?;
    for finding in &mut findings {
        if let Some(finding) = finding.as_object_mut() {
            finding.insert("institution".into(), loaded.institution.clone().into());
        }
    }
    Ok(findings)
}

fn contents(loaded: &Loaded) -> String {
    let counted = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    loaded.outcome.edition.as_ref().map_or_else(
        || "el manual no se puede leer".to_owned(),
        |edition| {
            format!(
                "{}, {}, {}",
                counted(edition.procedures.len(), "procedimiento", "procedimientos"),
                counted(edition.forms.len(), "formulario", "formularios"),
                counted(edition.scenarios.len(), "ejemplo", "ejemplos")
            )
        },
    )
}
