//! What a decision asks of the world outside: written with the change, performed after the commit.

use crate::{Name, actor::PersonId};
use jiff::Timestamp;
use manual::{notice::Kind, procedure::StepNo};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Tell a person something about the case.
    Notify { person: PersonId, text: Name },
    /// Tell whoever holds a role.
    NotifyRole { role: Name, unit: Option<Name>, text: Name },
    /// Tell what has happened, each person once and never the one who did it.
    Tell(Box<Tell>),
    /// Let another case hear what was done to this one.
    Echo { to: Name },
}

/// What is told, to whom, and as long as what it is still worth telling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tell {
    pub kind: Kind,
    pub to: Audience,
    /// Who did it: is not told.
    pub by: PersonId,
    pub by_name: Name,
    /// One sentence.
    pub text: Name,
    /// What somebody wrote, in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub while_so: Option<While>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Person(PersonId),
    Role { role: Name, unit: Option<Name> },
}

/// What must still be so for a late message to be of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum While {
    StandsOn { step: StepNo, visit: u16 },
    Running { clock: Name, due: Timestamp },
}
