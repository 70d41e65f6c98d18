//! The outbox: effects written with the change that asks for them, performed after its commit, each under a stable key.

use crate::{
    error::DbError,
    time,
    tx::{Tx, Val, statements},
};
use engine::{Name, effect::Effect};
use jiff::{SignedDuration, Timestamp};

/// An effect in the hands of one performer, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxLease {
    /// `number:event:place`: the same at every attempt, for whoever must recognise a second one.
    pub key: Name,
    pub case: Name,
    pub effect: Effect,
    /// 1 the first time.
    pub attempt: u32,
    pub created_at: Timestamp,
    pub token: String,
    pub(crate) id: i64,
}

/// What came of an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutboxOutcome {
    Done,
    /// Try again at that time.
    Retry {
        at: Timestamp,
        detail: String,
    },
    /// It will not happen.
    Failed {
        detail: String,
    },
    /// Nobody knows whether it happened; a person decides.
    Unknown {
        detail: String,
    },
}

statements! {
    PUT: [Text, Text, Text, Int] => [],
        "INSERT INTO outbox (key, number, effect, state, attempts, not_before, token, created_at, detail)
         VALUES ($1, $2, $3, 'pending', 0, $4, '', $4, '')";
    DUE: [Int, Int] => [Int, Text, Text, Text, Int, Int],
        "SELECT id, key, number, effect, attempts, created_at FROM outbox
         WHERE state = 'pending' AND not_before <= $1 ORDER BY not_before, id LIMIT $2 /*skip*/";
    LEASE: [Int, Int, Text] => [],
        "UPDATE outbox SET attempts = attempts + 1, not_before = $2, token = $3 WHERE id = $1";
    SETTLE: [Int, Text, Text, Int, Text] => [],
        "UPDATE outbox SET state = $3, settled_at = $4, token = '', detail = $5 WHERE id = $1 AND token = $2";
    AGAIN: [Int, Text, Int, Text] => [],
        "UPDATE outbox SET not_before = $3, token = '', detail = $4 WHERE id = $1 AND token = $2";
    UNDO: [Int, Int] => [],
        "UPDATE outbox SET not_before = $1, token = '' WHERE state = 'pending' AND not_before > $1 AND not_before <= $2";
    WAITING: [] => [Int], "SELECT COUNT(*) FROM outbox WHERE state = 'pending'";
    DROP_OLD: [Int] => [], "DELETE FROM outbox WHERE state = 'done' AND not_before < $1";
}

/// Writes the effects of a decision; `n` is its last event.
pub(crate) fn put(tx: &Tx<'_>, number: &str, n: u32, effects: &[Effect], now: Timestamp) -> Result<(), DbError> {
    for (place, effect) in effects.iter().enumerate() {
        let body = serde_json::to_string(effect).map_err(DbError::broken)?;
        tx.send(&PUT, vec![format!("{number}:{n}:{place}").into(), number.into(), body.into(), now.into()])?;
    }
    Ok(())
}

pub(crate) fn lease(
    tx: &Tx<'_>,
    now: Timestamp,
    lease_for: SignedDuration,
    limit: usize,
    token: &str,
) -> Result<Vec<OutboxLease>, DbError> {
    let until = time::micros(now).saturating_add(i64::try_from(lease_for.as_micros()).unwrap_or(i64::MAX));
    let mut leases = Vec::new();
    for row in tx.rows(&DUE, &[now.into(), limit.into()])? {
        let id = row.int(0)?;
        tx.run(&LEASE, &[id.into(), until.into(), token.into()])?;
        leases.push(OutboxLease {
            id,
            key: row.name(1)?,
            case: row.name(2)?,
            effect: row.json(3)?,
            attempt: u32::try_from(row.int(4)?).unwrap_or(u32::MAX).saturating_add(1),
            created_at: time::moment(row.int(5)?)?,
            token: token.to_owned(),
        });
    }
    Ok(leases)
}

/// Writes what came of a leased effect; false if the lease is no longer this one's.
pub(crate) fn settle(
    tx: &Tx<'_>,
    lease: &OutboxLease,
    outcome: &OutboxOutcome,
    now: Timestamp,
) -> Result<bool, DbError> {
    let (id, token) = (Val::Int(lease.id), Val::from(lease.token.as_str()));
    let settled = |state: &str, detail: &str| {
        tx.run(&SETTLE, &[id.clone(), token.clone(), state.into(), now.into(), detail.into()])
    };
    let touched = match outcome {
        OutboxOutcome::Done => settled("done", "")?,
        OutboxOutcome::Failed { detail } => settled("failed", detail)?,
        OutboxOutcome::Unknown { detail } => settled("unknown", detail)?,
        OutboxOutcome::Retry { at, detail } => {
            tx.run(&AGAIN, &[id.clone(), token.clone(), (*at).into(), detail.into()])?
        }
    };
    Ok(touched == 1)
}

/// What was put off until a moment between these was put off by a clock that was wrong.
pub(crate) fn clock_went_back(tx: &Tx<'_>, now: Timestamp, until: Timestamp) -> Result<u64, DbError> {
    tx.run(&UNDO, &[now.into(), until.into()])
}

pub(crate) fn waiting(tx: &Tx<'_>) -> Result<i64, DbError> {
    tx.row(&WAITING, &[])?.map_or(Ok(0), |row| row.int(0))
}

/// Forgets effects done long ago.
pub(crate) fn forget(tx: &Tx<'_>, before: Timestamp) -> Result<u64, DbError> {
    tx.run(&DROP_OLD, &[before.into()])
}
