//! What people have in hand: how many cases wait for each, and when each was last assigned one.

use crate::{
    error::{DbError, StoreError},
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
