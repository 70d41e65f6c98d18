//! What a list says of a case beside its row: that it was escalated, and to whom; that it was merged into another, or
//! repeats one. Few cases have a mark.

use crate::{
    error::DbError,
    ties::{self, Bond},
    tx::{Tx, statements},
};
use engine::{Name, case::Case};
use std::collections::HashMap;

/// What a list says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It waits for a superior to decide; the post.
    Superior(Name),
    /// It went on to another area or level, as people call it.
    Area(Name),
    /// It goes on in another case.
    Merged(Name),
    /// It repeats another case.
    Duplicate(Name),
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

    /// As it is stored; what ties say is stored with them.
    fn text(&self) -> Option<String> {
        match self {
            Self::Superior(to) => Some(format!("superior:{to}")),
            Self::Area(to) => Some(format!("area:{to}")),
            Self::Merged(_) | Self::Duplicate(_) => None,
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
    match mark.and_then(|mark| mark.text()) {
        Some(text) => tx.at_end(&PUT, vec![id.into(), text.into()]),
        None => tx.at_end(&DROP, vec![id.into()]),
    }
}

/// The marks of these cases, by their numbers in the database.
pub(crate) fn of(tx: &Tx<'_>, cases: &[i64]) -> Result<HashMap<i64, Vec<Mark>>, DbError> {
    let ids: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let mut marks: HashMap<i64, Vec<Mark>> = HashMap::new();
    for row in tx.rows(&OF, &[format!("[{}]", ids.join(",")).into()])? {
        marks.entry(row.int(0)?).or_default().push(Mark::read(row.text(1)?));
    }
    for (id, other, bond) in ties::listed(tx, cases)? {
        let told = marks.entry(id).or_default();
        match bond {
            Bond::Merged => {
                // Where it goes on says already whom it repeats.
                told.retain(|mark| *mark != Mark::Duplicate(other.clone()));
                told.push(Mark::Merged(other));
            }
            Bond::Tie(_) if !told.contains(&Mark::Merged(other.clone())) => told.push(Mark::Duplicate(other)),
            Bond::Tie(_) => {}
        }
    }
    Ok(marks)
}
