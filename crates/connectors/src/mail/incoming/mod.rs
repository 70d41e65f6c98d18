//! Taking messages: from a mailbox that is looked into, or as a server to which another delivers.

pub mod fake;
pub mod imap;
pub mod lmtp;

use futures_util::future::BoxFuture;
use std::time::Duration;

/// A mailbox somewhere.
pub trait Account: Send + Sync {
    /// What tells this mailbox from every other, without its password.
    fn name(&self) -> String;
    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Mailbox>, Trouble>>;
}

/// A mailbox that is open. A message's number never changes while `validity` stays the same.
pub trait Mailbox: Send {
    fn validity(&self) -> u32;
    /// The messages after a number, in order.
    fn after(&mut self, number: u32) -> BoxFuture<'_, Result<Vec<Listed>, Trouble>>;
    /// The message as it is kept there; only its head where it is larger than `super::LARGEST`.
    fn fetch(&mut self, listed: Listed) -> BoxFuture<'_, Result<Vec<u8>, Trouble>>;
    /// Returns when something has come, or after that long.
    fn wait(&mut self, at_most: Duration) -> BoxFuture<'_, Result<(), Trouble>>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    pub number: u32,
    pub size: usize,
}

/// The mailbox cannot be reached or does not answer; said in Spanish with the server's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(pub String);
