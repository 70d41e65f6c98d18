//! Pages that are open and wait for changes: how long a change takes to the last of them.

use super::{
    client::{Connection, request},
    figure::{Figure, Report, median},
    pages::{Site, form, number_in},
};
use anyhow::{Context, Result, bail};
use std::{
    collections::HashMap,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};

/// Pages open at the same time, and changes that are told to all of them.
const PAGES: usize = 500;
const CHANGES: usize = 20;
const PATIENCE: Duration = Duration::from_secs(20);
/// What a person waits for a change in another's browser, at most.
const GOAL: f64 = 2_000.0;

/// A line that a page has heard, and when.
type Heard = (String, Instant);

/// Opens cases one after another, each of which concerns everybody whose page is open.
pub async fn measure(report: &mut Report, site: &Site, quick: bool) -> Result<()> {
    let (pages, changes) = if quick { (20, 3) } else { (PAGES, CHANGES) };
    let (told, mut heard) = unbounded_channel();
    let asked = request(&format!("/{}/vivo", site.code), &site.cookie(&site.worker), None);
    for _ in 0..pages {
        let stream = listen(site.server.address, &asked).await?;
        tokio::spawn(hear(stream, told.clone()));
    }
    let mut waits = Vec::new();
    for _ in 0..changes {
        let body = form(&site.asker, "asunto=La+impresora+no+imprime&descripcion=Desde+ayer+por+la+tarde");
        let path = format!("/{}/solicitudes/nueva/{}", site.code, site.plan.procedure);
        let mut connection = Connection::open(site.server.address).await?;
        let begun = Instant::now();
        let answer = connection.ask(&request(&path, &site.cookie(&site.asker), Some(&body))).await?;
        let number = answer.location.as_deref().and_then(number_in).context("the case was not opened")?;
        waits.push(last_of(&mut heard, &number, pages).await?.duration_since(begun).as_secs_f64() * 1e3);
    }
    let most = waits.iter().copied().fold(0.0, f64::max);
    let name = format!("live.{pages}_pages");
    report.add(Figure::new(format!("{name}.commit_to_last.p50"), median(waits), "ms"))?;
    report.add(Figure::new(format!("{name}.commit_to_last.most"), most, "ms").at_most(GOAL))
}

/// A stream that has said its first word.
async fn listen(address: SocketAddr, asked: &[u8]) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(asked).await?;
    let mut text = Vec::new();
    while !text.windows(11).any(|part| part == b"event: hola") {
        if timeout(PATIENCE, stream.read_buf(&mut text)).await.context("a page hears nothing")?? == 0 {
            bail!("a page was sent away: {}", String::from_utf8_lossy(&text));
        }
    }
    Ok(stream)
}

async fn hear(mut stream: TcpStream, told: UnboundedSender<Heard>) {
    let mut text = Vec::new();
    while let Ok(1..) = stream.read_buf(&mut text).await {
        let now = Instant::now();
        let Some(end) = text.iter().rposition(|byte| *byte == b'\n') else { continue };
        for line in String::from_utf8_lossy(&text[..end]).lines() {
            if let Some(number) = line.strip_prefix("data: ")
                && told.send((number.to_owned(), now)).is_err()
            {
                return;
            }
        }
        text.drain(..=end);
    }
}

/// When the last page heard of a case.
async fn last_of(heard: &mut UnboundedReceiver<Heard>, number: &str, pages: usize) -> Result<Instant> {
    let mut by_number: HashMap<String, usize> = HashMap::new();
    loop {
        let (of, at) =
            timeout(PATIENCE, heard.recv()).await.context("a change does not arrive")?.context("no pages")?;
        let count = by_number.entry(of.clone()).or_default();
        *count += 1;
        if of == number && *count == pages {
            return Ok(at);
        }
    }
}
