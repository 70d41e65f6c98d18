//! What the writer has in mind: what it read of the directory, the editions and the calendars, which every command asks for
//! and which is kept until anything of them is written; and the cases it wrote last, which are likely to be the next.

use super::{Row, Stmt, Val, stmt::Touch};
use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::HashMap,
    sync::Arc,
};

/// Answers kept, at most.
const KEPT: usize = 4_096;
/// Things kept under a name, at most.
const THINGS: usize = 2_048;

/// A statement, by the place it stands at, and its values.
type Question = (usize, Vec<Val>);

#[derive(Default)]
pub struct Memo {
    answers: RefCell<HashMap<Question, Vec<Row>>>,
    /// What another program commits makes the number another.
    version: Cell<i64>,
    /// Something of these tables was written and not yet committed.
    written: Cell<bool>,
    things: RefCell<HashMap<String, Arc<dyn Any + Send + Sync>>>,
    /// Names under which the running command has kept something.
    named: RefCell<Vec<String>>,
}

impl Memo {
    /// At the beginning of a transaction, with the database's own mark of changes by others.
    pub fn begin(&self, version: i64) {
        if self.version.get() != version {
            self.things.borrow_mut().clear();
        }
        if self.version.replace(version) != version || self.written.replace(false) {
            self.forget();
        }
    }

    /// At the end of a command that stays.
    pub fn stays(&self) {
        self.named.borrow_mut().clear();
    }

    /// At the end of a transaction that came to nothing.
    pub fn all_undone(&self) {
        self.things.borrow_mut().clear();
        self.undone();
    }

    /// At the end of a command that came to nothing.
    pub fn undone(&self) {
        for name in self.named.take() {
            self.things.borrow_mut().remove(&name);
        }
        if self.written.get() {
            self.forget();
        }
    }

    fn forget(&self) {
        self.answers.borrow_mut().clear();
    }

    pub fn kept(&self, name: &str) -> Option<Arc<dyn Any + Send + Sync>> {
        self.things.borrow().get(name).cloned()
    }

    pub fn keep(&self, name: &str, what: Arc<dyn Any + Send + Sync>) {
        let mut things = self.things.borrow_mut();
        if things.len() >= THINGS {
            things.clear();
        }
        things.insert(name.to_owned(), what);
        self.named.borrow_mut().push(name.to_owned());
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
