//! Handing messages to a mail server, and what it says to each.

pub mod fake;
pub mod smtp;

use super::writing::Written;
use futures_util::future::BoxFuture;

/// Where messages are handed over.
pub trait Post: Send + Sync {
    /// Opens a conversation with the server.
    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Conversation>, Unreached>>;
}

/// An open conversation: several messages, one after another.
pub trait Conversation: Send {
    fn send<'c>(&'c mut self, mail: &'c Written) -> BoxFuture<'c, Answer>;
    fn end(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// Nothing was handed over: no server, no TLS, no entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreached(pub String);

/// What came of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The server took it over; its words.
    Accepted(String),
    /// Not now (4xx); its words.
    Later(String),
    /// Never (5xx); its words.
    Refused(String),
    /// The conversation broke before the server had the whole message: it has nothing of it.
    Unreached(String),
    /// It broke after the last byte was sent and before the answer: the server may have it.
    Unknown(String),
}

impl Answer {
    /// Whether the conversation goes on after it.
    #[must_use]
    pub const fn goes_on(&self) -> bool {
        !matches!(self, Self::Unreached(_) | Self::Unknown(_))
    }
}
