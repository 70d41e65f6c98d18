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
    OF_NUMBER: [Text] => [Text, Text, Text, Int, Int, Int],
        "SELECT role, holder, unit, person, paused, due_key FROM waits
         WHERE case_id = (SELECT id FROM cases WHERE number = $1) ORDER BY place";
    DELETE: [Int] => [], "DELETE FROM waits WHERE case_id = $1";
    INSERT: [Int, Int, Text, Text, Text, Int, Int, Int] => [],
        "INSERT INTO waits (case_id, place, role, holder, unit, person, paused, due_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    TALLY: [Int, Text, Text, Int, Int, Int] => [],
        "INSERT INTO tallies (person, holder, unit, paused, day, cases) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (person, holder, unit, paused, day) DO UPDATE SET cases = tallies.cases + excluded.cases";
    EMPTY: [Int, Text, Text, Int, Int] => [],
        "DELETE FROM tallies WHERE person = $1 AND holder = $2 AND unit = $3 AND paused = $4 AND day = $5 AND cases = 0";
    TALLIES_OF: [Int, Text] => [Text, Int, Int, Int],
        "SELECT unit, paused, day, cases FROM tallies WHERE person = $1 AND holder = $2 AND cases <> 0";
    BY_PROCEDURE: [Int] => [Text, Text, Int], "SELECT holder, unit, cases FROM tallies WHERE person = $1 AND cases <> 0";
    WAITING_POSTS: [] => [Text, Text],
        "SELECT DISTINCT holder, unit FROM tallies WHERE person = 0 AND paused = 0 AND cases <> 0";
    ALL_TALLIES: [] => [Int, Text, Text, Int, Int, Int],
        "SELECT person, holder, unit, paused, day, cases FROM tallies WHERE cases <> 0";
}

/// In place of a person: counters of all the open cases of a procedure, and of those that wait for a post and nobody is
/// assigned. Where others have a post they have the procedure, and in place of the unit the edition.
pub(crate) const OPEN: i64 = -1;
pub(crate) const UNASSIGNED: i64 = -2;

/// One counter of a person or of a post.
pub(crate) struct TallyRow {
    pub unit: Name,
    pub paused: bool,
    /// The local day of the due date; 0: none.
    pub day: i64,
    pub cases: i64,
}

/// The counters of a person (with no holder), or of a post (with no person).
pub(crate) fn tallies(tx: &Tx<'_>, person: i64, holder: &str) -> Result<Vec<TallyRow>, DbError> {
    let one = |row: &Row| -> Result<TallyRow, DbError> {
        Ok(TallyRow { unit: row.name(0)?, paused: row.flag(1)?, day: row.int(2)?, cases: row.int(3)? })
    };
    tx.rows(&TALLIES_OF, &[person.into(), holder.into()])?.iter().map(one).collect()
}

/// The counters by edition and procedure: `OPEN` or `UNASSIGNED`.
pub(crate) fn by_procedure(tx: &Tx<'_>, what: i64) -> Result<Vec<(i64, Name, i64)>, DbError> {
    let one = |row: &Row| Ok((row.text(1)?.parse().map_err(DbError::broken)?, row.name(0)?, row.int(2)?));
    tx.rows(&BY_PROCEDURE, &[what.into()])?.iter().map(one).collect()
}

/// The posts and units that cases wait for.
pub(crate) fn waiting_posts(tx: &Tx<'_>) -> Result<Vec<(Name, Name)>, DbError> {
    tx.rows(&WAITING_POSTS, &[])?.iter().map(|row| Ok((row.name(0)?, row.name(1)?))).collect()
}

/// All the counters a case is in: of those it waits for, and of its procedure while it is open.
pub(crate) fn keys(case: &Case, rows: &[WaitRow], zone: &TimeZone) -> Vec<TallyKey> {
    let mut keys: Vec<TallyKey> = rows.iter().map(|row| tally_key(row, zone)).collect();
    if case.is_open() {
        let of = |what| (what, case.procedure.to_string(), case.edition.to_string(), false, 0);
        keys.push(of(OPEN));
        if rows.iter().any(|row| row.person == 0 && !row.paused) {
            keys.push(of(UNASSIGNED));
        }
    }
    keys
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

fn tally_key(row: &WaitRow, zone: &TimeZone) -> TallyKey {
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
    id: i64,
    cases: (Option<&Case>, &Case),
    now: &[WaitRow],
    zone: &TimeZone,
    tallies: &mut BTreeMap<TallyKey, i64>,
) -> Result<Vec<WaitRow>, DbError> {
    let (was, case) = cases;
    let before = if was.is_none() { Vec::new() } else { stored(tx, id)? };
    for key in was.map(|was| keys(was, &before, zone)).unwrap_or_default() {
        *tallies.entry(key).or_default() -= 1;
    }
    for key in keys(case, now, zone) {
        *tallies.entry(key).or_default() += 1;
    }
    if before == now {
        return Ok(before);
    }
    if !before.is_empty() {
        tx.send(&DELETE, vec![id.into()])?;
    }
    for (place, row) in (0_i64..).zip(now) {
        let values = vec![
            id.into(),
            place.into(),
            (&row.role).into(),
            (&row.holder).into(),
            (&row.unit).into(),
            row.person.into(),
            row.paused.into(),
            row.due_key.into(),
        ];
        tx.send(&INSERT, values)?;
    }
    Ok(before)
}

/// Writes the changes of the counters when the transaction ends; those that come to nothing are not kept.
pub(crate) fn write_tallies(tx: &Tx<'_>, tallies: &BTreeMap<TallyKey, i64>) {
    for ((person, holder, unit, paused, day), change) in tallies {
        if *change != 0 {
            let key = vec![(*person).into(), holder.into(), unit.into(), (*paused).into(), (*day).into()];
            tx.add((&TALLY, &EMPTY), key, *change);
        }
    }
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
