//! The registry of statements: each SQL text with the types it takes and gives, so that a test can prepare them all.

use super::dialect;
use std::sync::OnceLock;

/// The type of a parameter or of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Col {
    Int,
    Text,
}

/// One statement, written once for both engines.
pub struct Stmt {
    pub name: &'static str,
    pub sql: &'static str,
    pub takes: &'static [Col],
    pub gives: &'static [Col],
    pub sqlite: OnceLock<String>,
    pub postgres: OnceLock<String>,
}

impl Stmt {
    pub const fn new(name: &'static str, sql: &'static str, takes: &'static [Col], gives: &'static [Col]) -> Self {
        Self { name, sql, takes, gives, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    pub fn for_sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| dialect::sqlite(self.sql))
    }

    pub fn for_postgres(&self) -> &str {
        self.postgres.get_or_init(|| dialect::postgres(self.sql))
    }
}

/// Declares statements and the list of them that the module gives to the registry.
macro_rules! statements {
    ($($name:ident: [$($takes:ident),*] => [$($gives:ident),*], $sql:expr;)*) => {
        $(pub(crate) static $name: $crate::tx::Stmt = $crate::tx::Stmt::new(
            stringify!($name),
            $sql,
            &[$($crate::tx::Col::$takes),*],
            &[$($crate::tx::Col::$gives),*],
        );)*
        /// This file's statements, for the registry.
        #[cfg(test)]
        pub(crate) static STATEMENTS: &[&$crate::tx::Stmt] = &[$(&$name),*];
    };
}

pub(crate) use statements;
