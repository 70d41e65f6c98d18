//! What commands have written, read off two copies of a database: the rows that came, changed and went.

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags, types::Value};
use std::{ops::Range, path::Path};

/// One row written: a statement of the script, and its values.
pub type Step = (usize, Vec<Value>);

/// The statements that bring a database from one copy to the other, table by table.
pub struct Script {
    pub sql: Vec<String>,
    tables: Vec<Vec<Step>>,
    /// Commands that wrote all this.
    commands: usize,
    /// Of the rows written whole or in part.
    bytes: usize,
}

/// A table's columns, and those by which a row is found.
struct Shape {
    name: String,
    columns: Vec<String>,
    keys: Vec<String>,
}

impl Script {
    /// A script of nothing yet, for what so many commands wrote.
    pub fn of(commands: usize) -> Self {
        Self { sql: Vec::new(), tables: Vec::new(), commands, bytes: 0 }
    }

    /// What so many commands wrote between two copies of a database.
    pub fn between(before: &Path, after: &Path, commands: usize) -> Result<Self> {
        let link = Connection::open_with_flags(after, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)
            .with_context(|| format!("No se puede leer «{}»", after.display()))?;
        link.execute("ATTACH ?1 AS old", [format!("file:{}?mode=ro", before.display())])?;
        let mut script = Self::of(commands);
        for shape in shapes(&link)? {
            script.table(&link, &shape)?;
        }
        Ok(script)
    }

    fn table(&mut self, link: &Connection, shape: &Shape) -> Result<()> {
        let Shape { name, columns, keys } = shape;
        let on: Vec<String> = keys.iter().map(|key| format!("o.{key} IS m.{key}")).collect();
        let all = |side: &str, names: &[String]| -> String {
            names.iter().map(|name| format!("{side}.{name}")).collect::<Vec<_>>().join(", ")
        };
        let same: Vec<String> = columns.iter().map(|name| format!("m.{name} IS o.{name}")).collect();
        let sql = format!(
            "SELECT o.{first} IS NULL, {keys_now}, {now}, {then} FROM main.{name} m LEFT JOIN old.{name} o ON {on}
             WHERE o.{first} IS NULL OR NOT ({same})",
            first = keys[0],
            keys_now = all("m", keys),
            now = all("m", columns),
            then = all("o", columns),
            on = on.join(" AND "),
            same = same.join(" AND "),
        );
        let mut steps = Vec::new();
        let mut found = link.prepare(&sql)?;
        let mut rows = found.query([])?;
        while let Some(row) = rows.next()? {
            let value = |place: usize| row.get::<_, Value>(place);
            let key = |place: usize| value(1 + place);
            let (now, then) = (1 + keys.len(), 1 + keys.len() + columns.len());
            for place in 0..columns.len() {
                self.bytes += bytes(&value(now + place)?);
            }
            if row.get(0)? {
                // The number of a row is given with it where no column is that number.
                let own: Vec<usize> = (0..keys.len()).filter(|place| !columns.contains(&keys[*place])).collect();
                let names = own.iter().map(|place| &keys[*place]).chain(columns).cloned().collect::<Vec<_>>();
                let marks = vec!["?"; names.len()].join(", ");
                let sql = format!("INSERT INTO {name} ({}) VALUES ({marks})", names.join(", "));
                let values = own.iter().map(|place| key(*place)).chain((0..columns.len()).map(|at| value(now + at)));
                steps.push((self.statement(sql), values.collect::<rusqlite::Result<_>>()?));
                continue;
            }
            let (mut sets, mut values) = (Vec::new(), Vec::new());
            for (place, column) in columns.iter().enumerate() {
                let is = value(now + place)?;
                if is != value(then + place)? {
                    sets.push(format!("{column} = ?"));
                    values.push(is);
                }
            }
            let at: Vec<String> = keys.iter().map(|key| format!("{key} = ?")).collect();
            let sql = format!("UPDATE {name} SET {} WHERE {}", sets.join(", "), at.join(" AND "));
            values.extend((0..keys.len()).map(key).collect::<rusqlite::Result<Vec<_>>>()?);
            steps.push((self.statement(sql), values));
        }
        let sql = format!(
            "SELECT {} FROM old.{name} o LEFT JOIN main.{name} m ON {} WHERE m.{} IS NULL",
            all("o", keys),
            on.join(" AND "),
            keys[0]
        );
        let mut gone = link.prepare(&sql)?;
        let mut rows = gone.query([])?;
        let at: Vec<String> = keys.iter().map(|key| format!("{key} = ?")).collect();
        let mut deletes = Vec::new();
        while let Some(row) = rows.next()? {
            let values = (0..keys.len()).map(|place| row.get(place)).collect::<rusqlite::Result<_>>()?;
            let sql = format!("DELETE FROM {name} WHERE {}", at.join(" AND "));
            deletes.push((self.statement(sql), values));
        }
        self.add_table(deletes, steps);
        Ok(())
    }

    /// What went and what came or changed in one more table; what one command takes away and puts in stands together.
    pub fn add_table(&mut self, deletes: Vec<Step>, steps: Vec<Step>) {
        self.tables.push(spread(deletes, steps));
    }

    /// Whether the two copies are alike.
    pub fn is_empty(&self) -> bool {
        self.tables.iter().all(Vec::is_empty)
    }

    /// A statement's number in the script.
    pub fn statement(&mut self, sql: String) -> usize {
        self.sql.iter().position(|known| *known == sql).unwrap_or_else(|| {
            self.sql.push(sql);
            self.sql.len() - 1
        })
    }

    /// The share that some of the commands have in it.
    pub fn part(&self, commands: Range<usize>) -> impl Iterator<Item = &Step> {
        let share = move |steps: usize, done: usize| steps * done.min(self.commands) / self.commands.max(1);
        self.tables
            .iter()
            .flat_map(move |steps| steps[share(steps.len(), commands.start)..share(steps.len(), commands.end)].iter())
    }

    pub fn rows_per_command(&self) -> f64 {
        super::figure::real(self.tables.iter().map(Vec::len).sum::<usize>()) / super::figure::real(self.commands.max(1))
    }

    pub fn bytes_per_command(&self) -> f64 {
        super::figure::real(self.bytes) / super::figure::real(self.commands.max(1))
    }
}

/// The same statement where a row in its way gives way: a neighbour of the same command that should have gone before.
pub fn replacing(sql: &str) -> String {
    let begin = |word: &str| sql.strip_prefix(word).map(|rest| format!("{word} OR REPLACE{rest}"));
    begin("INSERT").or_else(|| begin("UPDATE")).unwrap_or_else(|| sql.to_owned())
}

/// Two lists as one, each in its order and evenly.
fn spread(some: Vec<Step>, others: Vec<Step>) -> Vec<Step> {
    let (count, total) = (some.len(), some.len() + others.len());
    let (mut some, mut others) = (some.into_iter(), others.into_iter());
    let one_of_some = |place: usize| (place + 1) * count / total.max(1) > place * count / total.max(1);
    (0..total).filter_map(|place| if one_of_some(place) { some.next() } else { others.next() }).collect()
}

fn shapes(link: &Connection) -> Result<Vec<Shape>> {
    // A virtual table only points at others; SQLite keeps its own.
    let sql = "SELECT name, sql LIKE '%WITHOUT ROWID%' FROM sqlite_master WHERE type = 'table'
               AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut tables = link.prepare(sql)?;
    let tables = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut shapes = Vec::new();
    for table in tables.collect::<rusqlite::Result<Vec<(String, bool)>>>()? {
        let (name, keyed) = table;
        let mut info = link.prepare(&format!("SELECT name, pk, type FROM pragma_table_info('{name}')"))?;
        let info = info.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let info = info.collect::<rusqlite::Result<Vec<(String, i64, String)>>>()?;
        let primary: Vec<String> = info.iter().filter(|column| column.1 > 0).map(|column| column.0.clone()).collect();
        let number = info.iter().find(|column| column.1 > 0 && column.2 == "INTEGER" && primary.len() == 1);
        let keys = match number {
            _ if keyed => primary,
            Some(number) => vec![number.0.clone()],
            None => vec!["rowid".to_owned()],
        };
        shapes.push(Shape { name, columns: info.into_iter().map(|column| column.0).collect(), keys });
    }
    Ok(shapes)
}

fn bytes(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        // As SQLite stores it: as few bytes as it needs.
        Value::Integer(number) => (8 - usize::try_from(number.unsigned_abs().leading_zeros() / 8).unwrap_or(0)).max(1),
        Value::Real(_) => 8,
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_brings_one_copy_to_the_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let (before, after) = (folder.path().join("a.sqlite"), folder.path().join("b.sqlite"));
        let sql = "CREATE TABLE a (n, t); CREATE TABLE b (k TEXT PRIMARY KEY) WITHOUT ROWID;
                   CREATE TABLE c (id INTEGER PRIMARY KEY, u UNIQUE);
                   INSERT INTO a VALUES (1, 'uno'), (2, 'dos'), (3, 'tres'); INSERT INTO c VALUES (7, 'x')";
        Connection::open(&before).expect("a database").execute_batch(sql).expect("rows");
        std::fs::copy(&before, &after).expect("a copy");
        let sql = "UPDATE a SET t = 'otro' WHERE n = 2; DELETE FROM a WHERE n = 1; INSERT INTO b VALUES ('clave');
                   DELETE FROM c; INSERT INTO c VALUES (8, 'x')";
        Connection::open(&after).expect("a database").execute_batch(sql).expect("rows");
        let script = Script::between(&before, &after, 2).expect("compares");
        assert_eq!((script.rows_per_command(), script.bytes), (2.5, 1 + 4 + 5 + 1 + 1), "{:?}", script.sql);

        let link = Connection::open(&before).expect("a database");
        for (statement, values) in script.part(0..1).chain(script.part(1..2)) {
            link.execute(&replacing(&script.sql[*statement]), rusqlite::params_from_iter(values)).expect("runs");
        }
        assert!(Script::between(&before, &after, 1).expect("compares").is_empty());
    }
}
