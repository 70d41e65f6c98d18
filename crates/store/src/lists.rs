//! The lists a person works with: the tabs of the inbox, what they count, and the cases one may see. Each list is merged
//! from sources that are sorted by an index: of a person, of a post, of a procedure.

use crate::{
    absent,
    cases::CaseRow,
    editions,
    error::DbError,
    merge::{At, Merge, Order, Source, Words, ids, newest},
    search,
    tx::{Row, Tx, Val, statements},
    waits::{OPEN, TallyRow, UNASSIGNED, by_procedure, tallies, waiting_posts},
};
use engine::{
    Name,
    actor::{Actor, PersonId},
    case::Status,
    event::Channel,
};
use std::collections::{BTreeMap, BTreeSet, HashSet};

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
    /// Waits for somebody absent today or who has left; for those who lead or see every case.
    Absent,
}

impl Tab {
    pub const ALL: [Self; 8] = [
        Self::Mine,
        Self::Post,
        Self::Unassigned,
        Self::DueToday,
        Self::Overdue,
        Self::Waiting,
        Self::AllOpen,
        Self::Absent,
    ];

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
            Self::Absent => "ausentes",
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
    /// The way it came in.
    pub channel: Option<Channel>,
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

/// What the tabs of an inbox hold. A case counts once in each, for however many of a person's posts it waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub mine: i64,
    pub post: i64,
    pub unassigned: i64,
    pub due_today: i64,
    pub overdue: i64,
    pub waiting: i64,
    pub all_open: i64,
    /// Of the absent: nothing for those to whom that list is not shown.
    pub absent: i64,
}

/// Cases a person takes part in among which open ones are looked for, the newest: of one who holds posts, for whom the
/// procedures are looked at as well, and of one who does not.
const OWN_BESIDE_POSTS: i64 = 1_000;
const OWN: i64 = 10_000;
/// Rows of one post that another row of the same case may repeat, at most.
const DOUBLES: i64 = 10_000;

statements! {
    OF_PERSON: [Int, Int, Int, Int, Int, Int] => [Int, Int],
        "SELECT w.due_key, w.case_id FROM waits w WHERE w.person <> 0 AND w.person = $1 AND w.paused = $2
             AND w.due_key <= $3 AND (w.due_key, w.case_id) > ($4, $5) ORDER BY w.due_key, w.case_id LIMIT $6";
    OF_POST: [Text, Text, Int, Int, Int, Int, Int] => [Int, Int],
        "SELECT w.due_key, w.case_id FROM waits w WHERE w.person = 0 AND w.holder = $1 AND w.unit = $2 AND w.paused = $3
             AND w.due_key <= $4 AND (w.due_key, w.case_id) > ($5, $6) ORDER BY w.due_key, w.case_id LIMIT $7";
    COUNT_OF_PERSON: [Int, Int, Int] => [Int],
        "SELECT COUNT(*) FROM waits w WHERE w.person <> 0 AND w.person = $1 AND w.paused = 0
             AND w.due_key >= $2 AND w.due_key < $3";
    COUNT_OF_POST: [Text, Text, Int, Int] => [Int],
        "SELECT COUNT(*) FROM waits w WHERE w.person = 0 AND w.holder = $1 AND w.unit = $2 AND w.paused = 0
             AND w.due_key >= $3 AND w.due_key < $4";
    AGAIN_PERSON: [Int, Int] => [Int, Int, Int, Int, Int, Text, Text],
        "SELECT w.case_id, w.place, w.paused, w.due_key, e.person, e.holder, e.unit FROM waits w
         JOIN waits e ON e.case_id = w.case_id AND e.place < w.place WHERE w.place > 0 AND w.person = $1 LIMIT $2";
    AGAIN_POST: [Text, Text, Int] => [Int, Int, Int, Int, Int, Text, Text],
        "SELECT w.case_id, w.place, w.paused, w.due_key, e.person, e.holder, e.unit FROM waits w
         JOIN waits e ON e.case_id = w.case_id AND e.place < w.place
         WHERE w.place > 0 AND w.person = 0 AND w.holder = $1 AND w.unit = $2 LIMIT $3";
    OPEN_BY_DUE: [Text, Text, Int, Int, Int] => [Int, Int],
        "SELECT c.due_key, c.id FROM cases c WHERE c.is_open = 1 AND ($1 = '' OR c.requester_unit = $1)
             AND ($2 = '' OR c.status = $2) AND (c.due_key, c.id) > ($3, $4) ORDER BY c.due_key, c.id LIMIT $5";
    OPEN_OF_PROCEDURE: [Int, Text, Text, Text, Int, Int, Int] => [Int, Int],
        "SELECT c.due_key, c.id FROM cases c WHERE c.is_open = 1 AND c.edition = $1 AND c.procedure = $2
             AND ($3 = '' OR c.requester_unit = $3) AND ($4 = '' OR c.status = $4)
             AND (c.due_key, c.id) > ($5, $6) ORDER BY c.due_key, c.id LIMIT $7";
    OWN_OPEN: [Int, Int] => [Int, Int, Int, Text],
        "SELECT c.due_key, c.id, c.edition, c.procedure FROM (SELECT p.case_id FROM participants p WHERE p.person = $1
             ORDER BY p.case_id DESC LIMIT $2) AS own CROSS JOIN cases c WHERE c.id = own.case_id AND c.is_open = 1";
    BY_CHANNEL: [Text, Int] => [Int],
        "SELECT COUNT(*) FROM cases WHERE channel = $1 AND opened_at >= $2";
    NEWEST: [Int, Int] => [Int], "SELECT c.id FROM cases c WHERE c.id < $1 ORDER BY c.id DESC LIMIT $2";
    NEWEST_OF_PROCEDURE: [Int, Text, Int, Int] => [Int],
        "SELECT c.id FROM cases c WHERE c.edition = $1 AND c.procedure = $2 AND c.id < $3 ORDER BY c.id DESC LIMIT $4";
    NEWEST_OF_UNIT: [Text, Int, Int] => [Int],
        "SELECT c.id FROM cases c WHERE c.requester_unit = $1 AND c.id < $2 ORDER BY c.id DESC LIMIT $3";
    // Most cases end well; those that did not have an index of their own.
    NEWEST_ENDED: [Text, Int, Int] => [Int],
        "SELECT c.id FROM cases c WHERE c.status IN ('rechazado', 'anulado') AND c.status = $1 AND c.id < $2
         ORDER BY c.id DESC LIMIT $3";
    OWN_NEWEST: [Int, Int, Int] => [Int],
        "SELECT p.case_id FROM participants p WHERE p.person = $1 AND p.case_id < $2 ORDER BY p.case_id DESC LIMIT $3";
    REQUESTS: [Int, Int, Int] => [Int],
        "SELECT c.id FROM cases c WHERE c.requester = $1 AND c.id < $2 ORDER BY c.id DESC LIMIT $3";
    TAKES_PART: [Int, Text] => [Int],
        "SELECT p.case_id FROM participants p WHERE p.person = $1 AND p.case_id IN {ids $2}";
    REACH: [Text] => [Int, Text, Text], "SELECT edition, procedure, unit FROM reach WHERE holder = $1";
}

/// What a person may see: the own cases, those of the procedures that the posts reach, or all.
pub(crate) struct Sight {
    /// The person, and those he stands in for today.
    people: Vec<PersonId>,
    /// The roles held, each for some units or, without any, for all.
    roles: BTreeMap<Name, BTreeSet<Name>>,
    all: bool,
    reach: BTreeSet<(i64, Name)>,
    /// The absent for whom anything waits, where the person leads or sees every case.
    pub absent: Vec<PersonId>,
}

/// Now, and the bounds and number of today, in microseconds and days.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Today {
    pub now: i64,
    pub begins: i64,
    pub ends: i64,
    pub number: i64,
}

impl Sight {
    pub fn of(tx: &Tx<'_>, actor: &Actor, all: bool) -> Result<Self, DbError> {
        let mut people = vec![actor.person];
        people.extend(actor.stands_in_for.iter().map(|deputed| deputed.person));
        people.dedup();
        let mut held: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
        for post in actor.posts.iter().chain(actor.stands_in_for.iter().flat_map(|deputed| &deputed.posts)) {
            held.entry(post.role.clone()).or_default().insert(post.unit.clone().unwrap_or_default());
        }
        let mut reach = BTreeSet::new();
        for (role, units) in &mut held {
            if units.contains("") {
                units.clear();
            }
            for row in tx.rows(&REACH, &[role.into()])? {
                if units.is_empty() || row.text(2)?.is_empty() || units.contains(row.text(2)?) {
                    reach.insert((row.int(0)?, row.name(1)?));
                }
            }
        }
        Ok(Self { people, roles: held, all, reach, absent: Vec::new() })
    }

    /// More than the own cases may be there to see.
    fn beyond_own(&self) -> bool {
        self.all || !self.roles.is_empty()
    }

    fn reaches(&self, edition: i64, procedure: &str) -> bool {
        self.all || self.reach.contains(&(edition, procedure.into()))
    }

    fn holds(&self, holder: &str, unit: &str) -> bool {
        let units = self.roles.get(holder);
        units.is_some_and(|units| units.is_empty() || unit.is_empty() || units.contains(unit))
    }

    /// Whom the cases of a list wait for: the counters of each person …
    fn of_people(&self, tx: &Tx<'_>) -> Result<Vec<(PersonId, Vec<TallyRow>)>, DbError> {
        self.people.iter().map(|person| Ok((*person, tallies(tx, person.0, "")?))).collect()
    }

    /// … and of each post, by role and unit. A post that nothing waits for is not there.
    fn of_posts(&self, tx: &Tx<'_>) -> Result<BTreeMap<(Name, Name), Vec<TallyRow>>, DbError> {
        let mut posts: BTreeMap<(Name, Name), Vec<TallyRow>> = BTreeMap::new();
        for role in self.roles.keys() {
            for tally in tallies(tx, 0, role)? {
                if self.holds(role, &tally.unit) {
                    posts.entry((role.clone(), tally.unit.clone())).or_default().push(tally);
                }
            }
        }
        Ok(posts)
    }

    /// Of these rows, those the person may see.
    fn only_seen(&self, tx: &Tx<'_>, rows: Vec<CaseRow>) -> Result<Vec<CaseRow>, DbError> {
        let hidden: Vec<i64> =
            rows.iter().filter(|row| !self.reaches(row.edition, &row.procedure)).map(|row| row.id).collect();
        if hidden.is_empty() {
            return Ok(rows);
        }
        let mut own = HashSet::new();
        for person in &self.people {
            for row in tx.rows(&TAKES_PART, &[(*person).into(), ids(&hidden).into()])? {
                own.insert(row.int(0)?);
            }
        }
        Ok(rows.into_iter().filter(|row| self.reaches(row.edition, &row.procedure) || own.contains(&row.id)).collect())
    }

    /// The open cases the person takes part in and does not see as the holder of a post.
    fn own_open(&self, tx: &Tx<'_>) -> Result<BTreeSet<At>, DbError> {
        let mut own = BTreeSet::new();
        let looked_at = if self.beyond_own() { OWN_BESIDE_POSTS } else { OWN };
        for person in &self.people {
            for row in tx.rows(&OWN_OPEN, &[(*person).into(), looked_at.into()])? {
                if !self.reaches(row.int(2)?, row.text(3)?) {
                    own.insert((row.int(0)?, row.int(1)?));
                }
            }
        }
        Ok(own)
    }
}

impl Filters {
    fn hold(&self, row: &CaseRow) -> bool {
        self.procedure.as_deref().is_none_or(|procedure| *row.procedure == *procedure)
            && self.status.is_none_or(|status| row.status == status)
            && self.unit.as_deref().is_none_or(|unit| *row.requester_unit == *unit)
            && self.channel.is_none_or(|channel| row.channel == channel)
    }

    fn unit(&self) -> Val {
        self.unit.as_deref().unwrap_or_default().into()
    }
}

/// A page of the inbox.
pub(crate) fn inbox(tx: &Tx<'_>, sight: &Sight, query: &InboxQuery, today: Today) -> Result<Page<CaseRow>, DbError> {
    let Some(words) = Words::asked(tx, query.filters.text.as_deref())? else { return Ok(nothing()) };
    let mut after = query.cursor.as_deref().and_then(read_cursor);
    let latest = i64::MAX;
    let sources = match query.tab {
        Tab::Mine => of_people(&sight.people, false, latest),
        Tab::Post => of_posts(tx, sight, false, latest)?,
        Tab::Waiting => both(tx, sight, true, latest)?,
        Tab::DueToday => {
            let start = (today.now.max(today.begins) - 1, i64::MAX);
            after = Some(after.map_or(start, |after| after.max(start)));
            both(tx, sight, false, today.ends - 1)?
        }
        Tab::Overdue => both(tx, sight, false, today.now - 1)?,
        Tab::Unassigned => unassigned(tx, sight)?,
        Tab::AllOpen => all_open(tx, sight, &query.filters)?,
        Tab::Absent => [true, false].into_iter().flat_map(|paused| of_people(&sight.absent, paused, latest)).collect(),
    };
    let merge = Merge::new(tx, Order::Due, sources, after);
    let (rows, next) = merge.page(limit_of(query.limit), &words, |_, mut rows| {
        rows.retain(|row| {
            query.filters.hold(row)
                && (query.tab != Tab::Unassigned || !row.paused && sight.reaches(row.edition, &row.procedure))
        });
        Ok(rows)
    })?;
    Ok(Page { rows, next: next.map(|(due, id)| format!("{due}.{id}")) })
}

fn of_people(people: &[PersonId], paused: bool, latest: i64) -> Vec<Source> {
    let source = |person: &PersonId| Source::index(&OF_PERSON, vec![(*person).into(), paused.into(), latest.into()]);
    people.iter().map(source).collect()
}

fn of_posts(tx: &Tx<'_>, sight: &Sight, paused: bool, latest: i64) -> Result<Vec<Source>, DbError> {
    let posts = sight.of_posts(tx)?.into_keys();
    Ok(posts.map(|(role, unit)| post(&role, &unit, paused, latest)).collect())
}

fn post(role: &Name, unit: &Name, paused: bool, latest: i64) -> Source {
    Source::index(&OF_POST, vec![role.into(), unit.into(), paused.into(), latest.into()])
}

fn both(tx: &Tx<'_>, sight: &Sight, paused: bool, latest: i64) -> Result<Vec<Source>, DbError> {
    let mut sources = of_people(&sight.people, paused, latest);
    sources.extend(of_posts(tx, sight, paused, latest)?);
    Ok(sources)
}

/// Every post that anything waits for; of what waits, the page shows what the person reaches.
fn unassigned(tx: &Tx<'_>, sight: &Sight) -> Result<Vec<Source>, DbError> {
    let posts = if sight.beyond_own() { waiting_posts(tx)? } else { Vec::new() };
    Ok(posts.iter().map(|(role, unit)| post(role, unit, false, i64::MAX)).collect())
}

fn all_open(tx: &Tx<'_>, sight: &Sight, filters: &Filters) -> Result<Vec<Source>, DbError> {
    let status = Val::from(filters.status.map_or("", Status::code));
    if sight.all && filters.procedure.is_none() {
        return Ok(vec![Source::index(&OPEN_BY_DUE, vec![filters.unit(), status])]);
    }
    let mut sources = Vec::new();
    for (edition, procedure, _) in by_procedure(tx, OPEN)? {
        let asked = filters.procedure.as_deref().is_none_or(|asked| *procedure == *asked);
        if asked && sight.reaches(edition, &procedure) {
            let given = vec![edition.into(), (&procedure).into(), filters.unit(), status.clone()];
            sources.push(Source::index(&OPEN_OF_PROCEDURE, given));
        }
    }
    if !sight.all {
        sources.push(Source::known(sight.own_open(tx)?.into_iter().collect()));
    }
    Ok(sources)
}

/// What the tabs hold, from the live counters.
pub(crate) fn counts(tx: &Tx<'_>, sight: &Sight, today: Today) -> Result<Counts, DbError> {
    let mut counts = Counts::default();
    let split = today.now.clamp(today.begins, today.ends);
    let ranges = [(split, today.ends), (today.begins, split)];
    for (person, rows) in sight.of_people(tx)? {
        if add(&mut counts, Tab::Mine, &rows, today) {
            let [later, earlier] = ranges.map(|(from, to)| -> Result<i64, DbError> {
                tx.row(&COUNT_OF_PERSON, &[person.into(), from.into(), to.into()])?.map_or(Ok(0), |row| row.int(0))
            });
            counts.due_today += later?;
            counts.overdue += earlier?;
        }
        doubles(&mut counts, sight, true, &tx.rows(&AGAIN_PERSON, &[person.into(), DOUBLES.into()])?, today)?;
    }
    for ((role, unit), rows) in sight.of_posts(tx)? {
        if add(&mut counts, Tab::Post, &rows, today) {
            let [later, earlier] = ranges.map(|(from, to)| -> Result<i64, DbError> {
                let values = [(&role).into(), (&unit).into(), from.into(), to.into()];
                tx.row(&COUNT_OF_POST, &values)?.map_or(Ok(0), |row| row.int(0))
            });
            counts.due_today += later?;
            counts.overdue += earlier?;
        }
        let again = tx.rows(&AGAIN_POST, &[(&role).into(), (&unit).into(), DOUBLES.into()])?;
        doubles(&mut counts, sight, false, &again, today)?;
    }
    let reached = |what| -> Result<i64, DbError> {
        let all = by_procedure(tx, what)?;
        Ok(all.iter().filter(|(edition, procedure, _)| sight.reaches(*edition, procedure)).map(|(.., n)| n).sum())
    };
    counts.unassigned = reached(UNASSIGNED)?;
    counts.all_open = reached(OPEN)?;
    if !sight.all {
        counts.all_open += i64::try_from(sight.own_open(tx)?.len()).unwrap_or(0);
    }
    counts.absent = absent::count(tx, &sight.absent)?;
    Ok(counts)
}

/// Adds the counters of one person or post; true where some are due on this very day.
fn add(counts: &mut Counts, tab: Tab, rows: &[TallyRow], today: Today) -> bool {
    let mut this_day = false;
    for row in rows {
        if row.paused {
            counts.waiting += row.cases;
            continue;
        }
        if tab == Tab::Mine {
            counts.mine += row.cases;
        } else {
            counts.post += row.cases;
        }
        if row.day > 0 && row.day < today.number {
            counts.overdue += row.cases;
        }
        this_day |= row.day == today.number;
    }
    this_day
}

/// Takes back what was counted for a second time: rows of a case beside an earlier one that is this person's as well.
fn doubles(counts: &mut Counts, sight: &Sight, of_person: bool, again: &[Row], today: Today) -> Result<(), DbError> {
    // By row: whether it is paused, when due, whether an earlier one is of a person and whether of a post.
    let mut found: BTreeMap<(i64, i64), (bool, i64, bool, bool)> = BTreeMap::new();
    for row in again {
        let person = row.int(4)?;
        let same_person = sight.people.contains(&PersonId(person));
        let same_post = person == 0 && sight.holds(row.text(5)?, row.text(6)?);
        let entry = found.entry((row.int(0)?, row.int(1)?)).or_insert((row.flag(2)?, row.int(3)?, false, false));
        entry.2 |= same_person;
        entry.3 |= same_post;
    }
    for (paused, due, same_person, same_post) in found.into_values() {
        if !same_person && !same_post {
            continue;
        }
        if paused {
            counts.waiting -= 1;
            continue;
        }
        if of_person && same_person {
            counts.mine -= 1;
        }
        if !of_person && same_post {
            counts.post -= 1;
        }
        if due < today.now {
            counts.overdue -= 1;
        } else if due < today.ends {
            counts.due_today -= 1;
        }
    }
    Ok(())
}

/// All the cases a person may see, open or not, the newest first.
pub(crate) fn seen(
    tx: &Tx<'_>,
    sight: &Sight,
    filters: &Filters,
    before: Option<i64>,
    limit: usize,
) -> Result<Page<CaseRow>, DbError> {
    let text = filters.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let own = || sight.people.iter().map(|person| Source::index(&OWN_NEWEST, vec![(*person).into()]));
    let mut words = Words::Any;
    let mut sources: Vec<Source> = Vec::new();
    if !sight.beyond_own() {
        let Some(asked) = Words::asked(tx, text)? else { return Ok(nothing()) };
        words = asked;
        sources.extend(own());
    } else if let Some(text) = text {
        let Some(asked) = search::ask(tx, text)? else { return Ok(nothing()) };
        if let Some(number) = asked.number {
            sources.push(Source::known(search::numbered(tx, &number)?.into_iter().map(newest).collect()));
        }
        sources.push(Source::words(asked.question));
    } else if !sight.all || filters.procedure.is_some() {
        for (edition, procedure) in procedures(tx, sight, filters)? {
            sources.push(Source::index(&NEWEST_OF_PROCEDURE, vec![edition.into(), (&procedure).into()]));
        }
        if !sight.all {
            sources.extend(own());
        }
    } else if filters.unit.is_some() {
        sources.push(Source::index(&NEWEST_OF_UNIT, vec![filters.unit()]));
    } else if let Some(status @ (Status::Refused | Status::Cancelled)) = filters.status {
        sources.push(Source::index(&NEWEST_ENDED, vec![status.code().into()]));
    } else {
        sources.push(Source::index(&NEWEST, Vec::new()));
    }
    newest_page(tx, sources, before, limit, &words, |tx, mut rows| {
        rows.retain(|row| filters.hold(row));
        sight.only_seen(tx, rows)
    })
}

/// The procedures whose cases are all to be seen, by edition.
fn procedures(tx: &Tx<'_>, sight: &Sight, filters: &Filters) -> Result<Vec<(i64, Name)>, DbError> {
    if sight.all {
        let asked: Name = filters.procedure.as_deref().unwrap_or_default().into();
        return Ok(editions::list(tx)?.into_iter().map(|edition| (edition.id, asked.clone())).collect());
    }
    let asked = |procedure: &Name| filters.procedure.as_deref().is_none_or(|asked| **procedure == *asked);
    Ok(sight.reach.iter().filter(|(_, procedure)| asked(procedure)).cloned().collect())
}

/// The cases a person asked for, the newest first.
pub(crate) fn requests(
    tx: &Tx<'_>,
    person: PersonId,
    before: Option<i64>,
    limit: usize,
) -> Result<Page<CaseRow>, DbError> {
    let sources = vec![Source::index(&REQUESTS, vec![person.into()])];
    newest_page(tx, sources, before, limit, &Words::Any, |_, rows| Ok(rows))
}

fn newest_page(
    tx: &Tx<'_>,
    sources: Vec<Source>,
    before: Option<i64>,
    limit: usize,
    words: &Words,
    accept: impl Fn(&Tx<'_>, Vec<CaseRow>) -> Result<Vec<CaseRow>, DbError>,
) -> Result<Page<CaseRow>, DbError> {
    let merge = Merge::new(tx, Order::Newest, sources, before.map(newest));
    let (rows, next) = merge.page(limit, words, accept)?;
    Ok(Page { rows, next: next.map(|(_, id)| id.to_string()) })
}

pub(crate) fn limit_of(asked: usize) -> usize {
    if asked == 0 { 50 } else { asked.min(200) }
}

fn nothing() -> Page<CaseRow> {
    Page { rows: Vec::new(), next: None }
}

fn read_cursor(text: &str) -> Option<At> {
    let (due, id) = text.split_once('.')?;
    Some((due.parse().ok()?, id.parse().ok()?))
}
