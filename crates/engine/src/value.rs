//! A value a person gave for a field, as it is kept in the journal.

use crate::Name;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Flag(bool),
    Number(f64),
    Text(Name),
    /// Several choices, or the names of several files.
    List(Vec<Name>),
    /// The rows of a table, each a list of (column, value).
    Rows(Vec<Vec<(Name, Value)>>),
}

/// Values by the key of their field, in the order in which they were given.
pub type Values = Vec<(Name, Value)>;

impl Value {
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As a person reads it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Flag(true) => "Sí".into(),
            Self::Flag(false) => "No".into(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.to_string(),
            Self::List(items) => items.join(", "),
            Self::Rows(rows) => rows
                .iter()
                .map(|row| row.iter().map(|(_, value)| value.shown()).collect::<Vec<_>>().join(" · "))
                .collect::<Vec<_>>()
                .join("\n"),
        }
    }

    /// Nothing was written.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Rows(rows) => rows.is_empty(),
            Self::Flag(_) | Self::Number(_) => false,
        }
    }
}

/// The value under a key.
#[must_use]
pub fn find<'v>(values: &'v [(Name, Value)], key: &str) -> Option<&'v Value> {
    values.iter().rev().find(|(name, _)| &**name == key).map(|(_, value)| value)
}
