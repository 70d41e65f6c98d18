//! What a person was writing about a case, form by form, kept until it is sent.

use crate::{error::StoreError, reader::Reader, time, tx::statements};
use engine::refusal::Refusal;
use jiff::{SignedDuration, Timestamp};

/// A draft nobody touches is forgotten after this long.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 180);
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
    FORGET: [Int, Int] => [], "DELETE FROM drafts WHERE person = $1 AND at < $2";
}

impl Reader {
    /// This person's drafts about a case.
    pub async fn drafts(&self, number: &str) -> Result<Vec<Draft>, StoreError> {
        let values = [self.person.id.into(), number.into()];
        self.store
            .read(move |tx| {
                let rows = tx.rows(&OF_CASE, &values)?;
                let draft = |row: &crate::tx::Row| {
                    Ok(Draft { form: row.string(0)?, pairs: row.json(1)?, at: time::moment(row.int(2)?)? })
                };
                rows.iter().map(draft).collect()
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
        let old = [self.person.id.into(), (now - KEPT).into()];
        self.store
            .write(move |tx| {
                tx.run(&FORGET, &old)?;
                Ok(tx.run(&PUT, &values).map(|_| ())?)
            })
            .await
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
