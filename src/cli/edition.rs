//! The edition a command works on, with a word to the person where the manual has errors.

use crate::manuals::{Library, Loaded};
use anyhow::{Context, Result, bail};
use manual::{edition::Edition, finding::Severity, procedure::Procedure};

impl Loaded {
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }

    /// The edition as far as it could be read; a draft with errors can be listed and drawn, with a warning beside.
    pub fn draft(&self) -> Result<&Edition> {
        let errors = self.errors();
        if errors > 0 {
            eprintln!("ventanilla: {}", self.has_errors(errors));
        }
        self.outcome.edition.as_ref().with_context(|| self.has_errors(errors))
    }

    /// The edition, only if nothing in it is wrong: what is answered from it counts.
    pub fn sound(&self) -> Result<&Edition> {
        let errors = self.errors();
        if errors > 0 {
            bail!("{}", self.has_errors(errors));
        }
        self.outcome.edition.as_ref().with_context(|| self.has_errors(errors))
    }

    fn has_errors(&self, errors: usize) -> String {
        let count = if errors == 1 { "un error".to_owned() } else { format!("{errors} errores") };
        format!(
            "el manual de «{name}» tiene {count}. Para verlos: ventanilla manual check {name}",
            name = self.institution
        )
    }
}

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
