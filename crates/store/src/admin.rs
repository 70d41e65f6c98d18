//! Administration: every change is checked, written and recorded in the institution's own chained stream, in one commit.

use crate::{
    calendars::{self, CalendarVersion},
    editions::{self, EditionRow, EditionState, Sources},
    error::StoreError,
    journal::{self, AdminAct, AdminEntry},
    once::{Made, Under, told},
    people::{self, Person, PostRow, PostsAsked, Substitution},
    request::IdempotencyKey,
    store::Store,
    submit::act_of_key,
    time,
    tx::Tx,
};
use engine::{
    Name,
    actor::PersonId,
    refusal::{Fault, Refusal},
};
use jiff::{Timestamp, civil::Date};
use manual::finding::Finding;
use std::collections::BTreeMap;

/// The hands of one administrator.
#[derive(Clone)]
pub struct Admin {
    pub(crate) store: Store,
    pub(crate) person: Person,
    key: Option<IdempotencyKey>,
    /// The token they came with, for the journal.
    token: Option<i64>,
}

/// What stands in place of a case's number with the keys of administration.
const ADMINISTRATION: &str = "administracion";

/// An edition that cannot be uploaded or published, with what the reader found.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EditionError {
    #[error("El manual tiene errores; corríjalos y vuelva a subirlo.")]
    Findings(Vec<Finding>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// The administrator's hands; refused for anybody else.
    pub async fn admin(&self, person: PersonId) -> Result<Admin, StoreError> {
        let found = self.read(move |tx| Ok::<_, StoreError>(people::load(tx, person)?)).await?;
        match found.filter(|person| person.active && person.administrator) {
            Some(person) => Ok(Admin { store: self.clone(), person, key: None, token: None }),
            None => Err(Refusal::forbidden("Esto corresponde a quien administra el sistema.").into()),
        }
    }
}

impl Admin {
    /// Runs a change and records it; the administrator must still be one at that very moment.
    pub(crate) async fn act<T: Send + 'static>(
        &self,
        now: Timestamp,
        f: impl Fn(&Tx<'_>) -> Result<(T, Option<AdminAct>), StoreError> + Send + Sync + 'static,
    ) -> Result<T, StoreError> {
        let (me, token) = (self.person.id, self.token);
        self.store
            .write(move |tx| {
                let who = administers(tx, me)?;
                let (result, act) = f(tx)?;
                if let Some(act) = act {
                    journal::append_act_with(tx, (me, &who.name), token, act, now)?;
                }
                Ok(result)
            })
            .await
    }

    /// The same hands, under a key: what makes something that has a number is done once.
    #[must_use]
    pub fn under(self, key: Option<IdempotencyKey>) -> Self {
        Self { key, ..self }
    }

    /// The same hands, of a program with this token.
    #[must_use]
    pub fn with_token(self, token: i64) -> Self {
        Self { token: Some(token), ..self }
    }

    /// The number of what was made under this key before.
    ///
    /// # Errors
    /// The key was used for something else.
    pub async fn done_before(&self) -> Result<Option<i64>, StoreError> {
        let Some(key) = self.key.clone() else { return Ok(None) };
        let me = self.person.id;
        self.store.read(move |tx| before(tx, me, &key)).await
    }

    /// One act that makes something with a number.
    pub(crate) async fn make(
        &self,
        now: Timestamp,
        f: impl Fn(&Tx<'_>) -> Result<(i64, Option<AdminAct>), StoreError> + Send + Sync + 'static,
    ) -> Result<i64, StoreError> {
        self.make_once(now, f).await.map(|made| made.number)
    }

    /// The same, told whether the key had made it before: what was drawn for it this time is not what is kept.
    pub(crate) async fn make_once(
        &self,
        now: Timestamp,
        f: impl Fn(&Tx<'_>) -> Result<(i64, Option<AdminAct>), StoreError> + Send + Sync + 'static,
    ) -> Result<Made, StoreError> {
        let under = Under { me: self.person.id, now, place: ADMINISTRATION, key: self.key.clone() };
        let (me, token) = (self.person.id, self.token);
        self.store
            .made_once(under, move |tx| {
                let who = administers(tx, me)?;
                let (number, act) = f(tx)?;
                if let Some(act) = act {
                    journal::append_act_with(tx, (me, &who.name), token, act, now)?;
                }
                Ok(number)
            })
            .await
    }

    /// One act that makes nothing with a number.
    pub(crate) async fn settle(
        &self,
        now: Timestamp,
        f: impl Fn(&Tx<'_>) -> Result<AdminAct, StoreError> + Send + Sync + 'static,
    ) -> Result<(), StoreError> {
        self.make(now, move |tx| Ok((0, Some(f(tx)?)))).await.map(drop)
    }

    /// The posts of one person, or of all.
    pub async fn posts(&self, of: Option<PersonId>) -> Result<Vec<PostRow>, StoreError> {
        self.store.read(move |tx| Ok(people::posts(tx, of)?)).await
    }

    /// Posts in the order in which they were given, after one of them.
    pub async fn posts_page(&self, asked: PostsAsked, limit: usize) -> Result<Vec<PostRow>, StoreError> {
        self.store.read(move |tx| Ok(people::posts_page(tx, &asked, limit)?)).await
    }

    /// Gives a post, from a local day on and perhaps up to one.
    pub async fn give_post(
        &self,
        person: PersonId,
        role: Name,
        unit: Option<Name>,
        since: Date,
        until: Option<Date>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.make(now, move |tx| {
            existing(tx, person)?;
            if until.is_some_and(|until| until < since) {
                return Err(wrong("until", "El último día del puesto es anterior al primero."));
            }
            let id = people::add_post(tx, person, &role, unit.as_deref(), since, until)?;
            let act = AdminAct::PostGiven { person, role: role.clone(), unit: unit.clone(), since, until };
            Ok((id, Some(act)))
        })
        .await
    }

    /// Ends a post after its last day; with the day before today it ends at once.
    pub async fn end_post(&self, id: i64, last_day: Date, now: Timestamp) -> Result<(), StoreError> {
        self.settle(now, move |tx| {
            let (person, role, unit) =
                people::end_post(tx, id, last_day)?.ok_or_else(|| Refusal::missing("Ese puesto no existe."))?;
            Ok(AdminAct::PostEnded { person, role, unit, until: last_day })
        })
        .await
    }

    /// Substitutions that have not ended before a day.
    pub async fn substitutions(&self, from: Date) -> Result<Vec<Substitution>, StoreError> {
        self.store.read(move |tx| Ok(people::substitutions(tx, from)?)).await
    }

    /// Names who stands in for somebody absent, both days included.
    pub async fn name_substitute(
        &self,
        absent: PersonId,
        deputy: PersonId,
        days: (Date, Date),
        reason: String,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.make(now, move |tx| {
            existing(tx, absent)?;
            if !existing(tx, deputy)?.active {
                return Err(Refusal::conflict("Quien suple está de baja; elija a otra persona.").into());
            }
            if absent == deputy {
                return Err(wrong("deputy", "Una persona no puede suplirse a sí misma."));
            }
            if days.1 < days.0 {
                return Err(wrong("until", "El último día de la suplencia es anterior al primero."));
            }
            let id = people::add_substitution(tx, absent, deputy, days, reason.trim())?;
            let act = AdminAct::SubstitutionNamed {
                absent,
                deputy,
                since: days.0,
                until: days.1,
                reason: reason.trim().to_owned(),
            };
            Ok((id, Some(act)))
        })
        .await
    }

    pub async fn end_substitution(&self, id: i64, last_day: Date, now: Timestamp) -> Result<(), StoreError> {
        self.settle(now, move |tx| {
            let (absent, deputy) = people::end_substitution(tx, id, last_day)?
                .ok_or_else(|| Refusal::missing("Esa suplencia no existe."))?;
            Ok(AdminAct::SubstitutionEnded { absent, deputy, until: last_day })
        })
        .await
    }

    /// The calendar in force, with the institution's own days.
    pub async fn calendar(&self) -> Result<Option<(u32, CalendarVersion)>, StoreError> {
        self.store.read(|tx| Ok(calendars::latest(tx)?)).await
    }

    pub async fn editions(&self) -> Result<Vec<EditionRow>, StoreError> {
        self.store.read(|tx| Ok(editions::list(tx)?)).await
    }

    pub async fn sources(&self, edition: i64) -> Result<Option<Sources>, StoreError> {
        self.store.read(move |tx| Ok(editions::sources(tx, edition)?)).await
    }

    /// Keeps an edition as a draft, with its warnings; one with errors is not kept.
    pub async fn upload_edition(
        &self,
        sources: Sources,
        now: Timestamp,
    ) -> Result<(EditionRow, Vec<Finding>), EditionError> {
        let (edition, findings) = editions::read(&sources);
        let Ok(read) = editions::publishable(&sources) else { return Err(EditionError::Findings(findings)) };
        drop(edition);
        let institution = self.store.institution().to_owned();
        if *read.institution.code != *institution {
            let text = format!("El manual es de «{}», no de esta institución.", read.institution.code);
            return Err(StoreError::from(Refusal::invalid(text)).into());
        }
        if time::zone(&read.institution.zone).ok() != Some(self.store.zone()) {
            let text = format!("La zona horaria del manual ({}) no es la de la institución.", read.institution.zone);
            return Err(StoreError::from(Refusal::invalid(text)).into());
        }
        let me = self.person.id;
        let id = self
            .make(now, move |tx| {
                let row = editions::insert(tx, &read, &sources, me, now)?;
                let act = AdminAct::EditionUploaded { edition: row.id, name: row.name, sha256: row.sha256 };
                Ok((row.id, Some(act)))
            })
            .await?;
        Ok((self.edition_row(id).await?, findings))
    }

    async fn edition_row(&self, id: i64) -> Result<EditionRow, StoreError> {
        let row = self.store.read(move |tx| Ok::<_, StoreError>(editions::load_row(tx, id)?)).await?;
        row.ok_or_else(|| Refusal::missing("Esa edición no existe.").into())
    }

    /// Puts a draft (or a retired edition) in force for new cases; the one before is retired and its cases finish under it.
    /// Whoever uploaded it may not publish it.
    pub async fn publish_edition(&self, edition: i64, now: Timestamp) -> Result<EditionRow, StoreError> {
        let me = self.person.id;
        let caches = self.store.caches();
        let published = self.make(now, move |tx| {
            let row = editions::lock_row(tx, edition)?.ok_or_else(|| Refusal::missing("Esa edición no existe."))?;
            if row.uploaded_by == me {
                return Err(Refusal::forbidden(
                    "Quien subió la edición no puede publicarla: la publica una segunda persona.",
                )
                .into());
            }
            match row.state {
                EditionState::Published => {
                    return Err(Refusal::conflict("Esa edición ya está vigente.").into());
                }
                EditionState::Withdrawn => {
                    return Err(Refusal::conflict("Esa edición fue retirada; suba otra.").into());
                }
                EditionState::Draft | EditionState::Retired => {}
            }
            let read = caches.edition(tx, edition)?;
            let decreed = calendars::latest(tx)?.map(|(_, version)| version.decreed).unwrap_or_default();
            let version = CalendarVersion::of(&read, decreed);
            version.build(0).map_err(|error| Refusal::invalid(error.to_string()))?;
            calendars::keep(tx, &version, now)?;
            let retired = editions::publish(tx, edition, me, now)?;
            let act = AdminAct::EditionPublished { edition, name: row.name, sha256: row.sha256, retired };
            Ok((edition, Some(act)))
        });
        let edition = published.await?;
        self.edition_row(edition).await
    }

    /// Sets a draft aside for good.
    pub async fn withdraw_edition(&self, edition: i64, reason: String, now: Timestamp) -> Result<(), StoreError> {
        let withdrawn = self.make(now, move |tx| {
            let row = editions::lock_row(tx, edition)?.ok_or_else(|| Refusal::missing("Esa edición no existe."))?;
            if row.state != EditionState::Draft {
                return Err(Refusal::conflict("Solo se retira una edición que aún no se ha publicado.").into());
            }
            editions::withdraw(tx, edition)?;
            Ok((edition, Some(AdminAct::EditionWithdrawn { edition, reason: reason.clone() })))
        });
        withdrawn.await.map(|_| ())
    }

    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.store.setting(key).await
    }

    pub async fn change_setting(&self, key: &str, value: &str, now: Timestamp) -> Result<(), StoreError> {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.act(now, move |tx| {
            crate::migrations::set(tx, &format!("setting.{key}"), &value)?;
            Ok(((), Some(AdminAct::SettingChanged { key: key.as_str().into(), value: value.clone() })))
        })
        .await
    }

    /// The latest acts of administration, the newest first, each with its link; `before` is the number of the last one
    /// seen.
    pub async fn acts(&self, before: Option<u32>, limit: usize) -> Result<Vec<AdminEntry>, StoreError> {
        let (limit, institution) = (limit.clamp(1, 500), self.store.institution().to_owned());
        self.store.read(move |tx| Ok(journal::acts(tx, &institution, before.unwrap_or(u32::MAX), limit)?)).await
    }

    /// The names of persons, in one reading.
    pub async fn names(&self, people: Vec<PersonId>) -> Result<BTreeMap<PersonId, Name>, StoreError> {
        self.store.names(people).await
    }
}

/// Rights are asked for again at the very moment.
fn administers(tx: &Tx<'_>, me: PersonId) -> Result<Person, StoreError> {
    let still = people::load(tx, me)?.filter(|person| person.active && person.administrator);
    Ok(still.ok_or_else(|| Refusal::forbidden("Esto corresponde a quien administra el sistema."))?)
}

fn before(tx: &Tx<'_>, me: PersonId, key: &IdempotencyKey) -> Result<Option<i64>, StoreError> {
    act_of_key(tx, me, key, ADMINISTRATION).map_err(told)
}

impl Store {
    /// The names of persons, in one reading; whoever is not there has none.
    pub async fn names(&self, people: Vec<PersonId>) -> Result<BTreeMap<PersonId, Name>, StoreError> {
        self.read(move |tx| {
            let mut names = BTreeMap::new();
            for id in &people {
                if let Some(person) = people::load(tx, *id)? {
                    names.insert(*id, person.name);
                }
            }
            Ok(names)
        })
        .await
    }

    /// A setting of the institution, as an administrator wrote it.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let key = format!("setting.{key}");
        self.read(move |tx| Ok(crate::migrations::setting(tx, &key)?)).await
    }
}

/// A person who is there, active or not.
pub(crate) fn existing(tx: &Tx<'_>, id: PersonId) -> Result<Person, StoreError> {
    people::load(tx, id)?.ok_or_else(|| Refusal::missing("Esa persona no existe.").into())
}

/// A refusal of one thing that was given, beside its name.
pub(crate) fn wrong(field: &str, text: impl Into<String>) -> StoreError {
    let text = text.into();
    Refusal::invalid(text.clone()).with(vec![Fault::new(field, text)]).into()
}
