//! The registry of statements: each SQL text with the types it takes and gives, so that a test can prepare them all.

use super::dialect;
use std::sync::OnceLock;

/// The type of a parameter or of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Col {
    Int,
    Text,
}

/// Small tables that are read by every command and seldom written: the directory, the editions, the calendars.
const TABLES: [&str; 5] = ["people", "posts", "substitutions", "editions", "calendars"];
/// What a statement does with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Reads nothing but these tables.
    Reads,
    Writes,
    Nothing,
}

impl Touch {
    pub fn of(sql: &str) -> Self {
        let mut words =
            sql.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '(').filter(|word| !word.is_empty());
        let known = |word: &str| TABLES.contains(&word);
        if !sql.trim_start().starts_with("SELECT") {
            return if words.any(known) { Self::Writes } else { Self::Nothing };
        }
        let (mut tables, mut all) = (0, true);
        while let Some(word) = words.next() {
            if matches!(word, "FROM" | "JOIN") {
                tables += 1;
                all &= words.next().is_some_and(known);
            }
        }
        if tables > 0 && all { Self::Reads } else { Self::Nothing }
    }
}

/// One statement, written once for both engines.
pub struct Stmt {
    pub name: &'static str,
    pub sql: &'static str,
    pub takes: &'static [Col],
    pub gives: &'static [Col],
    pub sqlite: OnceLock<String>,
    pub postgres: OnceLock<String>,
    pub touches: OnceLock<Touch>,
}

impl Stmt {
    pub const fn new(name: &'static str, sql: &'static str, takes: &'static [Col], gives: &'static [Col]) -> Self {
        Self { name, sql, takes, gives, sqlite: OnceLock::new(), postgres: OnceLock::new(), touches: OnceLock::new() }
    }

    pub fn touches(&self) -> Touch {
        *self.touches.get_or_init(|| Touch::of(self.sql))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_tells_what_it_touches() {
        assert_eq!(Touch::of("SELECT id FROM people WHERE id = $1"), Touch::Reads);
        assert_eq!(Touch::of("SELECT p.id FROM posts h JOIN people p ON p.id = h.person"), Touch::Reads);
        assert_eq!(Touch::of("SELECT x FROM people p JOIN notices n ON n.person = p.id"), Touch::Nothing);
        assert_eq!(Touch::of("SELECT x FROM people WHERE id IN (SELECT person FROM keys)"), Touch::Nothing);
        assert_eq!(Touch::of("SELECT x FROM (SELECT 1) AS people"), Touch::Nothing);
        assert_eq!(Touch::of("UPDATE people SET active = 0"), Touch::Writes);
        assert_eq!(Touch::of("WITH a AS (SELECT 1) DELETE FROM posts"), Touch::Writes);
        assert_eq!(Touch::of("INSERT INTO journal (n) VALUES (1)"), Touch::Nothing);
    }
}
