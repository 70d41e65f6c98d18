//! Rights yield readers: a `Reader` is one person's view, and can see no more than that person may.

use crate::{
    cases::{self, CaseRow, Stored, case_columns, case_row},
    editions,
    error::{DbError, StoreError},
    journal,
    people::{self, Person},
    search,
    store::{Caches, Store},
    time,
    tx::{Tx, Val, statements},
};
use engine::{
    Name,
    actor::{Actor, PersonId, Post},
    authority::{self, Capacity, Wait},
    case::{Case, Status},
    event::{Event, Recorded},
    refusal::Refusal,
    world::World,
};
use jiff::Timestamp;
use manual::{edition::Edition, organization::Scope, procedure::Procedure};
use std::sync::Arc;

/// One person's view of the institution, as of a moment.
#[derive(Clone)]
pub struct Reader {
    pub(crate) store: Store,
    pub(crate) person: Person,
    pub(crate) actor: Actor,
    pub(crate) now: Timestamp,
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

/// Which cases an inbox shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Waits for the person, or for somebody the person stands in for.
    #[default]
    Mine,
    /// Waits for a post the person holds, nobody assigned.
    Post,
    /// Waits for a post, nobody assigned, in any procedure the person takes part in.
    Unassigned,
    /// Mine or my posts', due today and not yet past.
    DueToday,
    /// Mine or my posts', past its due date.
    Overdue,
    /// Mine or my posts', with the clock stopped.
    Waiting,
    /// Every open case the person may see.
    AllOpen,
}

impl Tab {
    pub const ALL: [Self; 7] =
        [Self::Mine, Self::Post, Self::Unassigned, Self::DueToday, Self::Overdue, Self::Waiting, Self::AllOpen];

    /// The word in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mine => "mios",
            Self::Post => "puesto",
            Self::Unassigned => "sin-asignar",
            Self::DueToday => "vencen-hoy",
            Self::Overdue => "vencidos",
            Self::Waiting => "en-espera",
            Self::AllOpen => "abiertos",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.code() == code)
    }
}

/// Narrows a list; what is empty does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Code of the procedure.
    pub procedure: Option<String>,
    pub status: Option<Status>,
    /// Code of the requester's unit.
    pub unit: Option<String>,
    /// Words: number, subject, description, requester, values; the last may be a beginning.
    pub text: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxQuery {
    pub tab: Tab,
    pub filters: Filters,
    /// As the page before gave it.
    pub cursor: Option<String>,
    /// Rows of a page, 1 to 200; 0 is 50.
    pub limit: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Give it back for the next page; none: there is no more.
    pub next: Option<String>,
}

/// What the tabs of an inbox hold. A case that waits for two posts of one person counts twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub mine: i64,
    pub post: i64,
    pub unassigned: i64,
    pub due_today: i64,
    pub overdue: i64,
    pub waiting: i64,
}

/// Persons the reader may act as: himself and those he stands in for today.
macro_rules! me {
    () => {
        "me AS (SELECT CAST($1 AS BIGINT) AS person
                UNION SELECT s.absent FROM substitutions s
                WHERE s.deputy = $1 AND s.since <= $2 AND s.until >= $2),
         held AS (SELECT DISTINCT h.role, h.unit FROM posts h JOIN me ON h.person = me.person
                  WHERE h.since <= $2 AND h.until >= $2)"
    };
}

/// `$3` procedure, `$4` status, `$5` unit, `$6` text, `$7` `$8` cursor, `$9` limit.
macro_rules! inbox {
    ($ids:expr) => {
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.id IN (", $ids, ")
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             AND ($6 = '' OR c.id IN {hits $6})
             AND (c.due_key > $7 OR (c.due_key = $7 AND c.id > $8))
             ORDER BY c.due_key, c.id LIMIT $9"
        )
    };
}

macro_rules! of_person {
    ($paused:literal, $due:expr) => {
        concat!(
            "SELECT w.case_id FROM me JOIN waits w ON w.person = me.person WHERE w.paused = ", $paused, " AND ", $due
        )
    };
}

macro_rules! of_post {
    ($paused:literal, $due:expr) => {
        concat!(
            "SELECT w.case_id FROM held JOIN waits w ON w.person = 0 AND w.holder = held.role
             WHERE (w.unit = '' OR held.unit = '' OR w.unit = held.unit) AND w.paused = ", $paused, " AND ", $due
        )
    };
}

/// The cases a person may see: `c` is the case.
macro_rules! may_see {
    ($all:literal) => {
        concat!(
            "(", $all, " = 1
              OR EXISTS (SELECT 1 FROM participants p WHERE p.case_id = c.id AND p.person IN (SELECT person FROM me))
              OR EXISTS (SELECT 1 FROM reach r JOIN held ON r.holder = held.role
                         WHERE r.edition = c.edition AND r.procedure = c.procedure
                               AND (r.unit = '' OR held.unit = '' OR r.unit = held.unit)))"
        )
    };
}

statements! {
    MINE: [Int, Text, Text, Text, Text, Text, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        inbox!(of_person!("0", "1 = 1"));
    POST: [Int, Text, Text, Text, Text, Text, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        inbox!(of_post!("0", "1 = 1"));
    WAITING: [Int, Text, Text, Text, Text, Text, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        inbox!(concat!(of_person!("1", "1 = 1"), " UNION ", of_post!("1", "1 = 1")));
    DUE_BETWEEN: [Int, Text, Text, Text, Text, Text, Int, Int, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        inbox!(concat!(
            of_person!("0", "w.due_key >= $10 AND w.due_key < $11"), " UNION ", of_post!("0", "w.due_key >= $10 AND w.due_key < $11")
        ));
    UNASSIGNED: [Int, Text, Text, Text, Text, Text, Int, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.is_open = 1 AND c.paused = 0 AND ", may_see!("$10"), "
             AND EXISTS (SELECT 1 FROM waits w WHERE w.case_id = c.id AND w.person = 0)
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             AND ($6 = '' OR c.id IN {hits $6})
             AND (c.due_key > $7 OR (c.due_key = $7 AND c.id > $8))
             ORDER BY c.due_key, c.id LIMIT $9"
        );
    ALL_OPEN: [Int, Text, Text, Text, Text, Text, Int, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.is_open = 1 AND ", may_see!("$10"), "
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             AND ($6 = '' OR c.id IN {hits $6})
             AND (c.due_key > $7 OR (c.due_key = $7 AND c.id > $8))
             ORDER BY c.due_key, c.id LIMIT $9"
        );
    NEWEST: [Int, Text, Text, Text, Text, Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.id < $6 AND ", may_see!("$8"), "
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             ORDER BY c.id DESC LIMIT $7"
        );
    FOUND: [Int, Text, Text, Text, Text, Int, Int, Int, Text] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT ", case_columns!(), " FROM cases c WHERE c.id IN {hits $9} AND c.id < $6 AND ", may_see!("$8"), "
             AND ($3 = '' OR c.procedure = $3) AND ($4 = '' OR c.status = $4) AND ($5 = '' OR c.requester_unit = $5)
             ORDER BY c.id DESC LIMIT $7"
        );
    REQUESTS: [Int, Int, Int] => [Int, Text, Text, Int, Text, Int, Int, Text, Text, Int, Text, Int, Int, Int, Text, Int, Int],
        concat!(
            "SELECT ", case_columns!(), " FROM cases c WHERE c.requester = $1 AND c.id < $2 ORDER BY c.id DESC LIMIT $3"
        );
    COUNT_MINE: [Int, Text, Int] => [Int, Int, Int],
        concat!(
            "WITH ", me!(), " SELECT CAST(COALESCE(SUM(CASE WHEN t.paused = 0 THEN t.cases ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN t.paused = 1 THEN t.cases ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN t.paused = 0 AND t.day > 0 AND t.day < $3 THEN t.cases ELSE 0 END), 0) AS BIGINT)
             FROM me JOIN tallies t ON t.person = me.person AND t.holder = ''"
        );
    COUNT_POST: [Int, Text, Int] => [Int, Int, Int],
        concat!(
            "WITH ", me!(), ", mine AS (
                SELECT t.paused, t.day, t.cases FROM tallies t
                WHERE t.person = 0 AND t.holder IN (SELECT role FROM held)
                      AND EXISTS (SELECT 1 FROM held WHERE held.role = t.holder
                                  AND (t.unit = '' OR held.unit = '' OR t.unit = held.unit)))
             SELECT CAST(COALESCE(SUM(CASE WHEN t.paused = 0 THEN t.cases ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN t.paused = 1 THEN t.cases ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN t.paused = 0 AND t.day > 0 AND t.day < $3 THEN t.cases ELSE 0 END), 0) AS BIGINT)
             FROM mine t"
        );
    COUNT_UNASSIGNED: [Int, Text, Int] => [Int],
        concat!(
            "WITH ", me!(), " SELECT CAST(COALESCE(SUM(t.cases), 0) AS BIGINT) FROM tallies t
             WHERE t.person = 0 AND t.paused = 0
               AND ($3 = 1 OR t.holder IN (
                    SELECT o.holder FROM reach r JOIN held ON r.holder = held.role
                    JOIN reach o ON o.edition = r.edition AND o.procedure = r.procedure
                    WHERE r.unit = '' OR held.unit = '' OR r.unit = held.unit))"
        );
    TODAY: [Int, Text, Int, Int] => [Int],
        concat!(
            "WITH ", me!(), " SELECT CAST(COUNT(*) AS BIGINT) FROM (",
            of_person!("0", "w.due_key >= $3 AND w.due_key < $4"), " UNION ALL ", of_post!("0", "w.due_key >= $3 AND w.due_key < $4"),
            ") AS today"
        );
}

impl Store {
    /// The view of a person, as of a moment.
    ///
    /// # Errors
    /// Refused for a person who is not there or not active.
    pub async fn reader(&self, person: PersonId, now: Timestamp) -> Result<Reader, StoreError> {
        let caches = self.caches();
        let now = time::whole(now);
        let (person, actor) = self
            .read(move |tx| {
                let actor = people::actor(tx, person, caches.today(now))?;
                let person = people::load(tx, person)?.ok_or_else(|| Refusal::forbidden("Su cuenta no está activa."))?;
                Ok::<_, StoreError>((person, actor))
            })
            .await?;
        Ok(Reader { store: self.clone(), person, actor, now })
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
        let attends = self.sees_all() || chief || self.attends(&case, procedure);
        let capacity = self.capacity(tx, caches, &case, &edition, procedure)?;
        let waits = authority::waits(&case, procedure);
        let mut history = journal::events(tx, id, 1, case.version)?;
        if !attends {
            history.retain(|recorded| match &recorded.event {
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

    /// Takes part by a role other than the one who asks.
    fn attends(&self, case: &Case, procedure: &Procedure) -> bool {
        let mut without_asking = case.clone();
        without_asking.requester.person = engine::actor::SYSTEM;
        without_asking.opened_by.person = engine::actor::SYSTEM;
        without_asking.legs.retain(|leg| {
            procedure.step(leg.step).and_then(|step| step.responsibles.iter().find(|one| one.role == leg.role)).is_some_and(
                |responsible| responsible.scope != Scope::Requester,
            )
        });
        authority::takes_part(&without_asking, procedure, &self.actor)
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

    /// A page of the inbox, the nearest due date first, those without one last.
    pub async fn inbox(&self, query: &InboxQuery) -> Result<Page<CaseRow>, StoreError> {
        let (reader, query, caches) = (self.clone(), query.clone(), self.store.caches());
        self.store
            .read(move |tx| {
                let limit = limit_of(query.limit);
                let Some(mut values) = reader.common(tx, &caches, &query.filters, true) else { return Ok(nothing()) };
                let (due, id) = query.cursor.as_deref().and_then(read_cursor).unwrap_or((i64::MIN, 0));
                values.extend([due.into(), id.into(), Val::Int(limit as i64 + 1)]);
                let (day, next_day) = time::day_bounds(caches.today(reader.now), caches.zone())?;
                let now = time::micros(reader.now);
                let stmt = match query.tab {
                    Tab::Mine => &MINE,
                    Tab::Post => &POST,
                    Tab::Waiting => &WAITING,
                    Tab::DueToday => {
                        values.extend([now.max(day).into(), next_day.into()]);
                        &DUE_BETWEEN
                    }
                    Tab::Overdue => {
                        values.extend([i64::MIN.into(), now.into()]);
                        &DUE_BETWEEN
                    }
                    Tab::Unassigned | Tab::AllOpen => {
                        values.push(reader.sees_current(tx, &caches)?.into());
                        if query.tab == Tab::AllOpen { &ALL_OPEN } else { &UNASSIGNED }
                    }
                };
                let rows = tx.rows(stmt, &values)?.iter().map(case_row).collect::<Result<Vec<_>, _>>()?;
                Ok(page_of(rows, limit, |row| format!("{}.{}", row.due_key, row.id)))
            })
            .await
    }

    /// What the tabs hold, from the live counters: cheap however many cases there are.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let (reader, caches) = (self.clone(), self.store.caches());
        self.store
            .read(move |tx| {
                let today = caches.today(reader.now);
                let (me, date) = (Val::from(reader.person.id), Val::from(today));
                let three = [me.clone(), date.clone(), time::day_number(today).into()];
                let mine = tx.row(&COUNT_MINE, &three)?.ok_or_else(|| DbError::broken("no counts"))?;
                let post = tx.row(&COUNT_POST, &three)?.ok_or_else(|| DbError::broken("no counts"))?;
                let all = Val::from(reader.sees_current(tx, &caches)?);
                let unassigned = tx.row(&COUNT_UNASSIGNED, &[me.clone(), date.clone(), all])?;
                let (day, next_day) = time::day_bounds(today, caches.zone())?;
                let now = time::micros(reader.now).clamp(day, next_day);
                let between = |from: i64, to: i64| -> Result<i64, DbError> {
                    tx.row(&TODAY, &[me.clone(), date.clone(), from.into(), to.into()])?.map_or(Ok(0), |row| row.int(0))
                };
                Ok(Counts {
                    mine: mine.int(0)?,
                    post: post.int(0)?,
                    unassigned: unassigned.map_or(Ok(0), |row| row.int(0))?,
                    due_today: between(now, next_day)?,
                    overdue: mine.int(2)? + post.int(2)? + between(day, now)?,
                    waiting: mine.int(1)? + post.int(1)?,
                })
            })
            .await
    }

    /// The cases asked for by this person, the newest first.
    pub async fn requests(&self, cursor: Option<&str>, limit: usize) -> Result<Page<CaseRow>, StoreError> {
        let (me, limit) = (self.person.id, limit_of(limit));
        let before = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(i64::MAX);
        self.store
            .read(move |tx| {
                let rows = tx.rows(&REQUESTS, &[me.into(), before.into(), Val::Int(limit as i64 + 1)])?;
                let rows = rows.iter().map(case_row).collect::<Result<Vec<_>, _>>()?;
                Ok(page_of(rows, limit, |row| row.id.to_string()))
            })
            .await
    }

    /// All the cases this person may see, open or not, the newest first; with text, those that have the words.
    pub async fn cases(
        &self,
        filters: &Filters,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<CaseRow>, StoreError> {
        let (reader, filters, limit, caches) = (self.clone(), filters.clone(), limit_of(limit), self.store.caches());
        let before = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(i64::MAX);
        self.store
            .read(move |tx| {
                let Some(mut values) = reader.common(tx, &caches, &filters, false) else { return Ok(nothing()) };
                let all = reader.sees_current(tx, &caches)?;
                values.extend([before.into(), Val::Int(limit as i64 + 1), all.into()]);
                let asked = filters.text.as_deref().unwrap_or_default();
                let stmt = if asked.trim().is_empty() {
                    &NEWEST
                } else {
                    values.push(search::question(tx, asked).into());
                    &FOUND
                };
                let rows = tx.rows(stmt, &values)?.iter().map(case_row).collect::<Result<Vec<_>, _>>()?;
                Ok(page_of(rows, limit, |row| row.id.to_string()))
            })
            .await
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

    /// The first five values of a list: me, today, procedure, status, unit; and the words where the list asks for them.
    /// None where words were asked for and none of them is a word.
    fn common(&self, tx: &Tx<'_>, caches: &Caches, filters: &Filters, with_text: bool) -> Option<Vec<Val>> {
        let words = filters.text.as_deref().filter(|text| !text.trim().is_empty()).map(|text| search::question(tx, text));
        if words.as_deref() == Some("") {
            return None;
        }
        let mut values = vec![
            self.person.id.into(),
            caches.today(self.now).into(),
            filters.procedure.as_deref().unwrap_or_default().into(),
            filters.status.map_or("", Status::code).into(),
            filters.unit.as_deref().unwrap_or_default().into(),
        ];
        if with_text {
            values.push(words.unwrap_or_default().into());
        }
        Some(values)
    }

    fn sees_current(&self, tx: &Tx<'_>, caches: &Caches) -> Result<bool, StoreError> {
        if self.sees_all() {
            return Ok(true);
        }
        Ok(match editions::current(tx)? {
            Some(id) => self.is_chief(&*caches.edition(tx, id)?),
            None => false,
        })
    }
}

fn limit_of(asked: usize) -> usize {
    if asked == 0 { 50 } else { asked.min(200) }
}

fn nothing() -> Page<CaseRow> {
    Page { rows: Vec::new(), next: None }
}

fn page_of(mut rows: Vec<CaseRow>, limit: usize, cursor: impl Fn(&CaseRow) -> String) -> Page<CaseRow> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(cursor) } else { None };
    Page { rows, next }
}

fn read_cursor(text: &str) -> Option<(i64, i64)> {
    let (due, id) = text.split_once('.')?;
    Some((due.parse().ok()?, id.parse().ok()?))
}
