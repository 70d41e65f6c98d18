//! A small HTTP client for measuring: one kept connection a client, bounded in count and in time.

use anyhow::{Context, Result, bail};
use std::{
    fmt::Write as _,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One answer takes no longer.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a whole request and reads the whole answer.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        tokio::time::timeout(PATIENCE, self.exchange(request)).await.context("no answer in time")?
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await?;
        let end = loop {
            if let Some(place) = find(&self.buffer, b"\r\n\r\n") {
                break place + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        let header = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(':'));
            lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned()).next()
        };
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).context("no status")?;
        let length: usize = match header("content-length") {
            Some(length) => length.parse()?,
            None if status == 304 || status == 204 => 0,
            None => bail!("an answer without its length"),
        };
        while self.buffer.len() < end + length {
            self.more().await?;
        }
        let body = self.buffer[end..end + length].to_vec();
        self.buffer.drain(..end + length);
        Ok(Answer { status, location: header("location"), body })
    }

    async fn more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the connection was closed");
        }
        Ok(())
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

/// The text of a request: of a form where there is a body.
pub fn request(path: &str, cookie: &str, body: Option<&str>) -> Vec<u8> {
    let method = if body.is_some() { "POST" } else { "GET" };
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n");
    if let Some(body) = body {
        let length = body.len();
        let _ =
            write!(text, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}");
    } else {
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// What the clients saw.
pub struct Load {
    /// How long each answer took, in milliseconds, the quickest first.
    pub waits: Vec<f64>,
    pub per_second: f64,
    pub answers: Vec<Answer>,
}

impl Load {
    /// The wait that so many of a hundred do not pass.
    pub fn percentile(&self, percent: usize) -> f64 {
        let place = (self.waits.len() * percent).div_ceil(100).saturating_sub(1);
        self.waits.get(place).copied().unwrap_or(0.0)
    }
}

/// So many connections, each with the next request as soon as it has its answer; as many requests as there are, and no
/// longer than the time given. Every answer must have the status expected.
pub async fn load(
    address: SocketAddr,
    connections: usize,
    requests: Vec<Vec<u8>>,
    expected: u16,
    longest: Duration,
) -> Result<Load> {
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::new(Mutex::new(Vec::with_capacity(requests.len())));
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let (requests, next, seen) = (Arc::clone(&requests), Arc::clone(&next), Arc::clone(&seen));
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(address).await?;
            while begun.elapsed() < longest {
                let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                let asked = Instant::now();
                let mut answer = connection.ask(request).await?;
                let wait = asked.elapsed().as_secs_f64() * 1e3;
                if answer.status != expected {
                    let body = String::from_utf8_lossy(&answer.body);
                    bail!("{} in place of {expected} for {}: {body}", answer.status, String::from_utf8_lossy(request));
                }
                answer.body.clear();
                seen.lock().map_err(|_| anyhow::anyhow!("a client panicked"))?.push((wait, answer));
            }
            Ok(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    let elapsed = begun.elapsed().as_secs_f64();
    let mut seen = std::mem::take(&mut *seen.lock().map_err(|_| anyhow::anyhow!("a client panicked"))?);
    seen.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (waits, answers): (Vec<f64>, Vec<Answer>) = seen.into_iter().unzip();
    Ok(Load { per_second: super::figure::real(waits.len()) / elapsed, waits, answers })
}
