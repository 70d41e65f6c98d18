//! The days of a year that the calendar in force takes, and the rule behind each.

use engine::calendar::{Calendar, Day, Off};
use jiff::{ToSpan, civil::Date};
use manual::calendar_rules::{DayOff, When};
use store::calendars::CalendarVersion;

/// The days of a year that something takes, whole or in part.
#[must_use]
pub fn days_off(calendar: &Calendar, year: i16) -> Vec<(Day, Off)> {
    let mut days = Vec::new();
    let mut date = Date::constant(year, 1, 1);
    while date.year() == year {
        let day = calendar.day(date);
        days.extend(day.off.clone().into_iter().map(|off| (day.clone(), off)));
        let Ok(next) = date.checked_add(1.day()) else { break };
        date = next;
    }
    days
}

/// The rule that takes a day, and its place among the decreed ones where it is one of them.
#[must_use]
pub fn behind<'v>(version: &'v CalendarVersion, day: &Day, off: &Off) -> (Option<&'v DayOff>, Option<usize>) {
    let decreed = version.decreed.iter().position(|rule| is_rule(rule, off, day.date));
    let rule = version.rules.days_off.iter().chain(&version.decreed).find(|rule| is_rule(rule, off, day.date));
    (rule, decreed)
}

/// Whether a rule is the one that takes this day; a rule moved to a Monday is known by its name and source.
fn is_rule(rule: &DayOff, off: &Off, date: Date) -> bool {
    let once = match rule.when {
        When::Once { date: day } => day == date,
        _ => true,
    };
    once && rule.name == off.name && rule.source == off.source && rule.hours == off.hours && rule.kind == off.kind
}
