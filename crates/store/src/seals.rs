//! The daily seal: one hash over the heads of all the chains, chained to the seal before, to be kept outside as well.

use crate::{
    error::{DbError, StoreError},
    hash, journal,
    store::Store,
    time,
    tx::{Row, Tx, statements},
};
use engine::refusal::Refusal;
use jiff::{Timestamp, civil::Date};
use sha2::{Digest, Sha256};

/// A sealed day. The hash is of: the seal before, the day, and a line `number n hash` for the institution's stream and
/// for each case in the order of their numbers, each line ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    pub day: Date,
    /// The last entry of the journal it covers.
    pub upto: i64,
    pub streams: u64,
    pub at: Timestamp,
    pub prev: String,
    pub hash: String,
}

statements! {
    HEADS: [Text, Int] => [Text, Int, Text],
        "SELECT number, version, head FROM cases WHERE number > $1 ORDER BY number LIMIT $2";
    LAST: [] => [Text, Int, Int, Int, Text, Text],
        "SELECT day, upto, streams, at, prev, hash FROM seals ORDER BY day DESC LIMIT 1";
    ALL: [] => [Text, Int, Int, Int, Text, Text], "SELECT day, upto, streams, at, prev, hash FROM seals ORDER BY day";
    PUT: [Text, Int, Int, Int, Text, Text] => [],
        "INSERT INTO seals (day, upto, streams, at, prev, hash) VALUES ($1, $2, $3, $4, $5, $6)";
}

fn seal(row: &Row) -> Result<Seal, DbError> {
    Ok(Seal {
        day: time::date(row.text(0)?)?,
        upto: row.int(1)?,
        streams: u64::try_from(row.int(2)?).unwrap_or(0),
        at: time::moment(row.int(3)?)?,
        prev: row.string(4)?,
        hash: row.string(5)?,
    })
}

pub(crate) fn all(tx: &Tx<'_>) -> Result<Vec<Seal>, DbError> {
    tx.rows(&ALL, &[])?.iter().map(seal).collect()
}

/// The hash over heads given in order.
pub(crate) struct Sealing(Sha256, u64);

impl Sealing {
    pub fn new(prev: &str, day: Date) -> Self {
        Self(Sha256::new_with_prefix(format!("{prev}\n{day}\n")), 0)
    }

    pub fn add(&mut self, number: &str, n: u32, head: &str) {
        self.0.update(format!("{number} {n} {head}\n"));
        self.1 += 1;
    }

    pub fn finish(self) -> (String, u64) {
        (hash::hex(&self.0.finalize()), self.1)
    }
}

impl Store {
    /// Seals a day: all that is in the journal now. Days are sealed in order, each once.
    ///
    /// # Errors
    /// Refused where that day or a later one is sealed already.
    pub async fn seal_day(&self, day: Date, now: Timestamp) -> Result<Seal, StoreError> {
        let institution = self.institution().to_owned();
        self.write(move |tx| {
            tx.hold_journal()?;
            let last = tx.row(&LAST, &[])?.map(|row| seal(&row)).transpose()?;
            if let Some(last) = &last
                && last.day >= day
            {
                return Err(Refusal::conflict(format!("El día {} ya está sellado.", last.day)).into());
            }
            let prev = last.map_or_else(|| hash::genesis(&institution), |last| last.hash);
            let mut sealing = Sealing::new(&prev, day);
            if let Some((n, head)) = journal::head(tx, journal::INSTITUTION)? {
                sealing.add(journal::INSTITUTION_NUMBER, n, &head);
            }
            let mut after = String::new();
            loop {
                let page = tx.rows(&HEADS, &[(&after).into(), 5_000_i64.into()])?;
                let Some(end) = page.last() else { break };
                after = end.string(0)?;
                for row in &page {
                    sealing.add(row.text(0)?, u32::try_from(row.int(1)?).map_err(DbError::broken)?, row.text(2)?);
                }
            }
            let upto = journal::last_seq(tx)?;
            let (hash, streams) = sealing.finish();
            let count = i64::try_from(streams).unwrap_or(i64::MAX);
            tx.run(&PUT, &[day.into(), upto.into(), count.into(), now.into(), (&prev).into(), (&hash).into()])?;
            Ok(Seal { day, upto, streams, at: now, prev, hash })
        })
        .await
    }

    /// The last sealed day.
    pub async fn last_seal(&self) -> Result<Option<Seal>, StoreError> {
        self.read(|tx| Ok(tx.row(&LAST, &[])?.map(|row| seal(&row)).transpose()?)).await
    }
}
