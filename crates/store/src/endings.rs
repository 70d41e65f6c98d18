//! The endings: of each case that has ended, when, by which way it had come, and how it is judged: what reports are read
//! from, by time.

use crate::{
    error::DbError,
    time,
    tx::{Row, Tx, Val, statements},
};
use engine::{
    Name,
    case::{Case, Status},
    event::Channel,
    measure::{Conformity, Verdict, conformity, verdict},
};

statements! {
    PUT: [Int, Int, Text, Text, Text, Text, Text] => [],
        "INSERT INTO endings (case_id, at, procedure, channel, how, judged, rated) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (case_id) DO UPDATE SET at = excluded.at, how = excluded.how, judged = excluded.judged, rated = excluded.rated";
    TAKE_AWAY: [Int] => [], "DELETE FROM endings WHERE case_id = $1";
    OF: [Int] => [Int, Text, Text, Text, Text, Text],
        "SELECT at, procedure, channel, how, judged, rated FROM endings WHERE case_id = $1";
    ENDED: [Int, Int] => [Int, Text], "SELECT id, state FROM cases WHERE id > $1 AND is_open = 0 ORDER BY id LIMIT $2";
}

/// One ending, as its row has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub at: i64,
    pub procedure: Name,
    pub channel: Channel,
    pub how: Status,
    pub judged: Conformity,
    pub rated: Verdict,
}

impl Ending {
    /// None while the case is open.
    pub fn of(case: &Case) -> Option<Self> {
        let ended = case.ended.as_ref()?;
        Some(Self {
            at: time::micros(ended.at),
            procedure: case.procedure.clone(),
            channel: case.channel,
            how: case.status(),
            judged: conformity(case, ended.at),
            rated: verdict(case),
        })
    }

    fn values(&self, id: i64) -> Vec<Val> {
        let (judged, rated) = (self.judged.code(), self.rated.code());
        let words = [&*self.procedure, self.channel.code(), self.how.code(), judged, rated];
        [id.into(), self.at.into()].into_iter().chain(words.map(Val::from)).collect()
    }

    /// From the columns procedure, channel, how, judged and rated, beginning at this one.
    pub fn read(row: &Row, at: i64, first: usize) -> Result<Self, DbError> {
        fn known<T>(word: &str, of: impl Fn(&str) -> Option<T>) -> Result<T, DbError> {
            of(word).ok_or_else(|| DbError::Broken(format!("«{word}» in an ending")))
        }
        Ok(Self {
            at,
            procedure: row.name(first)?,
            channel: serde_json::from_value(row.text(first + 1)?.into()).map_err(DbError::broken)?,
            how: known(row.text(first + 2)?, Status::from_code)?,
            judged: known(row.text(first + 3)?, Conformity::from_code)?,
            rated: known(row.text(first + 4)?, Verdict::from_code)?,
        })
    }
}

/// Writes what a change of a case changes here: it ends, is opened again, is rated or counted apart afterwards.
pub(crate) fn note(tx: &Tx<'_>, id: i64, before: Option<&Case>, case: &Case) -> Result<(), DbError> {
    match (before.and_then(Ending::of), Ending::of(case)) {
        (before, Some(now)) if before.as_ref() != Some(&now) => tx.send(&PUT, now.values(id)),
        (Some(_), None) => tx.send(&TAKE_AWAY, vec![id.into()]),
        _ => Ok(()),
    }
}

pub(crate) fn stored(tx: &Tx<'_>, id: i64) -> Result<Option<Ending>, DbError> {
    tx.row(&OF, &[id.into()])?.map(|row| Ending::read(&row, row.int(0)?, 1)).transpose()
}

/// Writes those of the time before they were kept.
pub(crate) fn make_up(tx: &Tx<'_>) -> Result<(), DbError> {
    let mut after = 0;
    loop {
        let page = tx.rows(&ENDED, &[after.into(), 500_i64.into()])?;
        for row in &page {
            after = row.int(0)?;
            let case: Case = row.json(1)?;
            if let Some(ending) = Ending::of(&case) {
                tx.run(&PUT, &ending.values(after))?;
            }
        }
        if page.len() < 500 {
            return Ok(());
        }
    }
}
