//! Who may use an address. Each route declares one of these; the guard keeps it and a test compares every route,
//! method and identity with what was declared.

use crate::state::Visitor;

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

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    Read,
    Write,
}

impl Scope {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Whether a token whose scopes are written so ("read write") may do this. Writing includes reading.
    #[must_use]
    pub fn allowed_by(self, scopes: &str) -> bool {
        scopes.split_whitespace().any(|scope| scope == self.code() || scope == Self::Write.code())
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
    fn writing_includes_reading_and_nothing_else_is_a_scope() {
        assert!(Scope::Read.allowed_by("write") && Scope::Write.allowed_by("read write"));
        assert!(!Scope::Write.allowed_by("read") && !Scope::Read.allowed_by("") && !Scope::Read.allowed_by("reader"));
    }
}
