//! What a list says of a case beside its row: that it was escalated, and to whom. Few cases have a mark.

use crate::{
    error::DbError,
    tx::{Tx, statements},
};
use engine::{Name, case::Case};
use std::collections::HashMap;

/// That an open case was escalated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It waits for a superior to decide; the post.
    Superior(Name),
    /// It went on to another area or level, as people call it.
    Area(Name),
}

statements! {
    PUT: [Int, Text] => [],
        "INSERT INTO case_marks (case_id, mark) VALUES ($1, $2) ON CONFLICT (case_id) DO UPDATE SET mark = excluded.mark";
    DROP: [Int] => [], "DELETE FROM case_marks WHERE case_id = $1";
    OF: [Text] => [Int, Text], "SELECT m.case_id, m.mark FROM case_marks m WHERE m.case_id IN {ids $1}";
}

impl Mark {
    fn of(case: &Case) -> Option<Self> {
        let last = case.escalations.last().filter(|_| case.is_open())?;
        let to = last.escalated.to.clone();
        Some(if case.with_superior().is_some() { Self::Superior(to) } else { Self::Area(to) })
    }

    fn text(&self) -> String {
        match self {
            Self::Superior(to) => format!("superior:{to}"),
            Self::Area(to) => format!("area:{to}"),
        }
    }

    fn read(text: &str) -> Self {
        match text.split_once(':') {
            Some(("superior", to)) => Self::Superior(to.into()),
            Some((_, to)) => Self::Area(to.into()),
            None => Self::Area("".into()),
        }
    }
}

/// Writes the mark of a case where it is another than before.
pub(crate) fn update(tx: &Tx<'_>, id: i64, before: Option<&Case>, case: &Case) {
    let mark = Mark::of(case);
    if before.and_then(Mark::of) == mark {
        return;
    }
    match mark {
        Some(mark) => tx.at_end(&PUT, vec![id.into(), mark.text().into()]),
        None => tx.at_end(&DROP, vec![id.into()]),
    }
}

/// The marks of these cases, by their numbers in the database.
pub(crate) fn of(tx: &Tx<'_>, cases: &[i64]) -> Result<HashMap<i64, Mark>, DbError> {
    let ids: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let rows = tx.rows(&OF, &[format!("[{}]", ids.join(",")).into()])?;
    rows.iter().map(|row| Ok((row.int(0)?, Mark::read(row.text(1)?)))).collect()
}
