//! The limit of SQLite itself: the rows of the commands written again, with no rule in between.

use super::{
    crowd::Done,
    machine,
    rows::{Script, replacing},
};
use anyhow::Result;
use rusqlite::{Connection, params_from_iter};
use std::{path::Path, time::Instant};

/// One SQLite connection on a copy of the database, with the same tables and indexes: the same rows, so many commands to
/// each commit; also the bytes it wrote.
pub fn sqlite(path: &Path, script: &Script, total: usize, group: usize) -> Result<(Done, f64)> {
    let connection = Connection::open(path)?;
    let _mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    connection.pragma_update(None, "foreign_keys", "OFF")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    let ready = |sql: &String| Ok((connection.prepare(sql)?, connection.prepare(&replacing(sql))?));
    let mut statements = script.sql.iter().map(ready).collect::<rusqlite::Result<Vec<_>>>()?;
    let (mut begin, mut commit) = (connection.prepare("BEGIN IMMEDIATE")?, connection.prepare("COMMIT")?);
    let (begun, wrote) = (Instant::now(), machine::written());
    let mut done = 0;
    while done < total {
        begin.execute([])?;
        let next = total.min(done + group.max(1));
        for (statement, values) in script.part(done..next) {
            let (plain, replacing) = &mut statements[*statement];
            if plain.execute(params_from_iter(values)).is_err() {
                replacing.execute(params_from_iter(values))?;
            }
        }
        commit.execute([])?;
        done = next;
    }
    Ok((Done { count: total, elapsed: begun.elapsed() }, machine::written() - wrote))
}
