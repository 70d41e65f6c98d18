//! A small server to which the institution's mail server delivers, by LMTP or SMTP. A message is confirmed only when
//! whoever takes it says that it is kept.

use crate::mail::LARGEST;
use futures_util::future::BoxFuture;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    sync::{Semaphore, watch},
    time::timeout,
};

const MOST_CONNECTIONS: usize = 50;
const MOST_RECIPIENTS: usize = 100;
const LONGEST_COMMAND: usize = 4_096;
/// Commands in one connection that meant nothing.
const MOST_ERRORS: u32 = 20;
/// For a command, and for a line of a message.
const PATIENCE: Duration = Duration::from_mins(5);

/// Whoever takes the messages.
pub trait Taker: Send + Sync {
    fn takes(&self, recipient: &str) -> bool;
    /// Answers once the message is durably kept.
    fn take(&self, envelope: Envelope, content: Vec<u8>) -> BoxFuture<'_, Result<(), Refused>>;
}

/// From whom and to whom, as the delivering server says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Empty for a message that came back.
    pub from: String,
    pub to: Vec<String>,
}

/// Why a message is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The delivering server keeps it and tries again.
    ForNow(String),
    Never(String),
}

/// Serves until it is told to stop; messages under way are finished.
pub async fn serve(listener: TcpListener, taker: Arc<dyn Taker>, hello: String, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let hello: Arc<str> = hello.into();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let Ok((stream, _)) = accepted else { continue };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let (taker, hello) = (Arc::clone(&taker), Arc::clone(&hello));
        tokio::spawn(async move {
            let (read, write) = stream.into_split();
            let _ = Conversation::new(read, write, &*taker, &hello).run().await;
            drop(place);
        });
    }
}

struct Conversation<'t, R, W> {
    from: BufReader<R>,
    to: W,
    taker: &'t dyn Taker,
    hello: &'t str,
    lmtp: bool,
    sender: Option<String>,
    recipients: Vec<String>,
}

enum Body {
    Whole(Vec<u8>),
    TooLarge,
}

impl<'t, R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Conversation<'t, R, W> {
    fn new(from: R, to: W, taker: &'t dyn Taker, hello: &'t str) -> Self {
        Self { from: BufReader::new(from), to, taker, hello, lmtp: false, sender: None, recipients: Vec::new() }
    }

    async fn run(&mut self) -> io::Result<()> {
        self.say(&format!("220 {} Ventanilla", self.hello)).await?;
        let mut errors = 0;
        while errors < MOST_ERRORS {
            let Some(line) = self.line().await? else { return Ok(()) };
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let known = match verb.to_ascii_uppercase().as_str() {
                "LHLO" | "EHLO" => self.greet(verb.eq_ignore_ascii_case("LHLO")).await?,
                "HELO" => self.tell(&format!("250 {}", self.hello)).await?,
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.recipient(rest).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.forget();
                    self.tell("250 2.0.0 Ok").await?
                }
                "NOOP" => self.tell("250 2.0.0 Ok").await?,
                "VRFY" => self.tell("252 2.5.0 Tal vez").await?,
                "QUIT" => return self.say("221 2.0.0 Adiós").await,
                _ => {
                    self.say("500 5.5.2 No se entiende").await?;
                    false
                }
            };
            errors += u32::from(!known);
        }
        self.say("421 4.7.0 Demasiados errores").await
    }

    async fn greet(&mut self, lmtp: bool) -> io::Result<bool> {
        self.lmtp = lmtp;
        self.forget();
        self.say(&format!(
            "250-{}\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-PIPELINING\r\n250 SIZE {LARGEST}",
            self.hello
        ))
        .await?;
        Ok(true)
    }

    async fn mail(&mut self, rest: &str) -> io::Result<bool> {
        let Some((path, parameters)) = path(rest, "FROM:") else {
            return self.wrong("501 5.5.4 MAIL FROM:<dirección>").await;
        };
        let size = parameters
            .split(' ')
            .filter_map(|one| one.split_once('='))
            .find(|(name, _)| name.eq_ignore_ascii_case("SIZE"));
        if size.and_then(|(_, size)| size.parse::<usize>().ok()).is_some_and(|size| size > LARGEST) {
            return self.wrong("552 5.3.4 El mensaje pasa de 35 MiB").await;
        }
        self.forget();
        self.sender = Some(path);
        self.tell("250 2.1.0 Ok").await
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<bool> {
        if self.sender.is_none() {
            return self.wrong("503 5.5.1 Primero MAIL").await;
        }
        let Some((path, _)) = path(rest, "TO:") else {
            return self.wrong("501 5.5.4 RCPT TO:<dirección>").await;
        };
        if self.recipients.len() == MOST_RECIPIENTS {
            return self.wrong("452 4.5.3 Demasiados destinatarios").await;
        }
        if !self.taker.takes(&path) {
            return self.wrong("550 5.1.1 Aquí no se recibe correo para esa dirección").await;
        }
        self.recipients.push(path);
        self.tell("250 2.1.5 Ok").await
    }

    async fn data(&mut self) -> io::Result<bool> {
        let Some(from) = self.sender.take().filter(|_| !self.recipients.is_empty()) else {
            return self.wrong("503 5.5.1 Primero MAIL y RCPT").await;
        };
        self.say("354 Adelante; termine con un punto solo").await?;
        let to = std::mem::take(&mut self.recipients);
        let count = to.len();
        let answer = match self.body().await? {
            Body::TooLarge => "552 5.3.4 El mensaje pasa de 35 MiB".to_owned(),
            Body::Whole(content) => {
                // What the delivering server knows and the message may not say.
                let head = format!("Return-Path: <{from}>\r\nDelivered-To: {}\r\n", to[0]);
                let content = [head.as_bytes(), &content].concat();
                match self.taker.take(Envelope { from, to }, content).await {
                    Ok(()) => "250 2.0.0 Recibido y guardado".to_owned(),
                    Err(Refused::ForNow(why)) => format!("451 4.3.0 {}", one_line(&why)),
                    Err(Refused::Never(why)) => format!("554 5.6.0 {}", one_line(&why)),
                }
            }
        };
        // LMTP answers for each recipient; they share one copy and so one fate.
        for _ in 0..if self.lmtp { count } else { 1 } {
            self.say(&answer).await?;
        }
        Ok(true)
    }

    /// The message up to the lone point. Only CR LF ends a line: a point between other ends is part of the message.
    async fn body(&mut self) -> io::Result<Body> {
        let mut content = Vec::new();
        let mut too_large = false;
        let mut begins = true;
        loop {
            let line = self.raw_line(64 * 1024).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            let ends = line.ends_with(b"\r\n");
            if begins && line == b".\r\n" {
                return Ok(if too_large { Body::TooLarge } else { Body::Whole(content) });
            }
            let kept = if begins && line.starts_with(b".") { &line[1..] } else { &line[..] };
            if content.len() + kept.len() > LARGEST {
                too_large = true;
                content = Vec::new();
            }
            if !too_large {
                content.extend_from_slice(kept);
            }
            begins = ends;
        }
    }

    /// A command; none at the end of the connection.
    async fn line(&mut self) -> io::Result<Option<String>> {
        let Some(line) = self.raw_line(LONGEST_COMMAND).await? else { return Ok(None) };
        if !line.ends_with(b"\n") {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    /// Bytes up to and with the next line feed, at most so many; none at the end of the connection.
    async fn raw_line(&mut self, most: usize) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.from).take(most as u64);
        let reading = limited.read_until(b'\n', &mut line);
        timeout(PATIENCE, reading).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok((!line.is_empty()).then_some(line))
    }

    fn forget(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    async fn tell(&mut self, text: &str) -> io::Result<bool> {
        self.say(text).await.map(|()| true)
    }

    async fn wrong(&mut self, text: &str) -> io::Result<bool> {
        self.say(text).await.map(|()| false)
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.to.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.to.flush().await
    }
}

/// The address between angle brackets after `FROM:` or `TO:`, and what follows it.
fn path<'r>(rest: &'r str, name: &str) -> Option<(String, &'r str)> {
    let begins = rest.get(..name.len()).filter(|begins| begins.eq_ignore_ascii_case(name))?;
    let (address, parameters) = rest[begins.len()..].trim_start().strip_prefix('<')?.split_once('>')?;
    let plain = address.len() <= 320 && address.chars().all(|c| c.is_ascii_graphic());
    plain.then(|| (address.to_lowercase(), parameters.trim()))
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}
