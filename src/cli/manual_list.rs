//! `manual list`: the procedures of one manual or of all.

use super::{
    edition::chosen,
    output::{Format, print, print_json, table},
};
use crate::manuals::Library;
use anyhow::Result;
use manual::procedure::{Procedure, Step};
use serde::Serialize;
use std::process::ExitCode;

#[derive(Serialize)]
struct Row<'e> {
    institution: &'e str,
    code: &'e str,
    title: &'e str,
    process: Option<&'e str>,
    steps: usize,
    roles: Vec<&'e str>,
}

pub fn run(library: &Library, institution: Option<&str>, format: Format) -> Result<ExitCode> {
    let manuals = chosen(library, institution)?;
    let mut rows = Vec::new();
    for loaded in &manuals {
        let edition = loaded.draft()?;
        rows.extend(edition.procedures.iter().map(|procedure| row(&edition.institution.code, procedure)));
    }
    match format {
        Format::Json => print_json(&rows)?,
        Format::Text => print(&drawn(&rows))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn row<'e>(institution: &'e str, procedure: &'e Procedure) -> Row<'e> {
    let mut roles: Vec<&str> = Vec::new();
    for role in procedure.steps.iter().flat_map(Step::role_names) {
        if !roles.contains(&&**role) {
            roles.push(role);
        }
    }
    Row {
        institution,
        code: &procedure.code,
        title: &procedure.title,
        process: procedure.process.as_ref().map(|process| &*process.code),
        steps: procedure.steps.len(),
        roles,
    }
}

fn drawn(rows: &[Row<'_>]) -> String {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.institution.to_owned(),
                row.code.to_owned(),
                row.title.to_owned(),
                row.process.unwrap_or("").to_owned(),
                format!("{:>5}", row.steps),
                row.roles.join(", "),
            ]
        })
        .collect();
    table(&["INSTITUCIÓN", "CÓDIGO", "TÍTULO", "PROCESO", "PASOS", "RESPONSABLES"], &cells)
}
