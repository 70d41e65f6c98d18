//! PostgreSQL: a pool of connections, transactions driven from blocking threads, notifications from other nodes.

mod address;
mod role;
mod line;

use super::{Col, Row, Stmt, Tx, Val};
use crate::{
    error::{DbError, OpenError},
    live::{Change, Heard, Watchers},
};
use address::{Address, chain as describe};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, TimeoutType};
use futures_util::future::{join_all, join3};
use std::{
    borrow::Cow,
    cell::Cell,
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{runtime::Handle, task::JoinHandle, time::Instant};
use tokio_postgres::{
    AsyncMessage, Statement,
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut},
};

/// How often a transaction is tried anew where that is safe.
const ATTEMPTS: u32 = 6;
/// How long somebody waits for a connection before he is told that it cannot be done now: a restart takes less.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one statement or one commit may take; a server that is longer in answering does not answer.
const ANSWER: Duration = Duration::from_secs(10);

#[derive(Clone, Copy)]
pub struct Link<'c> {
    client: &'c Object,
    handle: &'c Handle,
    channel: &'c str,
    /// The words that begin the transaction: they leave with the first statement.
    begin: &'static str,
    begun: &'c Cell<bool>,
    /// The connection is not to be used again: an answer is still under way on it.
    lost: &'c Cell<bool>,
}

pub struct Postgres {
    hands: Hands,
    line: line::Line,
    listener: JoinHandle<()>,
}

/// What runs transactions.
#[derive(Clone)]
struct Hands {
    pool: Pool,
    channel: Arc<str>,
    /// The last attempt to write failed.
    failing: Arc<AtomicBool>,
}

impl Postgres {
    /// Makes the institution's role and schema where they are missing, and connects in that role.
    pub async fn open(url: &str, schema: &str, size: usize, watchers: Watchers) -> Result<Self, OpenError> {
        let address = Address::read(url).map_err(OpenError::Postgres)?;
        role::prepare(&address, schema).await.map_err(OpenError::Postgres)?;
        let own = address.with(&format!(
            "-c role={} -c search_path={schema} -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000",
            role::name(schema)
        ));
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(own.config.clone(), own.tls.clone(), manager);
        let pool = Pool::builder(manager)
            .max_size(size.max(2))
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(Duration::from_secs(2)))
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .build()
            .map_err(|error| OpenError::Io(error.to_string()))?;
        let channel: Arc<str> = format!("ventanilla_{schema}").into();
        let listener = tokio::spawn(listen(own, Arc::clone(&channel), watchers));
        let hands = Hands { pool, channel, failing: Arc::default() };
        Ok(Self { line: line::Line::new(hands.clone()), hands, listener })
    }

    /// The last attempt to write failed.
    pub fn failing(&self) -> bool {
        self.hands.failing.load(Ordering::Relaxed)
    }

    /// A transaction of one that would wait for the lock of others of its kind: they share one.
    pub async fn write_in_line<T, E>(
        &self,
        ahead: impl Fn(&Tx<'_>) + Send + Sync + 'static,
        f: impl Fn(&Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.line.write(ahead, f).await
    }

    /// Runs a transaction; again where the engine asked for it or the connection was lost before the commit.
    pub async fn write<T, E>(&self, f: impl Fn(&Tx<'_>) -> Result<T, E> + Send + Sync + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.hands.transaction(WRITE, Arc::new(f)).await
    }

    /// Runs a query on one snapshot.
    pub async fn read<T, E>(&self, f: impl Fn(&Tx<'_>) -> Result<T, E> + Send + Sync + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.hands.transaction(READ, Arc::new(f)).await
    }

    pub fn close(&self) {
        self.listener.abort();
        self.hands.pool.close();
    }

    /// Connections in use, and the most there may be.
    pub fn load(&self) -> (usize, usize) {
        let status = self.hands.pool.status();
        (status.size.saturating_sub(status.available), status.max_size)
    }
}

impl Hands {
    async fn transaction<T, E>(&self, begin: &'static str, f: Command<T, E>) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let writes = begin != READ;
        let until = Instant::now() + PATIENCE;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let client = self.connection(until).await.map_err(|error| {
                self.failing.fetch_or(writes, Ordering::Relaxed);
                E::from(if writes { DbError::cannot_write(error) } else { DbError::cannot_read(error) })
            })?;
            let channel = Arc::clone(&self.channel);
            let f = Arc::clone(&f);
            let task = tokio::task::spawn_blocking(move || once(client, &channel, begin, &*f));
            match task.await {
                Ok(attempted) if !attempted.again || attempt >= ATTEMPTS => {
                    match attempted.written {
                        Written::Failed => self.failing.fetch_or(writes, Ordering::Relaxed),
                        Written::Something => self.failing.fetch_and(!writes, Ordering::Relaxed),
                        Written::Nothing => false,
                    };
                    return attempted.result;
                }
                Ok(_) => tokio::time::sleep(Duration::from_millis(u64::from(attempt * attempt) * 3)).await,
                Err(error) => return Err(E::from(DbError::broken(error))),
            }
        }
    }

    /// A connection that works. While the server cannot be reached it is asked again, until `until`.
    async fn connection(&self, until: Instant) -> Result<Object, PoolError> {
        loop {
            match tokio::time::timeout_at(until, self.pool.get()).await {
                Err(_) => return Err(PoolError::Timeout(TimeoutType::Wait)),
                Ok(Err(PoolError::Backend(_))) if Instant::now() + Duration::from_millis(100) < until => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Ok(got) => return got,
            }
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

type Command<T, E> = Arc<dyn Fn(&Tx<'_>) -> Result<T, E> + Send + Sync>;

const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// What became of one attempt at a transaction.
struct Attempt<T, E> {
    result: Result<T, E>,
    /// A new attempt is safe and may succeed.
    again: bool,
    written: Written,
}

/// What an attempt tells of the server's readiness to write.
enum Written {
    Something,
    Nothing,
    Failed,
}

fn once<T, E: From<DbError>>(
    client: Object,
    channel: &str,
    begin: &'static str,
    f: &(dyn Fn(&Tx<'_>) -> Result<T, E> + Send + Sync),
) -> Attempt<T, E> {
    let handle = Handle::current();
    let (lost, begun) = (Cell::new(false), Cell::new(false));
    let link = Link { client: &client, handle: &handle, channel, begin, begun: &begun, lost: &lost };
    let tx = Tx::new(super::Link::Postgres(link));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(&tx)))
        .unwrap_or_else(|_| Err(E::from(DbError::broken("a command panicked"))));
    let result = result.and_then(|done| tx.finish().map(|()| done).map_err(E::from));
    let result = match result {
        Ok(_) if tx.failed.get() => Err(E::from(DbError::broken("a statement failed and nobody heeded it"))),
        result => result,
    };
    let (again, refused) = (tx.again.get(), tx.refused.get());
    let written = if tx.wrote.get() { Written::Something } else { Written::Nothing };
    drop(tx);
    if result.is_err() {
        if lost.get() || begun.get() && answered(link, client.batch_execute("ROLLBACK")).is_err() {
            drop(Object::take(client));
        }
        let written = if refused || again || lost.get() { Written::Failed } else { Written::Nothing };
        return Attempt { result, again: again && !lost.get(), written };
    }
    if !begun.get() {
        return Attempt { result, again: false, written };
    }
    let failed = |error: DbError, again| Attempt { result: Err(E::from(error)), again, written: Written::Failed };
    match answered(link, client.batch_execute("COMMIT")) {
        Ok(()) => Attempt { result, again: false, written },
        Err(Silence::Said(error)) if is_retryable(&error) => failed(DbError::cannot_write(describe(&error)), true),
        Err(Silence::Said(error)) if error.code().is_some() && !is_shutdown(&error) => {
            failed(DbError::cannot_write(describe(&error)), false)
        }
        // The connection broke, or nobody answers: the commit may stand.
        Err(silence) => {
            drop(Object::take(client));
            failed(DbError::UnknownOutcome(silence.to_string()), false)
        }
    }
}

/// Why there is no answer.
enum Silence {
    Said(tokio_postgres::Error),
    TooLong,
}

impl Silence {
    fn into_db(self, what: &str, again: &Cell<bool>) -> DbError {
        match self {
            Self::Said(error) => db_error(what, &error, again),
            Self::TooLong => DbError::cannot_write(format!("{what}: {self}")),
        }
    }
}

impl std::fmt::Display for Silence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Said(error) => f.write_str(&describe(error)),
            Self::TooLong => write!(f, "no answer within {} s", ANSWER.as_secs()),
        }
    }
}

/// Waits for an answer, but not for ever.
fn answered<T>(link: Link<'_>, asked: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, Silence> {
    let answer = link.handle.block_on(async { tokio::time::timeout(ANSWER, asked).await });
    answer.map_err(|_| link.lost.set(true)).map_err(|()| Silence::TooLong)?.map_err(Silence::Said)
}

/// One exchange: the beginning where it has not left yet, what is on its way, and questions; the rows of each question.
pub fn ask(
    link: Link<'_>,
    unsent: &[Unsent],
    asked: &[(&Stmt, &[Val])],
    again: &Cell<bool>,
) -> Result<Vec<Vec<Row>>, DbError> {
    let (sent, given) = (ready(link, unsent, again)?, values_of(unsent));
    let asked: Vec<_> = asked.iter().map(|(stmt, values)| (*stmt, askable(stmt, values))).collect();
    let mut prepared = Vec::with_capacity(asked.len());
    for (stmt, _) in &asked {
        let ready = answered(link, link.client.prepare_typed_cached(stmt.for_postgres(), &types(stmt)));
        prepared.push(ready.map_err(|silence| silence.into_db(stmt.name, again))?);
    }
    let wanted: Vec<_> = asked.iter().map(|(_, values)| parameters(values)).collect();
    // Polled in order, so sent in order.
    let queries = prepared.iter().zip(&wanted).map(|(prepared, given)| link.client.query(prepared, given));
    let all = join3(begin(link), join_all(writes(link, &sent, &given)), join_all(queries));
    let (begun, written, answers) = together(link, all, again)?;
    settle(begun, written, unsent, again)?;
    let mut all = Vec::with_capacity(asked.len());
    for (answer, (stmt, _)) in answers.into_iter().zip(&asked) {
        let found = answer.map_err(|error| db_error(stmt.name, &error, again))?;
        all.push(found.iter().map(|row| columns(row, stmt, again)).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(all)
}

/// Begins the transaction, once.
async fn begin(link: Link<'_>) -> Result<(), tokio_postgres::Error> {
    if link.begun.replace(true) { Ok(()) } else { link.client.batch_execute(link.begin).await }
}

fn together<T>(link: Link<'_>, all: impl Future<Output = T>, again: &Cell<bool>) -> Result<T, DbError> {
    answered(link, async { Ok(all.await) }).map_err(|silence| silence.into_db("several", again))
}

fn writes<'a>(
    link: Link<'a>,
    sent: &'a [Statement],
    given: &'a [Vec<&'a (dyn ToSql + Sync)>],
) -> impl Iterator<Item = impl Future<Output = Result<u64, tokio_postgres::Error>> + use<'a>> {
    sent.iter().zip(given).map(move |(prepared, given)| link.client.execute(prepared, given))
}

fn values_of(unsent: &[Unsent]) -> Vec<Vec<&(dyn ToSql + Sync)>> {
    unsent.iter().map(|one| parameters(&one.values)).collect()
}

fn ready(link: Link<'_>, unsent: &[Unsent], again: &Cell<bool>) -> Result<Vec<Statement>, DbError> {
    let one = |one: &Unsent| {
        let ready = answered(link, link.client.prepare_typed_cached(one.sql, &one.types));
        ready.map_err(|silence| silence.into_db(one.name, again))
    };
    unsent.iter().map(one).collect()
}

/// The first error counts.
fn settle(
    begun: Result<(), tokio_postgres::Error>,
    written: Vec<Result<u64, tokio_postgres::Error>>,
    unsent: &[Unsent],
    again: &Cell<bool>,
) -> Result<(), DbError> {
    begun.map_err(|error| db_error("BEGIN", &error, again))?;
    for (answer, one) in written.into_iter().zip(unsent) {
        let touched = answer.map_err(|error| db_error(one.name, &error, again))?;
        if one.one && touched != 1 {
            return Err(DbError::Broken(format!("{}: {touched} rows instead of one", one.name)));
        }
    }
    Ok(())
}

fn columns(row: &tokio_postgres::Row, stmt: &Stmt, again: &Cell<bool>) -> Result<Row, DbError> {
    let mut columns = Vec::with_capacity(stmt.gives.len());
    for (index, kind) in stmt.gives.iter().enumerate() {
        let value = match kind {
            Col::Int => get::<i64>(row, index).map(|value| value.map(Val::Int)),
            Col::Text => get::<String>(row, index).map(|value| value.map(Val::Text)),
        };
        columns.push(value.map_err(|error| db_error(stmt.name, &error, again))?.unwrap_or(Val::Null));
    }
    Ok(Row(columns))
}

/// PostgreSQL's texts have no NUL: a question with one asks the same without it.
fn askable<'v>(stmt: &Stmt, values: &'v [Val]) -> Cow<'v, [Val]> {
    let odd = |value: &Val| matches!(value, Val::Text(text) if text.contains('\0'));
    if !stmt.sql.starts_with("SELECT") || !values.iter().any(odd) {
        return Cow::Borrowed(values);
    }
    let without = |value: &Val| match value {
        Val::Text(text) => Val::Text(text.replace('\0', "")),
        other => other.clone(),
    };
    Cow::Owned(values.iter().map(without).collect())
}

/// One exchange that ends in a statement whose count of rows is wanted.
pub fn run(link: Link<'_>, unsent: &[Unsent], stmt: &Stmt, values: &[Val], again: &Cell<bool>) -> Result<u64, DbError> {
    let (sent, given) = (ready(link, unsent, again)?, values_of(unsent));
    let prepared = answered(link, link.client.prepare_typed_cached(stmt.for_postgres(), &types(stmt)));
    let prepared = prepared.map_err(|silence| silence.into_db(stmt.name, again))?;
    let values = parameters(values);
    let all = join3(begin(link), join_all(writes(link, &sent, &given)), link.client.execute(&prepared, &values));
    let (begun, written, touched) = together(link, all, again)?;
    settle(begun, written, unsent, again)?;
    touched.map_err(|error| db_error(stmt.name, &error, again))
}

/// Text of a migration: it takes the time it takes.
pub fn batch(link: Link<'_>, sql: &str, again: &Cell<bool>) -> Result<(), DbError> {
    answered(link, begin(link)).map_err(|silence| silence.into_db("BEGIN", again))?;
    link.handle.block_on(link.client.batch_execute(sql)).map_err(|error| db_error("batch", &error, again))
}

/// A statement on its way, with whatever else leaves before the next answer is wanted.
pub struct Unsent {
    name: &'static str,
    sql: &'static str,
    types: Vec<Type>,
    values: Vec<Val>,
    /// It must touch one row.
    one: bool,
}

impl Unsent {
    pub fn stmt(stmt: &'static Stmt, values: Vec<Val>) -> Self {
        Self { name: stmt.name, sql: stmt.for_postgres(), types: types(stmt), values, one: false }
    }

    /// One that must touch one row.
    pub fn one(stmt: &'static Stmt, values: Vec<Val>) -> Self {
        Self { one: true, ..Self::stmt(stmt, values) }
    }

    pub fn notice(link: Link<'_>, payload: &str) -> Self {
        let values = vec![link.channel.into(), payload.into()];
        Self {
            name: "NOTIFY",
            sql: "SELECT pg_notify($1, $2)",
            types: vec![Type::TEXT, Type::TEXT],
            values,
            one: false,
        }
    }
}

/// Sends what is on its way in one exchange, in its order.
pub fn flush(link: Link<'_>, unsent: &[Unsent], again: &Cell<bool>) -> Result<(), DbError> {
    if unsent.is_empty() { Ok(()) } else { ask(link, unsent, &[], again).map(|_| ()) }
}

fn get<'r, T: FromSql<'r>>(row: &'r tokio_postgres::Row, index: usize) -> Result<Option<T>, tokio_postgres::Error> {
    row.try_get(index)
}

fn types(stmt: &Stmt) -> Vec<Type> {
    stmt.takes
        .iter()
        .map(|kind| match kind {
            Col::Int => Type::INT8,
            Col::Text => Type::TEXT,
        })
        .collect()
}

fn parameters(values: &[Val]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Val {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => value.to_sql_checked(kind, out),
            Self::Text(value) => value.to_sql_checked(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::TEXT].contains(kind)
    }

    tokio_postgres::types::to_sql_checked!();
}

fn is_retryable(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::LOCK_NOT_AVAILABLE]
            .contains(code)
    })
}

fn is_shutdown(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        ]
        .contains(code)
    })
}

/// Before the commit a lost connection has written nothing: trying again is safe.
fn db_error(what: &str, error: &tokio_postgres::Error, again: &Cell<bool>) -> DbError {
    if is_retryable(error)
        || is_shutdown(error)
        || error.is_closed()
        || error.code().is_none() && error.source().is_some()
    {
        again.set(true);
        return DbError::cannot_write(format!("{what}: {}", describe(error)));
    }
    match error.code() {
        Some(code) if *code == SqlState::UNIQUE_VIOLATION => DbError::Duplicate(format!("{what}: {}", describe(error))),
        Some(code)
            if [
                SqlState::DISK_FULL,
                SqlState::READ_ONLY_SQL_TRANSACTION,
                SqlState::OUT_OF_MEMORY,
                SqlState::IO_ERROR,
                SqlState::TOO_MANY_CONNECTIONS,
            ]
            .contains(code) =>
        {
            DbError::cannot_write(format!("{what}: {}", describe(error)))
        }
        _ => DbError::Broken(format!("{what}: {}", describe(error))),
    }
}

/// Hears what any node has committed, for as long as the store lives; connects anew when the connection is lost.
async fn listen(address: Address, channel: Arc<str>, watchers: Watchers) {
    let mut missed = false;
    loop {
        if let Ok((client, mut connection)) = address.connect().await {
            let (told, mut hears) = tokio::sync::mpsc::unbounded_channel();
            let pump = tokio::spawn(async move {
                let mut messages = futures_util::stream::poll_fn(move |context| connection.poll_message(context));
                while let Some(Ok(message)) = futures_util::StreamExt::next(&mut messages).await {
                    if told.send(message).is_err() {
                        break;
                    }
                }
            });
            if client.batch_execute(&format!("LISTEN {channel}")).await.is_ok() {
                if std::mem::replace(&mut missed, true) {
                    // What was committed while nobody listened is not told again.
                    watchers.tell(Heard::Change(Change::unknown()));
                }
                while let Some(message) = hears.recv().await {
                    if let AsyncMessage::Notification(notification) = message
                        && let Ok(heard) = serde_json::from_str(notification.payload())
                    {
                        watchers.tell(heard);
                    }
                }
            }
            pump.abort();
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

#[cfg(test)]
pub fn prepared(link: Link<'_>, stmt: &Stmt, again: &Cell<bool>) -> Result<(usize, usize, Option<Vec<Col>>), DbError> {
    let prepared = link
        .handle
        .block_on(link.client.prepare_typed(stmt.for_postgres(), &types(stmt)))
        .map_err(|error| db_error(stmt.name, &error, again))?;
    let columns = prepared.columns().iter().map(|column| match *column.type_() {
        Type::INT8 => Ok(Col::Int),
        Type::TEXT => Ok(Col::Text),
        ref other => Err(DbError::Broken(format!("{}: column of type {other}", stmt.name))),
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    Ok((prepared.params().len(), columns.len(), Some(columns)))
}
