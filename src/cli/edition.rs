//! The edition a command works on, with a word to the person where the manual has errors.

use crate::manuals::{Library, Loaded};
use anyhow::{Context, Result, bail};
use manual::{edition::Edition, procedure::Procedure};

/// The procedure of that code, or a refusal with the codes there are.
pub fn procedure<'e>(edition: &'e Edition, code: &str) -> Result<&'e Procedure> {
    edition.procedure(code).with_context(|| {
        let codes: Vec<&str> = edition.procedures.iter().map(|procedure| &*procedure.code).collect();
        format!("«{}» no tiene el procedimiento «{code}». Los que hay: {}.", edition.institution.code, codes.join(", "))
    })
}

/// The institutions a command goes over: the one that was named, or all.
pub fn chosen(library: &Library, institution: Option<&str>) -> Result<Vec<Loaded>> {
    let names = match institution {
        Some(name) => vec![name.to_owned()],
        None => library.institutions()?,
    };
    if names.is_empty() {
        bail!("No hay ningún manual en la carpeta: cada uno va en la suya, con su «manual.kdl».");
    }
    names.iter().map(|name| library.load(name)).collect()
}
