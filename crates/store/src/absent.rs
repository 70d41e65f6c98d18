//! For whom nobody answers today: those with somebody in their place, and those who have left; and how much waits for them.

use crate::{
    error::DbError,
    tx::{Tx, statements},
    waits::tallies,
};
use engine::actor::PersonId;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Absent persons of one list, at most.
const MOST: i64 = 500;
/// Rows of one person that another row of the same case may repeat, at most.
const DOUBLES: i64 = 10_000;

statements! {
    ABSENT: [Text, Int] => [Int],
        "SELECT a.person FROM (SELECT s.absent AS person FROM substitutions s WHERE s.since <= $1 AND s.until >= $1
                               UNION SELECT x.id FROM people x WHERE x.active = 0) a
         WHERE EXISTS (SELECT 1 FROM tallies t WHERE t.person = a.person AND t.cases > 0) ORDER BY a.person LIMIT $2";
    AGAIN: [Int, Int] => [Int, Int, Int],
        "SELECT w.case_id, w.place, e.person FROM waits w JOIN waits e ON e.case_id = w.case_id AND e.place < w.place
         WHERE w.place > 0 AND w.person = $1 LIMIT $2";
}

/// Those for whom anything waits.
pub(crate) fn people(tx: &Tx<'_>, today: Date) -> Result<Vec<PersonId>, DbError> {
    tx.rows(&ABSENT, &[today.into(), MOST.into()])?.iter().map(|row| row.int(0).map(PersonId)).collect()
}

/// How many cases wait for any of them, each once: from the counters.
pub(crate) fn count(tx: &Tx<'_>, people: &[PersonId]) -> Result<i64, DbError> {
    let mut cases = 0;
    let mut again = BTreeSet::new();
    for person in people {
        cases += tallies(tx, person.0, "")?.iter().map(|tally| tally.cases).sum::<i64>();
        for row in tx.rows(&AGAIN, &[(*person).into(), DOUBLES.into()])? {
            if people.contains(&PersonId(row.int(2)?)) {
                again.insert((row.int(0)?, row.int(1)?));
            }
        }
    }
    Ok(cases - i64::try_from(again.len()).unwrap_or(0))
}
