//! One transaction on either engine: statements from the registry in, rows out.

mod value;
mod stmt;
mod dialect;
mod sqlite;
mod postgres;

pub(crate) use dialect::{Engine, ddl, query};
pub(crate) use postgres::Postgres;
pub(crate) use sqlite::{Sqlite, SqliteOptions};
pub(crate) use stmt::{Col, Stmt, statements};
pub(crate) use value::{Row, Val};

use crate::{error::DbError, live::Change};
use std::cell::{Cell, RefCell};

/// A running transaction. Statements are synchronous: on PostgreSQL the thread that drives it is a blocking one.
pub struct Tx<'c> {
    link: Link<'c>,
    /// Told to the watchers once the commit has succeeded.
    pub(crate) changes: RefCell<Vec<Change>>,
    /// A statement failed in a way that a new attempt of the whole transaction may cure.
    pub(crate) again: Cell<bool>,
    /// A statement has changed something.
    pub(crate) wrote: Cell<bool>,
    /// A statement could not be done now: no room, not allowed, no connection.
    pub(crate) refused: Cell<bool>,
    /// A statement met a page that is not what was written.
    pub(crate) damaged: Cell<bool>,
}

#[derive(Clone, Copy)]
enum Link<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(postgres::Link<'c>),
}

impl<'c> Tx<'c> {
    fn new(link: Link<'c>) -> Self {
        Self {
            link,
            changes: RefCell::new(Vec::new()),
            again: Cell::new(false),
            wrote: Cell::new(false),
            refused: Cell::new(false),
            damaged: Cell::new(false),
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        match self.link {
            Link::Sqlite(_) => Engine::Sqlite,
            Link::Postgres(_) => Engine::Postgres,
        }
    }

    /// All the rows a statement gives.
    pub(crate) fn rows(&self, stmt: &Stmt, values: &[Val]) -> Result<Vec<Row>, DbError> {
        debug_assert_eq!(stmt.takes.len(), values.len(), "parameters of {}", stmt.name);
        self.noted(match self.link {
            Link::Sqlite(connection) => sqlite::rows(connection, stmt, values),
            Link::Postgres(link) => postgres::rows(link, stmt, values, &self.again),
        })
    }

    fn noted<T>(&self, result: Result<T, DbError>) -> Result<T, DbError> {
        match &result {
            Err(DbError::Unavailable(_)) => self.refused.set(true),
            Err(DbError::Damaged(_)) => self.damaged.set(true),
            _ => {}
        }
        result
    }

    /// The only row, or none.
    pub(crate) fn row(&self, stmt: &Stmt, values: &[Val]) -> Result<Option<Row>, DbError> {
        Ok(self.rows(stmt, values)?.into_iter().next())
    }

    /// The number of rows touched.
    pub(crate) fn run(&self, stmt: &Stmt, values: &[Val]) -> Result<u64, DbError> {
        debug_assert_eq!(stmt.takes.len(), values.len(), "parameters of {}", stmt.name);
        let touched = self.noted(match self.link {
            Link::Sqlite(connection) => sqlite::run(connection, stmt, values),
            Link::Postgres(link) => postgres::run(link, stmt, values, &self.again),
        })?;
        if touched > 0 {
            self.wrote.set(true);
        }
        Ok(touched)
    }

    /// Text with several statements, without parameters: migrations only.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), DbError> {
        match self.link {
            Link::Sqlite(connection) => connection.execute_batch(sql).map_err(|error| sqlite::db_error(&error)),
            Link::Postgres(link) => postgres::batch(link, sql, &self.again),
        }
    }

    /// Nobody appends to the journal until this transaction ends.
    pub(crate) fn hold_journal(&self) -> Result<(), DbError> {
        match self.link {
            // The only writer is this one.
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(link) => postgres::batch(link, "LOCK TABLE journal IN SHARE MODE", &self.again),
        }
    }

    /// Tells the watchers, once and only if this transaction commits.
    pub(crate) fn announce(&self, change: Change) -> Result<(), DbError> {
        if let Link::Postgres(link) = self.link {
            return postgres::notify(link, &change.payload(), &self.again);
        }
        self.changes.borrow_mut().push(change);
        Ok(())
    }
}

/// What a test asks of a statement.
#[cfg(test)]
impl Tx<'_> {
    /// Parameters, columns and, where the engine knows them before running, the types of the columns.
    pub(crate) fn describe(&self, stmt: &Stmt) -> Result<(usize, usize, Option<Vec<Col>>), DbError> {
        match self.link {
            Link::Sqlite(connection) => sqlite::describe(connection, stmt),
            Link::Postgres(link) => postgres::prepared(link, stmt, &self.again),
        }
    }

    /// The lines of SQLite's plan.
    pub(crate) fn plan(&self, stmt: &Stmt) -> Result<Vec<String>, DbError> {
        match self.link {
            Link::Sqlite(connection) => sqlite::plan(connection, stmt),
            Link::Postgres(_) => Ok(Vec::new()),
        }
    }
}
