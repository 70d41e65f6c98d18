//! What commands that share a transaction on a server have in common: what was read of the directory, and numbers that were
//! drawn for all of them at once.

use super::{Row, Stmt, Val, memo::Memo};
use std::cell::{Cell, RefCell};

/// A kind of number, told apart by the statement that draws it and what it is drawn for.
type Kind = (usize, i64);

/// Numbers drawn and not used yet, the next last.
struct Stock {
    kind: Kind,
    numbers: Vec<i64>,
    /// Gives back so many of them; without it they are lost, as those of a sequence are.
    give_back: Option<&'static Stmt>,
}

#[derive(Default)]
pub struct Group {
    memo: Memo,
    /// Commands to come, the running one included.
    to_come: Cell<usize>,
    stocks: RefCell<Vec<Stock>>,
    /// What the running command has used of them.
    used: RefCell<Vec<(Kind, i64)>>,
}

fn kind(draws: &Stmt, of: i64) -> Kind {
    (std::ptr::from_ref(draws).addr(), of)
}

impl Group {
    pub fn of(commands: usize) -> Self {
        let group = Self::default();
        group.to_come.set(commands);
        group
    }

    pub const fn to_come(&self) -> &Cell<usize> {
        &self.to_come
    }

    pub fn known(&self, stmt: &Stmt, values: &[Val]) -> Option<Vec<Row>> {
        self.memo.known(stmt, values)
    }

    pub fn ran(&self, stmt: &Stmt, values: &[Val], rows: &[Row]) {
        self.memo.ran(stmt, values, rows);
    }

    /// Puts away numbers that were drawn, in their order.
    pub fn put(&self, draws: &Stmt, of: i64, mut numbers: Vec<i64>, give_back: Option<&'static Stmt>) {
        numbers.reverse();
        self.stocks.borrow_mut().push(Stock { kind: kind(draws, of), numbers, give_back });
    }

    /// The next number, if one was drawn before.
    pub fn next(&self, draws: &Stmt, of: i64) -> Option<i64> {
        let kind = kind(draws, of);
        let mut stocks = self.stocks.borrow_mut();
        let number = stocks.iter_mut().filter(|stock| stock.kind == kind).find_map(|stock| stock.numbers.pop())?;
        self.used.borrow_mut().push((kind, number));
        Some(number)
    }

    /// At the end of a command: one that came to nothing gives back what it used.
    pub fn ended(&self, stays: bool) {
        let used = self.used.take();
        self.to_come.set(self.to_come.get().saturating_sub(1));
        if stays {
            return;
        }
        let mut stocks = self.stocks.borrow_mut();
        for (kind, number) in used.into_iter().rev() {
            if let Some(stock) = stocks.iter_mut().find(|stock| stock.kind == kind) {
                stock.numbers.push(number);
            }
        }
    }

    /// The statements that give back what nobody used, with what they take: for what, and how many.
    pub fn unused(&self) -> Vec<(&'static Stmt, Vec<Val>)> {
        let stocks = self.stocks.take();
        let left = stocks.into_iter().filter(|stock| !stock.numbers.is_empty());
        left.filter_map(|stock| {
            let count = i64::try_from(stock.numbers.len()).unwrap_or(i64::MAX);
            Some((stock.give_back?, vec![stock.kind.1.into(), count.into()]))
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static DRAW: Stmt = Stmt::new("DRAW", "", &[], &[]);
    static BACK: Stmt = Stmt::new("BACK", "", &[], &[]);

    #[test]
    fn what_a_refused_command_drew_goes_to_the_next_and_the_rest_is_given_back() {
        let group = Group::of(3);
        group.put(&DRAW, 2026, vec![7, 8, 9], Some(&BACK));
        assert_eq!((group.next(&DRAW, 2026), group.next(&DRAW, 2025)), (Some(7), None));
        group.ended(true);
        assert_eq!((group.next(&DRAW, 2026), group.next(&DRAW, 2026)), (Some(8), Some(9)));
        group.ended(false);
        assert_eq!(group.next(&DRAW, 2026), Some(8));
        group.ended(true);
        let unused = group.unused();
        assert_eq!(unused.len(), 1);
        assert!(std::ptr::eq(unused[0].0, &raw const BACK) && unused[0].1 == [Val::Int(2026), Val::Int(1)]);
        assert_eq!(group.to_come().get(), 0);
    }
}
