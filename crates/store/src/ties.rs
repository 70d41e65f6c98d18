//! The rows that say which case is tied to which, made of the state of the one that holds the tie, in the same commit.

use crate::{
    error::DbError,
    tx::{Tx, statements},
};
use engine::{Name, case::Case, tie::TieKind};
use std::collections::BTreeSet;

/// Most ties of other cases that are read for one.
const MOST: i64 = 200;

/// What the case that holds the row is to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bond {
    Tie(TieKind),
    /// It goes on in the other.
    Merged,
}

statements! {
    PUT: [Int, Text, Text] => [],
        "INSERT INTO ties (case_id, other, kind) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    DROP: [Int, Text, Text] => [], "DELETE FROM ties WHERE case_id = $1 AND other = $2 AND kind = $3";
    OF: [Int] => [Text, Text], "SELECT other, kind FROM ties WHERE case_id = $1 ORDER BY other, kind";
    LISTED: [Text] => [Int, Text, Text],
        "SELECT t.case_id, t.other, t.kind FROM ties t WHERE t.case_id IN {ids $1} ORDER BY t.case_id, t.other";
    HELD_BY_OTHERS: [Text, Int] => [Text, Text],
        "SELECT c.number, t.kind FROM ties t JOIN cases c ON c.id = t.case_id
         WHERE t.other = $1 ORDER BY t.case_id LIMIT $2";
}

impl Bond {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Tie(kind) => kind.code(),
            Self::Merged => "unido_a",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        if code == Self::Merged.code() { Some(Self::Merged) } else { TieKind::from_code(code).map(Self::Tie) }
    }
}

/// The rows of a case's state.
pub(crate) fn of(case: &Case) -> BTreeSet<(Name, &'static str)> {
    let ties = case.ties.iter().map(|tie| (tie.other.clone(), tie.kind.code()));
    ties.chain(case.merged.iter().map(|merged| (merged.into.clone(), Bond::Merged.code()))).collect()
}

/// Writes what a change has tied and untied.
pub(crate) fn update(tx: &Tx<'_>, id: i64, before: Option<&Case>, case: &Case) -> Result<(), DbError> {
    let (had, has) = (before.map(of).unwrap_or_default(), of(case));
    for (other, kind) in had.difference(&has) {
        tx.run(&DROP, &[id.into(), other.into(), (*kind).into()])?;
    }
    for (other, kind) in has.difference(&had) {
        tx.send(&PUT, vec![id.into(), other.into(), (*kind).into()])?;
    }
    Ok(())
}

/// The rows as they are stored.
pub(crate) fn stored(tx: &Tx<'_>, id: i64) -> Result<BTreeSet<(Name, String)>, DbError> {
    tx.rows(&OF, &[id.into()])?.iter().map(|row| Ok((row.name(0)?, row.string(1)?))).collect()
}

/// What lists say of these cases, by their numbers in the database: where each goes on, and what it repeats.
pub(crate) fn listed(tx: &Tx<'_>, cases: &[i64]) -> Result<Vec<(i64, Name, Bond)>, DbError> {
    let ids: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let mut told = Vec::new();
    for row in tx.rows(&LISTED, &[format!("[{}]", ids.join(",")).into()])? {
        if let Some(bond @ (Bond::Merged | Bond::Tie(TieKind::DuplicateOf))) = Bond::from_code(row.text(2)?) {
            told.push((row.int(0)?, row.name(1)?, bond));
        }
    }
    Ok(told)
}

/// The cases that hold a tie to this one, in the order of their opening.
pub(crate) fn held_by_others(tx: &Tx<'_>, number: &str) -> Result<Vec<(Name, Bond)>, DbError> {
    let rows = tx.rows(&HELD_BY_OTHERS, &[number.into(), MOST.into()])?;
    rows.iter()
        .map(|row| {
            let code = row.text(1)?;
            let bond = Bond::from_code(code).ok_or_else(|| DbError::Broken(format!("tie «{code}»")))?;
            Ok((row.name(0)?, bond))
        })
        .collect()
}
