//! The limit of PostgreSQL itself: a copy of the institution's tables with their indexes, to which plain clients write
//! again, in as many transactions, the very rows that commands have just written.

use super::{
    crowd::{Done, drive},
    rows::{Script, Step},
};
use anyhow::{Context, Result, ensure};
use rusqlite::types::Value;
use std::{error::Error, sync::Arc};
use tokio_postgres::{
    Client, NoTls, Row, Statement,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

/// The schema of the copy.
const COPY: &str = "bare";

/// The institution's schema and a copy of it.
pub struct Bare {
    url: String,
    link: Client,
    schema: String,
    tables: Vec<Table>,
}

struct Table {
    name: String,
    columns: Vec<Column>,
}

struct Column {
    name: String,
    kind: String,
    key: bool,
}

/// What a row holds, as the driver takes it.
#[derive(Debug)]
struct Given<'v>(&'v Value);

struct Hand {
    link: Client,
    statements: Vec<Statement>,
}

impl Bare {
    /// Copies the tables, their rows and their indexes.
    pub async fn copy(url: &str, schema: &str) -> Result<Self> {
        let link = connected(url).await?;
        link.batch_execute(&format!("DROP SCHEMA IF EXISTS {COPY} CASCADE; CREATE SCHEMA {COPY}")).await?;
        let tables = tables(&link, schema).await?;
        for Table { name, .. } in &tables {
            let sql = format!(
                "CREATE TABLE {COPY}.{name} (LIKE {schema}.{name} INCLUDING ALL);
                 INSERT INTO {COPY}.{name} OVERRIDING SYSTEM VALUE SELECT * FROM {schema}.{name}"
            );
            link.batch_execute(&sql).await?;
        }
        Ok(Self { url: url.to_owned(), link, schema: schema.to_owned(), tables })
    }

    /// Writes to the copy what so many commands have written since it was alike; it is alike again afterwards.
    pub async fn again(&mut self, commands: usize, clients: usize) -> Result<Done> {
        let script = Arc::new(self.script(commands).await?);
        let (pool, waiting) = tokio::sync::mpsc::channel(clients.max(1));
        for _ in 0..clients {
            let link = connected(&self.url).await?;
            let mut statements = Vec::new();
            for sql in &script.sql {
                statements.push(link.prepare(sql).await?);
            }
            pool.send(Hand { link, statements }).await?;
        }
        let waiting = Arc::new(tokio::sync::Mutex::new(waiting));
        let done = drive(clients, commands, move |number| {
            let (pool, waiting, script) = (pool.clone(), Arc::clone(&waiting), Arc::clone(&script));
            async move {
                let hand = waiting.lock().await.recv().await.context("no connection is left")?;
                hand.write(script.part(number..number + 1)).await?;
                pool.send(hand).await?;
                Ok(())
            }
        })
        .await?;
        ensure!(self.script(commands).await?.is_empty(), "the copy is not what was written");
        Ok(done)
    }

    /// What stands in the institution's tables and not in the copy.
    async fn script(&self, commands: usize) -> Result<Script> {
        let mut script = Script::of(commands);
        for table in &self.tables {
            let (live, copy) = (format!("{}.{}", self.schema, table.name), format!("{COPY}.{}", table.name));
            let mut steps = Vec::new();
            for row in self.link.query(&table.differing(&live, &copy), &[]).await? {
                steps.push(table.step(&mut script, &copy, &row)?);
            }
            let mut deletes = Vec::new();
            for row in self.link.query(&table.gone(&live, &copy), &[]).await? {
                let keys = table.keys().map(|(place, column)| format!("{} = ${}", column.name, place + 1));
                let sql = format!("DELETE FROM {copy} WHERE {}", keys.collect::<Vec<_>>().join(" AND "));
                let values = table.keys().map(|(place, column)| column.value(&row, place));
                deletes.push((script.statement(sql), values.collect::<Result<_>>()?));
            }
            script.add_table(deletes, steps);
        }
        Ok(script)
    }
}

impl Hand {
    /// One command: a transaction of prepared statements, one after another.
    async fn write<'s>(&self, steps: impl Iterator<Item = &'s Step>) -> Result<()> {
        self.link.batch_execute("BEGIN").await?;
        for (statement, values) in steps {
            let values: Vec<Given<'_>> = values.iter().map(Given).collect();
            let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
            self.link.execute(&self.statements[*statement], &values).await?;
        }
        self.link.batch_execute("COMMIT").await?;
        Ok(())
    }
}

impl Table {
    fn keys(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().filter(|column| column.key).enumerate()
    }

    fn same_keys(&self) -> String {
        self.keys().map(|(_, column)| format!("m.{0} = o.{0}", column.name)).collect::<Vec<_>>().join(" AND ")
    }

    /// Rows that came or changed: whether they are new, what they hold, and which columns are others.
    fn differing(&self, live: &str, copy: &str) -> String {
        let all = |of: &dyn Fn(&Column) -> String, between: &str| -> String {
            self.columns.iter().map(of).collect::<Vec<_>>().join(between)
        };
        let first = self.keys().next().map_or("", |(_, column)| &column.name);
        let other = |column: &Column| format!("m.{0} IS DISTINCT FROM o.{0}", column.name);
        format!(
            "SELECT o.{first} IS NULL, {}, {} FROM {live} m LEFT JOIN {copy} o ON {} WHERE {} ORDER BY {}",
            all(&|column| column.read("m"), ", "),
            all(&other, ", "),
            self.same_keys(),
            all(&other, " OR "),
            self.keys().map(|(_, column)| format!("m.{}", column.name)).collect::<Vec<_>>().join(", "),
        )
    }

    /// The keys of rows that went.
    fn gone(&self, live: &str, copy: &str) -> String {
        let keys: Vec<String> = self.keys().map(|(_, column)| column.read("o")).collect();
        let first = self.keys().next().map_or("", |(_, column)| &column.name);
        let (keys, same) = (keys.join(", "), self.same_keys());
        format!("SELECT {keys} FROM {copy} o LEFT JOIN {live} m ON {same} WHERE m.{first} IS NULL ORDER BY {keys}")
    }

    fn step(&self, script: &mut Script, copy: &str, row: &Row) -> Result<Step> {
        let count = self.columns.len();
        let value = |place: usize| self.columns[place].value(row, 1 + place);
        let (mut names, mut values) = (Vec::new(), Vec::new());
        if row.try_get(0)? {
            for (place, column) in self.columns.iter().enumerate() {
                names.push(column.mark(place + 1));
                values.push(value(place)?);
            }
            let columns = self.columns.iter().map(|column| &*column.name).collect::<Vec<_>>().join(", ");
            let sql = format!("INSERT INTO {copy} ({columns}) VALUES ({})", names.join(", "));
            return Ok((script.statement(sql), values));
        }
        for (place, column) in self.columns.iter().enumerate() {
            if row.try_get(1 + count + place)? {
                values.push(value(place)?);
                names.push(format!("{} = {}", column.name, column.mark(values.len())));
            }
        }
        let mut keys = Vec::new();
        for (place, column) in self.columns.iter().enumerate().filter(|(_, column)| column.key) {
            values.push(value(place)?);
            keys.push(format!("{} = {}", column.name, column.mark(values.len())));
        }
        let sql = format!("UPDATE {copy} SET {} WHERE {}", names.join(", "), keys.join(" AND "));
        Ok((script.statement(sql), values))
    }
}

impl Column {
    /// How it is read: numbers as they are, all else as text.
    fn read(&self, side: &str) -> String {
        if self.kind == "bigint" { format!("{side}.{}", self.name) } else { format!("{side}.{}::text", self.name) }
    }

    fn mark(&self, place: usize) -> String {
        if self.kind == "tsvector" { format!("CAST(CAST(${place} AS text) AS tsvector)") } else { format!("${place}") }
    }

    fn value(&self, row: &Row, place: usize) -> Result<Value> {
        Ok(if self.kind == "bigint" {
            row.try_get::<_, Option<i64>>(place)?.map_or(Value::Null, Value::Integer)
        } else {
            row.try_get::<_, Option<String>>(place)?.map_or(Value::Null, Value::Text)
        })
    }
}

impl ToSql for Given<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Value::Integer(number) => number.to_sql_checked(kind, out),
            Value::Text(text) => text.to_sql_checked(kind, out),
            _ => Ok(IsNull::Yes),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::TEXT].contains(kind)
    }

    to_sql_checked!();
}

async fn connected(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// The tables of a schema that have a key, with their columns.
async fn tables(link: &Client, schema: &str) -> Result<Vec<Table>> {
    let sql = "SELECT c.relname, a.attname, format_type(a.atttypid, NULL), coalesce(a.attnum = ANY (i.indkey), FALSE)
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
               WHERE n.nspname = $1 AND c.relkind = 'r' ORDER BY c.relname, a.attnum";
    let mut tables: Vec<Table> = Vec::new();
    for row in link.query(sql, &[&schema]).await? {
        let name: String = row.try_get(0)?;
        if tables.last().is_none_or(|table| table.name != name) {
            tables.push(Table { name, columns: Vec::new() });
        }
        let column = Column { name: row.try_get(1)?, kind: row.try_get(2)?, key: row.try_get(3)? };
        tables.last_mut().context("a column without its table")?.columns.push(column);
    }
    Ok(tables)
}
