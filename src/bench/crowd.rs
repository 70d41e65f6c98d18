//! Many clients at once, each asking for the next thing as soon as it has the answer to the last.

use anyhow::Result;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// What came of it.
pub struct Done {
    pub count: usize,
    pub elapsed: Duration,
}

impl Done {
    pub fn per_second(&self) -> f64 {
        super::figure::real(self.count) / self.elapsed.as_secs_f64().max(f64::EPSILON)
    }
}

/// Does `total` things with so many clients; each is told the number of its thing.
pub async fn drive<F, Fut>(clients: usize, total: usize, work: F) -> Result<Done>
where
    F: Fn(usize) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let (next, work) = (Arc::new(AtomicUsize::new(0)), Arc::new(work));
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let (next, work) = (Arc::clone(&next), Arc::clone(&work));
        tasks.push(tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= total {
                    return Ok::<(), anyhow::Error>(());
                }
                work(number).await?;
            }
        }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(Done { count: total, elapsed: begun.elapsed() })
}
