//! Openings and completions through the store's one write path, each durable before it is answered, with many clients
//! waiting; beside the database alone writing the same rows.

use super::{
    bare,
    crowd::{Done, drive},
    figure::{Figure, Report, median, real},
    machine,
    replay::Bare,
    rows::Script,
    stage::{self, Plan},
};
use crate::{houses::Place, manuals::Loaded};
use anyhow::{Context, Result};
use engine::Name;
use jiff::Timestamp;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use store::{CompleteRequest, OpenRequest, Request, Store, Submission};

/// Clients that wait at the same time, and what each of them asks for.
const CLIENTS: [(usize, usize); 3] = [(1, 300), (16, 250), (256, 40)];
const ROUNDS: usize = 3;
/// Connections to PostgreSQL: what the store opens by default.
const CONNECTIONS: usize = 4;

/// What is measured: opening cases, or completing the first step of those opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Open,
    Complete,
}

impl What {
    const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Complete => "complete",
        }
    }
}

struct Desk {
    store: Store,
    plan: Plan,
    now: Timestamp,
}

impl Desk {
    async fn open(&self) -> Result<Name> {
        let request = OpenRequest::new(
            self.plan.procedure.clone(),
            "La impresora no imprime",
            "Desde ayer por la tarde no imprime ningún documento de la oficina del segundo nivel.",
        );
        Ok(self.store.submit(Submission::open(self.plan.asker, request, self.now)).await?.number)
    }

    async fn complete(&self, case: Name) -> Result<()> {
        let request = Request::Complete(CompleteRequest::step(self.plan.step));
        self.store.submit(Submission::on(case, self.plan.worker, request, self.now)).await?;
        Ok(())
    }

    /// Commands that shared commits so far, and the commits.
    async fn groups(&self) -> (u64, u64) {
        let health = self.store.health(self.now).await;
        (health.commands, health.groups)
    }
}

async fn desk(folder: &Path, postgres: Option<&str>, loaded: &Loaded, now: Timestamp) -> Result<Arc<Desk>> {
    let store = stage::open(folder, postgres, loaded, now).await?;
    let plan = stage::plan(&store, loaded.sound()?, now).await?;
    Ok(Arc::new(Desk { store, plan, now }))
}

pub async fn sqlite(report: &mut Report, folder: &Path, loaded: &Loaded, quick: bool, now: Timestamp) -> Result<()> {
    let place = Place::folder(folder.join("durable"));
    let desk = desk(&place.data, None, loaded, now).await?;
    let database = place.data.join("ventanilla.sqlite");
    for (clients, each) in CLIENTS {
        let total = clients * if quick { each.div_ceil(20) } else { each };
        let mut found: [Vec<[f64; 7]>; 2] = Default::default();
        for _ in 0..if quick { 1 } else { ROUNDS } {
            let cases = Arc::new(Mutex::new(Vec::new()));
            for (place, what) in [What::Open, What::Complete].into_iter().enumerate() {
                let copy = folder.join("antes.sqlite");
                copied(&database, &copy)?;
                let (before, wrote) = (desk.groups().await, machine::written());
                let done = burst(&desk, what, clients, total, &cases).await?;
                let (after, wrote) = (desk.groups().await, machine::written() - wrote);
                let group = real(after.0 - before.0) / real((after.1 - before.1).max(1));
                let script = Script::between(&copy, &database, total)?;
                let [rows, bytes] = [script.rows_per_command(), script.bytes_per_command()];
                let (limit, own) = limit(copy, script, total, whole(group)).await?;
                let total = real(total);
                found[place].push([
                    done.per_second(),
                    limit.per_second(),
                    group,
                    wrote / total,
                    own / total,
                    rows,
                    bytes,
                ]);
            }
        }
        for (what, rounds) in [What::Open, What::Complete].into_iter().zip(&found) {
            let middle = |column: usize| median(rounds.iter().map(|round| round[column]).collect());
            let name = format!("sqlite.{}.{clients}_clients", what.name());
            let beside = format!("bare SQLite, same rows and indexes, {:.1} to a commit", middle(2));
            report.add(Figure::new(&name, middle(0), "1/s").beside(beside, middle(1)).at_least_of_limit(0.5))?;
            let wrote = Figure::new(format!("{name}.written"), middle(3), "bytes/command");
            report.add(wrote.beside("bare SQLite wrote", middle(4)))?;
            report.add(Figure::new(format!("{name}.rows"), middle(5), "rows/command"))?;
            report.add(Figure::new(format!("{name}.bytes"), middle(6), "bytes/command"))?;
        }
    }
    desk.store.close().await;
    Ok(())
}

/// A copy of the database as it stands; nobody writes meanwhile.
fn copied(database: &Path, copy: &Path) -> Result<()> {
    let link = rusqlite::Connection::open(database)?;
    let (busy, _, _): (i64, i64, i64) =
        link.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    anyhow::ensure!(busy == 0, "the log of the database is in use");
    std::fs::copy(database, copy)?;
    Ok(())
}

/// The database alone, on a thread of its own as the store's writer is.
async fn limit(path: PathBuf, script: Script, total: usize, group: usize) -> Result<(Done, f64)> {
    tokio::task::spawn_blocking(move || {
        let done = bare::sqlite(&path, &script, total, group);
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
        }
        done
    })
    .await?
}

pub async fn postgres(
    report: &mut Report,
    url: &str,
    folder: &Path,
    loaded: &Loaded,
    quick: bool,
    now: Timestamp,
) -> Result<()> {
    let place = Place::folder(folder.join("durable-postgres"));
    let desk = desk(&place.data, Some(url), loaded, now).await?;
    let mut bare = Bare::copy(url, &loaded.sound()?.institution.code).await?;
    for (clients, each) in CLIENTS {
        let each = if quick { each.div_ceil(20) } else { each };
        let total = clients * each;
        let mut found: [Vec<[f64; 2]>; 2] = Default::default();
        for _ in 0..if quick { 1 } else { ROUNDS } {
            let cases = Arc::new(Mutex::new(Vec::new()));
            for (place, what) in [What::Open, What::Complete].into_iter().enumerate() {
                let done = burst(&desk, what, clients, total, &cases).await?;
                let limit = bare.again(total, clients.min(CONNECTIONS)).await?;
                found[place].push([done.per_second(), limit.per_second()]);
            }
        }
        for (what, rounds) in [What::Open, What::Complete].into_iter().zip(&found) {
            let middle = |column: usize| median(rounds.iter().map(|round| round[column]).collect());
            let name = format!("postgres.{}.{clients}_clients", what.name());
            let beside = format!("bare PostgreSQL, same rows and indexes, {} connections", clients.min(CONNECTIONS));
            report.add(Figure::new(name, middle(0), "1/s").beside(beside, middle(1)).at_least_of_limit(0.5))?;
        }
    }
    desk.store.close().await;
    Ok(())
}

async fn burst(
    desk: &Arc<Desk>,
    what: What,
    clients: usize,
    total: usize,
    cases: &Arc<Mutex<Vec<Name>>>,
) -> Result<Done> {
    let (desk, cases) = (Arc::clone(desk), Arc::clone(cases));
    drive(clients, total, move |_| {
        let (desk, cases) = (Arc::clone(&desk), Arc::clone(&cases));
        async move {
            match what {
                What::Open => {
                    let number = desk.open().await?;
                    cases.lock().map_err(|_| anyhow::anyhow!("a client panicked"))?.push(number);
                }
                What::Complete => {
                    let case = cases.lock().map_err(|_| anyhow::anyhow!("a client panicked"))?.pop();
                    desk.complete(case.context("no case is left")?).await?;
                }
            }
            Ok(())
        }
    })
    .await
}

/// At least one, to the nearest.
fn whole(group: f64) -> usize {
    format!("{group:.0}").parse().unwrap_or(1).max(1)
}
