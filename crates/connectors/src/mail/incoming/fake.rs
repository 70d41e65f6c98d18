//! A mailbox that is none: messages are put into it, it can be renumbered, and it breaks when it is told to.

use super::{Account, Listed, Mailbox, Trouble};
use futures_util::{FutureExt, future::BoxFuture};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

#[derive(Clone, Default)]
pub struct FakeAccount(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    validity: u32,
    last: u32,
    messages: Vec<(u32, Vec<u8>)>,
    /// Fetches until the connection breaks.
    breaks_after: Option<u32>,
}

impl FakeAccount {
    /// A message comes.
    pub fn put(&self, content: impl Into<Vec<u8>>) {
        let mut state = self.state();
        state.last += 1;
        let number = state.last;
        state.messages.push((number, content.into()));
    }

    /// The server has moved: every message gets another number.
    pub fn renumber(&self) {
        let mut state = self.state();
        state.validity += 1;
        let messages = std::mem::take(&mut state.messages);
        state.messages = (1..).zip(messages.into_iter().map(|(_, content)| content)).collect();
        state.last = u32::try_from(state.messages.len()).unwrap_or(u32::MAX);
    }

    /// The connection breaks after so many messages.
    pub fn break_after(&self, fetches: u32) {
        self.state().breaks_after = Some(fetches);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account for FakeAccount {
    fn name(&self) -> String {
        "fingido".into()
    }

    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Mailbox>, Trouble>> {
        let opened = Box::new(self.clone()) as Box<dyn Mailbox>;
        async move { Ok(opened) }.boxed()
    }
}

impl Mailbox for FakeAccount {
    fn validity(&self) -> u32 {
        self.state().validity
    }

    fn after(&mut self, number: u32) -> BoxFuture<'_, Result<Vec<Listed>, Trouble>> {
        let state = self.state();
        let later = state.messages.iter().filter(|(own, _)| *own > number);
        let listed = later.map(|(number, content)| Listed { number: *number, size: content.len() }).collect();
        drop(state);
        async move { Ok(listed) }.boxed()
    }

    fn fetch(&mut self, listed: Listed) -> BoxFuture<'_, Result<Vec<u8>, Trouble>> {
        let mut state = self.state();
        let broken = state.breaks_after == Some(0);
        state.breaks_after = if broken { None } else { state.breaks_after.map(|left| left - 1) };
        let found = state.messages.iter().find(|(number, _)| *number == listed.number);
        let content = found.map(|(_, content)| content.clone()).unwrap_or_default();
        drop(state);
        async move { if broken { Err(Trouble("Se cortó la conexión.".into())) } else { Ok(content) } }.boxed()
    }

    fn wait(&mut self, at_most: Duration) -> BoxFuture<'_, Result<(), Trouble>> {
        async move {
            tokio::time::sleep(at_most).await;
            Ok(())
        }
        .boxed()
    }
}
