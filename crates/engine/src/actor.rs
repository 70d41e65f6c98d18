//! Who acts: a person with posts, those for whom the person stands in, or the system itself.

use crate::Name;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub i64);

/// The system acts under this number: clocks, schedules, outcomes of outside effects.
pub const SYSTEM: PersonId = PersonId(0);

/// A post a person holds: a role, in a unit or in the whole institution.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Post {
    pub role: Name,
    pub unit: Option<Name>,
}

/// Somebody absent for whom the actor stands in today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deputed {
    pub person: PersonId,
    pub name: Name,
    pub posts: Vec<Post>,
}

/// The one who gives a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub person: PersonId,
    pub name: Name,
    pub unit: Option<Name>,
    pub posts: Vec<Post>,
    pub stands_in_for: Vec<Deputed>,
}

/// Somebody else named in a command: the one who will attend, the one for whom it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub person: PersonId,
    pub name: Name,
    pub unit: Option<Name>,
    pub posts: Vec<Post>,
    pub active: bool,
}

/// A person as the journal keeps him: number and name at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub person: PersonId,
    pub name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Name>,
}

impl Actor {
    #[must_use]
    pub fn system() -> Self {
        Self { person: SYSTEM, name: "Ventanilla".into(), unit: None, posts: Vec::new(), stands_in_for: Vec::new() }
    }

    #[must_use]
    pub fn is_system(&self) -> bool {
        self.person == SYSTEM
    }

    #[must_use]
    pub fn party(&self) -> Party {
        Party { person: self.person, name: self.name.clone(), unit: self.unit.clone() }
    }

    /// Holds the post himself, of that unit where one is asked.
    #[must_use]
    pub fn holds(&self, role: &str, unit: Option<&str>) -> bool {
        holds(&self.posts, role, unit)
    }
}

impl Candidate {
    #[must_use]
    pub fn party(&self) -> Party {
        Party { person: self.person, name: self.name.clone(), unit: self.unit.clone() }
    }
}

/// A post without unit serves for every unit.
#[must_use]
pub fn holds(posts: &[Post], role: &str, unit: Option<&str>) -> bool {
    posts.iter().any(|post| {
        &*post.role == role
            && match (unit, post.unit.as_deref()) {
                (Some(asked), Some(held)) => asked == held,
                _ => true,
            }
    })
}
