//! Versions of the working calendar: each is kept whole, so that an old due date can always be explained.

use crate::{
    error::DbError,
    tx::{Tx, statements},
};
use engine::{Name, calendar::Calendar};
use jiff::Timestamp;
use manual::{
    calendar_rules::{CalendarRules, DayOff},
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

statements! {
    LATEST: [] => [Int, Text], "SELECT version, body FROM calendars ORDER BY version DESC LIMIT 1";
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
