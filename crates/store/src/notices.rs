//! The bell: short notices for one person, written by whoever performs an effect, read by that person alone.

use crate::{
    error::{DbError, StoreError},
    lists::Page,
    live::Change,
    people,
    reader::Reader,
    store::Store,
    time,
    tx::{Row, Tx, statements},
};
use engine::{Name, actor::PersonId};
use jiff::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: i64,
    pub at: Timestamp,
    pub text: Name,
    /// The case it speaks of.
    pub case: Option<Name>,
    pub read_at: Option<Timestamp>,
}

statements! {
    PUT: [Int, Text, Int, Text, Text] => [],
        "INSERT INTO notices (person, key, at, text, number) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    LIST: [Int, Int, Int] => [Int, Int, Text, Text, Int],
        "SELECT id, at, text, number, read_at FROM notices WHERE person = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    LIST_UNREAD: [Int, Int, Int] => [Int, Int, Text, Text, Int],
        "SELECT id, at, text, number, read_at FROM notices
         WHERE person = $1 AND read_at IS NULL AND id < $2 ORDER BY id DESC LIMIT $3";
    COUNT: [Int] => [Int, Int],
        "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN read_at IS NULL THEN 1 ELSE 0 END) AS BIGINT), 0)
         FROM notices WHERE person = $1";
    READ: [Int, Int, Int] => [],
        "UPDATE notices SET read_at = $3 WHERE person = $1 AND ($2 = 0 OR id = $2) AND read_at IS NULL";
    CASE_OF: [Int, Int] => [Text], "SELECT number FROM notices WHERE person = $1 AND id = $2";
}

fn notice(row: &Row) -> Result<Notice, DbError> {
    Ok(Notice {
        id: row.int(0)?,
        at: time::moment(row.int(1)?)?,
        text: row.name(2)?,
        case: row.name_opt(3)?,
        read_at: time::moment_opt(row.int_opt(4)?)?,
    })
}

/// Tells the pages of a person that the bell has changed: a change of no case.
fn announce(tx: &Tx<'_>, person: PersonId) {
    tx.announce(Change { case: "".into(), version: 0, people: vec![person], posts: Vec::new() });
}

/// Writes a notice for a person and tells the person's pages; false where the key is there already.
pub(crate) fn put(
    tx: &Tx<'_>,
    person: PersonId,
    key: &str,
    text: &str,
    case: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let new = tx.run(&PUT, &[person.into(), key.into(), now.into(), text.into(), case.into()])? > 0;
    if new {
        announce(tx, person);
    }
    Ok(new)
}

impl Store {
    /// Writes a notice for a person, once per key: the effect's key, so that a second attempt adds nothing.
    pub async fn add_notice(
        &self,
        person: PersonId,
        key: &str,
        text: &str,
        case: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (key, text, case) = (key.to_owned(), text.to_owned(), case.unwrap_or_default().to_owned());
        self.write(move |tx| Ok(put(tx, person, &key, &text, &case, now).map(drop)?)).await
    }

    /// The active persons who hold a role today, of that unit or of every unit: whom `Effect::NotifyRole` means.
    pub async fn holders(&self, role: &str, unit: Option<&str>, now: Timestamp) -> Result<Vec<PersonId>, StoreError> {
        let (role, unit, caches) = (role.to_owned(), unit.map(str::to_owned), self.caches());
        self.read(move |tx| Ok(people::holders(tx, &role, unit.as_deref(), caches.today(now))?)).await
    }
}

impl Reader {
    /// The person's notices, the newest first; only those not read yet where `unread` says so.
    pub async fn notices(&self, unread: bool, cursor: Option<&str>, limit: usize) -> Result<Page<Notice>, StoreError> {
        let (me, limit) = (self.person.id, if limit == 0 { 30 } else { limit.min(200) });
        let before = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(i64::MAX);
        self.store
            .read(move |tx| {
                let stmt = if unread { &LIST_UNREAD } else { &LIST };
                let found = tx.rows(stmt, &[me.into(), before.into(), (limit + 1).into()])?;
                let mut rows = found.iter().map(notice).collect::<Result<Vec<_>, _>>()?;
                let more = rows.len() > limit;
                rows.truncate(limit);
                let next = if more { rows.last().map(|row| row.id.to_string()) } else { None };
                Ok(Page { rows, next })
            })
            .await
    }

    /// How many notices there are, and how many of them are not read.
    pub async fn count_notices(&self) -> Result<(i64, i64), StoreError> {
        let me = self.person.id;
        self.store
            .read(move |tx| match tx.row(&COUNT, &[me.into()])? {
                Some(row) => Ok((row.int(0)?, row.int(1)?)),
                None => Ok((0, 0)),
            })
            .await
    }

    /// How many are not read now, a hundred at most: what the bell says.
    pub async fn unread_notices(&self) -> Result<i64, StoreError> {
        let me = self.person.id;
        self.store.read(move |tx| Ok(people::unread(tx, me)?)).await
    }

    /// Marks one notice (or all) as read; gives how many were not.
    pub async fn mark_read(&self, id: Option<i64>, now: Timestamp) -> Result<u64, StoreError> {
        let me = self.person.id;
        let values = [me.into(), id.unwrap_or(0).into(), now.into()];
        self.store
            .write(move |tx| {
                let marked = tx.run(&READ, &values)?;
                if marked > 0 {
                    announce(tx, me);
                }
                Ok(marked)
            })
            .await
    }

    /// The case one's own notice speaks of; an empty number where of none, nothing where there is no such notice.
    pub async fn case_of_notice(&self, id: i64) -> Result<Option<Name>, StoreError> {
        let me = self.person.id;
        self.store
            .read(move |tx| Ok(tx.row(&CASE_OF, &[me.into(), id.into()])?.map(|row| row.name(0)).transpose()?))
            .await
    }
}
