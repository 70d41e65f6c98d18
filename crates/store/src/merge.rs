//! One sorted list out of many indexes: each source gives its cases in order, and the merge takes the next of all of them.

use crate::{
    cases::{CaseRow, case_columns, case_row},
    error::DbError,
    search::{self, Asked},
    tx::{Stmt, Tx, Val, statements},
};
use std::collections::{HashMap, HashSet, VecDeque};

/// Where a case stands in a list: what it is sorted by, and its number in the database.
pub(crate) type At = (i64, i64);

/// Places of a source that are read at once, at most.
const BATCH: usize = 400;
/// Places that one page passes over, and rows it reads, at most; beyond, the page is short and tells where to go on.
const PASSED: usize = 60_000;
const READ: usize = 4_000;

statements! {
    BY_IDS: [Text] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int, Text, Text],
        concat!("SELECT ", case_columns!(), " FROM cases c WHERE c.id IN {ids $1}");
}

/// In what order a list is: the nearest due date first, or the newest first (`At` is then the number's opposite).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Due,
    Newest,
}

/// Before all places.
const START: At = (i64::MIN, i64::MIN);

/// Cases in order, without gaps, read as they are needed.
pub(crate) struct Source {
    from: From,
    ready: VecDeque<At>,
    after: At,
    size: usize,
    done: bool,
}

enum From {
    /// A statement that takes these values, then where to go on, then how many.
    Index(&'static Stmt, Vec<Val>),
    Words(String),
    Nowhere,
}

impl Source {
    pub fn index(stmt: &'static Stmt, given: Vec<Val>) -> Self {
        Self::of(From::Index(stmt, given), VecDeque::new())
    }

    /// The cases with these words, the newest first.
    pub fn words(question: String) -> Self {
        Self::of(From::Words(question), VecDeque::new())
    }

    pub fn known(mut places: Vec<At>) -> Self {
        places.sort_unstable();
        Self::of(From::Nowhere, places.into())
    }

    fn of(from: From, ready: VecDeque<At>) -> Self {
        let done = matches!(from, From::Nowhere);
        Self { from, ready, after: START, size: 0, done }
    }

    fn begin(&mut self, after: At, size: usize) {
        self.ready.retain(|at| *at > after);
        self.after = after;
        self.size = size.min(BATCH);
    }

    fn peek(&mut self, tx: &Tx<'_>, order: Order) -> Result<Option<At>, DbError> {
        if self.ready.is_empty() && !self.done {
            self.fill(tx, order)?;
        }
        Ok(self.ready.front().copied())
    }

    fn fill(&mut self, tx: &Tx<'_>, order: Order) -> Result<(), DbError> {
        let size = self.size;
        // The newest first goes down from the last number seen.
        let before = if self.after == START { i64::MAX } else { self.after.1 };
        let found: Vec<At> = match (&self.from, order) {
            (From::Nowhere, _) => Vec::new(),
            (From::Words(question), _) => search::newest(tx, question, before, size)?.into_iter().map(newest).collect(),
            (From::Index(stmt, given), Order::Newest) => {
                let values: Vec<Val> = given.iter().cloned().chain([before.into(), size.into()]).collect();
                tx.rows(stmt, &values)?.iter().map(|row| row.int(0).map(newest)).collect::<Result<_, _>>()?
            }
            (From::Index(stmt, given), Order::Due) => {
                let (due, id) = self.after;
                let values: Vec<Val> = given.iter().cloned().chain([due.into(), id.into(), size.into()]).collect();
                tx.rows(stmt, &values)?
                    .iter()
                    .map(|row| Ok((row.int(0)?, row.int(1)?)))
                    .collect::<Result<_, DbError>>()?
            }
        };
        self.done = found.len() < size;
        self.size = (size * 2).min(BATCH);
        if let Some(last) = found.last() {
            self.after = *last;
        }
        self.ready = found.into();
        Ok(())
    }
}

/// A case's place where the newest comes first.
pub(crate) const fn newest(id: i64) -> At {
    (-id, id)
}

/// The words a list was asked for.
pub(crate) enum Words {
    Any,
    /// All the cases that have them, few.
    Few(HashSet<i64>),
    /// They are many: of each case it is asked whether it has them. Or it is one of these.
    Many(String, HashSet<i64>),
}

/// More cases than these are many.
const FEW: usize = 1_000;

impl Words {
    /// None: words were asked for and none of them is a word.
    pub fn asked(tx: &Tx<'_>, text: Option<&str>) -> Result<Option<Self>, DbError> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(Some(Self::Any)) };
        let Some(Asked { question, number }) = search::ask(tx, text)? else { return Ok(None) };
        let mut few: HashSet<i64> = HashSet::new();
        if let Some(number) = number {
            few.extend(search::numbered(tx, &number)?);
        }
        let hits = search::newest(tx, &question, i64::MAX, FEW + 1)?;
        if hits.len() > FEW {
            return Ok(Some(Self::Many(question, few)));
        }
        few.extend(hits);
        Ok(Some(Self::Few(few)))
    }

    fn screen(&self, tx: &Tx<'_>, places: &mut Vec<At>) -> Result<(), DbError> {
        match self {
            Self::Any => {}
            Self::Few(few) => places.retain(|(_, id)| few.contains(id)),
            Self::Many(question, few) => {
                let asked: Vec<i64> = places.iter().map(|(_, id)| *id).collect();
                let with: HashSet<i64> = search::having(tx, &ids(&asked), question)?.into_iter().collect();
                places.retain(|(_, id)| with.contains(id) || few.contains(id));
            }
        }
        Ok(())
    }
}

/// Several sources as one, from a place on; the same case in two of them comes once.
pub(crate) struct Merge<'t, 'c> {
    tx: &'t Tx<'c>,
    order: Order,
    sources: Vec<Source>,
    after: At,
}

impl<'t, 'c> Merge<'t, 'c> {
    pub fn new(tx: &'t Tx<'c>, order: Order, sources: Vec<Source>, after: Option<At>) -> Self {
        Self { tx, order, sources, after: after.unwrap_or(START) }
    }

    fn next(&mut self) -> Result<Option<At>, DbError> {
        let mut least: Option<At> = None;
        for source in &mut self.sources {
            if let Some(at) = source.peek(self.tx, self.order)? {
                least = Some(least.map_or(at, |least| least.min(at)));
            }
        }
        let Some(least) = least else { return Ok(None) };
        for source in &mut self.sources {
            while source.ready.front() == Some(&least) {
                source.ready.pop_front();
            }
        }
        Ok(Some(least))
    }

    /// The next rows that have the words and are accepted, and where the next page begins.
    pub fn page(
        mut self,
        limit: usize,
        words: &Words,
        accept: impl Fn(&Tx<'_>, Vec<CaseRow>) -> Result<Vec<CaseRow>, DbError>,
    ) -> Result<(Vec<CaseRow>, Option<At>), DbError> {
        let after = self.after;
        for source in &mut self.sources {
            source.begin(after, limit + 1);
        }
        let (mut rows, mut passed, mut read, mut last) = (Vec::new(), 0, 0, after);
        loop {
            let want = (limit + 1 - rows.len()).clamp(20, BATCH);
            let mut places = Vec::with_capacity(want);
            // What is thrown away without reading its row costs little.
            while places.len() < want && passed < PASSED {
                let mut some = Vec::with_capacity(want);
                while some.len() < want
                    && let Some(at) = self.next()?
                {
                    some.push(at);
                }
                let Some(end) = some.last().copied() else { break };
                passed += some.len();
                last = end;
                words.screen(self.tx, &mut some)?;
                places.extend(some);
                if !matches!(words, Words::Few(_)) {
                    break;
                }
            }
            let ended = self.peek()?.is_none();
            read += places.len();
            let found = by_places(self.tx, &places)?;
            rows.extend(accept(self.tx, found)?);
            if rows.len() > limit {
                rows.truncate(limit);
                let next = rows.last().map(|row| self.place(row));
                return Ok((rows, next));
            }
            if ended {
                return Ok((rows, None));
            }
            if passed >= PASSED || read >= READ {
                return Ok((rows, Some(last)));
            }
        }
    }

    fn peek(&mut self) -> Result<Option<At>, DbError> {
        for source in &mut self.sources {
            if let Some(at) = source.peek(self.tx, self.order)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    const fn place(&self, row: &CaseRow) -> At {
        match self.order {
            Order::Due => (row.due_key, row.id),
            Order::Newest => newest(row.id),
        }
    }
}

/// The rows of these cases, in the order of the places.
fn by_places(tx: &Tx<'_>, places: &[At]) -> Result<Vec<CaseRow>, DbError> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let asked: Vec<i64> = places.iter().map(|(_, id)| *id).collect();
    let order: HashMap<i64, usize> = asked.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let mut rows = tx.rows(&BY_IDS, &[ids(&asked).into()])?.iter().map(case_row).collect::<Result<Vec<_>, _>>()?;
    rows.sort_by_key(|row| order.get(&row.id).copied());
    Ok(rows)
}

/// Numbers as `{ids $n}` takes them.
pub(crate) fn ids(ids: &[i64]) -> String {
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    format!("[{}]", texts.join(","))
}
