//! Keys of what adds nothing when it is done again: notices, preferences, the mail desk. The key gives whoever repeats it
//! the same answer, and refuses another content; a stop between the act and its key does no harm.

use crate::{
    error::StoreError,
    once::{Under, told},
    reader::Reader,
    request::IdempotencyKey,
    submit::act_of_key,
};
use jiff::Timestamp;

/// What stands in place of a case's number.
const PLACE: &str = "avisos y correo";

impl Reader {
    /// What the same key gave before; none where it is new.
    pub async fn done_before(&self, key: &IdempotencyKey) -> Result<Option<i64>, StoreError> {
        let (me, key) = (self.person.id, key.clone());
        self.store.read(move |tx| act_of_key(tx, me, &key, PLACE).map_err(told)).await
    }

    /// Keeps what a key gave: a number, of what was done or of how many.
    pub async fn remember(&self, key: IdempotencyKey, gave: i64, now: Timestamp) -> Result<(), StoreError> {
        let under = Under { me: self.person.id, now, place: PLACE, key: Some(key) };
        self.store.once(under, move |_| Ok(gave)).await.map(drop)
    }
}
