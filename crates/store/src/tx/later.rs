//! What a transaction writes at its end: sums that many commands add to, texts that are given once, and the text index,
//! which is dear to touch for each command. On SQLite once for a group, in the commit of its commands.

use super::{Stmt, Val};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A statement as a key: by the place it stands at.
#[derive(Clone, Copy)]
struct Of(&'static Stmt);

impl Of {
    fn place(self) -> usize {
        std::ptr::from_ref(self.0).addr()
    }
}

impl PartialEq for Of {
    fn eq(&self, other: &Self) -> bool {
        self.place() == other.place()
    }
}

impl Eq for Of {}

impl PartialOrd for Of {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Of {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.place().cmp(&other.place())
    }
}

/// Texts that are kept in mind as given, at most.
const GIVEN: usize = 100_000;

#[derive(Default)]
pub struct Later {
    runs: Vec<(&'static Stmt, Vec<Val>)>,
    /// By the values before the sum; what follows is run with them where it went down.
    sums: BTreeMap<Vec<Val>, (i64, &'static Stmt, &'static Stmt)>,
    texts: BTreeMap<Of, BTreeSet<String>>,
}

impl Later {
    pub fn run(&mut self, stmt: &'static Stmt, values: Vec<Val>) {
        self.runs.push((stmt, values));
    }

    pub fn add(&mut self, stmts: (&'static Stmt, &'static Stmt), key: Vec<Val>, change: i64) {
        self.sums.entry(key).or_insert((0, stmts.0, stmts.1)).0 += change;
    }

    pub fn once(&mut self, stmt: &'static Stmt, texts: impl Iterator<Item = String>) {
        self.texts.entry(Of(stmt)).or_default().extend(texts);
    }

    pub fn join(&mut self, other: Self) {
        self.runs.extend(other.runs);
        for (key, (change, stmt, after)) in other.sums {
            self.add((stmt, after), key, change);
        }
        for (stmt, texts) in other.texts {
            self.texts.entry(stmt).or_default().extend(texts);
        }
    }

    /// The statements to run, the sums always in the same order so that two writers never wait for one another in a circle;
    /// and the texts that are given with them.
    pub fn statements(self, given: &HashSet<String>) -> (Vec<(&'static Stmt, Vec<Val>)>, Vec<String>) {
        let (mut statements, mut new) = (Vec::new(), Vec::new());
        for (Of(stmt), texts) in self.texts {
            let texts: Vec<String> = texts.into_iter().filter(|text| !given.contains(text)).collect();
            if !texts.is_empty() {
                statements.push((stmt, vec![serde_json::json!(texts).to_string().into()]));
                new.extend(texts);
            }
        }
        statements.extend(self.runs);
        for (key, (change, stmt, after)) in self.sums {
            if change != 0 {
                statements.push((stmt, key.iter().cloned().chain([change.into()]).collect()));
            }
            if change < 0 {
                statements.push((after, key));
            }
        }
        (statements, new)
    }
}

/// Keeps in mind what has been given, once that is durable.
pub fn keep(given: &mut HashSet<String>, new: Vec<String>) {
    if given.len() + new.len() > GIVEN {
        given.clear();
    }
    given.extend(new);
}
