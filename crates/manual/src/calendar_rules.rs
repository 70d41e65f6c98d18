//! The working calendar as data: office hours and the rules for days off. The counting is in the engine.

use crate::Name;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarRules {
    /// The calendar's name, e.g. "Guatemala, sector público".
    pub name: Name,
    pub hours: Vec<OfficeHours>,
    pub days_off: Vec<DayOff>,
    /// What arrives after closing time counts as arrived the next working day.
    pub late_arrival_counts_next_day: bool,
    /// Offices with hours and days off of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offices: Vec<Office>,
}

/// An office of the institution elsewhere, as its own calendar differs from the main one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// The code of its unit.
    pub unit: Name,
    pub name: Name,
    /// The units that sit there: it and those below it that are no offices themselves.
    pub units: Vec<Name>,
    pub hours: Vec<OfficeHours>,
    pub days_off: Vec<DayOff>,
}

/// Office hours of some weekdays, during some dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeHours {
    /// 1 = Monday … 7 = Sunday.
    pub weekdays: Vec<u8>,
    /// Minutes from midnight, `from < to ≤ 1440`; several intervals leave a lunch break.
    pub intervals: Vec<Interval>,
    /// First and last day on which they hold, `AAAA-MM-DD`.
    pub since: Option<jiff::civil::Date>,
    pub until: Option<jiff::civil::Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    pub from: u16,
    pub to: u16,
}

/// A rule for days off, or one day decreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOff {
    pub name: Name,
    pub when: When,
    /// Only these minutes of the day are off; the whole day where absent.
    pub hours: Option<Interval>,
    pub kind: DayOffKind,
    pub closes_office: bool,
    pub stops_deadlines: bool,
    /// Law, decree or agreement, with its number.
    pub source: Option<Name>,
    /// When the source was published.
    pub published: Option<jiff::civil::Date>,
    /// The rule holds from this day on, to this day.
    pub since: Option<jiff::civil::Date>,
    pub until: Option<jiff::civil::Date>,
    /// Only in the office of this unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Each year on this day; moved by the rule where it has one.
    Fixed { month: i8, day: i8, transfer: Transfer },
    /// Days from Easter Sunday (negative: before), both ends included.
    Easter { from: i16, to: i16 },
    /// Each year from one day to another, both included; may cross the end of the year.
    Span { from_month: i8, from_day: i8, to_month: i8, to_day: i8 },
    /// Once.
    Once { date: jiff::civil::Date },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transfer {
    #[default]
    None,
    /// Decreto 19-2018 (Guatemala): Tuesday and Wednesday to the Monday before, Thursday to Sunday to the Monday after.
    NearestMonday,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOffKind {
    #[default]
    Holiday,
    Vacation,
    Decreed,
    LocalHoliday,
    ShortDay,
    /// A working day put in place of one lost: opens a day that would be closed.
    Recovered,
}
