//! Effects, performed: each goes to whoever does it, and what came of it is written back. They tell people, on their page
//! and by mail where it leaves, or another case; a second attempt under the same key adds nothing.

use crate::clock;
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
    let chance = clock::secret();
    let settled = leases.iter().map(|lease| async {
        match store.perform(lease, &format!("{chance}:{}", lease.key), now).await {
            Ok(()) => Ok(true),
            Err(error) => store.settle_outbox(lease, after_failure(lease, &error, now), now).await,
        }
    });
    for outcome in futures_util::future::join_all(settled).await {
        outcome?;
    }
    Ok(leases.len())
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
