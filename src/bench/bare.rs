//! The limits of the databases themselves: the rows of the commands written again, with no rule in between.

use super::{
    crowd::{Done, drive},
    machine,
    rows::Write,
};
use anyhow::Result;
use rusqlite::Connection;
use std::{path::Path, sync::Arc, time::Instant};
use tokio_postgres::{NoTls, Statement};

/// Rows there from the beginning in each table, for the writes that change one.
const ROWS: usize = 512;
static FILLING: [u8; 65_536] = [b'v'; 65_536];

fn filling(bytes: usize) -> &'static [u8] {
    &FILLING[..bytes.min(FILLING.len())]
}

/// One SQLite connection, WAL and `synchronous = FULL`, so many commands to each commit; also the bytes it wrote.
pub fn sqlite(path: &Path, tables: usize, commands: &[Vec<Write>], total: usize, group: usize) -> Result<(Done, f64)> {
    let connection = Connection::open(path)?;
    let _mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.set_prepared_statement_cache_capacity(2 * tables + 4);
    connection.execute_batch("BEGIN")?;
    for table in 0..tables {
        connection
            .execute_batch(&format!("CREATE TABLE IF NOT EXISTS t{table} (id INTEGER PRIMARY KEY, body BLOB)"))?;
        for _ in 0..ROWS {
            connection.execute(&format!("INSERT INTO t{table} (body) VALUES (?1)"), [filling(100)])?;
        }
    }
    connection.execute_batch("COMMIT")?;
    let inserts: Vec<String> = (0..tables).map(|table| format!("INSERT INTO t{table} (body) VALUES (?1)")).collect();
    let updates: Vec<String> =
        (0..tables).map(|table| format!("UPDATE t{table} SET body = ?1 WHERE id = ?2")).collect();
    let (begun, wrote) = (Instant::now(), machine::written());
    let mut done = 0;
    while done < total {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for number in done..total.min(done + group.max(1)) {
            for write in &commands[number % commands.len()] {
                let body = filling(write.bytes);
                if write.again {
                    let row = 1 + number % ROWS;
                    connection.prepare_cached(&updates[write.tree])?.execute((body, row))?;
                } else {
                    connection.prepare_cached(&inserts[write.tree])?.execute([body])?;
                }
            }
        }
        connection.prepare_cached("COMMIT")?.execute([])?;
        done += group.max(1);
    }
    Ok((Done { count: total, elapsed: begun.elapsed() }, machine::written() - wrote))
}

struct Client {
    link: tokio_postgres::Client,
    inserts: Vec<Statement>,
    updates: Vec<Statement>,
}

/// So many PostgreSQL connections, each command a transaction of prepared statements, one after another.
pub async fn postgres(url: &str, tables: usize, commands: &[Vec<Write>], total: usize, clients: usize) -> Result<Done> {
    let mut ready = Vec::new();
    for number in 0..clients {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        if number == 0 {
            prepare_tables(&client, tables).await?;
        }
        client.batch_execute("SET search_path = bare").await?;
        let (mut inserts, mut updates) = (Vec::new(), Vec::new());
        for table in 0..tables {
            inserts.push(client.prepare(&format!("INSERT INTO t{table} (body) VALUES ($1)")).await?);
            updates.push(client.prepare(&format!("UPDATE t{table} SET body = $1 WHERE id = $2")).await?);
        }
        ready.push(Client { link: client, inserts, updates });
    }
    let (pool, waiting) = tokio::sync::mpsc::channel(clients.max(1));
    for client in ready {
        pool.send(client).await?;
    }
    let waiting = Arc::new(tokio::sync::Mutex::new(waiting));
    let commands = Arc::new(commands.to_vec());
    drive(clients, total, move |number| {
        let (pool, waiting, commands) = (pool.clone(), Arc::clone(&waiting), Arc::clone(&commands));
        async move {
            let Some(client) = waiting.lock().await.recv().await else { return Ok(()) };
            client.link.batch_execute("BEGIN").await?;
            for write in &commands[number % commands.len()] {
                let body = filling(write.bytes);
                if write.again {
                    let row = i64::try_from(1 + number % ROWS)?;
                    client.link.execute(&client.updates[write.tree], &[&body, &row]).await?;
                } else {
                    client.link.execute(&client.inserts[write.tree], &[&body]).await?;
                }
            }
            client.link.batch_execute("COMMIT").await?;
            pool.send(client).await?;
            Ok(())
        }
    })
    .await
}

async fn prepare_tables(client: &tokio_postgres::Client, tables: usize) -> Result<()> {
    client.batch_execute("DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare; SET search_path = bare").await?;
    for table in 0..tables {
        let sql = format!(
            "CREATE TABLE t{table} (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, body BYTEA NOT NULL);
             INSERT INTO t{table} (body) SELECT decode(repeat('76', 100), 'hex') FROM generate_series(1, {ROWS})"
        );
        client.batch_execute(&sql).await?;
    }
    Ok(())
}
