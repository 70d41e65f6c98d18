//! The line of those who would wait for one another's lock, as openings do for the year's number: they share transactions.

use super::{Hands, Unsent, WRITE};
use crate::{
    error::DbError,
    tx::{Tx, later::Later},
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
    /// Runs it in the transaction; whether what it did is to stay. It may be run again, and the last time counts.
    fn run(&self, tx: &Tx<'_>) -> bool;
    /// Answers, once the transaction has ended.
    fn settle(&self, outcome: &Result<(), DbError>);
}

struct Command<T, E, F> {
    f: F,
    result: Mutex<Option<Result<T, E>>>,
    answer: Mutex<Option<oneshot::Sender<Result<T, E>>>>,
}

impl<T, E, F> Ride for Command<T, E, F>
where
    T: Send,
    E: From<DbError> + Send,
    F: Fn(&Tx<'_>) -> Result<T, E> + Send + Sync,
{
    fn run(&self, tx: &Tx<'_>) -> bool {
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (self.f)(tx)))
            .unwrap_or_else(|_| Err(E::from(DbError::broken("a command panicked"))))
            // What was not waited for is now: its error is this command's.
            .and_then(|done| tx.send_now().map(|()| done).map_err(E::from));
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
                let group: Arc<[Job]> = group.into();
                let together = Arc::clone(&group);
                let outcome = hands.transaction(WRITE, Arc::new(move |tx: &Tx<'_>| all(tx, &together))).await;
                for job in group.iter() {
                    job.settle(&outcome);
                }
            }
        });
        Self { jobs }
    }

    /// Runs a command in the next transaction of the line, undone alone where it fails.
    pub async fn write<T, E>(&self, f: impl Fn(&Tx<'_>) -> Result<T, E> + Send + Sync + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Arc::new(Command { f, result: Mutex::new(None), answer: Mutex::new(Some(answer)) });
        if let Err(error) = self.jobs.try_send(job) {
            return Err(E::from(DbError::cannot_write(error)));
        }
        answered.await.unwrap_or_else(|_| Err(E::from(DbError::cannot_write("the store is closed"))))
    }
}

/// One after another, each in a savepoint of its own; what they leave to the end is written once for all.
fn all(tx: &Tx<'_>, group: &[Job]) -> Result<(), DbError> {
    let mut later = Later::default();
    for job in group {
        tx.unsent.borrow_mut().push(Unsent::word("SAVEPOINT command"));
        let stays = job.run(tx);
        let left = tx.later.take();
        // What was foreseen was foreseen for this one.
        tx.foreseeing.take();
        if stays {
            later.join(left);
            tx.unsent.borrow_mut().push(Unsent::word("RELEASE SAVEPOINT command"));
            continue;
        }
        if tx.again.get() || tx.refused.get() {
            return Err(DbError::cannot_write("the connection or the server failed within a group"));
        }
        let mut unsent = tx.unsent.borrow_mut();
        // It may have been refused before anything of it left.
        let begun = !unsent.iter().any(|one| one.is("SAVEPOINT command"));
        if begun {
            unsent.clear();
            unsent.push(Unsent::word("ROLLBACK TO SAVEPOINT command"));
            unsent.push(Unsent::word("RELEASE SAVEPOINT command"));
        } else {
            while unsent.pop().is_some_and(|one| !one.is("SAVEPOINT command")) {}
        }
    }
    tx.later.replace(later);
    Ok(())
}
