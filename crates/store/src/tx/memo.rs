//! What the writer has read of the directory, the editions and the calendars, kept until anything of them is written: the
//! same few rows are asked for by every command.

use super::{Row, Stmt, Val, stmt::Touch};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

/// Answers kept, at most.
const KEPT: usize = 4_096;

/// A statement, by the place it stands at, and its values.
type Question = (usize, Vec<Val>);

#[derive(Default)]
pub struct Memo {
    answers: RefCell<HashMap<Question, Vec<Row>>>,
    /// What another program commits makes the number another.
    version: Cell<i64>,
    /// Something of these tables was written and not yet committed.
    written: Cell<bool>,
}

impl Memo {
    /// At the beginning of a transaction, with the database's own mark of changes by others.
    pub fn begin(&self, version: i64) {
        if self.version.replace(version) != version || self.written.replace(false) {
            self.forget();
        }
    }

    /// At the end of a command or a transaction that came to nothing.
    pub fn undone(&self) {
        if self.written.get() {
            self.forget();
        }
    }

    fn forget(&self) {
        self.answers.borrow_mut().clear();
    }

    pub fn known(&self, stmt: &Stmt, values: &[Val]) -> Option<Vec<Row>> {
        if stmt.touches() != Touch::Reads {
            return None;
        }
        self.answers.borrow().get(&(std::ptr::from_ref(stmt).addr(), values.to_vec())).cloned()
    }

    /// A statement has run; its rows, where it reads.
    pub fn ran(&self, stmt: &Stmt, values: &[Val], rows: &[Row]) {
        match stmt.touches() {
            Touch::Nothing => {}
            Touch::Writes => {
                self.written.set(true);
                self.forget();
            }
            Touch::Reads => {
                let mut answers = self.answers.borrow_mut();
                if answers.len() >= KEPT {
                    answers.clear();
                }
                answers.insert((std::ptr::from_ref(stmt).addr(), values.to_vec()), rows.to_vec());
            }
        }
    }
}
