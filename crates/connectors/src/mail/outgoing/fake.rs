//! A mail server that is none: it keeps what it is handed, and fails as it is told to.

use super::{Answer, Conversation, Post, Unreached, Written};
use futures_util::{FutureExt, future::BoxFuture};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How the next message is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Accepted,
    Later,
    Refused,
    /// Cut off after the last byte; the server has it or has not.
    CutOff {
        kept: bool,
    },
}

#[derive(Clone, Default)]
pub struct FakePost(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    down: bool,
    fates: VecDeque<Fate>,
    kept: Vec<Written>,
}

impl FakePost {
    /// Nobody answers any more, or again.
    pub fn set_down(&self, down: bool) {
        self.state().down = down;
    }

    /// How the next messages are met, in order; those after them are accepted.
    pub fn fates(&self, fates: impl IntoIterator<Item = Fate>) {
        self.state().fates.extend(fates);
    }

    /// Everything taken over so far, in order.
    #[must_use]
    pub fn kept(&self) -> Vec<Written> {
        self.state().kept.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Post for FakePost {
    fn open(&self) -> BoxFuture<'_, Result<Box<dyn Conversation>, Unreached>> {
        let opened = if self.state().down {
            Err(Unreached("Nadie contesta.".into()))
        } else {
            Ok(Box::new(self.clone()) as Box<dyn Conversation>)
        };
        async move { opened }.boxed()
    }
}

impl Conversation for FakePost {
    fn send<'c>(&'c mut self, mail: &'c Written) -> BoxFuture<'c, Answer> {
        let mut state = self.state();
        let answer = if state.down {
            Answer::Unreached("Nadie contesta.".into())
        } else {
            let fate = state.fates.pop_front().unwrap_or(Fate::Accepted);
            if matches!(fate, Fate::Accepted | Fate::CutOff { kept: true }) {
                state.kept.push(mail.clone());
            }
            match fate {
                Fate::Accepted => Answer::Accepted("250 2.0.0 Ok".into()),
                Fate::Later => Answer::Later("451 4.7.1 Intente más tarde".into()),
                Fate::Refused => Answer::Refused("550 5.1.1 No existe".into()),
                Fate::CutOff { .. } => Answer::Unknown("Se cortó la conexión.".into()),
            }
        };
        drop(state);
        async move { answer }.boxed()
    }

    fn end(self: Box<Self>) -> BoxFuture<'static, ()> {
        async {}.boxed()
    }
}
