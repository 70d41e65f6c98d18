//! What people have in hand: how many cases wait for each, when each was last assigned one, and what waits for the absent.

use crate::{
    cases::{CaseRow, case_columns, case_row},
    error::{DbError, StoreError},
    lists::{Page, limit_of},
    reader::Reader,
    store::Store,
    time,
    tx::statements,
};
use engine::{Name, actor::PersonId, case::Case, refusal::Refusal};
use jiff::Timestamp;

/// What one person has in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    pub person: PersonId,
    /// Open cases that wait for the person, those he asked for himself apart.
    pub open: i64,
    /// When he was last assigned one.
    pub last: Option<Timestamp>,
    /// Somebody stands in for him today.
    pub absent: bool,
}

/// An open case that is somebody's, and the roles under which it is his.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub number: Name,
    pub subject: Name,
    pub procedure: Name,
    pub edition: i64,
    pub roles: Vec<Name>,
    pub due: Option<Timestamp>,
}

statements! {
    LOAD: [Int, Text] => [Int, Int, Int],
        "SELECT CAST((SELECT COUNT(DISTINCT w.case_id) FROM waits w JOIN cases c ON c.id = w.case_id
                      WHERE w.person = $1 AND w.person <> 0 AND c.requester <> $1) AS BIGINT),
                CAST(COALESCE((SELECT t.at FROM turns t WHERE t.person = $1), -1) AS BIGINT),
                CAST((SELECT COUNT(*) FROM substitutions s
                      WHERE s.absent = $1 AND s.since <= $2 AND s.until >= $2) AS BIGINT)";
    ABSENT: [Text, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int, Text, Text],
        concat!(
            "SELECT ", case_columns!(), " FROM cases c WHERE c.id IN (
                SELECT w.case_id FROM (SELECT s.absent AS person FROM substitutions s WHERE s.since <= $1 AND s.until >= $1
                                       UNION SELECT x.id FROM people x WHERE x.active = 0) a
                JOIN waits w ON w.person = a.person AND w.person <> 0 JOIN cases o ON o.id = w.case_id AND o.requester <> a.person)
             AND (c.due_key > $2 OR (c.due_key = $2 AND c.id > $3))
             ORDER BY c.due_key, c.id LIMIT $4"
        );
    CHARGES: [Int, Int, Int] => [Int, Text],
        "SELECT c.id, c.state FROM participants x JOIN cases c ON c.id = x.case_id
         WHERE x.person = $1 AND c.is_open = 1 AND c.id > $2 ORDER BY c.id LIMIT $3";
}

impl Store {
    /// What these persons have in hand.
    pub async fn loads(&self, people: Vec<PersonId>, now: Timestamp) -> Result<Vec<Load>, StoreError> {
        let caches = self.caches();
        self.read(move |tx| {
            let today = caches.today(now);
            let one = |person: PersonId| {
                let row = tx.row(&LOAD, &[person.into(), today.into()])?.ok_or_else(|| DbError::broken("no load"))?;
                let last = row.int(1)?;
                let last = if last < 0 { None } else { Some(time::moment(last)?) };
                Ok(Load { person, open: row.int(0)?, last, absent: row.flag(2)? })
            };
            people.iter().copied().map(one).collect()
        })
        .await
    }
}

impl Reader {
    /// Open cases that wait for somebody absent today or who has left, the nearest due date first; for chiefs and those
    /// who see every case.
    pub async fn of_the_absent(&self, cursor: Option<&str>, limit: usize) -> Result<Page<CaseRow>, StoreError> {
        let (reader, now, limit, caches) = (self.clone(), self.now, limit_of(limit), self.store.caches());
        let (due, id) = cursor.and_then(read_cursor).unwrap_or((i64::MIN, 0));
        self.store
            .read(move |tx| {
                if !reader.sees_current(tx, &caches)? {
                    return Err(Refusal::forbidden("Lo que espera por otras personas lo ve una jefatura.").into());
                }
                let values = [caches.today(now).into(), due.into(), id.into(), (limit + 1).into()];
                let rows = tx.rows(&ABSENT, &values)?.iter().map(case_row).collect::<Result<Vec<_>, _>>()?;
                let more = rows.len() > limit;
                let rows: Vec<CaseRow> = rows.into_iter().take(limit).collect();
                let next = rows.last().filter(|_| more).map(|row| format!("{}.{}", row.due_key, row.id));
                Ok(Page { rows, next })
            })
            .await
    }

    /// The open cases assigned to a person, in the order of their arrival, at most `limit`: one's own, or anybody's for a
    /// chief.
    pub async fn charges(&self, of: PersonId, limit: usize) -> Result<Vec<Charge>, StoreError> {
        let (reader, caches) = (self.clone(), self.store.caches());
        self.store
            .read(move |tx| {
                if of != reader.person.id && !reader.sees_current(tx, &caches)? {
                    return Err(Refusal::forbidden("Los casos de otra persona los traslada una jefatura.").into());
                }
                let (mut found, mut after) = (Vec::new(), 0_i64);
                loop {
                    let page = tx.rows(&CHARGES, &[of.into(), after.into(), 200_i64.into()])?;
                    let Some(last) = page.last() else { return Ok(found) };
                    after = last.int(0)?;
                    for row in &page {
                        found.extend(charge(of, &row.json::<Case>(1)?));
                        if found.len() >= limit {
                            return Ok(found);
                        }
                    }
                }
            })
            .await
    }
}

fn read_cursor(text: &str) -> Option<(i64, i64)> {
    let (due, id) = text.split_once('.')?;
    Some((due.parse().ok()?, id.parse().ok()?))
}

fn charge(of: PersonId, case: &Case) -> Option<Charge> {
    let roles: Vec<Name> =
        case.assignees.iter().filter(|assignee| assignee.person == of).map(|one| one.role.clone()).collect();
    (!roles.is_empty()).then(|| Charge {
        number: case.number.clone(),
        subject: case.subject.clone(),
        procedure: case.procedure.clone(),
        edition: case.edition,
        roles,
        due: case.next_due(),
    })
}
