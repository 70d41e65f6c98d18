//! The institution, its units and its roles (posts of the organisation chart).

use crate::Name;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Institution {
    /// The short name in addresses and on the command line: `seprem`, `igss`.
    pub code: Name,
    pub name: Name,
    pub acronym: Name,
    pub country: Country,
    /// Department and municipality where the main office is, by official name.
    pub department: Option<Name>,
    pub municipality: Option<Name>,
    /// IANA time zone.
    pub zone: Name,
    /// The accent colour, `#rrggbb`.
    pub color: Option<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Country {
    #[serde(rename = "GT")]
    Guatemala,
    #[serde(rename = "SV")]
    ElSalvador,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub code: Name,
    pub name: Name,
    /// The code of the unit above.
    pub parent: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// The title, exactly as the manual has it.
    pub name: Name,
    /// The unit it belongs to, where the manual says so.
    pub unit: Option<Name>,
    pub scope: Scope,
    /// May assign, extend, pause and cancel within its unit.
    pub chief: bool,
    /// Support level 1 to 3, where the manual has them.
    pub level: Option<u8>,
    /// The role of its superior.
    pub superior: Option<Name>,
}

/// How the page proposes whom to assign; it never assigns by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentRule {
    /// Whoever was assigned a case the longest ago.
    ByTurn,
    /// Whoever has the fewest open cases.
    LeastLoaded,
}

/// Who a role's name means in a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Whoever holds the post.
    #[default]
    Post,
    /// The person for whom the case was opened ("Usuario").
    Requester,
    /// Whoever holds the post in the requester's unit ("Jefe inmediato"); lacking one there, whoever holds it.
    RequesterUnit,
    /// Whoever the procedure's routing names ("Técnico correspondiente").
    Routed,
    /// Another institution; someone of ours who holds the post records what it answered.
    External,
}
