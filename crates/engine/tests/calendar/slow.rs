//! A slow counter, written apart from the calendar: it walks minute by minute and knows no years, zones or tables.

use jiff::{Timestamp, ToSpan, civil::Date};
use manual::organization::Country;

pub const MINUTE: i64 = 60;
const DAY: i64 = 1_440;

/// A made-up office, in local minutes since the epoch.
#[derive(Clone, Debug)]
pub struct Office {
    pub country: Country,
    pub weekdays: Vec<u8>,
    pub intervals: Vec<(u16, u16)>,
    /// Days closed and days that close early, as days after `FIRST`.
    pub closed: Vec<i64>,
    pub early: Vec<(i64, u16)>,
    pub late_counts_next_day: bool,
}

pub const FIRST: Date = Date::constant(2026, 1, 5);

pub fn day_after_first(days: i64) -> Date {
    FIRST.checked_add(days.days()).expect("in range")
}

/// Local minutes of an instant: both countries are six hours behind in these years.
pub fn minutes(at: Timestamp) -> i64 {
    (at.as_second() - 6 * 3_600).div_euclid(MINUTE)
}

pub fn second(minutes: i64) -> i64 {
    minutes * MINUTE + 6 * 3_600
}

fn first_minute() -> i64 {
    let days = Date::constant(1970, 1, 1).until(FIRST).expect("in range").get_days();
    i64::from(days) * DAY
}

impl Office {
    pub fn runs(&self, minute: i64) -> bool {
        let day = (minute - first_minute()).div_euclid(DAY);
        let of_day = minute.rem_euclid(DAY);
        // FIRST is a Monday.
        let weekday = u8::try_from(day.rem_euclid(7) + 1).expect("a weekday");
        self.weekdays.contains(&weekday)
            && self.intervals.iter().any(|(from, to)| (i64::from(*from)..i64::from(*to)).contains(&of_day))
            && !self.closed.contains(&day)
            && !self.early.iter().any(|(early, from)| *early == day && of_day >= i64::from(*from))
    }

    /// The last running minute of its day has just passed at this minute.
    fn closes(&self, minute: i64) -> bool {
        let end_of_day = (minute - 1).div_euclid(DAY) * DAY + DAY;
        self.runs(minute - 1) && !(minute..end_of_day).any(|later| self.runs(later))
    }

    fn arrival(&self, from: i64) -> i64 {
        let end_of_day = from.div_euclid(DAY) * DAY + DAY;
        let in_time = (from..end_of_day).any(|minute| self.runs(minute)) || self.closes(from);
        if in_time || !self.late_counts_next_day {
            return from;
        }
        (end_of_day..end_of_day + 400 * DAY).find(|minute| self.runs(*minute)).expect("some day opens")
    }

    pub fn business_hours(&self, from: i64, hours: u32, pauses: &[(i64, i64)]) -> i64 {
        let mut left = i64::from(hours) * 60;
        let mut minute = from;
        while left > 0 {
            left -= i64::from(self.runs(minute) && !paused(minute, pauses));
            minute += 1;
        }
        minute
    }

    pub fn all_hours(from: i64, hours: u32, pauses: &[(i64, i64)]) -> i64 {
        let mut left = i64::from(hours) * 60;
        let mut minute = from;
        while left > 0 {
            left -= i64::from(!paused(minute, pauses));
            minute += 1;
        }
        minute
    }

    pub fn business_days(&self, from: i64, days: u32, pauses: &[(i64, i64)]) -> i64 {
        let mut left = days;
        let mut minute = next_midnight(self.arrival(from));
        while left > 0 {
            minute += 1;
            if self.closes(minute) && !paused(minute, pauses) {
                left -= 1;
            }
        }
        minute
    }

    /// Counted back: running minutes, walked one by one.
    pub fn business_hours_back(&self, from: i64, hours: u32) -> i64 {
        let mut left = i64::from(hours) * 60;
        let mut minute = from;
        while left > 0 {
            minute -= 1;
            left -= i64::from(self.runs(minute));
        }
        minute
    }

    /// Counted back: the close of office of the last day that is still that many closes before this one.
    pub fn business_days_back(&self, from: i64, days: u32) -> i64 {
        let mut left = days;
        let mut minute = from.div_euclid(DAY) * DAY + 1;
        while left > 0 {
            minute -= 1;
            left -= u32::from(self.closes(minute));
        }
        minute
    }

    /// So many calendar days back; where that day has no close of office, the one before it.
    pub fn calendar_days_back(&self, from: i64, days: u32) -> i64 {
        let end = (from.div_euclid(DAY) - i64::from(days) + 1) * DAY;
        (0..400 * DAY).map(|back| end - back).find(|minute| self.closes(*minute)).expect("some day closes")
    }

    /// The close of the n-th day that closes, from a midnight on.
    pub fn close_number(&self, midnight: i64, days: u32) -> i64 {
        let closes = (midnight + 1..midnight + 400 * DAY).filter(|minute| self.closes(*minute));
        closes.take(days as usize).last().expect("some day closes")
    }

    /// The second at which it ends: the close of office, or the last of the day.
    pub fn calendar_days(&self, from: i64, days: u32, pauses: &[(i64, i64)]) -> i64 {
        let mut left = days;
        let mut midnight = next_midnight(self.arrival(from));
        loop {
            left -= u32::from(left > 0 && !paused(midnight, pauses));
            if left == 0 {
                let close = (midnight + 1..=midnight + DAY).rfind(|minute| self.closes(*minute));
                if let Some(close) = close.filter(|close| !paused(*close, pauses)) {
                    return second(close);
                }
                // The last second of the day belongs to its last minute.
                if self.country == Country::Guatemala && !paused(midnight + DAY - 1, pauses) {
                    return second(midnight + DAY) - 1;
                }
            }
            midnight += DAY;
        }
    }
}

fn next_midnight(minute: i64) -> i64 {
    minute.div_euclid(DAY) * DAY + DAY
}

fn paused(minute: i64, pauses: &[(i64, i64)]) -> bool {
    pauses.iter().any(|(from, to)| (*from..*to).contains(&minute))
}
