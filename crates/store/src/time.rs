//! Time as the database keeps it: microseconds UTC for moments, ISO text for local dates.

use crate::error::DbError;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The due key of a case without any due date: after all others.
pub const NEVER: i64 = i64::MAX;

#[must_use]
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// Whole microseconds, so that a moment comes back from the database as it went in.
#[must_use]
pub fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

pub fn moment(micros: i64) -> Result<Timestamp, DbError> {
    Timestamp::from_microsecond(micros).map_err(DbError::broken)
}

pub fn moment_opt(micros: Option<i64>) -> Result<Option<Timestamp>, DbError> {
    micros.map(moment).transpose()
}

pub fn date(text: &str) -> Result<Date, DbError> {
    text.parse().map_err(DbError::broken)
}

/// The zone by its IANA name, from the bundled table.
pub fn zone(name: &str) -> Result<TimeZone, DbError> {
    jiff::tz::TimeZoneDatabase::bundled().get(name).or_else(|_| TimeZone::get(name)).map_err(DbError::broken)
}

/// The local date of a moment.
#[must_use]
pub fn local_date(at: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(at).date()
}

/// The local day of a due key, as days since 1970: 0 for none.
#[must_use]
pub fn day_of(due_key: i64, zone: &TimeZone) -> i64 {
    match Timestamp::from_microsecond(due_key) {
        Ok(at) if due_key != NEVER => day_number(local_date(at, zone)),
        _ => 0,
    }
}

#[must_use]
pub fn day_number(date: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    i64::from(date.since(epoch).map_or(0, |span| span.get_days()))
}

/// The moments at which a local day begins and ends.
pub fn day_bounds(date: Date, zone: &TimeZone) -> Result<(i64, i64), DbError> {
    let start = |date: Date| -> Result<i64, DbError> {
        Ok(date.to_zoned(zone.clone()).map_err(DbError::broken)?.timestamp().as_microsecond())
    };
    Ok((start(date)?, start(date.tomorrow().map_err(DbError::broken)?)?))
}
