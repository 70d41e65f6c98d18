//! How one case is tied to another: the kinds there are, and what each side keeps of it. A tie is held by one case (the
//! duplicate, the part, the one set apart); the other hears of it.

use crate::{
    Name,
    actor::{Party, PersonId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the case that holds the tie is to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieKind {
    Related,
    DuplicateOf,
    /// A part of it: the other is its parent.
    ChildOf,
    /// Opened from it.
    SplitFrom,
}

impl TieKind {
    pub const ALL: [Self; 4] = [Self::Related, Self::DuplicateOf, Self::ChildOf, Self::SplitFrom];

    /// The word in addresses, in the database and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Related => "relacionado",
            Self::DuplicateOf => "duplicado_de",
            Self::ChildOf => "parte_de",
            Self::SplitFrom => "separado_de",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Said of the case that holds it, before the number of the other.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Related => "Relacionado con",
            Self::DuplicateOf => "Duplicado de",
            Self::ChildOf => "Parte de",
            Self::SplitFrom => "Separado de",
        }
    }

    /// Said of the other, before the number of the one that holds it.
    #[must_use]
    pub const fn inverse(self) -> &'static str {
        match self {
            Self::Related => "Relacionado con",
            Self::DuplicateOf => "Tiene como duplicado",
            Self::ChildOf => "Tiene como parte",
            Self::SplitFrom => "De él se separó",
        }
    }
}

/// A tie of a case, as the case that holds it keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tie {
    pub kind: TieKind,
    pub other: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Name>,
    pub by: Party,
    pub at: Timestamp,
}

/// Somebody who goes along when his case is merged into another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follower {
    pub who: Party,
    /// May read what is internal.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
}

/// A case that goes on in this one, and who follows this one because of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absorbed {
    pub other: Name,
    pub followers: Vec<Follower>,
}

/// How far a case has heard of another's acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    pub from: Name,
    pub n: u32,
}

/// An act on another case, told in this one by the number of its event there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echoed {
    pub from: Name,
    pub n: u32,
    pub what: Echo,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Echo {
    Linked {
        kind: TieKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Name>,
    },
    Unlinked {
        kind: TieKind,
        reason: Name,
    },
    /// The other goes on in this one.
    Merged {
        subject: Name,
        reason: Name,
        /// Those who follow this one from now on because of it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        followers: Vec<Follower>,
    },
    /// The other stands for itself again.
    Separated {
        reason: Name,
        /// Those who follow this one no more.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gone: Vec<PersonId>,
    },
}
