//! What a person prefers: short texts by key, read with every request of that person.

use crate::{error::StoreError, store::Store, tx::statements};
use engine::actor::PersonId;
use std::collections::BTreeMap;

/// Whether single keys do things; absent: they do.
const KEYS: &str = "keys";
/// The columns of the lists of cases, with commas.
const COLUMNS: &str = "columns";

statements! {
    ALL: [Int] => [Text, Text], "SELECT key, value FROM desk_preferences WHERE person = $1";
    SET: [Int, Text, Text] => [],
        "INSERT INTO desk_preferences (person, key, value) VALUES ($1, $2, $3)
         ON CONFLICT (person, key) DO UPDATE SET value = excluded.value";
    DROP: [Int, Text] => [], "DELETE FROM desk_preferences WHERE person = $1 AND key = $2";
}

/// The preferences of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences(BTreeMap<String, String>);

impl Preferences {
    #[must_use]
    pub fn keys(&self) -> bool {
        self.0.get(KEYS).is_none_or(|value| value != "no")
    }

    /// The columns chosen for the lists; none: those everybody begins with.
    #[must_use]
    pub fn columns(&self) -> Option<Vec<&str>> {
        Some(self.0.get(COLUMNS)?.split(',').filter(|column| !column.is_empty()).collect())
    }
}

impl Store {
    pub async fn preferences(&self, person: PersonId) -> Result<Preferences, StoreError> {
        self.read(move |tx| {
            let rows = tx.rows(&ALL, &[person.into()])?;
            let pairs = rows.iter().map(|row| Ok((row.string(0)?, row.string(1)?)));
            Ok(Preferences(pairs.collect::<Result<_, StoreError>>()?))
        })
        .await
    }

    /// Whether single keys do things for this person.
    pub async fn prefer_keys(&self, person: PersonId, on: bool) -> Result<(), StoreError> {
        self.prefer(person, KEYS, if on { None } else { Some("no".into()) }).await
    }

    /// The columns of this person's lists; none of them: those everybody begins with.
    pub async fn prefer_columns(&self, person: PersonId, columns: &[&str]) -> Result<(), StoreError> {
        let text = columns.join(",");
        self.prefer(person, COLUMNS, Some(text).filter(|text| !text.is_empty() && text.len() <= 500)).await
    }

    async fn prefer(&self, person: PersonId, key: &'static str, value: Option<String>) -> Result<(), StoreError> {
        self.write(move |tx| {
            match &value {
                Some(value) => tx.run(&SET, &[person.into(), key.into(), value.into()])?,
                None => tx.run(&DROP, &[person.into(), key.into()])?,
            };
            Ok(())
        })
        .await
    }
}
