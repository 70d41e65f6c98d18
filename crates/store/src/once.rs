//! What is of no case is done once under a key as well: whoever sends it again is given the number it had the first time.

use crate::{
    error::{StoreError, SubmitError},
    request::IdempotencyKey,
    store::Store,
    submit::{act_of_key, keep_act},
    tx::Tx,
};
use engine::{actor::PersonId, refusal::Refusal};
use jiff::Timestamp;
use std::sync::Arc;

/// Who does it, when, at which place, under which key.
#[derive(Clone, Debug)]
pub(crate) struct Under {
    pub me: PersonId,
    pub now: Timestamp,
    pub place: &'static str,
    pub key: Option<IdempotencyKey>,
}

/// What was made: its number, and whether the key had made it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    pub number: i64,
    pub again: bool,
}

impl Store {
    /// Writes what `f` writes, and keeps its number under the key; where the key was used, the number it has.
    pub(crate) async fn once(
        &self,
        under: Under,
        f: impl Fn(&Tx<'_>) -> Result<i64, StoreError> + Send + Sync + 'static,
    ) -> Result<i64, StoreError> {
        self.made_once(under, f).await.map(|made| made.number)
    }

    /// The same, told apart: a secret drawn for what was already there is not its secret. An attempt whose outcome was
    /// unknown and that finds itself done counts as done before: to give no secret is better than to give a wrong one.
    pub(crate) async fn made_once(
        &self,
        under: Under,
        f: impl Fn(&Tx<'_>) -> Result<i64, StoreError> + Send + Sync + 'static,
    ) -> Result<Made, StoreError> {
        let (keyed, f) = (under.key.is_some(), Arc::new(f));
        let attempt = || {
            let (under, f) = (under.clone(), Arc::clone(&f));
            self.write(move |tx| {
                let Some(key) = &under.key else { return Ok(Made { number: f(tx)?, again: false }) };
                if let Some(number) = act_of_key(tx, under.me, key, under.place).map_err(told)? {
                    return Ok(Made { number, again: true });
                }
                let number = f(tx)?;
                keep_act(tx, under.me, key, (under.place, number), under.now).map_err(told)?;
                Ok(Made { number, again: false })
            })
        };
        match attempt().await {
            // The key tells whether it was written.
            Err(StoreError::UnknownOutcome) if keyed => attempt().await,
            // Two with the same key at once on two connections: the other one has written it.
            Err(StoreError::Broken(detail)) if keyed && detail.starts_with("PUT_KEY") => attempt().await,
            result => result,
        }
    }
}

pub(crate) fn told(error: SubmitError) -> StoreError {
    match error {
        SubmitError::Refused(refusal) => StoreError::Refused(refusal),
        SubmitError::Unavailable(unavailable) => StoreError::Unavailable(unavailable),
        SubmitError::UnknownOutcome => StoreError::UnknownOutcome,
        SubmitError::Broken(detail) => StoreError::Broken(detail),
        SubmitError::KeyReused | SubmitError::Stale { .. } => {
            Refusal::conflict(SubmitError::KeyReused.to_string()).into()
        }
    }
}
