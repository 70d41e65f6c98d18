//! The worker: what happens without a person. Due timers, the outbox, the daily seal and putting away what is old.

use crate::{clock, performer};
use engine::{Name, actor::SYSTEM};
use jiff::{SignedDuration, Timestamp, civil::Date};
use std::time::{Duration, Instant};
use store::{Store, StoreError, Submission, SubmitError, timers::TimerLease};
use tokio::sync::watch;

/// How often the timers are looked at: a due date shows this late at most.
const EVERY: Duration = Duration::from_secs(2);
const LEASE: SignedDuration = SignedDuration::from_secs(60);
const AT_ONCE: usize = 100;
/// A timer the engine refused is looked at again after this long; the case's next event drops it anyway.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// How often old sessions, keys and effects are put away.
const TIDY: SignedDuration = SignedDuration::from_hours(1);

/// Works for one institution until it is told to stop.
pub async fn run(store: Store, mut stop: watch::Receiver<bool>) {
    let mut changes = store.subscribe();
    let mut tidied: Option<Timestamp> = None;
    let mut watch = clock::Watch::set(clock::now(), Instant::now());
    while !*stop.borrow() {
        let now = clock::now();
        if let Some((was, jump)) = watch.look(now, Instant::now()) {
            jumped(&store, was, now, jump).await;
            // Days are not sealed nor anything forgotten by a clock that may be put right in a moment.
            tidied = Some(now);
        }
        let turned = match store.try_writing(now).await {
            Ok(()) => turn(&store, now, &mut tidied).await,
            // Nothing can be written now; why is in the log of the store.
            Err(_) => Ok(()),
        };
        if let Err(error) = turned {
            tracing::warn!(institution = store.institution(), %error, "the worker could not do its turn");
        }
        // A change wakes it at once: its effects should be seen now.
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = changes.recv() => {}
            _ = stop.changed() => {}
        }
    }
}

/// The order of a case's events is that of their numbers: no clock can change it. What waits for a time may wait wrongly.
async fn jumped(store: &Store, was: Timestamp, now: Timestamp, jump: SignedDuration) {
    let institution = store.institution();
    if jump.is_positive() {
        tracing::warn!(institution, seconds = jump.as_secs(), "the clock jumped forward: el reloj se adelantó");
        return;
    }
    match store.clock_went_back(was, now).await {
        Ok(brought) => {
            tracing::warn!(institution, seconds = jump.as_secs(), brought, "the clock went back: el reloj retrocedió");
        }
        Err(error) => {
            tracing::warn!(institution, seconds = jump.as_secs(), %error, "the clock went back: el reloj retrocedió");
        }
    }
}

async fn turn(store: &Store, now: Timestamp, tidied: &mut Option<Timestamp>) -> Result<(), StoreError> {
    while timers(store, now).await? == AT_ONCE {}
    recount(store, now).await?;
    while performer::perform_due(store, now, &clock::secret()).await? > 0 {}
    while store.send_digests(now).await? > 0 {}
    while store.remind_ratings(&clock::secret(), now).await? > 0 {}
    if tidied.is_none_or(|last| now.duration_since(last) >= TIDY) {
        tidy(store, now).await?;
        *tidied = Some(now);
    }
    Ok(())
}

/// Tells the engine which terms have run out; gives how many timers were due.
pub async fn timers(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let leases = store.lease_due_timers(now, LEASE, AT_ONCE, &clock::secret()).await?;
    let told = leases.iter().map(|lease| tell(store, lease, now));
    for result in futures_util::future::join_all(told).await {
        result?;
    }
    Ok(leases.len())
}

async fn tell(store: &Store, lease: &TimerLease, now: Timestamp) -> Result<(), StoreError> {
    match store.submit(Submission::on(lease.case.clone(), SYSTEM, lease.request(), now)).await {
        Ok(_) => {}
        // Paused, answered or moved meanwhile: nothing is wrong.
        Err(SubmitError::Refused(_) | SubmitError::Stale { .. } | SubmitError::KeyReused) => {
            store.finish_timer(lease, now.saturating_add(AGAIN).unwrap_or(now)).await?;
        }
        Err(SubmitError::Unavailable(unavailable)) => return Err(StoreError::Unavailable(unavailable)),
        // Its lease runs out and it is asked again: the second time is a refusal.
        Err(SubmitError::UnknownOutcome) => return Err(StoreError::UnknownOutcome),
        Err(SubmitError::Broken(detail)) => {
            tracing::error!(institution = store.institution(), case = %lease.case, detail, "a due date was not recorded");
            store.finish_timer(lease, now.saturating_add(AGAIN).unwrap_or(now)).await?;
        }
    }
    Ok(())
}

/// Takes the open cases over to the calendar a signed order sends them to; gives how many went. Nothing is remembered
/// between turns: what has not gone over is found again, also after a kill.
pub async fn recount(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let (mut place, mut gone) = ((0, 0), 0);
    loop {
        let behind = store.cases_behind(place, AT_ONCE).await?;
        let Some(last) = behind.last() else { return Ok(gone) };
        place = last.place;
        let submitted =
            behind.iter().map(|one| store.submit(Submission::on(one.case.clone(), SYSTEM, one.request.clone(), now)));
        for (one, outcome) in behind.iter().zip(futures_util::future::join_all(submitted).await) {
            match outcome {
                Ok(_) => gone += 1,
                // It ended meanwhile, or another node took it over.
                Err(SubmitError::Refused(_) | SubmitError::Stale { .. } | SubmitError::KeyReused) => {}
                Err(SubmitError::Unavailable(unavailable)) => return Err(StoreError::Unavailable(unavailable)),
                Err(SubmitError::UnknownOutcome) => return Err(StoreError::UnknownOutcome),
                Err(SubmitError::Broken(detail)) => {
                    tracing::error!(institution = store.institution(), case = %one.case, detail, "a case was not recomputed");
                }
            }
        }
    }
}

/// Seals the days that are over, and puts away what nobody needs any more.
async fn tidy(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let ago = |days: i64| now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now);
    if let Some(day) = day_to_seal(store, now).await? {
        let seal = store.seal_day(day, now).await?;
        tracing::info!(institution = store.institution(), day = %day, hash = seal.hash, "the day is sealed");
    }
    store.forget_sessions(now, ago(1)).await?;
    store.forget_keys(ago(7)).await?;
    store.forget_failures(ago(1)).await?;
    store.forget_outbox(ago(90)).await?;
    store.forget_mails(ago(365)).await?;
    store.forget_rating_links(now).await?;
    store.forget_drafts(now).await?;
    Ok(())
}

/// Yesterday, where it is not sealed yet.
async fn day_to_seal(store: &Store, now: Timestamp) -> Result<Option<Date>, StoreError> {
    let today = store.zone().to_datetime(now).date();
    let Ok(yesterday) = today.yesterday() else { return Ok(None) };
    let last = store.last_seal().await?.map(|seal| seal.day);
    Ok(last.is_none_or(|last| last < yesterday).then_some(yesterday))
}

/// The clock of a case that has not been told yet that its time is up, with its due date.
pub fn next_deadline(case: &engine::case::Case) -> Option<(Name, Timestamp)> {
    let clocks = case.clocks.iter().filter(|clock| clock.stopped.is_none() && !clock.passed);
    let standing = case.standing.iter().filter(|standing| !standing.overdue);
    let step = standing.filter_map(|standing| Some((engine::event::STEP_CLOCK.into(), standing.due?)));
    let open = case.is_open() && case.paused.is_none();
    let all = clocks.map(|clock| (clock.name.clone(), clock.due)).chain(step);
    all.min_by_key(|(_, due)| *due).filter(|_| open)
}
