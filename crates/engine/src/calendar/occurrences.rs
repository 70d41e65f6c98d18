//! On which days of a year a rule for days off falls.

use super::{day_number::DayNumber, easter::easter_sunday};
use jiff::civil::Date;
use manual::calendar_rules::{DayOff, Transfer, When};

/// The days of `year` on which the rule falls, in no order. A rule's dates of validity speak of the day as the law
/// names it: a holiday moved out of the year in which it was in force is still moved.
pub(super) fn in_year(rule: &DayOff, year: i16) -> Vec<DayNumber> {
    let mut found = Vec::new();
    let mut add = |named: DayNumber, observed: DayNumber| {
        let in_force = named.date().is_some_and(|date| holds(rule, date));
        if in_force && observed.place().is_some_and(|(place, _)| place == year) {
            found.push(observed);
        }
    };
    match rule.when {
        When::Once { date } => {
            if let Some(number) = DayNumber::of(date) {
                add(number, number);
            }
        }
        When::Fixed { month, day, transfer } => {
            for named in around(year).filter_map(|near| number(near, month, day)) {
                add(named, observed(named, transfer));
            }
        }
        When::Easter { from, to } => {
            for sunday in around(year).filter_map(easter_sunday).filter_map(DayNumber::of) {
                for offset in from..=to {
                    let day = sunday.plus(i32::from(offset));
                    add(day, day);
                }
            }
        }
        When::Span { from_month, from_day, to_month, to_day } => {
            let crosses = (to_month, to_day) < (from_month, from_day);
            for start in around(year) {
                let end = if crosses { start + 1 } else { start };
                let (Some(mut day), Some(last)) =
                    (nearest(start, from_month, from_day), nearest(end, to_month, to_day))
                else {
                    continue;
                };
                while day <= last {
                    add(day, day);
                    day = day.next();
                }
            }
        }
    }
    found
}

fn around(year: i16) -> impl Iterator<Item = i16> {
    year - 1..=year + 1
}

fn holds(rule: &DayOff, date: Date) -> bool {
    rule.since.is_none_or(|since| since <= date) && rule.until.is_none_or(|until| date <= until)
}

fn number(year: i16, month: i8, day: i8) -> Option<DayNumber> {
    DayNumber::of(Date::new(year, month, day).ok()?)
}

/// Like `number`; 29 February is the 28th where there is none.
fn nearest(year: i16, month: i8, day: i8) -> Option<DayNumber> {
    number(year, month, day).or_else(|| number(year, month, 28))
}

fn observed(named: DayNumber, transfer: Transfer) -> DayNumber {
    match (transfer, named.weekday()) {
        (Transfer::None, _) | (Transfer::NearestMonday, 1) => named,
        (Transfer::NearestMonday, weekday @ 2..=3) => named.plus(1 - i32::from(weekday)),
        (Transfer::NearestMonday, weekday) => named.plus(8 - i32::from(weekday)),
    }
}
