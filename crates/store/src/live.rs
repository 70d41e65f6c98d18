//! What is told to those who watch: which case changed, and whom it touches. Told after the commit, never before.

use engine::{Name, actor::PersonId};
use serde::{Deserialize, Serialize};

/// One change of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub case: Name,
    /// The number of the last event: the version to ask for.
    pub version: u32,
    /// Persons it touches: who asked, who is waited for now or was until now.
    pub people: Vec<PersonId>,
    /// Posts it touches, with the unit where one is meant.
    pub posts: Vec<(Name, Option<Name>)>,
}

impl Change {
    /// Nobody knows what changed: whoever watches anything looks again.
    pub(crate) fn unknown() -> Self {
        Self { case: Name::default(), version: 0, people: Vec::new(), posts: Vec::new() }
    }

    /// Whether it may be any case.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.case.is_empty() && self.people.is_empty()
    }

    /// As text that fits a PostgreSQL notification.
    pub(crate) fn payload(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        if text.len() < 7_500 {
            return text;
        }
        let short = Self { people: Vec::new(), posts: Vec::new(), ..self.clone() };
        serde_json::to_string(&short).unwrap_or_default()
    }
}
