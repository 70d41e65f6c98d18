//! The migrations: numbered, each in one transaction, so that a kill at any moment leaves the one before or the one after.

use crate::{
    endings,
    error::{DbError, OpenError},
    tx::{Engine, Tx, ddl, statements},
};

/// The texts, in order; a released one is never edited.
pub const MIGRATIONS: [&str; 3] =
    [include_str!("schema/001.sql"), include_str!("schema/002.sql"), include_str!("schema/003.sql")];

statements! {
    SETTING: [Text] => [Text], "SELECT value FROM meta WHERE key = $1";
    SET: [Text, Text] => [], "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    LOCK: [] => [Text], "SELECT value FROM meta WHERE key = 'institution' /*lock*/";
}

/// The schema this program writes.
pub const KNOWN: i64 = 3;

/// The migration that begins to keep the endings.
const ENDINGS: i64 = 3;

/// Brings the database to the schema of this program, one step per call of `step`; true while there is more to do.
pub fn step(tx: &Tx<'_>, institution: &str) -> Result<bool, OpenError> {
    let io = |error: DbError| OpenError::Io(error.to_string());
    tx.batch(&ddl(tx.engine(), "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"))
        .map_err(io)?;
    let found: i64 = match setting(tx, "schema").map_err(io)? {
        Some(text) => text.parse().map_err(|_| OpenError::Io(format!("schema «{text}» is not a number")))?,
        None => 0,
    };
    if found > KNOWN {
        return Err(OpenError::Newer { found, known: KNOWN });
    }
    match setting(tx, "institution").map_err(io)? {
        Some(named) if named != institution => {
            return Err(OpenError::OtherInstitution { found: named, expected: institution.to_owned() });
        }
        Some(_) => {}
        None => set(tx, "institution", institution).map_err(io)?,
    }
    let Some(sql) = usize::try_from(found).ok().and_then(|index| MIGRATIONS.get(index)) else { return Ok(false) };
    let number = found + 1;
    let failed = |error: DbError| OpenError::Migration { number, detail: error.to_string() };
    tx.batch(&ddl(tx.engine(), sql)).map_err(failed)?;
    if number == ENDINGS {
        endings::make_up(tx).map_err(failed)?;
    }
    set(tx, "schema", &number.to_string()).map_err(failed)?;
    Ok(true)
}

/// The words with which a migration's transaction begins: one at a time, whoever else opens the same database.
pub fn begin(engine: Engine, schema: &str) -> String {
    match engine {
        Engine::Sqlite => "BEGIN IMMEDIATE".into(),
        Engine::Postgres => format!("SELECT pg_advisory_xact_lock(hashtext('ventanilla {schema}'))"),
    }
}

pub fn setting(tx: &Tx<'_>, key: &str) -> Result<Option<String>, DbError> {
    tx.row(&SETTING, &[key.into()])?.map(|row| row.string(0)).transpose()
}

pub fn set(tx: &Tx<'_>, key: &str, value: &str) -> Result<(), DbError> {
    tx.run(&SET, &[key.into(), value.into()]).map(|_| ())
}

/// Waits for its turn among those who write the institution's own stream.
pub fn lock_institution(tx: &Tx<'_>) -> Result<String, DbError> {
    tx.row(&LOCK, &[])?
        .ok_or_else(|| DbError::broken("the database does not say which institution it is of"))?
        .string(0)
}
