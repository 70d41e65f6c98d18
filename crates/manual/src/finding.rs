//! A finding of the reader or the linter: rule, severity, place and a Spanish sentence that says what to do.

use serde::{Deserialize, Serialize};

/// Where something stands in the source. Two values that differ only in their place are equal.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct At {
    /// Index into the edition's list of files.
    pub file: u32,
    /// Bytes from the beginning of the file.
    pub offset: u32,
    pub length: u32,
}

impl PartialEq for At {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for At {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Warning,
    Error,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's name, e.g. `salto-colgante`.
    pub rule: &'static str,
    pub severity: Severity,
    /// What is wrong, in Spanish.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The recorded reading, where the author wrote one.
    pub reading: Option<String>,
    pub at: At,
    /// The words of the label under the place.
    pub label: String,
}
