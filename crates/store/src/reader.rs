//! Rights yield readers: a `Reader` is one person's view, and can see no more than that person may.

use crate::{
    absent,
    cases::{self, CaseRow, Stored},
    editions::{self, EditionRow, EditionState},
    error::{DbError, StoreError},
    journal,
    lists::{self, Counts, Filters, InboxQuery, Page, Sight, Tab, Today, limit_of},
    marks::{self, Mark},
    people::{self, Person},
    store::{Caches, Store},
    ties::{self, Bond},
    time,
    tx::Tx,
};
use engine::{
    Name,
    actor::{Actor, PersonId, Post},
    authority::{self, Capacity, Wait},
    case::{Case, Status},
    event::{Channel, Event, Recorded},
    refusal::Refusal,
    world::World,
};
use jiff::Timestamp;
use manual::{edition::Edition, procedure::Procedure};
use std::{collections::HashMap, sync::Arc};

/// One person's view of the institution, as of a moment.
#[derive(Clone)]
pub struct Reader {
    pub(crate) store: Store,
    pub(crate) person: Person,
    pub(crate) actor: Actor,
    pub(crate) now: Timestamp,
    unread: i64,
}

/// A case as one person may see it.
#[derive(Clone, Debug)]
pub struct CaseView {
    /// Without attachments that are internal, where the person only asked.
    pub case: Case,
    pub edition: Arc<Edition>,
    /// The events the person may read: internal notes only for those who attend.
    pub history: Vec<Recorded>,
    /// For whom it waits.
    pub waits: Vec<Wait>,
    /// In what capacity the person may act on the present step; none: may not.
    pub capacity: Option<Capacity>,
    /// Holds a role of the procedure, did a step or is a chief: may read internal notes.
    pub attends: bool,
    /// Holds a post of jefatura: may assign, pause, extend and cancel.
    pub chief: bool,
    /// Asked for it, or registered it.
    pub asked: bool,
}

/// A case tied to another, as one person may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    pub number: Name,
    pub bond: Bond,
    /// The case shown holds the tie, and not this one.
    pub holds: bool,
    pub open: bool,
    /// Subject and state, where the person may see the case.
    pub seen: Option<(Name, Status)>,
}

impl CaseView {
    /// The procedure it runs.
    ///
    /// # Panics
    /// Never: a view is only made for a case whose edition has its procedure.
    #[must_use]
    pub fn procedure(&self) -> &Procedure {
        self.edition.procedure(&self.case.procedure).expect("looked up when the view was made")
    }
}

impl Store {
    /// The view of a person, as of a moment.
    ///
    /// # Errors
    /// Refused for a person who is not there or not active.
    pub async fn reader(&self, person: PersonId, now: Timestamp) -> Result<Reader, StoreError> {
        let caches = self.caches();
        let now = time::whole(now);
        let (person, actor, unread) = self
            .read(move |tx| {
                let actor = people::actor(tx, person, caches.today(now))?;
                let person =
                    people::load(tx, person)?.ok_or_else(|| Refusal::forbidden("Su cuenta no está activa."))?;
                let unread = people::unread(tx, person.id)?;
                Ok::<_, StoreError>((person, actor, unread))
            })
            .await?;
        Ok(Reader { store: self.clone(), person, actor, now, unread })
    }
}

impl Reader {
    /// Whose view it is.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The person with today's posts and substitutions.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The posts the person may act from today, those of the absent included.
    #[must_use]
    pub fn posts(&self) -> Vec<&Post> {
        self.actor.posts.iter().chain(self.actor.stands_in_for.iter().flat_map(|deputed| &deputed.posts)).collect()
    }

    /// Active persons found by words of their name or login; for those who attend, audit or administer.
    ///
    /// # Errors
    /// Refused for whoever only asks.
    pub async fn people(&self, text: &str, limit: usize) -> Result<Vec<Person>, StoreError> {
        if self.posts().is_empty() && !self.sees_all() {
            return Err(Refusal::forbidden("Solo el personal que atiende busca personas.").into());
        }
        let text = text.to_owned();
        self.store.read(move |tx| Ok(people::find(tx, &text, limit.clamp(1, 100))?)).await
    }

    /// The same among those who hold a role today.
    ///
    /// # Errors
    /// Refused for whoever only asks.
    pub async fn people_in(&self, role: &str, text: &str, limit: usize) -> Result<Vec<Person>, StoreError> {
        if self.posts().is_empty() && !self.sees_all() {
            return Err(Refusal::forbidden("Solo el personal que atiende busca personas.").into());
        }
        let (role, text, today) = (role.to_owned(), text.to_owned(), self.store.caches().today(self.now));
        self.store.read(move |tx| Ok(people::holding(tx, &role, &text, today, limit.clamp(1, 100))?)).await
    }

    /// The editions in force now and before, the newest first; drafts are for those who administer.
    pub async fn editions(&self) -> Result<Vec<EditionRow>, StoreError> {
        let all = self.person.administrator;
        self.store
            .read(move |tx| {
                let mut rows = editions::list(tx)?;
                rows.retain(|row| all || matches!(row.state, EditionState::Published | EditionState::Retired));
                Ok(rows)
            })
            .await
    }

    /// How many notices wait to be read, as of this view; a hundred stands for all beyond.
    #[must_use]
    pub const fn unread(&self) -> i64 {
        self.unread
    }

    /// The same view with the posts as they are at another moment.
    pub(crate) fn acting_as(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }

    /// Sees every case.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.person.administrator || self.person.auditor
    }

    fn sees_every_case(&self, edition: &Edition) -> bool {
        self.sees_all() || self.is_chief(edition)
    }

    fn is_chief(&self, edition: &Edition) -> bool {
        self.posts().iter().any(|post| edition.role(&post.role).is_some_and(|role| role.chief))
    }

    /// A case with all this person may see of it; none if it is not there or not for this person.
    pub async fn case(&self, number: &str) -> Result<Option<CaseView>, StoreError> {
        let (reader, number, caches) = (self.clone(), number.to_owned(), self.store.caches());
        self.store
            .read(move |tx| {
                let Some(stored) = cases::see(tx, &number)? else { return Ok(None) };
                reader.view(tx, &caches, stored)
            })
            .await
    }

    fn view(&self, tx: &Tx<'_>, caches: &Caches, stored: Stored) -> Result<Option<CaseView>, StoreError> {
        let Stored { id, mut case, .. } = stored;
        let edition = caches.edition(tx, case.edition)?;
        let procedure = edition
            .procedure(&case.procedure)
            .ok_or_else(|| DbError::Broken(format!("edition {} has no {}", case.edition, case.procedure)))?;
        let asked = [case.requester.person, case.opened_by.person].contains(&self.person.id);
        let takes_part = authority::takes_part(&case, procedure, &self.actor);
        if !takes_part && !self.sees_every_case(&edition) {
            return Ok(None);
        }
        let chief = self.is_chief(&edition);
        let attends = self.sees_all() || chief || authority::attends(&case, procedure, &self.actor);
        let capacity = self.capacity(tx, caches, &case, &edition, procedure)?;
        let waits = authority::waits(&case, procedure);
        let mut history = journal::events(tx, id, 1, case.version)?;
        if !attends {
            // How cases are tied is for those who attend; that one's own goes on in another is told.
            case.ties.clear();
            case.absorbed.clear();
            case.watchers.retain(|watcher| watcher.person == self.person.id);
            history.retain(|recorded| match &recorded.event {
                Event::Linked { .. } | Event::Unlinked { .. } | Event::Echoed(_) => false,
                Event::Commented { public, .. } => *public || recorded.by.person == self.person.id,
                Event::Attached(attached) => attached.public || recorded.by.person == self.person.id,
                _ => true,
            });
            let mine: Vec<&Name> = history
                .iter()
                .filter_map(|recorded| match &recorded.event {
                    Event::Attached(attached) => Some(&attached.sha256),
                    _ => None,
                })
                .collect();
            case.attachments.retain(|attached| attached.public || mine.contains(&&attached.sha256));
        }
        Ok(Some(CaseView { case, edition: Arc::clone(&edition), history, waits, capacity, attends, chief, asked }))
    }

    /// The cases tied to this one, whichever of the two holds the tie; of each what this person may see.
    pub async fn linked(&self, view: &CaseView) -> Result<Vec<Linked>, StoreError> {
        let (reader, case, attends) = (self.clone(), view.case.clone(), view.attends);
        self.store
            .read(move |tx| {
                let merged = case.merged.iter().map(|merged| (merged.into.clone(), Bond::Merged, true));
                let held = case.ties.iter().map(|tie| (tie.other.clone(), Bond::Tie(tie.kind), true));
                let mut all: Vec<(Name, Bond, bool)> = merged.chain(held).collect();
                if attends {
                    let others = ties::held_by_others(tx, &case.number)?;
                    all.extend(others.into_iter().map(|(number, bond)| (number, bond, false)));
                }
                all.into_iter().map(|tie| reader.neighbour(tx, tie)).collect()
            })
            .await
    }

    fn neighbour(&self, tx: &Tx<'_>, (number, bond, holds): (Name, Bond, bool)) -> Result<Linked, StoreError> {
        let stored = cases::see(tx, &number)?;
        let open = stored.as_ref().is_some_and(|stored| stored.case.is_open());
        let seen = match stored {
            Some(Stored { case, .. }) if self.takes_part_in(tx, &number)? => {
                Some((case.subject.clone(), case.status()))
            }
            _ => None,
        };
        Ok(Linked { number, bond, holds, open, seen })
    }

    /// Whether the person attends a case, and does not only ask: reads its internal notes and its letters.
    pub(crate) fn attends_case(&self, tx: &Tx<'_>, number: &str) -> Result<bool, StoreError> {
        self.of_case(tx, number, |case, edition, procedure| {
            self.sees_all() || self.is_chief(edition) || authority::attends(case, procedure, &self.actor)
        })
    }

    /// Whether the person sees a case.
    pub(crate) fn takes_part_in(&self, tx: &Tx<'_>, number: &str) -> Result<bool, StoreError> {
        self.of_case(tx, number, |case, edition, procedure| {
            authority::takes_part(case, procedure, &self.actor) || self.sees_every_case(edition)
        })
    }

    fn of_case(
        &self,
        tx: &Tx<'_>,
        number: &str,
        judge: impl Fn(&Case, &Edition, &Procedure) -> bool,
    ) -> Result<bool, StoreError> {
        let Some(stored) = cases::see(tx, number)? else { return Ok(false) };
        let edition = self.store.caches().edition(tx, stored.case.edition)?;
        Ok(edition.procedure(&stored.case.procedure).is_some_and(|procedure| judge(&stored.case, &edition, procedure)))
    }

    fn capacity(
        &self,
        tx: &Tx<'_>,
        caches: &Caches,
        case: &Case,
        edition: &Edition,
        procedure: &Procedure,
    ) -> Result<Option<Capacity>, StoreError> {
        let Some(standing) = &case.standing else { return Ok(None) };
        let Some(step) = procedure.step(standing.step) else { return Ok(None) };
        let calendar = caches.calendar(tx, case.calendar)?;
        let directory = people::Today::new(tx, caches.today(self.now));
        let world = World {
            edition,
            procedure,
            calendar: &calendar,
            now: self.now,
            actor: &self.actor,
            directory: &directory,
            other: None,
        };
        let capacity = authority::on_step(case, step, standing, &world).ok();
        directory.check()?;
        Ok(capacity)
    }

    /// The events of a case this person may read; none if the case is not for this person.
    pub async fn history(&self, number: &str) -> Result<Option<Vec<Recorded>>, StoreError> {
        Ok(self.case(number).await?.map(|view| view.history))
    }

    /// A page of the inbox, the nearest due date first, those without one last. A page may be short and not the last.
    pub async fn inbox(&self, query: &InboxQuery) -> Result<Page<CaseRow>, StoreError> {
        let (reader, query, caches) = (self.clone(), query.clone(), self.store.caches());
        self.store
            .read(move |tx| {
                let mut sight = reader.sight(tx, &caches)?;
                if query.tab == Tab::Absent {
                    if !reader.sees_current(tx, &caches)? {
                        return Err(Refusal::forbidden("Lo que espera por otras personas lo ve una jefatura.").into());
                    }
                    sight.absent = absent::people(tx, caches.today(reader.now))?;
                }
                Ok(lists::inbox(tx, &sight, &query, reader.today(&caches)?)?)
            })
            .await
    }

    /// What a list says of these cases beside their rows, by their numbers; most have nothing.
    pub async fn marks(&self, rows: &[CaseRow]) -> Result<HashMap<Name, Vec<Mark>>, StoreError> {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut marks = self.store.read(move |tx| Ok::<_, StoreError>(marks::of(tx, &ids)?)).await?;
        let marked = rows.iter().filter_map(|row| Some((row.number.clone(), marks.remove(&row.id)?)));
        Ok(marked.collect())
    }

    /// What the tabs hold, from the live counters: cheap however many cases there are.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let (reader, caches) = (self.clone(), self.store.caches());
        self.store
            .read(move |tx| {
                let mut sight = reader.sight(tx, &caches)?;
                if reader.sees_current(tx, &caches)? {
                    sight.absent = absent::people(tx, caches.today(reader.now))?;
                }
                Ok(lists::counts(tx, &sight, reader.today(&caches)?)?)
            })
            .await
    }

    /// How many cases came in by each way since a moment; for those who see every case, nothing for anybody else.
    pub async fn by_channel(&self, since: Timestamp) -> Result<Vec<(Channel, i64)>, StoreError> {
        let (reader, caches) = (self.clone(), self.store.caches());
        self.store
            .read(move |tx| {
                if !reader.sees_current(tx, &caches)? {
                    return Ok(Vec::new());
                }
                let mut counts = Vec::new();
                for channel in Channel::ALL {
                    let values = [channel.code().into(), since.into()];
                    let count = tx.row(&lists::BY_CHANNEL, &values)?.map_or(Ok(0), |row| row.int(0))?;
                    if count > 0 {
                        counts.push((channel, count));
                    }
                }
                Ok(counts)
            })
            .await
    }

    /// The cases asked for by this person, the newest first.
    pub async fn requests(&self, cursor: Option<&str>, limit: usize) -> Result<Page<CaseRow>, StoreError> {
        let (me, limit, before) = (self.person.id, limit_of(limit), cursor.and_then(|cursor| cursor.parse().ok()));
        self.store.read(move |tx| Ok(lists::requests(tx, me, before, limit)?)).await
    }

    /// All the cases this person may see, open or not, the newest first; with text, those that have the words. A page may
    /// be short and not the last.
    pub async fn cases(
        &self,
        filters: &Filters,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<CaseRow>, StoreError> {
        let (reader, filters, limit, caches) = (self.clone(), filters.clone(), limit_of(limit), self.store.caches());
        let before = cursor.and_then(|cursor| cursor.parse().ok());
        self.store.read(move |tx| Ok(lists::seen(tx, &reader.sight(tx, &caches)?, &filters, before, limit)?)).await
    }

    /// The same for a question in words.
    pub async fn search(
        &self,
        text: &str,
        filters: &Filters,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<CaseRow>, StoreError> {
        self.cases(&Filters { text: Some(text.to_owned()), ..filters.clone() }, cursor, limit).await
    }

    fn sight(&self, tx: &Tx<'_>, caches: &Caches) -> Result<Sight, StoreError> {
        Ok(Sight::of(tx, &self.actor, self.sees_current(tx, caches)?)?)
    }

    fn today(&self, caches: &Caches) -> Result<Today, DbError> {
        let today = caches.today(self.now);
        let (begins, ends) = time::day_bounds(today, caches.zone())?;
        Ok(Today { now: time::micros(self.now), begins, ends, number: time::day_number(today) })
    }

    pub(crate) fn sees_current(&self, tx: &Tx<'_>, caches: &Caches) -> Result<bool, StoreError> {
        if self.sees_all() {
            return Ok(true);
        }
        Ok(match editions::current(tx)? {
            Some(id) => self.is_chief(&*caches.edition(tx, id)?),
            None => false,
        })
    }
}
