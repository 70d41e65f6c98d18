//! What a decision asks of the world outside: written with the change, performed after the commit.

use crate::{Name, actor::PersonId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Tell a person something about the case.
    Notify { person: PersonId, text: Name },
    /// Tell whoever holds a role.
    NotifyRole { role: Name, unit: Option<Name>, text: Name },
}
