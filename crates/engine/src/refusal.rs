//! A command that may not happen: a Spanish sentence that says why, who may, and which norm says so.

use crate::Name;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct Refusal {
    pub kind: Kind,
    pub message: String,
    /// The norm, disposition or article that stands behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub norm: Option<String>,
    /// All that is missing or wrong, told at once (Decreto 5-2021: calificación única).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// This person may not.
    Forbidden,
    /// The case is not in a state that allows it.
    Conflict,
    /// What was given is incomplete or wrong.
    Invalid,
    /// There is no such thing.
    Missing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The field's key, or `answer`, `attachment`, `signature`.
    pub field: Name,
    pub message: String,
    /// A reason given in its place makes it acceptable.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_override: bool,
}

impl Refusal {
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, message)
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, message)
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    pub fn missing(message: impl Into<String>) -> Self {
        Self::new(Kind::Missing, message)
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), norm: None, faults: Vec::new() }
    }

    #[must_use]
    pub fn under(mut self, norm: Option<String>) -> Self {
        self.norm = norm;
        self
    }

    #[must_use]
    pub fn with(mut self, faults: Vec<Fault>) -> Self {
        self.faults = faults;
        self
    }
}

impl Fault {
    pub fn new(field: impl Into<Name>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into(), can_override: false }
    }
}
