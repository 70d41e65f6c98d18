//! Versions of the working calendar, each kept whole so that an old due date can always be explained; and the signed orders
//! by which open cases go over to one.

use crate::{
    error::DbError,
    time,
    tx::{Row, Tx, statements},
};
use engine::{
    Name,
    actor::PersonId,
    calendar::{Calendar, words},
    event::{Event, Recorded},
};
use jiff::Timestamp;
use manual::{
    calendar_rules::{CalendarRules, DayOff, When},
    edition::Edition,
    organization::Country,
};
use serde::{Deserialize, Serialize};

/// All that a version of the calendar is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarVersion {
    pub rules: CalendarRules,
    /// The institution's own days, on top of those the rules have.
    pub decreed: Vec<DayOff>,
    pub country: Country,
    pub zone: Name,
}

/// What an administrator signs about the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarChange {
    /// A day off, decreed after the manual was published.
    Decree(DayOff),
    /// A decreed day is taken away again.
    Revoke { day: DayOff, reason: Name },
    /// Open cases go over to the calendar in force, which an edition brought.
    Adopt { reason: Name },
}

impl CalendarChange {
    /// The words by which the history of each case names it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Decree(day) => format!("el día decretado {}", day_words(day)),
            Self::Revoke { day, reason } => {
                format!("el retiro del día {}: {}", day_words(day), reason.trim().trim_end_matches('.'))
            }
            Self::Adopt { reason } => format!("el calendario vigente: {}", reason.trim().trim_end_matches('.')),
        }
    }
}

/// «Asueto por …», lunes 03/11/2025, de 12:00 a 16:00 (AG 186-2025, publicado el 27/10/2025)
fn day_words(day: &DayOff) -> String {
    let date = match day.when {
        When::Once { date } => words::long(date),
        ref rule => words::rule(rule),
    };
    let hours = day.hours.map(|hours| format!(", de {}", words::interval(hours))).unwrap_or_default();
    let published = day.published.map(|date| format!(", publicado el {}", words::numeric(date))).unwrap_or_default();
    let source = day.source.as_ref().map(|source| format!(" ({source}{published})")).unwrap_or_default();
    format!("«{}», {date}{hours}{source}", day.name)
}

/// A signed order: open cases of older versions of the calendar go over to this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarOrder {
    pub version: u32,
    pub at: Timestamp,
    pub by: PersonId,
    pub name: Name,
    pub change: CalendarChange,
    /// Cases that were open when it was signed.
    pub open_cases: i64,
}

/// A due date that an order moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub case: Name,
    pub clock: Name,
    pub before: Timestamp,
    pub after: Timestamp,
    pub(crate) case_id: i64,
}

statements! {
    ORDER: [Int, Int, Int, Text, Text, Text, Int] => [],
        "INSERT INTO calendar_orders (version, at, person, name, reason, body, open_cases)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (version) DO UPDATE SET at = excluded.at, person = excluded.person, name = excluded.name,
             reason = excluded.reason, body = excluded.body, open_cases = excluded.open_cases";
    ORDERED: [] => [Int], "SELECT COALESCE(MAX(version), 0) FROM calendar_orders";
    ORDERS: [Int, Int] => [Int, Int, Int, Text, Text, Int],
        "SELECT version, at, person, name, body, open_cases FROM calendar_orders
         WHERE version < $1 ORDER BY version DESC LIMIT $2";
    REASONS: [Int, Int] => [Text],
        "SELECT reason FROM calendar_orders WHERE version > $1 AND version <= $2 ORDER BY version";
    OPEN: [] => [Int], "SELECT COUNT(*) FROM cases WHERE is_open = 1";
    BEHIND: [Int] => [Int], "SELECT COUNT(*) FROM cases WHERE is_open = 1 AND calendar < $1";
    BEHIND_PAGE: [Int, Int, Int, Int] => [Int, Int, Text],
        "SELECT calendar, id, number FROM cases
         WHERE is_open = 1 AND calendar < $1 AND (calendar, id) > ($2, $3) ORDER BY calendar, id LIMIT $4";
    MOVED: [Int, Int, Text, Text, Int, Int] => [],
        "INSERT INTO calendar_moves (version, case_id, clock, number, before_at, after_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    MOVES: [Int, Int, Text, Int] => [Int, Text, Text, Int, Int],
        "SELECT case_id, clock, number, before_at, after_at FROM calendar_moves
         WHERE version = $1 AND (case_id, clock) > ($2, $3) ORDER BY case_id, clock LIMIT $4";
    COUNT_MOVES: [Int] => [Int, Int],
        "SELECT COUNT(DISTINCT case_id), COUNT(*) FROM calendar_moves WHERE version = $1";
    LATEST: [] => [Int, Text], "SELECT version, body FROM calendars ORDER BY version DESC LIMIT 1";
    LATEST_VERSION: [] => [Int], "SELECT version FROM calendars ORDER BY version DESC LIMIT 1";
    ONE: [Int] => [Text], "SELECT body FROM calendars WHERE version = $1";
    INSERT: [Int, Text, Int] => [], "INSERT INTO calendars (version, body, at) VALUES ($1, $2, $3)";
}

impl CalendarVersion {
    pub(crate) fn of(edition: &Edition, decreed: Vec<DayOff>) -> Self {
        Self {
            rules: edition.calendar.clone(),
            decreed,
            country: edition.institution.country,
            zone: edition.institution.zone.clone(),
        }
    }

    pub(crate) fn build(&self, version: u32) -> Result<Calendar, DbError> {
        Calendar::new(&self.rules, &self.decreed, self.country, &self.zone, version).map_err(DbError::broken)
    }
}

pub(crate) fn latest(tx: &Tx<'_>) -> Result<Option<(u32, CalendarVersion)>, DbError> {
    let row = tx.row(&LATEST, &[])?;
    row.map(|row| Ok((u32::try_from(row.int(0)?).map_err(DbError::broken)?, row.json(1)?))).transpose()
}

/// Its number alone.
pub(crate) fn latest_version(tx: &Tx<'_>) -> Result<Option<u32>, DbError> {
    let row = tx.row(&LATEST_VERSION, &[])?;
    row.map(|row| u32::try_from(row.int(0)?).map_err(DbError::broken)).transpose()
}

/// What `latest_version` will ask.
pub(crate) fn foresee_latest(tx: &Tx<'_>) {
    tx.foresee(&LATEST_VERSION, Vec::new());
}

pub(crate) fn load(tx: &Tx<'_>, version: u32) -> Result<CalendarVersion, DbError> {
    tx.row(&ONE, &[version.into()])?
        .ok_or_else(|| DbError::Broken(format!("there is no calendar version {version}")))?
        .json(0)
}

/// Keeps a new version, if it differs from the latest; gives its number and whether it is new.
pub(crate) fn keep(tx: &Tx<'_>, version: &CalendarVersion, now: Timestamp) -> Result<(u32, bool), DbError> {
    let latest = latest(tx)?;
    if let Some((number, body)) = &latest
        && body == version
    {
        return Ok((*number, false));
    }
    let number = latest.map_or(1, |(number, _)| number + 1);
    let body = serde_json::to_string(version).map_err(DbError::broken)?;
    tx.run(&INSERT, &[number.into(), body.into(), now.into()])?;
    Ok((number, true))
}

/// Writes an order; a second one for the same version takes the place of the first.
pub(crate) fn put_order(tx: &Tx<'_>, order: &CalendarOrder) -> Result<(), DbError> {
    let body = serde_json::to_string(&order.change).map_err(DbError::broken)?;
    let values = [
        order.version.into(),
        order.at.into(),
        order.by.into(),
        (&order.name).into(),
        order.change.words().into(),
        body.into(),
        order.open_cases.into(),
    ];
    tx.run(&ORDER, &values).map(|_| ())
}

/// The version to which open cases have been ordered to go; 0 while there is no order.
pub(crate) fn ordered(tx: &Tx<'_>) -> Result<u32, DbError> {
    tx.row(&ORDERED, &[])?.map_or(Ok(0), |row| u32::try_from(row.int(0)?).map_err(DbError::broken))
}

/// The orders before a version, the newest first.
pub(crate) fn orders(tx: &Tx<'_>, before: u32, limit: usize) -> Result<Vec<CalendarOrder>, DbError> {
    let order = |row: &Row| -> Result<CalendarOrder, DbError> {
        Ok(CalendarOrder {
            version: u32::try_from(row.int(0)?).map_err(DbError::broken)?,
            at: time::moment(row.int(1)?)?,
            by: PersonId(row.int(2)?),
            name: row.name(3)?,
            change: row.json(4)?,
            open_cases: row.int(5)?,
        })
    };
    tx.rows(&ORDERS, &[before.into(), limit.into()])?.iter().map(order).collect()
}

/// Why a case of one version goes over to another: the orders on the way, in words.
pub(crate) fn reasons(tx: &Tx<'_>, from: u32, to: u32) -> Result<String, DbError> {
    let rows = tx.rows(&REASONS, &[from.into(), to.into()])?;
    Ok(rows.iter().map(|row| row.string(0)).collect::<Result<Vec<_>, _>>()?.join("; "))
}

pub(crate) fn open_cases(tx: &Tx<'_>) -> Result<i64, DbError> {
    tx.row(&OPEN, &[])?.map_or(Ok(0), |row| row.int(0))
}

/// Open cases that are still on a version older than this one.
pub(crate) fn behind(tx: &Tx<'_>, version: u32) -> Result<i64, DbError> {
    tx.row(&BEHIND, &[version.into()])?.map_or(Ok(0), |row| row.int(0))
}

/// Some of them, after a place: version, number in the database, number.
pub(crate) fn behind_page(
    tx: &Tx<'_>,
    version: u32,
    after: (u32, i64),
    limit: usize,
) -> Result<Vec<(u32, i64, Name)>, DbError> {
    let rows = tx.rows(&BEHIND_PAGE, &[version.into(), after.0.into(), after.1.into(), limit.into()])?;
    let one = |row: &Row| Ok((u32::try_from(row.int(0)?).map_err(DbError::broken)?, row.int(1)?, row.name(2)?));
    rows.iter().map(one).collect()
}

/// Notes what an order moved in a case, beside its events.
pub(crate) fn note_moves(tx: &Tx<'_>, case_id: i64, number: &Name, events: &[Recorded]) -> Result<(), DbError> {
    for recorded in events {
        let Event::Recounted { calendar, moved, .. } = &recorded.event else { continue };
        for due in moved {
            let values = [
                (*calendar).into(),
                case_id.into(),
                (&due.clock).into(),
                number.into(),
                due.before.into(),
                due.after.into(),
            ];
            tx.run(&MOVED, &values)?;
        }
    }
    Ok(())
}

/// What an order has moved, after a place, in the order of the cases.
pub(crate) fn moves(tx: &Tx<'_>, version: u32, after: (i64, &str), limit: usize) -> Result<Vec<Move>, DbError> {
    let one = |row: &Row| -> Result<Move, DbError> {
        Ok(Move {
            case_id: row.int(0)?,
            clock: row.name(1)?,
            case: row.name(2)?,
            before: time::moment(row.int(3)?)?,
            after: time::moment(row.int(4)?)?,
        })
    };
    tx.rows(&MOVES, &[version.into(), after.0.into(), after.1.into(), limit.into()])?.iter().map(one).collect()
}

/// How many cases, and how many due dates, an order has moved.
pub(crate) fn count_moves(tx: &Tx<'_>, version: u32) -> Result<(i64, i64), DbError> {
    tx.row(&COUNT_MOVES, &[version.into()])?.map_or(Ok((0, 0)), |row| Ok((row.int(0)?, row.int(1)?)))
}
