//! PostgreSQL: a pool of connections, transactions driven from blocking threads, notifications from other nodes.

use super::{Col, Row, Stmt, Tx, Val};
use crate::{error::DbError, live::Change};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use std::{cell::Cell, error::Error, sync::Arc, time::Duration};
use tokio::{runtime::Handle, sync::broadcast, task::JoinHandle};
use tokio_postgres::{
    AsyncMessage, Config, NoTls,
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut},
};

/// How often a transaction is tried anew where that is safe.
const ATTEMPTS: u32 = 6;

#[derive(Clone, Copy)]
pub struct Link<'c> {
    client: &'c Object,
    handle: &'c Handle,
    channel: &'c str,
}

pub struct Postgres {
    pool: Pool,
    channel: Arc<str>,
    listener: JoinHandle<()>,
}

impl Postgres {
    pub fn open(url: &str, schema: &str, size: usize, changes: broadcast::Sender<Change>) -> Result<Self, DbError> {
        let mut config: Config = url.parse().map_err(DbError::cannot_read)?;
        config.options(format!(
            "-c search_path={schema} -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
        ));
        config.connect_timeout(Duration::from_secs(5));
        let listening = config.clone();
        let manager =
            Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Verified });
        let pool = Pool::builder(manager)
            .max_size(size.max(2))
            .wait_timeout(Some(Duration::from_secs(10)))
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .build()
            .map_err(DbError::cannot_read)?;
        let channel: Arc<str> = format!("ventanilla_{schema}").into();
        let listener = tokio::spawn(listen(listening, Arc::clone(&channel), changes));
        Ok(Self { pool, channel, listener })
    }

    /// Runs a transaction; again where the engine asked for it or the connection was lost before the commit.
    pub async fn write<T, E>(&self, f: impl Fn(&Tx<'_>) -> Result<T, E> + Send + Sync + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.transaction("BEGIN ISOLATION LEVEL READ COMMITTED", Arc::new(f)).await
    }

    /// Runs a query on one snapshot.
    pub async fn read<T, E>(&self, f: impl Fn(&Tx<'_>) -> Result<T, E> + Send + Sync + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", Arc::new(f)).await
    }

    async fn transaction<T, E>(&self, begin: &'static str, f: Command<T, E>) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let client = self.pool.get().await.map_err(|error| E::from(DbError::cannot_read(error)))?;
            let channel = Arc::clone(&self.channel);
            let f = Arc::clone(&f);
            let task = tokio::task::spawn_blocking(move || once(client, &channel, begin, &*f));
            match task.await {
                Ok(Attempt::Done(result)) => return result,
                Ok(Attempt::Again(result)) if attempt >= ATTEMPTS => return result,
                Ok(Attempt::Again(_)) => {
                    tokio::time::sleep(Duration::from_millis(u64::from(attempt * attempt) * 3)).await;
                }
                Err(error) => return Err(E::from(DbError::broken(error))),
            }
        }
    }

    pub fn close(&self) {
        self.listener.abort();
        self.pool.close();
    }

    /// Connections in use, and the most there may be.
    pub fn load(&self) -> (usize, usize) {
        let status = self.pool.status();
        (status.size.saturating_sub(status.available), status.max_size)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

type Command<T, E> = Arc<dyn Fn(&Tx<'_>) -> Result<T, E> + Send + Sync>;

enum Attempt<T, E> {
    Done(Result<T, E>),
    Again(Result<T, E>),
}

fn once<T, E: From<DbError>>(
    client: Object,
    channel: &str,
    begin: &str,
    f: &(dyn Fn(&Tx<'_>) -> Result<T, E> + Send + Sync),
) -> Attempt<T, E> {
    let handle = Handle::current();
    let link = Link { client: &client, handle: &handle, channel };
    let tx = Tx::new(super::Link::Postgres(link));
    if let Err(error) = batch(link, begin, &tx.again) {
        let _ = Object::take(client);
        return Attempt::Again(Err(E::from(error)));
    }
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(&tx)))
        .unwrap_or_else(|_| Err(E::from(DbError::broken("a command panicked"))));
    let again = tx.again.get();
    drop(tx);
    if let Err(error) = result {
        let rolled_back = handle.block_on(client.batch_execute("ROLLBACK"));
        if rolled_back.is_err() {
            let _ = Object::take(client);
        }
        return if again { Attempt::Again(Err(error)) } else { Attempt::Done(Err(error)) };
    }
    match handle.block_on(client.batch_execute("COMMIT")) {
        Ok(()) => Attempt::Done(result),
        Err(error) if is_retryable(&error) => Attempt::Again(Err(E::from(DbError::cannot_write(describe(&error))))),
        Err(error) if error.code().is_some() && !is_shutdown(&error) => {
            Attempt::Done(Err(E::from(DbError::cannot_write(describe(&error)))))
        }
        Err(error) => {
            let _ = Object::take(client);
            Attempt::Done(Err(E::from(DbError::UnknownOutcome(describe(&error)))))
        }
    }
}

pub fn rows(link: Link<'_>, stmt: &Stmt, values: &[Val], again: &Cell<bool>) -> Result<Vec<Row>, DbError> {
    let found = link.handle.block_on(async {
        let prepared = link.client.prepare_typed_cached(stmt.for_postgres(), &types(stmt)).await?;
        link.client.query(&prepared, &parameters(values)).await
    });
    let found = found.map_err(|error| db_error(stmt.name, &error, again))?;
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        let mut columns = Vec::with_capacity(stmt.gives.len());
        for (index, kind) in stmt.gives.iter().enumerate() {
            let value = match kind {
                Col::Int => get::<i64>(&row, index).map(|value| value.map(Val::Int)),
                Col::Text => get::<String>(&row, index).map(|value| value.map(Val::Text)),
            };
            columns.push(value.map_err(|error| db_error(stmt.name, &error, again))?.unwrap_or(Val::Null));
        }
        rows.push(Row(columns));
    }
    Ok(rows)
}

pub fn run(link: Link<'_>, stmt: &Stmt, values: &[Val], again: &Cell<bool>) -> Result<u64, DbError> {
    let touched = link.handle.block_on(async {
        let prepared = link.client.prepare_typed_cached(stmt.for_postgres(), &types(stmt)).await?;
        link.client.execute(&prepared, &parameters(values)).await
    });
    touched.map_err(|error| db_error(stmt.name, &error, again))
}

pub fn batch(link: Link<'_>, sql: &str, again: &Cell<bool>) -> Result<(), DbError> {
    link.handle.block_on(link.client.batch_execute(sql)).map_err(|error| db_error("batch", &error, again))
}

pub fn notify(link: Link<'_>, payload: &str, again: &Cell<bool>) -> Result<(), DbError> {
    let told = link.handle.block_on(async {
        let prepared = link.client.prepare_typed_cached("SELECT pg_notify($1, $2)", &[Type::TEXT, Type::TEXT]).await?;
        link.client.execute(&prepared, &[&link.channel, &payload]).await
    });
    told.map(|_| ()).map_err(|error| db_error("NOTIFY", &error, again))
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

fn describe(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{}: {}", db.code().code(), db.message()),
        None => error.to_string(),
    }
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
async fn listen(config: Config, channel: Arc<str>, changes: broadcast::Sender<Change>) {
    loop {
        if let Ok((client, mut connection)) = config.connect(NoTls).await {
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
                while let Some(message) = hears.recv().await {
                    if let AsyncMessage::Notification(notification) = message
                        && let Ok(change) = serde_json::from_str(notification.payload())
                    {
                        let _ = changes.send(change);
                    }
                }
            }
            pump.abort();
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
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
