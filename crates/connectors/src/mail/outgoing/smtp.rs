//! SMTP with STARTTLS or TLS and authentication. The commands are given one by one: only so is it known whether a
//! message that broke off can have arrived.

use super::{Answer, Conversation, Post, Unreached, Written};
use crate::mail::secure::Security;
use futures_util::{FutureExt, future::BoxFuture};
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail, Rcpt, Rset},
        extension::ClientId,
        response::Response,
    },
};
use std::{fmt, time::Duration};
use tokio::time::timeout;

/// A server and the way into it.
#[derive(Clone)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: Option<String>,
    pub password: String,
    /// An authority of the institution's own, in PEM.
    pub ca: Option<Vec<u8>>,
    /// What this program calls itself.
    pub hello: String,
    /// For each step of the conversation.
    pub patience: Duration,
}

/// The password is for the server alone.
impl fmt::Debug for Server {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{} ({:?})", self.host, self.port, self.security)
    }
}

struct Smtp {
    connection: AsyncSmtpConnection,
    patience: Duration,
}

impl Server {
    fn tls(&self) -> Result<TlsParameters, String> {
        let mut builder = TlsParameters::builder(self.host.clone());
        for certificate in self.ca.iter().flat_map(|pem| Certificate::from_pem(pem).into_iter()) {
            builder = builder.add_root_certificate(certificate);
        }
        builder.build_rustls().map_err(|error| in_words(&error))
    }

    async fn enter(&self) -> Result<Smtp, String> {
        let hello = ClientId::Domain(self.hello.clone());
        let at_once = if self.security == Security::Tls { Some(self.tls()?) } else { None };
        let address = (self.host.as_str(), self.port);
        let connecting = AsyncSmtpConnection::connect_tokio1(address, Some(self.patience), &hello, at_once, None);
        let mut connection = self.soon(connecting).await?;
        if self.security == Security::StartTls {
            if !connection.can_starttls() {
                return Err("El servidor no ofrece STARTTLS; no se le envía nada sin cifrar.".into());
            }
            let tls = self.tls()?;
            self.soon(connection.starttls(tls, &hello)).await?;
        }
        if let Some(user) = &self.user {
            let credentials = Credentials::new(user.clone(), self.password.clone());
            self.soon(connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)).await?;
        }
        Ok(Smtp { connection, patience: self.patience })
    }

    async fn soon<T>(&self, step: impl Future<Output = Result<T, Error>>) -> Result<T, String> {
        match timeout(self.patience, step).await {
            Ok(result) => result.map_err(|error| in_words(&error)),
            Err(_) => Err("El servidor no contestó a tiempo.".into()),
        }
    }
}

impl Post for Server {
    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Conversation>, Unreached>> {
        async move {
            let entered = self.enter().await.map_err(|why| Unreached(format!("{self:?}: {why}")))?;
            Ok(Box::new(entered) as Box<dyn Conversation>)
        }
        .boxed()
    }
}

impl Conversation for Smtp {
    fn send<'c>(&'c mut self, mail: &'c Written) -> BoxFuture<'c, Answer> {
        async move {
            let (Ok(from), Ok(to)) = (mail.from.parse::<Address>(), mail.to.parse::<Address>()) else {
                return Answer::Refused("La dirección no es válida.".into());
            };
            if let Err(answer) = self.step(Mail::new(Some(from), Vec::new()).to_string()).await {
                return self.reset(answer).await;
            }
            if let Err(answer) = self.step(Rcpt::new(to, Vec::new()).to_string()).await {
                return self.reset(answer).await;
            }
            if let Err(answer) = self.step(Data.to_string()).await {
                return self.reset(answer).await;
            }
            // From here on a lost connection leaves it open whether the server has the message.
            match timeout(self.patience, self.connection.message(&mail.content)).await {
                Ok(Ok(response)) => Answer::Accepted(words(&response)),
                Ok(Err(error)) => match judged(&error) {
                    Some(answer) => self.reset(answer).await,
                    None => Answer::Unknown(in_words(&error)),
                },
                Err(_) => Answer::Unknown("El servidor no contestó a tiempo.".into()),
            }
        }
        .boxed()
    }

    fn end(mut self: Box<Self>) -> BoxFuture<'static, ()> {
        async move {
            let _ = timeout(self.patience, self.connection.quit()).await;
        }
        .boxed()
    }
}

impl Smtp {
    async fn step(&mut self, command: String) -> Result<Response, Answer> {
        match timeout(self.patience, self.connection.command(command)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(judged(&error).unwrap_or_else(|| Answer::Unreached(in_words(&error)))),
            Err(_) => Err(Answer::Unreached("El servidor no contestó a tiempo.".into())),
        }
    }

    /// After a refusal the next message begins anew.
    async fn reset(&mut self, answer: Answer) -> Answer {
        if answer.goes_on() {
            let _ = self.step(Rset.to_string()).await;
        }
        answer
    }
}

/// What the server itself answered, if it did.
fn judged(error: &Error) -> Option<Answer> {
    if error.is_permanent() {
        Some(Answer::Refused(in_words(error)))
    } else if error.is_transient() {
        Some(Answer::Later(in_words(error)))
    } else {
        None
    }
}

fn words(response: &Response) -> String {
    let text: Vec<&str> = response.message().collect();
    shortened(&format!("{} {}", response.code(), text.join(" ")))
}

/// The error with what lies behind it.
fn in_words(error: &Error) -> String {
    let mut text = error.to_string();
    let mut behind = std::error::Error::source(error);
    while let Some(cause) = behind {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        behind = cause.source();
    }
    shortened(&text)
}

fn shortened(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(400).collect()
}
