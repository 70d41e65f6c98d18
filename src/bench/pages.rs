//! The window under load: opening, completing, the inbox, a case and the search, over real connections, with few cases in
//! the memory and with many.

use super::{
    child::Server,
    client::{self, request},
    figure::{Figure, Report, median, real},
    machine,
    stage::{self, Plan},
};
use crate::{clock, manuals::Loaded};
use anyhow::{Context, Result};
use engine::Name;
use jiff::Timestamp;
use std::{path::Path, time::Duration};
use store::Filters;

/// Connections at the same time, and requests on all of them together.
const CONNECTIONS: [(usize, usize); 3] = [(1, 300), (16, 1_600), (64, 3_200)];
/// Rounds of each figure, the sizes by turns; the median counts, so that one hiccup of the machine tells nothing.
const ROUNDS: usize = 3;
/// One round takes no longer.
const LONGEST: Duration = Duration::from_secs(10);
/// The worker has so long to do what was due before the start.
const SETTLING: Duration = Duration::from_mins(3);
/// Cases that are looked at by turns.
const LOOKED_AT: usize = 400;

/// A server with so many cases, and those who ask it by their sessions.
pub struct Site {
    cases: u64,
    pub code: String,
    pub server: Server,
    pub plan: Plan,
    pub asker: String,
    pub worker: String,
    /// The one with the fullest inbox.
    looker: String,
    /// Seeded cases the worker may see.
    numbers: Vec<Name>,
    /// Opened in this run, and not completed.
    opened: Vec<String>,
    /// Requests a second for something that asks nothing of the memory, on as many connections.
    floor: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Floor,
    Inbox,
    Case,
    SearchWords,
    SearchNumber,
    Open,
    Complete,
}

impl Page {
    /// Opening comes before completing: it makes the cases that are completed.
    const ALL: [Self; 7] =
        [Self::Floor, Self::Inbox, Self::Case, Self::SearchWords, Self::SearchNumber, Self::Open, Self::Complete];

    const fn name(self) -> &'static str {
        match self {
            Self::Floor => "small_file",
            Self::Inbox => "inbox",
            Self::Case => "case",
            Self::SearchWords => "search_words",
            Self::SearchNumber => "search_number",
            Self::Open => "open",
            Self::Complete => "complete",
        }
    }

    const fn expected(self) -> u16 {
        match self {
            Self::Open | Self::Complete => 303,
            _ => 200,
        }
    }
}

const WORDS: [&str; 4] = ["impresora", "acceso+red", "cuenta+correo", "respaldo+datos"];

pub async fn measure(
    report: &mut Report,
    folder: &Path,
    loaded: &Loaded,
    sizes: &[u64],
    quick: bool,
    now: Timestamp,
) -> Result<Vec<Site>> {
    let mut sites = Vec::new();
    for cases in sizes {
        sites.push(prepare(report, folder, loaded, *cases, now).await?);
    }
    for (connections, requests) in CONNECTIONS {
        let requests = if quick { requests / 20 + 1 } else { requests };
        for page in Page::ALL {
            let mut found: Vec<Vec<Round>> = sites.iter().map(|_| Vec::new()).collect();
            for _ in 0..if quick { 1 } else { ROUNDS } {
                for (site, rounds) in sites.iter_mut().zip(&mut found) {
                    rounds.push(one(site, page, connections, requests).await?);
                }
            }
            let mut fewest: Option<f64> = None;
            for (site, rounds) in sites.iter_mut().zip(&found) {
                let middle = middle(rounds);
                if page == Page::Floor {
                    site.floor = middle.per_second;
                }
                tell(report, site, page, connections, &middle, fewest)?;
                fewest = fewest.or(Some(middle.p99));
            }
        }
    }
    for site in &sites {
        let name = format!("memory.after_load.{}_cases", site.cases);
        report.add(Figure::new(name, machine::resident(site.server.process())?, "MiB"))?;
    }
    Ok(sites)
}

/// What one round of a page gave: times in milliseconds.
struct Round {
    per_second: f64,
    p50: f64,
    p99: f64,
    /// Of the processor, a request.
    processor: f64,
}

/// The median of each figure.
fn middle(rounds: &[Round]) -> Round {
    let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure).collect());
    Round {
        per_second: of(|round| round.per_second),
        p50: of(|round| round.p50),
        p99: of(|round| round.p99),
        processor: of(|round| round.processor),
    }
}

/// One page at one load.
async fn one(site: &mut Site, page: Page, connections: usize, requests: usize) -> Result<Round> {
    let _ = client::load(site.server.address, 1, site.requests(page, 20), page.expected(), LONGEST).await?;
    let before = machine::processor(site.server.process())?;
    let requests = site.requests(page, requests);
    let load = client::load(site.server.address, connections, requests, page.expected(), LONGEST).await?;
    if page == Page::Open {
        site.opened.extend(load.answers.iter().filter_map(|answer| number_in(answer.location.as_deref()?)));
    }
    Ok(Round {
        per_second: load.per_second,
        p50: load.percentile(50),
        p99: load.percentile(99),
        processor: (machine::processor(site.server.process())? - before) * 1e3 / real(load.waits.len().max(1)),
    })
}

fn tell(
    report: &mut Report,
    site: &Site,
    page: Page,
    connections: usize,
    round: &Round,
    fewest: Option<f64>,
) -> Result<()> {
    if connections == 16 {
        let name = format!("http.{}.{}_cases.processor", page.name(), site.cases);
        let figure = Figure::new(name, round.processor, "ms/request");
        report.add(if page == Page::Inbox { figure.at_most(5.0) } else { figure })?;
    }
    let name = format!("http.{}.{}_cases.{connections}_connections", page.name(), site.cases);
    let rate = Figure::new(format!("{name}.rate"), round.per_second, "1/s");
    report.add(if page == Page::Floor { rate } else { rate.beside("small_file of the same server", site.floor) })?;
    report.add(Figure::new(format!("{name}.p50"), round.p50, "ms"))?;
    let p99 = Figure::new(format!("{name}.p99"), round.p99, "ms");
    report.add(match fewest {
        Some(fewest) if page != Page::Floor => p99.beside("p99 with the fewest cases", fewest).at_most_of_limit(2.0),
        _ => p99,
    })
}

async fn prepare(report: &mut Report, folder: &Path, loaded: &Loaded, cases: u64, now: Timestamp) -> Result<Site> {
    let folder = folder.join(format!("cases-{cases}"));
    let edition = loaded.sound()?;
    let store = stage::open(&folder, None, loaded, now).await?;
    if let Some((written, seconds)) = stage::seed(&store, &folder, cases, now).await? {
        report.add(Figure::new(format!("seed.{cases}_cases"), real(written) / seconds, "cases/s"))?;
    }
    let plan = stage::plan(&store, edition, now).await?;
    let looks = stage::busiest(&store, edition, now).await?;
    let reader = store.reader(looks, now).await?;
    let counts = reader.counts().await?;
    report.add(Figure::new(
        format!("http.inbox.{cases}_cases.waiting"),
        real(counts.post.max(0).cast_unsigned()),
        "cases",
    ))?;
    let mut numbers: Vec<Name> = Vec::new();
    let mut cursor = None;
    while numbers.len() < LOOKED_AT {
        let page = reader.cases(&Filters::default(), cursor.as_deref(), 200).await?;
        numbers.extend(page.rows.iter().map(|row| row.number.clone()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let asker = stage::enter(&store, plan.asker, now).await?;
    let worker = stage::enter(&store, plan.worker, now).await?;
    let looker = if looks == plan.worker { worker.clone() } else { stage::enter(&store, looks, now).await? };
    let code = store.institution().to_owned();
    store.close().await;
    drop(store);
    let server = Server::of(&folder, &code).await?;
    if !server.settle(SETTLING).await? {
        eprintln!("bench: the worker is still busy with what was due");
    }
    Ok(Site { cases, code, server, plan, asker, worker, looker, numbers, opened: Vec::new(), floor: 0.0 })
}

impl Site {
    pub fn cookie(&self, secret: &str) -> String {
        format!("ventanilla-{}={secret}", self.code)
    }

    /// So many requests for a page; fewer where there are not as many cases to complete.
    fn requests(&mut self, page: Page, count: usize) -> Vec<Vec<u8>> {
        let code = self.code.clone();
        let one = |number: usize| -> Option<Vec<u8>> {
            let look = |path: String| Some(request(&path, &self.cookie(&self.looker), None));
            match page {
                Page::Floor => Some(request(&format!("/{code}/tema.css"), "", None)),
                Page::Inbox => look(format!("/{code}/bandeja?vista=puesto")),
                Page::Case => look(format!("/{code}/casos/{}", self.numbers.get(number % self.numbers.len().max(1))?)),
                Page::SearchWords => look(format!("/{code}/casos?q={}", WORDS[number % WORDS.len()])),
                // Half a number: a whole one leads straight to its case.
                Page::SearchNumber => {
                    let whole = self.numbers.get(number % self.numbers.len().max(1))?;
                    look(format!("/{code}/casos?q={}", whole.get(..whole.len() - 1)?))
                }
                Page::Open => {
                    let body = form(&self.asker, "asunto=La+impresora+no+imprime&descripcion=Desde+ayer+por+la+tarde");
                    let path = format!("/{code}/solicitudes/nueva/{}", self.plan.procedure);
                    Some(request(&path, &self.cookie(&self.asker), Some(&body)))
                }
                Page::Complete => {
                    let case = self.opened.get(number)?;
                    let body = form(&self.worker, &format!("paso={}&visita=1", self.plan.step.0));
                    let path = format!("/{code}/casos/{case}/cumplimientos");
                    Some(request(&path, &self.cookie(&self.worker), Some(&body)))
                }
            }
        };
        let requests: Vec<Vec<u8>> = (0..count).map_while(one).collect();
        if page == Page::Complete {
            self.opened.drain(..requests.len());
        }
        requests
    }
}

/// A form with the seal of its session and a key nobody has used.
pub fn form(secret: &str, fields: &str) -> String {
    let key = clock::secret();
    format!("sello={}&clave={}&{fields}", web::state::seal_of(secret), &key[..32])
}

/// The case's number in the address of its receipt.
pub fn number_in(location: &str) -> Option<String> {
    let (_, rest) = location.split_once("/casos/")?;
    rest.split('/').next().map(str::to_owned)
}

/// The pages of a server with nobody in it: its memory and how soon it answers.
pub async fn start(report: &mut Report, folder: &Path, loaded: &Loaded, quick: bool, now: Timestamp) -> Result<()> {
    let code = loaded.sound()?.institution.code.to_string();
    let own = folder.join("cases-start");
    let store = stage::open(&own, None, loaded, now).await?;
    stage::seed(&store, &own, if quick { 200 } else { 10_000 }, now).await?;
    store.close().await;
    drop(store);
    let times = if quick { 1 } else { 5 };
    let mut first = Vec::new();
    for _ in 0..times {
        let server = Server::of(&own, &code).await?;
        first.push(server.first_page.as_secs_f64());
        if first.len() == times {
            server.settle(SETTLING).await?;
            report.add(Figure::new("memory.idle_server", machine::resident(server.process())?, "MiB").at_most(60.0))?;
        }
    }
    report.add(Figure::new("start.server_to_first_page", super::figure::median(first), "s").at_most(0.5))?;
    let data = folder.join("demo");
    let data = data.to_str().context("a folder whose name is no text")?;
    let arguments = ["demo", "--addr", "{addr}", "--data", data];
    let begun = Server::start(&arguments, "/").await?;
    report.add(Figure::new("start.demo_made_anew", begun.first_page.as_secs_f64(), "s"))?;
    drop(begun);
    let again = Server::start(&arguments, "/").await?;
    report.add(Figure::new("start.demo_to_first_page", again.first_page.as_secs_f64(), "s").at_most(0.5))?;
    again.settle(SETTLING).await?;
    report.add(Figure::new("memory.demo", machine::resident(again.process())?, "MiB").at_most(150.0))
}
