//! What each person wants to be told, and how: in the page, by mail at once, in the day's digest, or not at all.

use crate::{
    error::{DbError, StoreError},
    reader::Reader,
    tx::{Tx, statements},
};
use engine::actor::PersonId;
use manual::notice::Kind;
use std::collections::BTreeMap;

/// How a kind of notice reaches a person. Mail and digest are besides the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    Mail,
    Digest,
    Page,
    Nothing,
}

impl Way {
    pub const ALL: [Self; 4] = [Self::Mail, Self::Digest, Self::Page, Self::Nothing];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mail => "correo",
            Self::Digest => "resumen",
            Self::Page => "pagina",
            Self::Nothing => "ninguno",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// What differs from the usual way of a kind.
    pub ways: BTreeMap<Kind, Way>,
    /// The local hour of the digest.
    pub digest_hour: i8,
    /// Mail that is not urgent waits until the office opens.
    pub office_hours: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { ways: BTreeMap::new(), digest_hour: 8, office_hours: true }
    }
}

impl Preferences {
    #[must_use]
    pub fn way(&self, kind: Kind) -> Way {
        self.ways.get(&kind).copied().unwrap_or(match kind {
            // A whole post would get a mail for each case.
            Kind::Post => Way::Page,
            _ => Way::Mail,
        })
    }
}

const HOUR: &str = "hora";
const OFFICE: &str = "horario";

statements! {
    LOAD: [Int] => [Text, Text], "SELECT key, value FROM preferences WHERE person = $1";
    PUT: [Int, Text, Text] => [],
        "INSERT INTO preferences (person, key, value) VALUES ($1, $2, $3)
         ON CONFLICT (person, key) DO UPDATE SET value = excluded.value";
}

pub(crate) fn load(tx: &Tx<'_>, person: PersonId) -> Result<Preferences, DbError> {
    let mut preferences = Preferences::default();
    for row in tx.rows(&LOAD, &[person.into()])? {
        let (key, value) = (row.text(0)?, row.text(1)?);
        match key {
            HOUR => preferences.digest_hour = value.parse().unwrap_or(preferences.digest_hour).clamp(0, 23),
            OFFICE => preferences.office_hours = value == "si",
            kind => {
                if let (Some(kind), Some(way)) = (Kind::from_code(kind), Way::from_code(value)) {
                    preferences.ways.insert(kind, way);
                }
            }
        }
    }
    Ok(preferences)
}

impl Reader {
    /// The person's own preferences.
    pub async fn preferences(&self) -> Result<Preferences, StoreError> {
        let me = self.person.id;
        self.store.read(move |tx| Ok(load(tx, me)?)).await
    }

    pub async fn set_preferences(&self, preferences: Preferences) -> Result<(), StoreError> {
        let me = self.person.id;
        self.store
            .write(move |tx| {
                let put = |key: &str, value: &str| tx.run(&PUT, &[me.into(), key.into(), value.into()]).map(drop);
                for (kind, way) in &preferences.ways {
                    put(kind.code(), way.code())?;
                }
                put(HOUR, &preferences.digest_hour.clamp(0, 23).to_string())?;
                Ok(put(OFFICE, if preferences.office_hours { "si" } else { "no" })?)
            })
            .await
    }
}
