//! What a command writes, read off a real database: for each row that came or changed, its table and its bytes, and the
//! entries of the indexes.

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags, types::ValueRef};
use std::{
    collections::{BTreeMap, HashMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    path::Path,
};

/// One row written: its tree (a table, or an index) by number, and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write {
    pub tree: usize,
    pub bytes: usize,
    /// The row was there before.
    pub again: bool,
    /// The entry of an index: to the disk a row like any other.
    pub index: bool,
}

/// Bytes of an index's entry: the key and the row's number.
const ENTRY: usize = 16;

/// A table: how many indexes it has, and by row a mark of what it holds, and its bytes.
struct Table {
    indexes: usize,
    rows: HashMap<i64, (u64, usize)>,
}

/// All the rows of a database.
pub struct Picture(BTreeMap<String, Table>);

/// Looks at a database beside the program that holds it.
pub struct Looker(Connection);

impl Looker {
    pub fn new(path: &Path) -> Result<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .with_context(|| format!("No se puede leer «{}»", path.display()))?;
        Ok(Self(connection))
    }

    pub fn look(&self) -> Result<Picture> {
        // Tables whose key is not a number keep it under `rowid` all the same; virtual ones only point at others.
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
                     AND sql NOT LIKE '%WITHOUT ROWID%' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let mut names = self.0.prepare(names)?;
        let names = names.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
        let mut tables = BTreeMap::new();
        for name in names {
            let mut all = self.0.prepare(&format!("SELECT rowid, * FROM \"{name}\""))?;
            let columns = all.column_count();
            let mut rows = all.query([])?;
            let mut found = HashMap::new();
            while let Some(row) = rows.next()? {
                let (mut mark, mut bytes) = (DefaultHasher::new(), 0);
                for column in 1..columns {
                    bytes += add(row.get_ref(column)?, &mut mark);
                }
                found.insert(row.get(0)?, (mark.finish(), bytes));
            }
            let count = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = ?1";
            let indexes = self.0.query_row(count, [&name], |row| row.get(0))?;
            tables.insert(name, Table { indexes, rows: found });
        }
        Ok(Picture(tables))
    }
}

fn add(value: ValueRef<'_>, mark: &mut DefaultHasher) -> usize {
    match value {
        ValueRef::Null => 0,
        ValueRef::Integer(number) => {
            number.hash(mark);
            // As SQLite stores it: as few bytes as it needs.
            (8 - usize::try_from(number.unsigned_abs().leading_zeros() / 8).unwrap_or(0)).max(1)
        }
        ValueRef::Real(number) => {
            number.to_bits().hash(mark);
            8
        }
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            bytes.hash(mark);
            bytes.len()
        }
    }
}

impl Picture {
    /// The rows written between this picture and a later one.
    pub fn until(&self, later: &Self) -> Vec<Write> {
        let (mut writes, mut tree) = (Vec::new(), 0);
        for (name, table) in &later.0 {
            let before = self.0.get(name);
            for (row, (mark, bytes)) in &table.rows {
                let known = before.and_then(|before| before.rows.get(row));
                if known.is_some_and(|(old, _)| old == mark) {
                    continue;
                }
                writes.push(Write { tree, bytes: *bytes, again: known.is_some(), index: false });
                // A row that changes seldom changes its keys; a new one has an entry in every index.
                let entries = if known.is_some() { 0 } else { table.indexes };
                writes.extend((1..=entries).map(|place| Write {
                    tree: tree + place,
                    bytes: ENTRY,
                    again: false,
                    index: true,
                }));
            }
            tree += 1 + table.indexes;
        }
        writes
    }

    /// Tables and indexes.
    pub fn trees(&self) -> usize {
        self.0.values().map(|table| 1 + table.indexes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_came_and_changed_are_told_with_their_bytes() {
        let path = tempfile::tempdir().expect("a folder").keep().join("a.sqlite");
        let writer = Connection::open(&path).expect("a database");
        let sql = "PRAGMA journal_mode = WAL; CREATE TABLE a (n, t); CREATE TABLE b (k TEXT PRIMARY KEY);
                   INSERT INTO a VALUES (1, 'uno'), (2, 'dos')";
        writer.execute_batch(sql).expect("rows");
        let looker = Looker::new(&path).expect("opens");
        let before = looker.look().expect("looks");
        let sql = "UPDATE a SET t = 'otro' WHERE n = 2; INSERT INTO b VALUES ('clave'); DELETE FROM a WHERE n = 1";
        writer.execute_batch(sql).expect("rows");
        let writes = before.until(&looker.look().expect("looks"));
        assert_eq!(
            writes,
            [
                Write { tree: 0, bytes: 5, again: true, index: false },
                Write { tree: 1, bytes: 5, again: false, index: false },
                Write { tree: 2, bytes: ENTRY, again: false, index: true },
            ]
        );
        std::fs::remove_dir_all(path.parent().expect("a folder")).expect("gone");
    }
}
