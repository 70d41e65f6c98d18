//! `manual compare`: what a new edition adds, removes and changes, as the authority that signs it reads it.

use super::output::{Format, print, print_json};
use crate::manuals::{Library, Loaded, load_folder};
use anyhow::Result;
use manual::compare::compare;
use std::{path::Path, process::ExitCode};

/// The folders are two manuals or, with an institution named, two sets of manuals that both have it.
pub fn run(old: &Path, new: &Path, institution: Option<&str>, format: Format) -> Result<ExitCode> {
    let load = |folder: &Path| -> Result<Loaded> {
        match institution {
            Some(name) => Library::open(Some(folder))?.load(name),
            None => load_folder(folder),
        }
    };
    let (old, new) = (load(old)?, load(new)?);
    let redline = compare(old.draft()?, new.draft()?);
    match format {
        Format::Json => print_json(&redline)?,
        Format::Text => print(&redline.to_string())?,
    }
    Ok(ExitCode::SUCCESS)
}
