//! The line of those who would wait for one another's lock, as openings do for the year's number: they share transactions.

use super::{Hands, WRITE};
use crate::{
    error::DbError,
    tx::{Tx, group::Group, later::Later},
};
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};

/// Commands that share one commit at most.
const GROUP: usize = 64;
/// Commands that may wait; more are refused at once.
const QUEUE: usize = 4_096;

type Job = Arc<dyn Ride>;

/// A command in the line.
trait Ride: Send + Sync {
    /// Foresees what it will ask.
    fn foresee(&self, tx: &Tx<'_>);
    /// Runs it in the transaction; whether what it did is to stay. It may be run again, and the last time counts.
    fn run(&self, tx: &Tx<'_>) -> bool;
    /// Answers, once the transaction has ended.
    fn settle(&self, outcome: &Result<(), DbError>);
}

struct Command<T, E, A, F> {
    ahead: A,
    f: F,
    result: Mutex<Option<Result<T, E>>>,
    answer: Mutex<Option<oneshot::Sender<Result<T, E>>>>,
}

impl<T, E, A, F> Ride for Command<T, E, A, F>
where
    T: Send,
    E: From<DbError> + Send,
    A: Fn(&Tx<'_>) + Send + Sync,
    F: Fn(&Tx<'_>) -> Result<T, E> + Send + Sync,
{
    fn foresee(&self, tx: &Tx<'_>) {
        (self.ahead)(tx);
    }

    fn run(&self, tx: &Tx<'_>) -> bool {
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (self.f)(tx)))
            .unwrap_or_else(|_| Err(E::from(DbError::broken("a command panicked"))));
        let stays = done.is_ok();
        if let Ok(mut result) = self.result.lock() {
            *result = Some(done);
        }
        stays
    }

    fn settle(&self, outcome: &Result<(), DbError>) {
        let done = self.result.lock().ok().and_then(|mut result| result.take());
        let done = match (done, outcome) {
            (Some(Err(refused)), _) => Err(refused),
            (Some(done), Ok(())) => done,
            (_, Err(error)) => Err(E::from(error.clone())),
            (None, Ok(())) => Err(E::from(DbError::broken("a command of the line was not run"))),
        };
        if let Some(answer) = self.answer.lock().ok().and_then(|mut answer| answer.take()) {
            let _ = answer.send(done);
        }
    }
}

pub struct Line {
    jobs: mpsc::Sender<Job>,
}

impl Line {
    /// The line of a store; it ends when the store does.
    pub fn new(hands: Hands) -> Self {
        let (jobs, mut waiting) = mpsc::channel::<Job>(QUEUE);
        tokio::spawn(async move {
            while let Some(first) = waiting.recv().await {
                let mut group = vec![first];
                while group.len() < GROUP
                    && let Ok(job) = waiting.try_recv()
                {
                    group.push(job);
                }
                carry(&hands, group.into()).await;
            }
        });
        Self { jobs }
    }

    /// Runs a command in the next transaction of the line, undone alone where it fails.
    pub async fn write<T, E>(
        &self,
        ahead: impl Fn(&Tx<'_>) + Send + Sync + 'static,
        f: impl Fn(&Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Arc::new(Command { ahead, f, result: Mutex::new(None), answer: Mutex::new(Some(answer)) });
        if let Err(error) = self.jobs.try_send(job) {
            return Err(E::from(DbError::cannot_write(error)));
        }
        answered.await.unwrap_or_else(|_| Err(E::from(DbError::cannot_write("the store is closed"))))
    }
}

/// All in one transaction; each in its own where the server refused one of them, since it then undoes them all.
async fn carry(hands: &Hands, group: Arc<[Job]>) {
    let together = Arc::clone(&group);
    let outcome = hands.transaction(WRITE, Arc::new(move |tx: &Tx<'_>| all(tx, &together))).await;
    let one_by_one = matches!(outcome, Err(DbError::Broken(_) | DbError::Duplicate(_)));
    for job in group.iter() {
        if one_by_one {
            let own = Arc::clone(job);
            job.settle(&hands.transaction(WRITE, Arc::new(move |tx: &Tx<'_>| alone(tx, &*own))).await);
        } else {
            job.settle(&outcome);
        }
    }
}

fn alone(tx: &Tx<'_>, job: &dyn Ride) -> Result<(), DbError> {
    job.foresee(tx);
    // Whatever it says stays its own answer; an error here undoes what it did.
    if job.run(tx) { Ok(()) } else { Err(DbError::broken("a command came to nothing")) }
}

/// One after another. Nobody waits for what one writes: it leaves with the next question, or at the end.
fn all(tx: &Tx<'_>, group: &[Job]) -> Result<(), DbError> {
    let shared = tx.group.get_or_init(|| Group::of(group.len()));
    for job in group {
        job.foresee(tx);
    }
    let mut later = Later::default();
    for job in group {
        let written = tx.left.get() + tx.unsent.borrow().len();
        let stays = job.run(tx);
        let left = tx.later.take();
        shared.ended(stays);
        if stays {
            later.join(left);
            continue;
        }
        if tx.again.get() || tx.refused.get() {
            return Err(DbError::cannot_write("the connection or the server failed within a group"));
        }
        // Almost all are refused before they write, and then only what they meant to write is to be forgotten.
        match written.checked_sub(tx.left.get()) {
            Some(keep) if !tx.failed.get() => tx.unsent.borrow_mut().truncate(keep),
            _ => return Err(DbError::broken("a command came to nothing after it had written")),
        }
    }
    for (stmt, values) in shared.unused() {
        later.run(stmt, values);
    }
    tx.later.replace(later);
    Ok(())
}
