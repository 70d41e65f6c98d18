//! SQLite: one writer thread with group commit, and a small pool of readers.

use super::{
    Col, Link, Row, Stmt, Tx, Val,
    later::{self, Later},
    memo::Memo,
};
use crate::{
    error::{CANNOT_WRITE, DbError, UNKNOWN_OUTCOME, Unavailable},
    live::Change,
};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi, types::ValueRef};
use std::{
    collections::HashSet,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Semaphore, broadcast, mpsc, oneshot};

/// Commands that share one commit at most.
const GROUP: usize = 256;
/// KiB of pages that a connection keeps (as SQLite has it: negative); the system keeps the rest of the file.
const WRITER_CACHE: i64 = -65_536;
const READER_CACHE: i64 = -8_192;
/// Pages in the log before they go to the file: a page that changes again and again goes there once.
const CHECKPOINT: i64 = 4_000;
/// Commands that may wait; more are refused at once.
const QUEUE: usize = 4_096;

#[derive(Clone, Debug)]
pub struct SqliteOptions {
    pub path: PathBuf,
    pub readers: usize,
    /// The file grows to so many pages of 4 KiB and no further; writes are refused beyond.
    pub max_pages: Option<u32>,
    pub busy: Duration,
}

/// What the writer does with a command: run it (or, without a connection, not), and later say what became of it.
type Settle = Box<dyn FnOnce(Result<(), Unavailable>) + Send>;
type Job = Box<dyn FnOnce(Option<&mut Group<'_>>) -> Settle + Send>;

/// One transaction of the writer: its connection, what it knows, and what its commands leave to its end.
struct Group<'w> {
    connection: &'w Connection,
    memo: &'w Memo,
    later: Later,
}

#[derive(Debug, Default)]
pub struct Figures {
    pub waiting: AtomicUsize,
    pub groups: AtomicU64,
    pub commands: AtomicU64,
    pub largest: AtomicU64,
    /// After an error of fsync, or a page that is not what was written, nothing is written until the store is opened anew.
    pub stopped: AtomicBool,
    /// The last attempt to write failed.
    pub failing: AtomicBool,
}

impl Figures {
    /// What the disk holds is not what it was given: to go on writing would spread it.
    fn stop(&self, why: &dyn std::fmt::Display) {
        if !self.stopped.swap(true, Ordering::SeqCst) {
            tracing::error!(%why, "nothing more is written: check the disk and the database, then start the program anew");
        }
    }
}

pub struct Sqlite {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
    readers: Arc<Readers>,
    pub figures: Arc<Figures>,
    changes: broadcast::Sender<Change>,
}

struct Readers {
    path: PathBuf,
    busy: Duration,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl Sqlite {
    /// Opens the file (and makes it), hands the connection to `prepare` for the migrations, then starts the writer.
    pub fn open<E: From<DbError>>(
        options: &SqliteOptions,
        changes: broadcast::Sender<Change>,
        prepare: impl FnOnce(&Tx<'_>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let writer = connect(&options.path, options.busy, false).map_err(|error| E::from(db_error(&error)))?;
        if let Some(pages) = options.max_pages {
            let _ = writer.pragma_update(None, "max_page_count", pages);
        }
        prepare(&Tx::new(Link::Sqlite(&writer, None)))?;
        let figures = Arc::new(Figures::default());
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let shared = Arc::clone(&figures);
        let place = Place::of(&options.path).map_err(|error| E::from(DbError::cannot_write(error)))?;
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || write_loop(&writer, &place, waiting, &shared))
            .map_err(|error| E::from(DbError::cannot_write(error)))?;
        let readers = Readers {
            path: options.path.clone(),
            busy: options.busy,
            idle: Mutex::default(),
            permits: Arc::new(Semaphore::new(options.readers.max(1))),
        };
        Ok(Self {
            jobs: Mutex::new(Some(jobs)),
            thread: Mutex::new(Some(thread)),
            readers: Arc::new(readers),
            figures,
            changes,
        })
    }

    /// Runs a command in a savepoint of its own; answers once the commit it shares is durable.
    pub async fn write<T, E>(&self, f: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let (changes, figures) = (self.changes.clone(), Arc::clone(&self.figures));
        let job: Job = Box::new(move |group| match group {
            None => Box::new(move |commit| {
                let detail = commit.err().map_or_else(String::new, |unavailable| unavailable.detail);
                let _ = answer.send(Err(E::from(DbError::cannot_write(detail))));
            }),
            Some(group) => {
                let (result, announced) = in_savepoint(group, f, &figures);
                Box::new(move |commit| {
                    let result = match commit {
                        Ok(()) => {
                            for change in announced {
                                let _ = changes.send(change);
                            }
                            result
                        }
                        Err(unavailable) => result.and(Err(E::from(DbError::Unavailable(unavailable)))),
                    };
                    let _ = answer.send(result);
                })
            }
        });
        let sender = self.jobs.lock().ok().and_then(|jobs| jobs.clone());
        let Some(sender) = sender else { return Err(E::from(DbError::cannot_write("the store is closed"))) };
        self.figures.waiting.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = sender.try_send(job) {
            self.figures.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(E::from(DbError::cannot_write(error)));
        }
        answered.await.unwrap_or_else(|_| Err(E::from(DbError::cannot_write("the writer has ended"))))
    }

    /// Runs a query on one snapshot.
    pub async fn read<T, E>(&self, f: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (readers, figures) = (Arc::clone(&self.readers), Arc::clone(&self.figures));
        let permit = Arc::clone(&readers.permits).acquire_owned().await;
        let Ok(permit) = permit else { return Err(E::from(DbError::cannot_read("the store is closed"))) };
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let idle = readers.idle.lock().ok().and_then(|mut idle| idle.pop());
            let connection = match idle {
                Some(connection) => connection,
                None => connect(&readers.path, readers.busy, true).map_err(|error| read_error(&error, &figures))?,
            };
            connection.execute_batch("BEGIN").map_err(|error| read_error(&error, &figures))?;
            let tx = Tx::new(Link::Sqlite(&connection, None));
            let result = f(&tx);
            if tx.damaged.get() {
                figures.stop(&"a page read is not what was written");
            }
            drop(tx);
            if connection.execute_batch("COMMIT").is_ok()
                && let Ok(mut idle) = readers.idle.lock()
            {
                idle.push(connection);
            }
            result
        });
        task.await.unwrap_or_else(|error| Err(E::from(DbError::broken(error))))
    }

    /// Takes no more commands, finishes those taken, and ends the writer.
    pub async fn close(&self) {
        if let Ok(mut jobs) = self.jobs.lock() {
            jobs.take();
        }
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        self.readers.permits.close();
        if let Ok(mut idle) = self.readers.idle.lock() {
            idle.clear();
        }
    }
}

fn connect(path: &Path, busy: Duration, reader: bool) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy)?;
    connection.set_prepared_statement_cache_capacity(256);
    let _mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "cell_size_check", "ON")?;
    connection.pragma_update(None, "cache_size", if reader { READER_CACHE } else { WRITER_CACHE })?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
    if reader {
        connection.pragma_update(None, "query_only", "ON")?;
    }
    Ok(connection)
}

/// The file as it was opened: what is written to a file that has lost its name would be lost with the process.
struct Place {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl Place {
    fn of(path: &Path) -> std::io::Result<Self> {
        let found = std::fs::metadata(path)?;
        Ok(Self { path: path.to_owned(), device: found.dev(), inode: found.ino() })
    }

    fn holds(&self) -> bool {
        Self::of(&self.path).is_ok_and(|now| (now.device, now.inode) == (self.device, self.inode))
    }
}

fn write_loop(connection: &Connection, place: &Place, mut waiting: mpsc::Receiver<Job>, figures: &Figures) {
    let (memo, mut given) = (Memo::default(), HashSet::new());
    while let Some(first) = waiting.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(job) = waiting.try_recv()
        {
            group.push(job);
        }
        run_group(Group { connection, memo: &memo, later: Later::default() }, place, group, &mut given, figures);
    }
}

/// One transaction for all of them; every one is answered, after the commit.
fn run_group(group: Group<'_>, place: &Place, jobs: Vec<Job>, given: &mut HashSet<String>, figures: &Figures) {
    let size = jobs.len();
    let (memo, connection) = (group.memo, group.connection);
    let mut settles: Vec<Settle> = Vec::with_capacity(size);
    let before = connection.total_changes();
    let mut jobs = jobs.into_iter();
    let outcome = attempt(group, place, &mut jobs, &mut settles, given, figures);
    settles.extend(jobs.map(|job| job(None)));
    if outcome.is_err() {
        memo.all_undone();
    }
    figures.waiting.fetch_sub(size, Ordering::Relaxed);
    figures.groups.fetch_add(1, Ordering::Relaxed);
    figures.commands.fetch_add(size as u64, Ordering::Relaxed);
    figures.largest.fetch_max(size as u64, Ordering::Relaxed);
    // Only what has reached the disk tells that it can be written.
    if outcome.is_err() || connection.total_changes() > before {
        figures.failing.store(outcome.is_err(), Ordering::Relaxed);
    }
    if let Err(unavailable) = &outcome {
        tracing::error!(detail = %unavailable.detail, size, "a group of commands was not written");
    }
    for settle in settles {
        settle(outcome.clone());
    }
}

fn attempt(
    mut group: Group<'_>,
    place: &Place,
    jobs: &mut impl Iterator<Item = Job>,
    settles: &mut Vec<Settle>,
    given: &mut HashSet<String>,
    figures: &Figures,
) -> Result<(), Unavailable> {
    let connection = group.connection;
    let unwritten = |detail: String| {
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK");
        }
        Unavailable { text: CANNOT_WRITE, detail }
    };
    let failed = |error: &rusqlite::Error| {
        if is_fsync(error) || matches!(db_error(error), DbError::Damaged(_)) {
            figures.stop(error);
        }
        // What was written and not synced may be there after the next start.
        let text = if is_fsync(error) { UNKNOWN_OUTCOME } else { CANNOT_WRITE };
        Unavailable { text, ..unwritten(error.to_string()) }
    };
    if figures.stopped.load(Ordering::SeqCst) {
        return Err(stopped());
    }
    if !place.holds() {
        return Err(unwritten("the database file was moved or removed".into()));
    }
    cached(connection, "BEGIN IMMEDIATE").map_err(|error| failed(&error))?;
    group.memo.begin(changes_of_others(connection).map_err(|error| failed(&error))?);
    for job in jobs {
        settles.push(job(Some(&mut group)));
        if figures.stopped.load(Ordering::SeqCst) {
            let _ = connection.execute_batch("ROLLBACK");
            return Err(stopped());
        }
        if connection.is_autocommit() {
            // A full disk or an IO error makes SQLite roll back everything at once: nothing of this group remains.
            return Err(unwritten("the transaction was rolled back by SQLite".into()));
        }
    }
    let (statements, new) = group.later.statements(given);
    for (stmt, values) in statements {
        run(connection, stmt, &values).map_err(|error| {
            if matches!(error, DbError::Damaged(_)) {
                figures.stop(&error);
            }
            unwritten(error.to_string())
        })?;
    }
    cached(connection, "COMMIT").map_err(|error| failed(&error))?;
    later::keep(given, new);
    Ok(())
}

/// A number that is another after another connection has written.
fn changes_of_others(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))
}

fn stopped() -> Unavailable {
    Unavailable { text: CANNOT_WRITE, detail: "stopped after an error of fsync or a damaged page".into() }
}

fn in_savepoint<T, E: From<DbError>>(
    group: &mut Group<'_>,
    f: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    figures: &Figures,
) -> (Result<T, E>, Vec<Change>) {
    let connection = group.connection;
    if let Err(error) = cached(connection, "SAVEPOINT command") {
        return (Err(E::from(db_error(&error))), Vec::new());
    }
    let tx = Tx::new(Link::Sqlite(connection, Some(group.memo)));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(&tx)))
        .unwrap_or_else(|_| Err(E::from(DbError::broken("a command panicked"))));
    if tx.damaged.get() {
        figures.stop(&"a page met by a command is not what was written");
    }
    let ended = match (&result, connection.is_autocommit()) {
        (_, true) => return (result, Vec::new()),
        (Ok(_), _) => cached(connection, "RELEASE command"),
        (Err(_), _) => {
            group.memo.undone();
            cached(connection, "ROLLBACK TO command").and_then(|()| cached(connection, "RELEASE command"))
        }
    };
    match ended {
        Ok(()) => {
            if result.is_ok() {
                group.memo.stays();
                group.later.join(tx.later.into_inner());
            }
            (result, tx.changes.into_inner())
        }
        Err(error) => {
            group.memo.undone();
            (Err(E::from(db_error(&error))), Vec::new())
        }
    }
}

fn cached(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

pub fn rows(connection: &Connection, stmt: &Stmt, values: &[Val]) -> Result<Vec<Row>, DbError> {
    let mut prepared = connection.prepare_cached(stmt.for_sqlite()).map_err(|error| named(stmt, &error))?;
    bind(&mut prepared, values).map_err(|error| named(stmt, &error))?;
    let mut found = Vec::new();
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next().map_err(|error| named(stmt, &error))? {
        let mut columns = Vec::with_capacity(stmt.gives.len());
        for (index, kind) in stmt.gives.iter().enumerate() {
            let value = row.get_ref(index).map_err(|error| named(stmt, &error))?;
            columns.push(match (kind, value) {
                (_, ValueRef::Null) => Val::Null,
                (Col::Int, ValueRef::Integer(value)) => Val::Int(value),
                (Col::Text, ValueRef::Text(bytes)) => {
                    Val::Text(String::from_utf8(bytes.to_vec()).map_err(DbError::broken)?)
                }
                (kind, other) => {
                    return Err(DbError::Broken(format!("{}: column {index} is {other:?}, not {kind:?}", stmt.name)));
                }
            });
        }
        found.push(Row(columns));
    }
    Ok(found)
}

pub fn run(connection: &Connection, stmt: &Stmt, values: &[Val]) -> Result<u64, DbError> {
    let mut prepared = connection.prepare_cached(stmt.for_sqlite()).map_err(|error| named(stmt, &error))?;
    bind(&mut prepared, values).map_err(|error| named(stmt, &error))?;
    prepared.raw_execute().map(|touched| touched as u64).map_err(|error| named(stmt, &error))
}

fn bind(prepared: &mut rusqlite::CachedStatement<'_>, values: &[Val]) -> rusqlite::Result<()> {
    for (index, value) in values.iter().enumerate() {
        match value {
            Val::Null => prepared.raw_bind_parameter(index + 1, rusqlite::types::Null)?,
            Val::Int(value) => prepared.raw_bind_parameter(index + 1, value)?,
            Val::Text(value) => prepared.raw_bind_parameter(index + 1, value)?,
        }
    }
    Ok(())
}

fn named(stmt: &Stmt, error: &rusqlite::Error) -> DbError {
    match db_error(error) {
        DbError::Broken(detail) => DbError::Broken(format!("{}: {detail}", stmt.name)),
        DbError::Duplicate(detail) => DbError::Duplicate(format!("{}: {detail}", stmt.name)),
        other => other,
    }
}

fn is_fsync(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(failure, _)
        if [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC].contains(&failure.extended_code))
}

pub fn db_error(error: &rusqlite::Error) -> DbError {
    let rusqlite::Error::SqliteFailure(failure, _) = error else { return DbError::broken(error) };
    match failure.code {
        ErrorCode::DiskFull
        | ErrorCode::ReadOnly
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::OutOfMemory
        | ErrorCode::FileLockingProtocolFailed => DbError::cannot_write(error),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => DbError::Damaged(error.to_string()),
        ErrorCode::ConstraintViolation
            if [ffi::SQLITE_CONSTRAINT_UNIQUE, ffi::SQLITE_CONSTRAINT_PRIMARYKEY, ffi::SQLITE_CONSTRAINT_ROWID]
                .contains(&failure.extended_code) =>
        {
            DbError::Duplicate(error.to_string())
        }
        _ => DbError::broken(error),
    }
}

fn read_error<E: From<DbError>>(error: &rusqlite::Error, figures: &Figures) -> E {
    E::from(match db_error(error) {
        DbError::Unavailable(unavailable) => DbError::cannot_read(unavailable.detail),
        DbError::Damaged(detail) => {
            figures.stop(&detail);
            DbError::Damaged(detail)
        }
        other => other,
    })
}

#[cfg(test)]
pub fn describe(connection: &Connection, stmt: &Stmt) -> Result<(usize, usize, Option<Vec<Col>>), DbError> {
    let prepared = connection.prepare(stmt.for_sqlite()).map_err(|error| named(stmt, &error))?;
    Ok((prepared.parameter_count(), prepared.column_count(), None))
}

#[cfg(test)]
pub fn plan(connection: &Connection, stmt: &Stmt) -> Result<Vec<String>, DbError> {
    let explain = format!("EXPLAIN QUERY PLAN {}", stmt.for_sqlite());
    let mut prepared = connection.prepare(&explain).map_err(|error| named(stmt, &error))?;
    let lines = prepared.raw_query().mapped(|row| row.get(3)).collect::<rusqlite::Result<Vec<String>>>();
    lines.map_err(|error| named(stmt, &error))
}
