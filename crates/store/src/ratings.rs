//! The links by which whoever asked says how the service was without entering: a secret of 256 bits, kept as its hash,
//! bound to the case and the person, dead with its end and with the person's account.

use crate::{
    cases,
    error::{DbError, StoreError},
    hash, people,
    store::Store,
    tx::{Tx, statements},
};
use engine::{
    Name,
    actor::PersonId,
    case::{Case, Ending, Rating},
};
use jiff::{SignedDuration, Timestamp};

/// How long a link lives.
pub const LIFE: SignedDuration = SignedDuration::from_hours(24 * 15);
/// After how long without an answer the one reminder leaves.
pub const REMINDER: SignedDuration = SignedDuration::from_hours(24 * 3);

/// What the holder of a link may know: no more than number and subject, and what he said himself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingLink {
    pub person: PersonId,
    pub number: Name,
    pub subject: Name,
    pub rating: Option<Rating>,
}

statements! {
    PUT: [Text, Text, Int, Int, Int, Int] => [],
        "INSERT INTO rating_links (token_hash, number, person, made_at, expires_at, remind_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    FIND: [Text, Int] => [Text, Int], "SELECT number, person FROM rating_links WHERE token_hash = $1 AND expires_at > $2";
    TO_REMIND: [Int, Int] => [Text, Text, Int],
        "SELECT token_hash, number, person FROM rating_links WHERE remind_at <= $1 ORDER BY remind_at LIMIT $2";
    REMINDED: [Text] => [], "UPDATE rating_links SET remind_at = NULL WHERE token_hash = $1";
    DROP_OLD: [Int] => [], "DELETE FROM rating_links WHERE expires_at <= $1";
}

/// Whether a person may be asked how this case was served: asked for it, and did not serve it.
pub(crate) fn may_rate(case: &Case, person: PersonId) -> bool {
    case.requester.person == person
        && case.ended.as_ref().is_some_and(|ended| ended.how == Ending::Finished)
        && case.ended.as_ref().is_some_and(|ended| ended.by.person != person)
}

/// Keeps a link and gives its secret part, drawn from the caller's chance.
pub(crate) fn link(
    tx: &Tx<'_>,
    chance: &str,
    number: &str,
    person: PersonId,
    now: Timestamp,
    remind_at: Option<Timestamp>,
) -> Result<String, DbError> {
    let token = hash::sha256_hex(format!("calificar:{chance}:{number}:{}", person.0).as_bytes());
    let expires = now.saturating_add(LIFE).map_err(DbError::broken)?;
    let kept = hash::sha256_hex(token.as_bytes());
    tx.run(&PUT, &[kept.into(), number.into(), person.into(), now.into(), expires.into(), remind_at.into()])?;
    Ok(token)
}

/// Links whose reminder is due: which, of what case and whose.
pub(crate) fn to_remind(tx: &Tx<'_>, now: Timestamp, limit: usize) -> Result<Vec<(String, Name, PersonId)>, DbError> {
    let rows = tx.rows(&TO_REMIND, &[now.into(), limit.into()])?;
    rows.iter().map(|row| Ok((row.string(0)?, row.name(1)?, PersonId(row.int(2)?)))).collect()
}

/// There is one reminder.
pub(crate) fn reminded(tx: &Tx<'_>, link: &str) -> Result<(), DbError> {
    tx.run(&REMINDED, &[link.into()]).map(drop)
}

impl Store {
    /// What a link leads to; nothing where it is unknown, has ended, or its person has left.
    pub async fn rating_link(&self, token: &str, now: Timestamp) -> Result<Option<RatingLink>, StoreError> {
        let kept = hash::sha256_hex(token.as_bytes());
        self.read(move |tx| {
            let Some(row) = tx.row(&FIND, &[kept.as_str().into(), now.into()])? else { return Ok(None) };
            let (number, person) = (row.name(0)?, PersonId(row.int(1)?));
            let active = people::load(tx, person)?.is_some_and(|person| person.active);
            let Some(stored) = cases::see(tx, &number)?.filter(|_| active) else { return Ok(None) };
            if !may_rate(&stored.case, person) {
                return Ok(None);
            }
            Ok(Some(RatingLink { person, number, subject: stored.case.subject, rating: stored.case.rating }))
        })
        .await
    }

    /// Forgets links past their end; gives how many.
    pub async fn forget_rating_links(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| Ok(tx.run(&DROP_OLD, &[now.into()])?)).await
    }
}
