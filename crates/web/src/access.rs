//! Who may use an address. Each route declares one of these; the guard keeps it and a test compares every route,
//! method and identity with what was declared.

use crate::state::Visitor;
use jiff::SignedDuration;

/// A session ends after this long without a request (hardening section 4).
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Anybody, without entering: signs of life, style, the entrance itself.
    Anyone,
    /// Whoever has entered this institution.
    Person,
    /// Whoever holds a post, audits or administers.
    Staff,
    /// Administrators of the institution.
    Administrator,
    /// A bearer token of the institution with this scope.
    Token(Scope),
}

/// What a token may do; each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    Read,
    Write,
    /// What an administrator does, and only while the token's person is one.
    Administer,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Administer];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Administer => "admin",
        }
    }

    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }

    /// The widest of the scopes as a token has them written: "read write".
    #[must_use]
    pub fn widest(scopes: &str) -> Option<Self> {
        scopes.split_whitespace().filter_map(Self::of).max()
    }

    /// Whether a token whose scopes are written so may do this.
    #[must_use]
    pub fn allowed_by(self, scopes: &str) -> bool {
        Self::widest(scopes).is_some_and(|widest| widest >= self)
    }

    /// What a token with it may do, as a person reads it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Read => "leer",
            Self::Write => "leer y escribir",
            Self::Administer => "leer, escribir y administrar",
        }
    }

    /// What is said to a token that does not reach it.
    #[must_use]
    pub const fn wanting(self) -> &'static str {
        match self {
            Self::Read => "Ese token no sirve para leer: cree otro.",
            Self::Write => "Ese token no tiene el alcance que esto pide: cree uno que pueda escribir.",
            Self::Administer => {
                "Ese token no puede administrar: cree uno con ese alcance, a nombre de quien administra."
            }
        }
    }
}

impl Access {
    /// Whether a person who has entered may use it.
    #[must_use]
    pub fn allows(self, visitor: &Visitor) -> bool {
        match self {
            Self::Anyone | Self::Person => true,
            Self::Staff => visitor.attends() || visitor.sees_all(),
            Self::Administrator => visitor.person.administrator,
            Self::Token(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_includes_those_before_it_and_nothing_else_is_a_scope() {
        assert!(Scope::Read.allowed_by("write") && Scope::Write.allowed_by("read write"));
        assert!(Scope::Write.allowed_by("admin") && Scope::Administer.allowed_by("read admin"));
        assert!(!Scope::Administer.allowed_by("read write") && !Scope::Administer.allowed_by("administer"));
        assert!(!Scope::Write.allowed_by("read") && !Scope::Read.allowed_by("") && !Scope::Read.allowed_by("reader"));
    }
}
