//! The row of a case, and the one function that writes a change of a case with all that belongs to it.

use crate::{
    calendars, endings,
    error::{DbError, StoreError},
    journal,
    live::Change,
    marks, outbox, search, ties, time, timers,
    tx::{Engine, Row, Tx, statements},
    waits::{self, TallyKey},
};
use engine::{
    Name,
    actor::PersonId,
    case::{Case, Status},
    clocks::Frame,
    effect::Effect,
    event::{Channel, Event, Priority, Recorded},
    tie::Echo,
};
use jiff::{Timestamp, tz::TimeZone};
use manual::procedure::StepNo;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// A case as it is stored: its number in the database, the head of its chain, its state.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub id: i64,
    pub head: String,
    pub case: Case,
}

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    pub number: Name,
    /// The procedure's code.
    pub procedure: Name,
    /// Number of the edition it runs under.
    pub edition: i64,
    pub status: Status,
    pub paused: bool,
    /// A term has run out and the system has recorded it.
    pub late: bool,
    pub priority: Priority,
    pub subject: Name,
    pub requester: PersonId,
    pub requester_name: Name,
    /// Code of the unit of the one who asked, as it was then; may be empty.
    pub requester_unit: Name,
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
    /// The step it stands on; none once it has ended.
    pub step: Option<StepNo>,
    /// The posts or persons' posts it waits for, in words.
    pub waits_for: Name,
    /// The nearest due date still running.
    pub due: Option<Timestamp>,
    pub version: u32,
    /// The way it came in.
    pub channel: Channel,
    pub(crate) id: i64,
    pub(crate) due_key: i64,
}

statements! {
    LOCK: [Text] => [Int, Text, Text], "SELECT id, head, state FROM cases WHERE number = $1 /*lock*/";
    SEE: [Text] => [Int, Text, Text], "SELECT id, head, state FROM cases WHERE number = $1";
    PAGE: [Int, Int] => [Int, Text, Text], "SELECT id, head, state FROM cases WHERE id > $1 ORDER BY id LIMIT $2";
    THESE: [Text] => [Int, Text, Text], "SELECT c.id, c.head, c.state FROM cases c WHERE c.id IN {ids $1}";
    INSERT: [Text, Text, Int, Int, Text, Int, Int, Int, Text, Text, Int, Text, Text, Int, Int, Int, Int, Text, Int, Int, Text, Text, Text, Int] => [Int],
        "INSERT INTO cases (number, procedure, edition, calendar, status, is_open, paused, late, priority, subject,
                            requester, requester_name, requester_unit, opened_by, opened_at, updated_at, step,
                            waits_for, due_key, version, head, state, channel, id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                 $24)
         RETURNING id";
    IDS: [Int] => [Int], "{ids of cases, $1}";
    UPDATE: [Int, Int, Int, Text, Int, Int, Int, Int, Int, Text, Int, Int, Text, Text, Int, Text] => [],
        "UPDATE cases SET edition = $2, calendar = $3, status = $4, is_open = $5, paused = $6, late = $7,
                updated_at = $8, step = $9, waits_for = $10, due_key = $11, version = $12, head = $13, state = $14,
                priority = $16
         WHERE id = $1 AND version = $15";
    COUNTERS: [] => [Int, Int], "SELECT year, last FROM counters";
    PARTICIPANT: [Int, Int] => [],
        "INSERT INTO participants (case_id, person) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    NO_PARTICIPANT: [Int, Int] => [], "DELETE FROM participants WHERE person = $1 AND case_id = $2";
    COUNTER: [Int, Int] => [Int],
        "INSERT INTO counters (year, last) VALUES ($1, $2)
         ON CONFLICT (year) DO UPDATE SET last = counters.last + $2 RETURNING last";
    GIVE_BACK: [Int, Int] => [], "UPDATE counters SET last = last - $2 WHERE year = $1";
}

/// The columns of a case in a list, for the statements that read them.
macro_rules! case_columns {
    () => {
        "c.id, c.number, c.procedure, c.edition, c.status, c.paused, c.late, c.priority, c.subject, c.requester, \
         c.requester_name, c.opened_at, c.updated_at, c.step, c.waits_for, c.due_key, c.version, c.requester_unit, c.channel"
    };
}
pub(crate) use case_columns;

pub(crate) fn case_row(row: &Row) -> Result<CaseRow, DbError> {
    let due_key = row.int(15)?;
    let status = row.text(4)?;
    Ok(CaseRow {
        id: row.int(0)?,
        number: row.name(1)?,
        procedure: row.name(2)?,
        edition: row.int(3)?,
        status: Status::from_code(status).ok_or_else(|| DbError::Broken(format!("status «{status}»")))?,
        paused: row.flag(5)?,
        late: row.flag(6)?,
        priority: serde_json::from_value(row.text(7)?.into()).map_err(DbError::broken)?,
        subject: row.name(8)?,
        requester: PersonId(row.int(9)?),
        requester_name: row.name(10)?,
        requester_unit: row.name(17)?,
        opened_at: time::moment(row.int(11)?)?,
        updated_at: time::moment(row.int(12)?)?,
        step: row.int_opt(13)?.map(|step| u16::try_from(step).map(StepNo)).transpose().map_err(DbError::broken)?,
        waits_for: row.name(14)?,
        due: if due_key == time::NEVER { None } else { Some(time::moment(due_key)?) },
        version: u32::try_from(row.int(16)?).map_err(DbError::broken)?,
        channel: serde_json::from_value(row.text(18)?.into()).map_err(DbError::broken)?,
        due_key,
    })
}

fn stored(row: &Row) -> Result<Stored, DbError> {
    Ok(Stored { id: row.int(0)?, head: row.string(1)?, case: row.json(2)? })
}

/// The case, its row locked until the commit.
pub(crate) fn lock(tx: &Tx<'_>, number: &str) -> Result<Option<Arc<Stored>>, DbError> {
    if let Some(known) = tx.kept(number) {
        return Ok(Some(known));
    }
    if tx.engine() == Engine::Sqlite {
        return Ok(tx.row(&LOCK, &[number.into()])?.map(|row| stored(&row)).transpose()?.map(Arc::new));
    }
    // What writes them wants to know what was there: they are read once the row is held, in the same exchange.
    let asked = || vec![number.into()];
    let [found, waits, timers] =
        tx.rows_of([(&LOCK, asked()), (&waits::OF_NUMBER, asked()), (&timers::OF_NUMBER, asked())])?;
    let found = found.first().map(stored).transpose()?;
    if let Some(stored) = &found {
        tx.foreknow(&waits::OF_CASE, vec![stored.id.into()], waits);
        tx.foreknow(&timers::OF_CASE, vec![stored.id.into()], timers);
    }
    Ok(found.map(Arc::new))
}

pub(crate) fn see(tx: &Tx<'_>, number: &str) -> Result<Option<Stored>, DbError> {
    tx.row(&SEE, &[number.into()])?.map(|row| stored(&row)).transpose()
}

/// Cases in the order of their opening, after one.
pub(crate) fn page(tx: &Tx<'_>, after: i64, limit: i64) -> Result<Vec<Stored>, DbError> {
    tx.rows(&PAGE, &[after.into(), limit.into()])?.iter().map(stored).collect()
}

/// These cases, in the order in which they are asked for.
pub(crate) fn these(tx: &Tx<'_>, asked: &[i64]) -> Result<Vec<Stored>, DbError> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let place: HashMap<i64, usize> = asked.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let asked: Vec<String> = asked.iter().map(ToString::to_string).collect();
    let rows = tx.rows(&THESE, &[format!("[{}]", asked.join(",")).into()])?;
    let mut found = rows.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|stored| place.get(&stored.id).copied());
    Ok(found)
}

/// Draws the next number of a year; given back if the transaction is.
pub(crate) fn draw_number(tx: &Tx<'_>, pattern: &str, year: i16) -> Result<Name, DbError> {
    let of = i64::from(year);
    let drawn = match tx.in_stock(&COUNTER, of) {
        Some(drawn) => drawn,
        None => draw(tx, of)?,
    };
    Ok(number(pattern, year, drawn).into())
}

/// Draws for all who share the transaction; the numbers of their rows too, in the same exchange.
fn draw(tx: &Tx<'_>, year: i64) -> Result<i64, DbError> {
    let count = tx.sharing();
    let values = vec![year.into(), count.into()];
    let last = match tx.engine() {
        Engine::Sqlite => tx.rows(&COUNTER, &values)?,
        Engine::Postgres => {
            let [last, ids] = tx.rows_of([(&COUNTER, values), (&IDS, vec![count.into()])])?;
            tx.foreknow(&IDS, vec![count.into()], ids);
            last
        }
    };
    let last = last.first().ok_or_else(|| DbError::broken("no counter"))?.int(0)?;
    let drawn = tx.first_of(&COUNTER, year, (last - count + 1..=last).collect(), Some(&GIVE_BACK));
    drawn.ok_or_else(|| DbError::broken("no number"))
}

/// The number of a row to come; SQLite gives it with the row.
fn draw_id(tx: &Tx<'_>) -> Result<Option<i64>, DbError> {
    if tx.engine() == Engine::Sqlite {
        return Ok(None);
    }
    if let Some(id) = tx.in_stock(&IDS, 0) {
        return Ok(Some(id));
    }
    let ids = tx.rows(&IDS, &[tx.sharing().into()])?.iter().map(|row| row.int(0)).collect::<Result<_, _>>()?;
    Ok(tx.first_of(&IDS, 0, ids, None))
}

/// The last number drawn in each year.
pub(crate) fn counters(tx: &Tx<'_>) -> Result<HashMap<i16, i64>, DbError> {
    let rows = tx.rows(&COUNTERS, &[])?;
    rows.iter().map(|row| Ok((i16::try_from(row.int(0)?).map_err(DbError::broken)?, row.int(1)?))).collect()
}

/// A number as the manual's pattern has it: `{año}-{n:6}`.
pub(crate) fn number(pattern: &str, year: i16, n: i64) -> String {
    let text = pattern.replace("{año}", &year.to_string());
    let Some((before, rest)) = text.split_once("{n") else { return format!("{text}-{n:06}") };
    let Some((width, after)) = rest.split_once('}') else { return format!("{text}-{n:06}") };
    let width: usize = width.trim_start_matches(':').parse().unwrap_or(0);
    format!("{before}{n:0width$}{after}", width = width.min(12))
}

/// What has been decided, ready to be written.
pub(crate) struct Decided<'d> {
    pub before: Option<&'d Stored>,
    pub case: &'d Case,
    /// The edition, procedure and calendar under which it stands now.
    pub frame: Frame<'d>,
    pub events: &'d [Recorded],
    pub effects: &'d [Effect],
    pub zone: &'d TimeZone,
    pub institution: &'d str,
}

/// Writes a change of a case: journal, row, participants, waits, timers, outbox and search. The counters of the change
/// go to `tallies`, for the caller to write (`waits::write_tallies`) in the same transaction.
pub(crate) fn record(
    tx: &Tx<'_>,
    change: &Decided<'_>,
    tallies: &mut BTreeMap<TallyKey, i64>,
) -> Result<i64, StoreError> {
    let Decided { before, case, frame, events, effects, zone, institution } = change;
    let procedure = frame.procedure;
    let wait_rows = waits::of(case, procedure);
    let new = before.is_none();
    let prev = before.map_or_else(|| crate::hash::genesis(institution), |before| before.head.clone());
    let (links, head) = journal::chain(&case.number, prev, events)?;
    let id = match before {
        Some(before) => {
            update(tx, before.id, before.case.version, &head, case, &wait_rows)?;
            before.id
        }
        None => insert(tx, &head, case, &wait_rows)?,
    };
    journal::append(tx, id, links)?;
    for person in participants(before.map(|before| &before.case), case, events) {
        tx.send(&PARTICIPANT, vec![id.into(), person.into()])?;
    }
    for person in gone(case, events) {
        tx.send(&NO_PARTICIPANT, vec![person.into(), id.into()])?;
    }
    let waited = waits::update(tx, id, (before.map(|before| &before.case), case), &wait_rows, zone, tallies)?;
    ties::update(tx, id, before.map(|before| &before.case), case)?;
    calendars::note_moves(tx, id, &case.number, events)?;
    marks::update(tx, id, before.map(|before| &before.case), case);
    endings::note(tx, id, before.map(|before| &before.case), case)?;
    timers::update(tx, id, new, &timers::of(case, frame))?;
    outbox::put(tx, &case.number, case.version, effects, case.updated_at)?;
    if new || before.is_some_and(|before| before.case.values != case.values) {
        search::update(tx, id, new, case);
    }
    announce(tx, case, &waited, &wait_rows);
    tx.keep(&case.number, || Stored { id, head, case: (*case).clone() });
    Ok(id)
}

fn insert(tx: &Tx<'_>, head: &str, case: &Case, wait_rows: &[waits::WaitRow]) -> Result<i64, StoreError> {
    let id = draw_id(tx)?;
    let values = vec![
        (&case.number).into(),
        (&case.procedure).into(),
        case.edition.into(),
        case.calendar.into(),
        case.status().code().into(),
        case.is_open().into(),
        case.paused.is_some().into(),
        case.is_late().into(),
        priority_word(case)?.into(),
        (&case.subject).into(),
        case.requester.person.into(),
        case.asked_by().into(),
        case.requester.unit.as_deref().unwrap_or_default().into(),
        case.opened_by.person.into(),
        case.opened_at.into(),
        case.updated_at.into(),
        case.standing.as_ref().map(|standing| standing.step.0).into(),
        waits_for(case, wait_rows).into(),
        waits::due_key(case).into(),
        case.version.into(),
        head.into(),
        serde_json::to_string(case).map_err(DbError::broken)?.into(),
        case.channel.code().into(),
        id.into(),
    ];
    if let Some(id) = id {
        tx.send(&INSERT, values)?;
        return Ok(id);
    }
    Ok(tx.row(&INSERT, &values)?.ok_or_else(|| DbError::broken("no number for the case"))?.int(0)?)
}

pub(crate) fn priority_word(case: &Case) -> Result<String, DbError> {
    let word = serde_json::to_value(case.priority).map_err(DbError::broken)?;
    Ok(word.as_str().unwrap_or_default().to_owned())
}

fn update(
    tx: &Tx<'_>,
    id: i64,
    version: u32,
    head: &str,
    case: &Case,
    wait_rows: &[waits::WaitRow],
) -> Result<(), StoreError> {
    let values = vec![
        id.into(),
        case.edition.into(),
        case.calendar.into(),
        case.status().code().into(),
        case.is_open().into(),
        case.paused.is_some().into(),
        case.is_late().into(),
        case.updated_at.into(),
        case.standing.as_ref().map(|standing| standing.step.0).into(),
        waits_for(case, wait_rows).into(),
        waits::due_key(case).into(),
        case.version.into(),
        head.into(),
        serde_json::to_string(case).map_err(DbError::broken)?.into(),
        version.into(),
        priority_word(case)?.into(),
    ];
    // The row is locked: nobody else can have changed it.
    Ok(tx.change_one(&UPDATE, values)?)
}

/// Whom a case waits for, for a list: the assigned person with the role, or the post; or in which other it goes on.
fn waits_for(case: &Case, rows: &[waits::WaitRow]) -> String {
    if let Some(merged) = &case.merged {
        return format!("Unido al {}", merged.into);
    }
    let one = |row: &waits::WaitRow| match case.assignee(&row.role) {
        Some(assignee) => format!("{} ({})", assignee.name, row.role),
        None if row.person == case.requester.person.0 => format!("{} ({})", case.requester.name, row.role),
        None => row.holder.to_string(),
    };
    let mut names: Vec<String> = rows.iter().map(one).collect();
    names.dedup();
    names.join(", ")
}

/// Those who take part by what has now happened and did not before.
fn participants(before: Option<&Case>, case: &Case, events: &[Recorded]) -> BTreeSet<PersonId> {
    let mut people: BTreeSet<PersonId> = case.assignees.iter().map(|assignee| assignee.person).collect();
    people.insert(case.requester.person);
    people.insert(case.opened_by.person);
    people.extend(case.watchers.iter().map(|watcher| watcher.person));
    for recorded in events {
        if matches!(recorded.event, Event::Completed(_) | Event::SentBack { .. }) {
            people.insert(recorded.by.person);
        }
    }
    people.remove(&engine::actor::SYSTEM);
    if let Some(before) = before {
        people.remove(&before.requester.person);
        people.remove(&before.opened_by.person);
        people.retain(|person| {
            !before.legs.iter().any(|leg| leg.by.person == *person)
                && !before.assignees.iter().any(|assignee| assignee.person == *person)
                && before.watcher(*person).is_none()
        });
    }
    people
}

/// Those who only followed the case and do so no more.
fn gone(case: &Case, events: &[Recorded]) -> BTreeSet<PersonId> {
    let mut people: BTreeSet<PersonId> = events
        .iter()
        .flat_map(|recorded| match &recorded.event {
            Event::Unwatched { who } => vec![who.person],
            Event::Echoed(echoed) => match &echoed.what {
                Echo::Separated { gone, .. } => gone.clone(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        })
        .collect();
    people.retain(|person| {
        *person != case.requester.person
            && *person != case.opened_by.person
            && case.watcher(*person).is_none()
            && !case.assignees.iter().any(|assignee| assignee.person == *person)
            && !case.legs.iter().any(|leg| leg.by.person == *person)
    });
    people
}

fn announce(tx: &Tx<'_>, case: &Case, waited: &[waits::WaitRow], waits_now: &[waits::WaitRow]) {
    let (mut people, mut posts) = waits::touched(waited);
    let (more_people, more_posts) = waits::touched(waits_now);
    people.extend(more_people);
    people.push(case.requester.person);
    people.sort_unstable();
    people.dedup();
    posts.extend(more_posts);
    posts.sort();
    posts.dedup();
    tx.announce(Change { case: case.number.clone(), version: case.version, people, posts });
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_follows_the_pattern_of_the_manual() {
        assert_eq!(number("{año}-{n:6}", 2026, 123), "2026-000123");
        assert_eq!(number("DTI-{n:4}-{año}", 2026, 7), "DTI-0007-2026");
        assert_eq!(number("{n}/{año}", 2026, 7), "7/2026");
        assert_eq!(number("{año}", 2026, 7), "2026-000007");
    }
}
