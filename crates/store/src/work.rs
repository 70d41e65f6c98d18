//! The worker's side: leasing due timers and effects, and giving them back.

use crate::{
    error::{StoreError, SubmitError},
    mailbox::unsettled,
    mails,
    outbox::{self, OutboxLease, OutboxOutcome},
    request::{Request, Submission},
    store::Store,
    timers::{self, TimerLease},
};
use engine::{actor::SYSTEM, effect::Effect};
use jiff::{SignedDuration, Timestamp};

/// Nothing is put off for longer than this: a lease, a timer refused, an effect that failed.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(2);
/// A mail that the server refused for now waits longer.
const LONGEST_PAUSE_OF_MAIL: SignedDuration = SignedDuration::from_hours(6);

impl Store {
    /// Leases timers whose time has come, at most `limit`; `token` is random and new for each call.
    /// For each, submit `Request::DeadlineReached` as the system: what it answers settles the timer, and if it is refused
    /// `finish_timer` says when to look again. A lease not finished in time goes to the next who asks.
    pub async fn lease_due_timers(
        &self,
        now: Timestamp,
        lease_for: SignedDuration,
        limit: usize,
        token: &str,
    ) -> Result<Vec<TimerLease>, StoreError> {
        let token = token.to_owned();
        self.write(move |tx| Ok(timers::lease(tx, now, lease_for, limit, &token)?)).await
    }

    /// Gives a timer back, to be looked at again at that time. False: the lease is no longer this one's, or the timer is
    /// gone because its case has moved on.
    pub async fn finish_timer(&self, lease: &TimerLease, again_at: Timestamp) -> Result<bool, StoreError> {
        let lease = lease.clone();
        self.write(move |tx| Ok(timers::release(tx, &lease, again_at)?)).await
    }

    /// The clock was put back from `was` to `now`: what the wrong clock put off is looked at now. Gives how much it was.
    /// Whoever holds a lease all the same is refused, and what he did is done once by its key.
    pub async fn clock_went_back(&self, was: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        let until = was.saturating_add(LONGEST_PAUSE).unwrap_or(was);
        self.write(move |tx| {
            let timers = timers::clock_went_back(tx, now, until)?;
            let outbox = outbox::clock_went_back(tx, now, until)?;
            let until = was.saturating_add(LONGEST_PAUSE_OF_MAIL).unwrap_or(was);
            Ok(timers + outbox + mails::clock_went_back(tx, now, until)?)
        })
        .await
    }

    /// Leases effects to perform, at most `limit`, in the order in which they were asked for.
    pub async fn lease_outbox(
        &self,
        now: Timestamp,
        lease_for: SignedDuration,
        limit: usize,
        token: &str,
    ) -> Result<Vec<OutboxLease>, StoreError> {
        let token = token.to_owned();
        self.write(move |tx| Ok(outbox::lease(tx, now, lease_for, limit, &token)?)).await
    }

    /// Performs an effect and settles it: whoever it tells is told, or the other case hears of this one. A second time under
    /// the same key adds nothing. `chance` is random.
    pub async fn perform(&self, lease: &OutboxLease, chance: &str, now: Timestamp) -> Result<(), StoreError> {
        let Effect::Echo { to } = &lease.effect else { return self.tell(lease, chance, now).await };
        let echo = Submission::on(to.clone(), SYSTEM, Request::Echo { from: lease.case.clone() }, now);
        match self.submit(echo.with_key(format!("eco:{}", lease.key), &**to)).await {
            // Refused: it was heard before, with what came after it.
            Ok(_) | Err(SubmitError::Refused(_)) => {}
            Err(error) => return Err(unsettled(error)),
        }
        self.settle_outbox(lease, OutboxOutcome::Done, now).await?;
        Ok(())
    }

    /// Writes what came of an effect. False: the lease ran out and another has it.
    pub async fn settle_outbox(
        &self,
        lease: &OutboxLease,
        outcome: OutboxOutcome,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let lease = lease.clone();
        self.write(move |tx| Ok(outbox::settle(tx, &lease, &outcome, now)?)).await
    }

    /// Forgets effects done before a moment; gives how many.
    pub async fn forget_outbox(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| Ok(outbox::forget(tx, before)?)).await
    }
}
