//! One transaction on either engine: statements from the registry in, rows out.

mod value;
mod dialect;
mod stmt;
mod memo;
mod later;
mod group;
mod sqlite;
mod postgres;

pub(crate) use dialect::{Engine, ddl, query};
pub(crate) use postgres::Postgres;
pub(crate) use sqlite::{Sqlite, SqliteOptions};
pub(crate) use stmt::{Col, Stmt, statements};
pub(crate) use value::{Row, Val};

use crate::{error::DbError, live::Change};
use std::{
    any::Any,
    cell::{Cell, OnceCell, RefCell},
    collections::HashSet,
    sync::Arc,
};

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
    /// Written at the end of the transaction, in the same commit.
    later: RefCell<later::Later>,
    /// PostgreSQL only: sent together before the next answer is wanted.
    unsent: RefCell<Vec<postgres::Unsent>>,
    foreseeing: RefCell<Vec<Foreseen>>,
    /// A statement failed: PostgreSQL then answers a commit as if it had been one, and undoes all.
    failed: Cell<bool>,
    /// PostgreSQL only: statements that write and have left.
    left: Cell<usize>,
    /// PostgreSQL only: what the commands of this transaction share, where there are several.
    group: OnceCell<group::Group>,
}

/// PostgreSQL only: a question, and its rows once they have come.
type Foreseen = (&'static Stmt, Vec<Val>, Option<Vec<Row>>);

#[derive(Clone, Copy)]
enum Link<'c> {
    Sqlite(&'c rusqlite::Connection, Option<&'c memo::Memo>),
    Postgres(postgres::Link<'c>),
}

impl<'c> Tx<'c> {
    fn new(link: Link<'c>) -> Self {
        Self {
            link,
            changes: RefCell::default(),
            again: Cell::new(false),
            wrote: Cell::new(false),
            refused: Cell::new(false),
            damaged: Cell::new(false),
            later: RefCell::default(),
            unsent: RefCell::default(),
            foreseeing: RefCell::default(),
            failed: Cell::new(false),
            left: Cell::new(0),
            group: OnceCell::new(),
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        match self.link {
            Link::Sqlite(..) => Engine::Sqlite,
            Link::Postgres(_) => Engine::Postgres,
        }
    }

    /// All the rows a statement gives.
    pub(crate) fn rows(&self, stmt: &Stmt, values: &[Val]) -> Result<Vec<Row>, DbError> {
        debug_assert_eq!(stmt.takes.len(), values.len(), "parameters of {}", stmt.name);
        self.noted(match self.link {
            Link::Sqlite(connection, memo) => {
                if let Some(rows) = memo.and_then(|memo| memo.known(stmt, values)) {
                    return Ok(rows);
                }
                let rows = sqlite::rows(connection, stmt, values);
                if let (Some(memo), Ok(rows)) = (memo, &rows) {
                    memo.ran(stmt, values, rows);
                }
                rows
            }
            Link::Postgres(link) => {
                if let Some(rows) = self.at_hand(stmt, values) {
                    return Ok(rows);
                }
                let rows = self.ask(link, &[(stmt, values)]).map(|mut all| all.pop().unwrap_or_default());
                if let Ok(rows) = &rows {
                    self.ran(stmt, values, rows);
                }
                rows
            }
        })
    }

    fn noted<T>(&self, result: Result<T, DbError>) -> Result<T, DbError> {
        if result.is_err() {
            self.failed.set(true);
        }
        match &result {
            Err(DbError::Unavailable(_)) => self.refused.set(true),
            Err(DbError::Damaged(_)) => self.damaged.set(true),
            _ => {}
        }
        result
    }

    /// The rows of several statements, none of which waits for another.
    pub(crate) fn rows_of<const N: usize>(&self, asked: [(&Stmt, Vec<Val>); N]) -> Result<[Vec<Row>; N], DbError> {
        let mut all = [const { Vec::new() }; N];
        match self.link {
            Link::Sqlite(..) => {
                for (place, (stmt, values)) in all.iter_mut().zip(asked) {
                    *place = self.rows(stmt, &values)?;
                }
            }
            Link::Postgres(link) => {
                let (mut open, mut places) = (Vec::new(), Vec::new());
                for (place, (stmt, values)) in asked.iter().enumerate() {
                    if let Some(rows) = self.at_hand(stmt, values) {
                        all[place] = rows;
                    } else {
                        open.push((*stmt, values.as_slice()));
                        places.push(place);
                    }
                }
                if !open.is_empty() {
                    let answers = self.noted(self.ask(link, &open))?;
                    for ((place, (stmt, values)), rows) in places.into_iter().zip(&open).zip(answers) {
                        self.ran(stmt, values, &rows);
                        all[place] = rows;
                    }
                }
            }
        }
        Ok(all)
    }

    /// The only row, or none.
    pub(crate) fn row(&self, stmt: &Stmt, values: &[Val]) -> Result<Option<Row>, DbError> {
        Ok(self.rows(stmt, values)?.into_iter().next())
    }

    /// The number of rows touched.
    pub(crate) fn run(&self, stmt: &Stmt, values: &[Val]) -> Result<u64, DbError> {
        debug_assert_eq!(stmt.takes.len(), values.len(), "parameters of {}", stmt.name);
        let touched = self.noted(match self.link {
            Link::Sqlite(connection, memo) => {
                let touched = sqlite::run(connection, stmt, values);
                if let Some(memo) = memo {
                    memo.ran(stmt, values, &[]);
                }
                touched
            }
            Link::Postgres(link) => {
                self.ran(stmt, values, &[]);
                self.left.set(self.left.get() + 1);
                postgres::run(link, &self.leaving(), stmt, values, &self.again)
            }
        })?;
        if touched > 0 {
            self.wrote.set(true);
        }
        Ok(touched)
    }

    /// A statement nobody waits for: on PostgreSQL it leaves with those that follow, and its error comes with theirs.
    pub(crate) fn send(&self, stmt: &'static Stmt, values: Vec<Val>) -> Result<(), DbError> {
        if let Link::Postgres(_) = self.link {
            debug_assert_eq!(stmt.takes.len(), values.len(), "parameters of {}", stmt.name);
            self.ran(stmt, &values, &[]);
            self.unsent.borrow_mut().push(postgres::Unsent::stmt(stmt, values));
            self.wrote.set(true);
            return Ok(());
        }
        self.run(stmt, &values).map(|_| ())
    }

    /// A statement that must touch one row of those this transaction holds; on PostgreSQL nobody waits for it.
    pub(crate) fn change_one(&self, stmt: &'static Stmt, values: Vec<Val>) -> Result<(), DbError> {
        if let Link::Postgres(_) = self.link {
            self.unsent.borrow_mut().push(postgres::Unsent::one(stmt, values));
            self.wrote.set(true);
            return Ok(());
        }
        match self.run(stmt, &values)? {
            1 => Ok(()),
            touched => Err(DbError::Broken(format!("{}: {touched} rows instead of one", stmt.name))),
        }
    }

    /// A question that will be asked soon: on PostgreSQL it leaves with the next one, and its answer waits.
    pub(crate) fn foresee(&self, stmt: &'static Stmt, values: Vec<Val>) {
        if let Link::Postgres(_) = self.link {
            let mut all = self.foreseeing.borrow_mut();
            // What a group has in mind is asked once for all its commands.
            let once = self.group.get().is_some() && stmt.touches() == stmt::Touch::Reads;
            if !once || !all.iter().any(|(asked, of, _)| std::ptr::eq(*asked, stmt) && *of == values) {
                all.push((stmt, values, None));
            }
        }
    }

    /// A question answered before it is asked: on PostgreSQL its answer waits.
    pub(crate) fn foreknow(&self, stmt: &'static Stmt, values: Vec<Val>, rows: Vec<Row>) {
        if let Link::Postgres(_) = self.link {
            self.foreseeing.borrow_mut().push((stmt, values, Some(rows)));
        }
    }

    /// PostgreSQL: the rows of a question that need not be asked.
    fn at_hand(&self, stmt: &Stmt, values: &[Val]) -> Option<Vec<Row>> {
        if let Some(rows) = self.group.get().and_then(|group| group.known(stmt, values)) {
            return Some(rows);
        }
        let rows = self.foreseen(stmt, values)?;
        self.ran(stmt, values, &rows);
        Some(rows)
    }

    fn ran(&self, stmt: &Stmt, values: &[Val], rows: &[Row]) {
        if let Some(group) = self.group.get() {
            group.ran(stmt, values, rows);
        }
    }

    /// PostgreSQL: what is on its way leaves.
    fn leaving(&self) -> Vec<postgres::Unsent> {
        let unsent = self.unsent.take();
        self.left.set(self.left.get() + unsent.len());
        unsent
    }

    /// How many commands may want a number that is drawn now: on SQLite each draws its own.
    pub(crate) fn sharing(&self) -> i64 {
        let commands = self.group.get().map_or(1, |group| group.to_come().get().max(1));
        i64::try_from(commands).unwrap_or(1)
    }

    /// A number drawn before for all who share this transaction.
    pub(crate) fn in_stock(&self, draws: &'static Stmt, of: i64) -> Option<i64> {
        self.group.get()?.next(draws, of)
    }

    /// The first of these numbers; the others are for those who share this transaction. What nobody uses is given back by
    /// a statement that takes `of` and how many they are.
    pub(crate) fn first_of(
        &self,
        draws: &'static Stmt,
        of: i64,
        numbers: Vec<i64>,
        give_back: Option<&'static Stmt>,
    ) -> Option<i64> {
        let Some(group) = self.group.get() else { return numbers.first().copied() };
        group.put(draws, of, numbers, give_back);
        group.next(draws, of)
    }

    fn foreseen(&self, stmt: &Stmt, values: &[Val]) -> Option<Vec<Row>> {
        let mut all = self.foreseeing.borrow_mut();
        let is = |asked: &Foreseen| std::ptr::eq(asked.0, stmt) && asked.1 == values;
        let place = all.iter().position(is)?;
        // One that has not left yet is asked now.
        all.swap_remove(place).2
    }

    /// PostgreSQL: one exchange with all that waits for one.
    fn ask(&self, link: postgres::Link<'_>, asked: &[(&Stmt, &[Val])]) -> Result<Vec<Vec<Row>>, DbError> {
        let (open, mut known): (Vec<Foreseen>, Vec<Foreseen>) =
            self.foreseeing.take().into_iter().partition(|asked| asked.2.is_none());
        let mut all: Vec<(&Stmt, &[Val])> = open.iter().map(|(stmt, values, _)| (*stmt, values.as_slice())).collect();
        all.extend(asked);
        let mut answers = postgres::ask(link, &self.leaving(), &all, &self.again)?.into_iter();
        for ((stmt, values, _), rows) in open.into_iter().zip(answers.by_ref()) {
            known.push((stmt, values, Some(rows)));
        }
        self.foreseeing.replace(known);
        Ok(answers.collect())
    }

    /// What a transaction before has left in mind under a name, where nothing of it can have changed since.
    pub(crate) fn kept<T: Any + Send + Sync>(&self, name: &str) -> Option<Arc<T>> {
        match self.link {
            Link::Sqlite(_, memo) => memo?.kept(name)?.downcast().ok(),
            Link::Postgres(_) => None,
        }
    }

    /// Leaves something in mind, as it is once this transaction has been committed.
    pub(crate) fn keep<T: Any + Send + Sync>(&self, name: &str, what: impl FnOnce() -> T) {
        if let Link::Sqlite(_, Some(memo)) = self.link {
            memo.keep(name, Arc::new(what()));
        }
    }

    /// A statement that is run when the transaction ends; nothing in the transaction reads what it writes.
    pub(crate) fn at_end(&self, stmt: &'static Stmt, values: Vec<Val>) {
        debug_assert_eq!(stmt.takes.len(), values.len(), "parameters of {}", stmt.name);
        self.later.borrow_mut().run(stmt, values);
    }

    /// Adds to a sum when the transaction ends: the first statement takes the key and the change; where the change is
    /// downwards the second takes the key.
    pub(crate) fn add(&self, stmts: (&'static Stmt, &'static Stmt), key: Vec<Val>, change: i64) {
        self.later.borrow_mut().add(stmts, key, change);
    }

    /// Gives texts to a statement that takes a JSON array of them; each perhaps once and never again.
    pub(crate) fn once(&self, stmt: &'static Stmt, texts: impl Iterator<Item = String>) {
        self.later.borrow_mut().once(stmt, texts);
    }

    /// PostgreSQL: sends what is left before the commit.
    fn finish(&self) -> Result<(), DbError> {
        let Link::Postgres(link) = self.link else { return Ok(()) };
        let (statements, _) = self.later.take().statements(&HashSet::new());
        let mut unsent = self.unsent.take();
        unsent.extend(statements.into_iter().map(|(stmt, values)| postgres::Unsent::stmt(stmt, values)));
        self.noted(postgres::flush(link, &unsent, &self.again))
    }

    /// Text with several statements, without parameters: migrations only.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), DbError> {
        match self.link {
            Link::Sqlite(connection, _) => connection.execute_batch(sql).map_err(|error| sqlite::db_error(&error)),
            Link::Postgres(link) => {
                postgres::flush(link, &self.leaving(), &self.again)?;
                postgres::batch(link, sql, &self.again)
            }
        }
    }

    /// Nobody appends to the journal until this transaction ends.
    pub(crate) fn hold_journal(&self) -> Result<(), DbError> {
        match self.link {
            // The only writer is this one.
            Link::Sqlite(..) => Ok(()),
            Link::Postgres(link) => postgres::batch(link, "LOCK TABLE journal IN SHARE MODE", &self.again),
        }
    }

    /// Tells the watchers, once and only if this transaction commits.
    pub(crate) fn announce(&self, change: Change) {
        if let Link::Postgres(link) = self.link {
            self.unsent.borrow_mut().push(postgres::Unsent::notice(link, &change.payload()));
            return;
        }
        self.changes.borrow_mut().push(change);
    }

    /// Tells the other nodes, where there may be any.
    pub(crate) fn whisper(&self, payload: &str) {
        if let Link::Postgres(link) = self.link {
            self.unsent.borrow_mut().push(postgres::Unsent::notice(link, payload));
        }
    }
}

/// What a test asks of a statement.
#[cfg(test)]
impl Tx<'_> {
    /// Parameters, columns and, where the engine knows them before running, the types of the columns.
    pub(crate) fn describe(&self, stmt: &Stmt) -> Result<(usize, usize, Option<Vec<Col>>), DbError> {
        match self.link {
            Link::Sqlite(connection, _) => sqlite::describe(connection, stmt),
            Link::Postgres(link) => postgres::prepared(link, stmt, &self.again),
        }
    }

    /// The lines of SQLite's plan.
    pub(crate) fn plan(&self, stmt: &Stmt) -> Result<Vec<String>, DbError> {
        match self.link {
            Link::Sqlite(connection, _) => sqlite::plan(connection, stmt),
            Link::Postgres(_) => Ok(Vec::new()),
        }
    }
}
