//! Timers: one for each clock that runs and for each warning to come, leased to a worker when its time has come.

use crate::{
    error::DbError,
    request::Request,
    time,
    tx::{Tx, statements},
};
use engine::{
    Name,
    case::Case,
    clocks::{self, Frame, WARNING_MARK},
};
use jiff::{SignedDuration, Timestamp};

/// A due timer in the hands of one worker, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimerLease {
    pub case: Name,
    pub clock: Name,
    /// What `DeadlineReached` must say.
    pub due: Timestamp,
    /// Whose lease it is; a later lease has another.
    pub token: String,
    pub(crate) case_id: i64,
}

impl TimerLease {
    /// What the system says to the case when the time has come.
    #[must_use]
    pub fn request(&self) -> Request {
        match self.clock.split_once(WARNING_MARK) {
            Some((clock, place)) => {
                Request::WarningReached { clock: clock.into(), warning: place.parse().unwrap_or(u16::MAX) }
            }
            None => Request::DeadlineReached { clock: self.clock.clone(), due: self.due },
        }
    }
}

statements! {
    OF_CASE: [Int] => [Text, Int], "SELECT clock, due FROM timers WHERE case_id = $1 ORDER BY clock";
    OF_NUMBER: [Text] => [Text, Int],
        "SELECT clock, due FROM timers WHERE case_id = (SELECT id FROM cases WHERE number = $1) ORDER BY clock";
    DELETE: [Int, Text] => [], "DELETE FROM timers WHERE case_id = $1 AND clock = $2";
    PUT: [Int, Text, Int] => [],
        "INSERT INTO timers (case_id, clock, due, not_before, token) VALUES ($1, $2, $3, $3, '')
         ON CONFLICT (case_id, clock) DO UPDATE SET due = excluded.due, not_before = excluded.due, token = ''";
    DUE: [Int, Int] => [Int, Text, Int],
        "SELECT case_id, clock, due FROM timers WHERE not_before <= $1 ORDER BY not_before LIMIT $2 /*skip*/";
    LEASE: [Int, Text, Int, Text] => [],
        "UPDATE timers SET not_before = $3, token = $4 WHERE case_id = $1 AND clock = $2";
    RELEASE: [Int, Text, Text, Int] => [],
        "UPDATE timers SET not_before = $4, token = '' WHERE case_id = $1 AND clock = $2 AND token = $3";
    UNDO: [Int, Int] => [],
        "UPDATE timers SET not_before = due, token = '' WHERE not_before > $1 AND not_before <= $2 AND due < not_before";
    NUMBER: [Int] => [Text], "SELECT number FROM cases WHERE id = $1";
    WAITING: [Int] => [Int], "SELECT COUNT(*) FROM timers WHERE not_before <= $1";
}

/// The timers a case should have: clock (or clock and place of a warning) and moment, in microseconds.
pub(crate) fn of(case: &Case, frame: &Frame<'_>) -> Vec<(Name, i64)> {
    clocks::timers(case, frame).into_iter().map(|(name, at)| (name, time::micros(at))).collect()
}

pub(crate) fn stored(tx: &Tx<'_>, case: i64) -> Result<Vec<(Name, i64)>, DbError> {
    tx.rows(&OF_CASE, &[case.into()])?.iter().map(|row| Ok((row.name(0)?, row.int(1)?))).collect()
}

/// Brings the timers of a case up to date.
pub(crate) fn update(tx: &Tx<'_>, case: i64, new: bool, now: &[(Name, i64)]) -> Result<(), DbError> {
    let before = if new { Vec::new() } else { stored(tx, case)? };
    for (clock, _) in before.iter().filter(|(clock, _)| !now.iter().any(|(kept, _)| kept == clock)) {
        tx.send(&DELETE, vec![case.into(), clock.into()])?;
    }
    for timer in now.iter().filter(|timer| !before.contains(timer)) {
        tx.send(&PUT, vec![case.into(), (&timer.0).into(), timer.1.into()])?;
    }
    Ok(())
}

/// Leases what is due; a lease that is not finished in time goes to another.
pub(crate) fn lease(
    tx: &Tx<'_>,
    now: Timestamp,
    lease_for: SignedDuration,
    limit: usize,
    token: &str,
) -> Result<Vec<TimerLease>, DbError> {
    let until = time::micros(now).saturating_add(i64::try_from(lease_for.as_micros()).unwrap_or(i64::MAX));
    let mut leases = Vec::new();
    for row in tx.rows(&DUE, &[now.into(), limit.into()])? {
        let (case_id, clock) = (row.int(0)?, row.name(1)?);
        tx.run(&LEASE, &[case_id.into(), (&clock).into(), until.into(), token.into()])?;
        let number = tx.row(&NUMBER, &[case_id.into()])?.ok_or_else(|| DbError::broken("a timer without its case"))?;
        let due = time::moment(row.int(2)?)?;
        leases.push(TimerLease { case: number.name(0)?, clock, due, token: token.to_owned(), case_id });
    }
    Ok(leases)
}

/// Gives a timer back for another time; false if it is no longer this lease's.
pub(crate) fn release(tx: &Tx<'_>, lease: &TimerLease, again_at: Timestamp) -> Result<bool, DbError> {
    let values = [lease.case_id.into(), (&lease.clock).into(), lease.token.as_str().into(), again_at.into()];
    Ok(tx.run(&RELEASE, &values)? == 1)
}

/// Leases and pauses until a moment between these were given by a clock that was wrong.
pub(crate) fn clock_went_back(tx: &Tx<'_>, now: Timestamp, until: Timestamp) -> Result<u64, DbError> {
    tx.run(&UNDO, &[now.into(), until.into()])
}

pub(crate) fn waiting(tx: &Tx<'_>, now: Timestamp) -> Result<i64, DbError> {
    tx.row(&WAITING, &[now.into()])?.map_or(Ok(0), |row| row.int(0))
}
