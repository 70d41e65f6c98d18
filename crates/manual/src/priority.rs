//! Priority as a manual derives it: a grade of impact crossed with a grade of urgency, by its own matrix.

use crate::{Name, finding::At};
use serde::{Deserialize, Serialize};

/// The matrix of a manual, with the norm that stands behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorityMatrix {
    /// From the least to the greatest, as written.
    pub impacts: Vec<Grade>,
    pub urgencies: Vec<Grade>,
    pub cells: Vec<PriorityCell>,
    pub norm: Option<Name>,
    #[serde(skip)]
    pub at: At,
}

/// A grade of impact or of urgency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grade {
    pub key: Name,
    pub label: Name,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorityCell {
    pub impact: Name,
    pub urgency: Name,
    pub priority: PriorityWord,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriorityWord {
    Low,
    Normal,
    High,
    Urgent,
}

impl PriorityMatrix {
    /// What the matrix says; none where a grade is not one of its own.
    #[must_use]
    pub fn priority(&self, impact: &str, urgency: &str) -> Option<PriorityWord> {
        let cell = self.cells.iter().find(|cell| &*cell.impact == impact && &*cell.urgency == urgency)?;
        Some(cell.priority)
    }

    #[must_use]
    pub fn impact(&self, key: &str) -> Option<&Grade> {
        self.impacts.iter().find(|grade| &*grade.key == key)
    }

    #[must_use]
    pub fn urgency(&self, key: &str) -> Option<&Grade> {
        self.urgencies.iter().find(|grade| &*grade.key == key)
    }
}

impl PriorityWord {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Low => "baja",
            Self::Normal => "normal",
            Self::High => "alta",
            Self::Urgent => "urgente",
        }
    }
}
