//! IMAP: a mailbox is looked into from where one left off, and waited upon with IDLE where the server has it.
//! Nothing is marked or removed there: what was taken is remembered here.

use super::{Account, Listed, Mailbox, Trouble};
use crate::mail::{
    LARGEST,
    secure::{Security, connector, server_name},
};
use async_imap::{Authenticator, Client, Session};
use futures_util::{FutureExt, TryStreamExt, future::BoxFuture};
use std::{
    fmt::{self, Debug},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};

/// The longest one waits with IDLE before saying so again; servers end it after half an hour.
const LONGEST_IDLE: Duration = Duration::from_mins(9);

/// A mailbox and the way into it.
#[derive(Clone)]
pub struct ImapAccount {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: String,
    pub secret: Secret,
    pub folder: String,
    /// An authority of the institution's own, in PEM.
    pub ca: Option<Vec<u8>>,
    /// For each step of the conversation.
    pub patience: Duration,
}

#[derive(Clone)]
pub enum Secret {
    Password(String),
    /// XOAUTH2: a bearer token that another program keeps fresh.
    Token(String),
}

/// The secret is for the server alone.
impl Debug for ImapAccount {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}@{}:{}/{} ({:?})", self.user, self.host, self.port, self.folder, self.security)
    }
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send + Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Line for T {}
type Wire = Box<dyn Line>;

struct ImapMailbox {
    /// Absent only while it is lent to IDLE, and after that has failed.
    session: Option<Session<Wire>>,
    validity: u32,
    idles: bool,
    patience: Duration,
}

struct Xoauth2(String);

impl Authenticator for Xoauth2 {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        // A second challenge carries the server's error; an empty answer ends it.
        std::mem::take(&mut self.0)
    }
}

impl ImapAccount {
    async fn enter(&self) -> Result<ImapMailbox, Trouble> {
        let tcp = soon(self.patience, TcpStream::connect((self.host.as_str(), self.port))).await?;
        let plain: Wire = Box::new(tcp);
        let wire = if self.security == Security::Tls { self.encrypted(plain).await? } else { plain };
        let mut client = Client::new(wire);
        soon(self.patience, client.read_response()).await?.ok_or_else(|| Trouble("El servidor cerró.".into()))?;
        if self.security == Security::StartTls {
            soon(self.patience, client.run_command_and_check_ok("STARTTLS", None)).await?;
            client = Client::new(self.encrypted(client.into_inner()).await?);
        }
        let entering = async {
            match &self.secret {
                Secret::Password(password) => client.login(&self.user, password).await,
                Secret::Token(token) => {
                    let words = format!("user={}\x01auth=Bearer {token}\x01\x01", self.user);
                    client.authenticate("XOAUTH2", Xoauth2(words)).await
                }
            }
            .map_err(|(error, _)| error)
        };
        let mut session = soon(self.patience, entering).await?;
        let idles = soon(self.patience, session.capabilities()).await?.has_str("IDLE");
        // To look, not to touch: nothing is marked as seen.
        let selected = soon(self.patience, session.examine(&self.folder)).await?;
        let validity = selected.uid_validity.ok_or_else(|| Trouble("El buzón no numera sus mensajes.".into()))?;
        Ok(ImapMailbox { session: Some(session), validity, idles, patience: self.patience })
    }

    async fn encrypted(&self, wire: Wire) -> Result<Wire, Trouble> {
        let wrong = |error: std::io::Error| Trouble(format!("No hay conexión segura: {error}"));
        let connector = connector(self.ca.as_deref()).map_err(wrong)?;
        let name = server_name(&self.host).map_err(wrong)?;
        Ok(Box::new(soon(self.patience, connector.connect(name, wire)).await?))
    }
}

impl Account for ImapAccount {
    fn name(&self) -> String {
        format!("{}@{}/{}", self.user, self.host, self.folder)
    }

    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Mailbox>, Trouble>> {
        async move { Ok(Box::new(self.enter().await?) as Box<dyn Mailbox>) }.boxed()
    }
}

impl ImapMailbox {
    fn session(&mut self) -> Result<&mut Session<Wire>, Trouble> {
        self.session.as_mut().ok_or_else(|| Trouble("La conexión se perdió.".into()))
    }

    async fn listed(&mut self, number: u32) -> Result<Vec<Listed>, Trouble> {
        let patience = self.patience;
        let session = self.session()?;
        let asking = async {
            let answers = session.uid_fetch(format!("{}:*", number.saturating_add(1)), "(UID RFC822.SIZE)").await?;
            answers.try_collect::<Vec<_>>().await
        };
        let answers = soon(patience, asking).await?;
        let mut listed: Vec<Listed> = answers
            .iter()
            // `n:*` names the last message even where its number is smaller.
            .filter_map(|answer| Some((answer.uid?, answer.size.unwrap_or(0))))
            .filter(|(uid, _)| *uid > number)
            .map(|(number, size)| Listed { number, size: usize::try_from(size).unwrap_or(usize::MAX) })
            .collect();
        listed.sort_by_key(|listed| listed.number);
        listed.dedup_by_key(|listed| listed.number);
        Ok(listed)
    }

    async fn fetched(&mut self, listed: Listed) -> Result<Vec<u8>, Trouble> {
        let patience = self.patience * 4;
        let session = self.session()?;
        let what = if listed.size > LARGEST { "(UID BODY.PEEK[HEADER])" } else { "(UID BODY.PEEK[])" };
        let asking = async {
            let answers = session.uid_fetch(listed.number.to_string(), what).await?;
            answers.try_collect::<Vec<_>>().await
        };
        let answers = soon(patience, asking).await?;
        let answer = answers.iter().find(|answer| answer.uid == Some(listed.number));
        // A message removed meanwhile is an empty one.
        Ok(answer.and_then(|answer| answer.body().or_else(|| answer.header())).unwrap_or_default().to_vec())
    }

    async fn waited(&mut self, at_most: Duration) -> Result<(), Trouble> {
        if !self.idles {
            tokio::time::sleep(at_most).await;
            let patience = self.patience;
            return soon(patience, self.session()?.noop()).await;
        }
        let session = self.session.take().ok_or_else(|| Trouble("La conexión se perdió.".into()))?;
        let mut idle = session.idle();
        soon(self.patience, idle.init()).await?;
        let (waiting, _stop) = idle.wait_with_timeout(at_most.min(LONGEST_IDLE));
        waiting.await.map_err(|error| Trouble(in_words(&error)))?;
        self.session = Some(soon(self.patience, idle.done()).await?);
        Ok(())
    }
}

impl Mailbox for ImapMailbox {
    fn validity(&self) -> u32 {
        self.validity
    }

    fn after(&mut self, number: u32) -> BoxFuture<'_, Result<Vec<Listed>, Trouble>> {
        self.listed(number).boxed()
    }

    fn fetch(&mut self, listed: Listed) -> BoxFuture<'_, Result<Vec<u8>, Trouble>> {
        self.fetched(listed).boxed()
    }

    fn wait(&mut self, at_most: Duration) -> BoxFuture<'_, Result<(), Trouble>> {
        self.waited(at_most).boxed()
    }
}

async fn soon<T, E: fmt::Display>(patience: Duration, step: impl Future<Output = Result<T, E>>) -> Result<T, Trouble> {
    match timeout(patience, step).await {
        Ok(result) => result.map_err(|error| Trouble(in_words(&error))),
        Err(_) => Err(Trouble("El servidor no contestó a tiempo.".into())),
    }
}

fn in_words(error: &impl fmt::Display) -> String {
    error.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).take(400).collect()
}
