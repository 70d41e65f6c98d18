//! What a person was writing about a case, or to open one, form by form, kept until it is sent.

use crate::{error::StoreError, reader::Reader, store::Store, time, tx::statements};
use engine::refusal::Refusal;
use jiff::{SignedDuration, Timestamp};

/// A draft nobody touches is forgotten after this long.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 180);
/// A request that nobody sent tells of people: it is forgotten sooner.
const KEPT_NEW: SignedDuration = SignedDuration::from_hours(24 * 14);
/// How the place of a draft begins that is of no case yet; what it asks for follows.
pub const NEW: &str = "nuevo:";
/// Bytes of one draft.
const LONGEST: usize = 256 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The noun of the form.
    pub form: String,
    /// The fields as they were sent, in order.
    pub pairs: Vec<(String, String)>,
    pub at: Timestamp,
}

statements! {
    OF_CASE: [Int, Text] => [Text, Text, Int], "SELECT form, body, at FROM drafts WHERE person = $1 AND number = $2 ORDER BY form";
    PUT: [Int, Text, Text, Text, Int] => [],
        "INSERT INTO drafts (person, number, form, body, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person, number, form) DO UPDATE SET body = excluded.body, at = excluded.at";
    DROP: [Int, Text, Text] => [], "DELETE FROM drafts WHERE person = $1 AND number = $2 AND form = $3";
    FORGET: [Int] => [], "DELETE FROM drafts WHERE at < $1";
    FORGET_NEW: [Int] => [], "DELETE FROM drafts WHERE at < $1 AND number LIKE 'nuevo:%'";
}

impl Reader {
    /// This person's drafts about a case.
    pub async fn drafts(&self, number: &str) -> Result<Vec<Draft>, StoreError> {
        let values = [self.person.id.into(), number.into()];
        let oldest = self.now - if number.starts_with(NEW) { KEPT_NEW } else { KEPT };
        self.store
            .read(move |tx| {
                let rows = tx.rows(&OF_CASE, &values)?;
                let draft = |row: &crate::tx::Row| {
                    Ok(Draft { form: row.string(0)?, pairs: row.json(1)?, at: time::moment(row.int(2)?)? })
                };
                let drafts: Vec<Draft> = rows.iter().map(draft).collect::<Result<_, StoreError>>()?;
                Ok(drafts.into_iter().filter(|draft| draft.at >= oldest).collect())
            })
            .await
    }

    /// Keeps a draft in place of the one before; without fields there is none.
    pub async fn keep_draft(
        &self,
        number: &str,
        form: &str,
        pairs: &[(String, String)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if pairs.is_empty() {
            return self.drop_draft(number, form).await;
        }
        let body = serde_json::to_string(pairs).map_err(|error| StoreError::Broken(error.to_string()))?;
        if body.len() > LONGEST {
            return Err(Refusal::invalid("El borrador es demasiado largo: adjunte el texto como archivo.").into());
        }
        let values = [self.person.id.into(), number.into(), form.into(), body.into(), now.into()];
        self.store.write(move |tx| Ok(tx.run(&PUT, &values).map(|_| ())?)).await
    }

    /// Forgets a draft; nothing is written where there is none.
    pub async fn drop_draft(&self, number: &str, form: &str) -> Result<(), StoreError> {
        if !self.drafts(number).await?.iter().any(|draft| draft.form == form) {
            return Ok(());
        }
        let values = [self.person.id.into(), number.into(), form.into()];
        self.store.write(move |tx| Ok(tx.run(&DROP, &values).map(|_| ())?)).await
    }
}

impl Store {
    /// Forgets the drafts nobody has touched for long.
    pub async fn forget_drafts(&self, now: Timestamp) -> Result<u64, StoreError> {
        let (old, old_new) = ([(now - KEPT).into()], [(now - KEPT_NEW).into()]);
        self.write(move |tx| Ok(tx.run(&FORGET, &old)? + tx.run(&FORGET_NEW, &old_new)?)).await
    }
}
