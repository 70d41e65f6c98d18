//! For whom each case waits, as rows, and the live counters of them, kept in the same commit.

use crate::{
    error::DbError,
    time::{self, NEVER},
    tx::{Row, Tx, statements},
};
use engine::{
    Name,
    actor::PersonId,
    authority::{self, Wait},
    case::Case,
};
use jiff::tz::TimeZone;
use manual::procedure::Procedure;
use std::collections::BTreeMap;

/// One row: a post, or one person, for whom a case waits. A person of 0 is none, an empty unit is any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WaitRow {
    pub role: Name,
    pub holder: Name,
    pub unit: Name,
    pub person: i64,
    pub paused: bool,
    pub due_key: i64,
}

/// One counter: of a post or person, paused or not, by the local day of the due date (0: none).
pub(crate) type TallyKey = (i64, String, String, bool, i64);

statements! {
    OF_CASE: [Int] => [Text, Text, Text, Int, Int, Int],
        "SELECT role, holder, unit, person, paused, due_key FROM waits WHERE case_id = $1 ORDER BY place";
    DELETE: [Int] => [], "DELETE FROM waits WHERE case_id = $1";
    INSERT: [Int, Int, Text, Text, Text, Int, Int, Int] => [],
        "INSERT INTO waits (case_id, place, role, holder, unit, person, paused, due_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    TALLY: [Int, Text, Text, Int, Int, Int] => [],
        "INSERT INTO tallies (person, holder, unit, paused, day, cases) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (person, holder, unit, paused, day) DO UPDATE SET cases = tallies.cases + excluded.cases";
    ALL_TALLIES: [] => [Int, Text, Text, Int, Int, Int],
        "SELECT person, holder, unit, paused, day, cases FROM tallies WHERE cases <> 0";
}

/// The due date by which a case is sorted and counted.
pub(crate) fn due_key(case: &Case) -> i64 {
    case.next_due().map_or(NEVER, time::micros)
}

/// The rows a case should have.
pub(crate) fn of(case: &Case, procedure: &Procedure) -> Vec<WaitRow> {
    let due_key = due_key(case);
    let row = |wait: Wait| WaitRow {
        role: wait.role,
        holder: wait.holder,
        unit: wait.unit.unwrap_or_else(|| "".into()),
        person: wait.person.map_or(0, |person| person.0),
        paused: case.paused.is_some(),
        due_key,
    };
    authority::waits(case, procedure).into_iter().map(row).collect()
}

pub(crate) fn tally_key(row: &WaitRow, zone: &TimeZone) -> TallyKey {
    // A person is counted as such, whatever the post.
    let (holder, unit) =
        if row.person == 0 { (row.holder.to_string(), row.unit.to_string()) } else { Default::default() };
    (row.person, holder, unit, row.paused, time::day_of(row.due_key, zone))
}

fn wait_row(row: &Row) -> Result<WaitRow, DbError> {
    Ok(WaitRow {
        role: row.name(0)?,
        holder: row.name(1)?,
        unit: row.name(2)?,
        person: row.int(3)?,
        paused: row.flag(4)?,
        due_key: row.int(5)?,
    })
}

pub(crate) fn stored(tx: &Tx<'_>, case: i64) -> Result<Vec<WaitRow>, DbError> {
    tx.rows(&OF_CASE, &[case.into()])?.iter().map(wait_row).collect()
}

/// Brings the rows and the counters of a case up to date; gives the rows it had.
pub(crate) fn update(
    tx: &Tx<'_>,
    case: i64,
    new: bool,
    now: &[WaitRow],
    zone: &TimeZone,
    tallies: &mut BTreeMap<TallyKey, i64>,
) -> Result<Vec<WaitRow>, DbError> {
    let before = if new { Vec::new() } else { stored(tx, case)? };
    if before == now {
        return Ok(before);
    }
    if !before.is_empty() {
        tx.run(&DELETE, &[case.into()])?;
    }
    for row in &before {
        *tallies.entry(tally_key(row, zone)).or_default() -= 1;
    }
    for (place, row) in (0_i64..).zip(now) {
        let values = [
            case.into(),
            place.into(),
            (&row.role).into(),
            (&row.holder).into(),
            (&row.unit).into(),
            row.person.into(),
            row.paused.into(),
            row.due_key.into(),
        ];
        tx.run(&INSERT, &values)?;
        *tallies.entry(tally_key(row, zone)).or_default() += 1;
    }
    Ok(before)
}

/// Writes the changes of the counters, always in the same order so that two writers never wait for one another in a circle.
pub(crate) fn write_tallies(tx: &Tx<'_>, tallies: &BTreeMap<TallyKey, i64>) -> Result<(), DbError> {
    for ((person, holder, unit, paused, day), change) in tallies {
        if *change != 0 {
            let values =
                [(*person).into(), holder.into(), unit.into(), (*paused).into(), (*day).into(), (*change).into()];
            tx.run(&TALLY, &values)?;
        }
    }
    Ok(())
}

/// All the counters that are not zero.
pub(crate) fn all_tallies(tx: &Tx<'_>) -> Result<BTreeMap<TallyKey, i64>, DbError> {
    tx.rows(&ALL_TALLIES, &[])?
        .iter()
        .map(|row| Ok(((row.int(0)?, row.string(1)?, row.string(2)?, row.flag(3)?, row.int(4)?), row.int(5)?)))
        .collect()
}

/// The persons and posts a set of rows touches.
pub(crate) fn touched(rows: &[WaitRow]) -> (Vec<PersonId>, Vec<(Name, Option<Name>)>) {
    let people = rows.iter().filter(|row| row.person != 0).map(|row| PersonId(row.person)).collect();
    let posts = rows
        .iter()
        .filter(|row| row.person == 0)
        .map(|row| (row.holder.clone(), Some(row.unit.clone()).filter(|unit| !unit.is_empty())))
        .collect();
    (people, posts)
}
