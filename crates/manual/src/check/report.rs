//! What the rules share: the edition with its places, and a way to report that looks up the recorded reading.

use crate::{
    edition::Edition,
    finding::{At, Finding, Severity},
    limits,
    places::{Places, Spot},
    procedure::Reading,
};
use std::collections::HashSet;

/// The rules whose oddities may belong to the approved document: with its reading recorded, the finding explains itself and is a
/// warning. The others are structural: the manual cannot run until they are mended.
pub const ODDITIES: &[&str] = &[
    "codigo-distinto",
    "dato-distinto",
    "pasos-declarados",
    "bucle-propio",
    "responsable-fuera-de-organigrama",
    "decision-incompleta",
    "paso-inalcanzable",
    "formulario-sin-uso",
    "rama-sin-ejemplo",
    "encaminamiento-faltante",
    "norma-desconocida",
];

/// All the rules of reading and checking, to tell a misspelt `lectura` from a remark of the author's own.
pub const RULES: &[&str] = &[
    "salto-colgante",
    "salto-faltante",
    "paso-inalcanzable",
    "bucle-sin-salida",
    "bucle-propio",
    "decision-incompleta",
    "rama-desconocida",
    "responsable-fuera-de-organigrama",
    "unidad-sin-declarar",
    "organigrama-circular",
    "encaminamiento-faltante",
    "formulario-sin-declarar",
    "formulario-sin-uso",
    "condicion-colgante",
    "matriz-incompleta",
    "plazo-sin-calendario",
    "plazo-sin-fecha",
    "plazo-desconocido",
    "aviso-imposible",
    "causa-sin-plazo",
    "calificacion-no-valida",
    "codigo-distinto",
    "dato-distinto",
    "dato-faltante",
    "pasos-declarados",
    "sin-procedimientos",
    "clave-desconocida",
    "duplicado",
    "rama-sin-ejemplo",
    "ejemplo-fallido",
    "norma-desconocida",
    "valor-no-valido",
    "limite",
    "lectura-sin-uso",
    "sintaxis",
    "codificacion",
];

/// Where a finding belongs, which is where its reading is looked for: the step, then its procedure, then the manual.
#[derive(Clone, Copy, Debug)]
pub enum Within {
    Manual,
    Procedure(usize),
    Step(usize, usize),
}

/// A finding in the making.
pub struct Report {
    pub rule: &'static str,
    pub severity: Severity,
    pub within: Within,
    pub at: At,
    pub message: String,
    pub help: String,
    pub label: String,
}

pub struct Linter<'e> {
    pub edition: &'e Edition,
    places: &'e Places,
    findings: Vec<Finding>,
    /// The place of each reading that some finding carries: procedure, step, position; the manual's have neither.
    used: HashSet<(Option<usize>, Option<usize>, usize)>,
}

impl<'e> Linter<'e> {
    pub fn new(edition: &'e Edition, places: &'e Places) -> Self {
        Self { edition, places, findings: Vec::new(), used: HashSet::new() }
    }

    pub fn place(&self, spot: Spot, numbers: &[usize], otherwise: At) -> At {
        self.places.get(spot, numbers, otherwise)
    }

    pub fn error(
        &mut self,
        rule: &'static str,
        within: Within,
        at: At,
        message: String,
        help: impl Into<String>,
        label: impl Into<String>,
    ) {
        let (help, label) = (help.into(), label.into());
        self.report(Report { rule, severity: Severity::Error, within, at, message, help, label });
    }

    pub fn warning(
        &mut self,
        rule: &'static str,
        within: Within,
        at: At,
        message: String,
        help: impl Into<String>,
        label: impl Into<String>,
    ) {
        let (help, label) = (help.into(), label.into());
        self.report(Report { rule, severity: Severity::Warning, within, at, message, help, label });
    }

    fn report(&mut self, report: Report) {
        let reading = self.reading(report.rule, report.within);
        let oddity = ODDITIES.contains(&report.rule);
        let severity = if oddity && reading.is_some() { Severity::Warning } else { report.severity };
        let mut help = report.help;
        if oddity && reading.is_some() {
            // Nothing is left to do: the reading says how the oddity is taken.
            help.clear();
        } else if oddity && report.severity == Severity::Error {
            help = format!(
                "{help} Si así está en el documento aprobado, escriba: lectura \"{}\" \"cómo se lee\".",
                report.rule
            );
        }
        if self.findings.len() < limits::FINDINGS {
            self.findings.push(Finding {
                rule: report.rule,
                severity,
                message: report.message,
                help: Some(help.trim().to_owned()).filter(|help| !help.is_empty()),
                reading,
                at: report.at,
                label: report.label,
            });
        }
    }

    /// The reading recorded for the rule, nearest first; having been found, it counts as used.
    fn reading(&mut self, rule: &str, within: Within) -> Option<String> {
        let edition = self.edition;
        let position = |readings: &[Reading]| readings.iter().position(|reading| &*reading.rule == rule);
        let (procedure, step) = match within {
            Within::Manual => (None, None),
            Within::Procedure(procedure) => (Some(procedure), None),
            Within::Step(procedure, step) => (Some(procedure), Some(step)),
        };
        if let (Some(p), Some(s)) = (procedure, step)
            && let Some(found) = position(&edition.procedures[p].steps[s].readings)
        {
            self.used.insert((procedure, step, found));
            return Some(edition.procedures[p].steps[s].readings[found].text.to_string());
        }
        if let Some(p) = procedure
            && let Some(found) = position(&edition.procedures[p].readings)
        {
            self.used.insert((procedure, None, found));
            return Some(edition.procedures[p].readings[found].text.to_string());
        }
        let found = position(&edition.readings)?;
        self.used.insert((None, None, found));
        Some(edition.readings[found].text.to_string())
    }

    pub fn is_used(&self, procedure: Option<usize>, step: Option<usize>, reading: usize) -> bool {
        self.used.contains(&(procedure, step, reading))
    }

    /// The findings, in order of file and place.
    pub fn finish(mut self) -> Vec<Finding> {
        self.findings.sort_by_key(|finding| (finding.at.file, finding.at.offset));
        self.findings
    }
}

/// «a», «b», «c».
pub fn quoted<T: std::fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| format!("«{name}»")).collect::<Vec<_>>().join(", ")
}

/// "¿Quiso decir «x»?", or what to do otherwise.
pub fn meant<'n>(written: &str, known: impl Iterator<Item = &'n str>, otherwise: &str) -> String {
    crate::words::nearest(written, known).map_or_else(|| otherwise.to_owned(), |near| format!("¿Quiso decir «{near}»?"))
}
