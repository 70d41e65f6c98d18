//! Effects, performed: each goes to whoever does it, and what came of it is written back. Today all of them are notices
//! on a person's page; a second attempt under the same key adds nothing.

use anyhow::Result;
use engine::effect::Effect;
use jiff::{SignedDuration, Timestamp};
use store::{
    Store, StoreError,
    outbox::{OutboxLease, OutboxOutcome},
};

/// How long one attempt may take before another may have the effect.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// Effects taken at once.
const AT_ONCE: usize = 100;
/// After so many attempts it is given up, and shows in the figures.
const MOST_ATTEMPTS: u32 = 12;

/// Performs what is waiting, at most one lot; gives how many there were. `token` is random and new for each call.
pub async fn perform_due(store: &Store, now: Timestamp, token: &str) -> Result<usize, StoreError> {
    let leases = store.lease_outbox(now, LEASE, AT_ONCE, token).await?;
    // Together, so that they share commits.
    let settled = leases.iter().map(|lease| async {
        let outcome = match deliver(store, lease, now).await {
            Ok(()) => OutboxOutcome::Done,
            Err(error) => after_failure(lease, &error, now),
        };
        store.settle_outbox(lease, outcome, now).await
    });
    for outcome in futures_util::future::join_all(settled).await {
        outcome?;
    }
    Ok(leases.len())
}

async fn deliver(store: &Store, lease: &OutboxLease, now: Timestamp) -> Result<(), StoreError> {
    let (people, text) = match &lease.effect {
        Effect::Notify { person, text } => (vec![*person], text),
        Effect::NotifyRole { role, unit, text } => (store.holders(role, unit.as_deref(), now).await?, text),
    };
    let notices = people.iter().map(|person| store.add_notice(*person, &lease.key, text, Some(&lease.case), now));
    futures_util::future::join_all(notices).await.into_iter().collect()
}

/// Again after a growing pause, until it is no use.
fn after_failure(lease: &OutboxLease, error: &StoreError, now: Timestamp) -> OutboxOutcome {
    let detail = error.to_string();
    if lease.attempt >= MOST_ATTEMPTS {
        return OutboxOutcome::Failed { detail };
    }
    let pause = SignedDuration::from_secs(5 << lease.attempt.min(9));
    OutboxOutcome::Retry { at: now.saturating_add(pause).unwrap_or(now), detail }
}
