//! One year resolved: for each day its hours, and how much running time came before it.

use super::{
    day_number::DayNumber,
    intervals::{ALL_DAY, merged, without},
    occurrences,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use manual::calendar_rules::{CalendarRules, DayOffKind, Interval};

/// What a kind of day is like: most days of a year share a handful of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// When the office is open, in minutes of the local day.
    pub open: Box<[Interval]>,
    /// The same, in seconds since the day began.
    pub office: Box<[Elapsed]>,
    /// When terms run: the office is open and nothing stops them.
    pub clock: Box<[Elapsed]>,
    /// The office works this weekday and nothing that stops terms takes the whole of it.
    pub counts: bool,
    /// The office has hours this weekday, before anything takes them: a weekend has none.
    pub works: bool,
    /// Some hours of the day are off, and not the whole of it.
    pub reduced: bool,
    seconds: u32,
}

/// Seconds since the local day began. On a day when the zone changes its offset they differ from the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Elapsed {
    pub from: u32,
    pub to: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Year {
    /// The instant, in seconds, at which each day begins, and the one at which the year ends.
    starts: Vec<i64>,
    patterns: Vec<Pattern>,
    days: Vec<u16>,
    /// Seconds of running time in the year before each day, and in the whole year.
    before: Vec<u32>,
    /// Which rules take each day or part of it: (day, rule), in order.
    off: Vec<(u16, u16)>,
}

impl Year {
    pub fn resolve(rules: &CalendarRules, zone: &TimeZone, year: i16) -> Self {
        let starts = starts(zone, year);
        let mut off = Vec::new();
        for (rule, number) in rules.days_off.iter().zip(0_u16..) {
            for day in occurrences::in_year(rule, year).into_iter().filter_map(DayNumber::place) {
                off.push((u16::try_from(day.1).unwrap_or(u16::MAX), number));
            }
        }
        off.sort_unstable();
        off.dedup();
        let mut resolved = Self { starts, patterns: Vec::new(), days: Vec::new(), before: vec![0], off };
        let mut total = 0;
        for index in 0..resolved.starts.len() - 1 {
            let pattern = resolved.resolve_day(rules, zone, year, index);
            total += pattern.seconds;
            resolved.before.push(total);
            let known = resolved.patterns.iter().position(|known| *known == pattern);
            let place = known.unwrap_or_else(|| {
                resolved.patterns.push(pattern);
                resolved.patterns.len() - 1
            });
            resolved.days.push(u16::try_from(place).unwrap_or(u16::MAX));
        }
        resolved
    }

    pub fn pattern(&self, index: usize) -> &Pattern {
        &self.patterns[usize::from(self.days[index])]
    }

    /// Which rules for days off bear on a day.
    pub fn off(&self, index: usize) -> impl Iterator<Item = usize> {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let first = self.off.partition_point(|(day, _)| *day < index);
        self.off[first..].iter().take_while(move |(day, _)| *day == index).map(|(_, rule)| usize::from(*rule))
    }

    pub fn start(&self, index: usize) -> i64 {
        self.starts[index]
    }

    /// The instant at which a day has passed.
    pub fn finish(&self, index: usize) -> i64 {
        self.starts[index + 1]
    }

    pub fn begins(&self) -> i64 {
        self.starts[0]
    }

    pub fn ends(&self) -> i64 {
        self.starts[self.starts.len() - 1]
    }

    /// Seconds of running time in the whole year.
    pub fn total(&self) -> i64 {
        self.before.last().copied().map_or(0, i64::from)
    }

    /// Seconds of running time in the year before an instant.
    pub fn seconds_until(&self, second: i64) -> i64 {
        let day = self.starts.partition_point(|start| *start <= second);
        if day == 0 {
            return 0;
        }
        if day == self.starts.len() {
            return self.total();
        }
        let elapsed = second - self.starts[day - 1];
        let today: i64 = self
            .pattern(day - 1)
            .clock
            .iter()
            .map(|span| (elapsed.min(i64::from(span.to)) - i64::from(span.from)).max(0))
            .sum();
        i64::from(self.before[day - 1]) + today
    }

    /// The first instant of the year before which there are this many seconds of running time.
    pub fn second_at(&self, seconds: i64) -> i64 {
        let passed = self.before.partition_point(|before| i64::from(*before) < seconds);
        let Some(day) = passed.checked_sub(1) else { return self.begins() };
        let mut left = seconds - i64::from(self.before[day]);
        for span in &self.pattern(day).clock {
            let length = i64::from(span.to) - i64::from(span.from);
            if left <= length {
                return self.starts[day] + i64::from(span.from) + left;
            }
            left -= length;
        }
        self.finish(day)
    }

    fn resolve_day(&self, rules: &CalendarRules, zone: &TimeZone, year: i16, index: usize) -> Pattern {
        let date = date(year, index);
        let taken: Vec<_> = self.off(index).map(|rule| &rules.days_off[rule]).collect();
        let recovered = taken.iter().find(|off| off.kind == DayOffKind::Recovered);
        // A recovered day opens whatever else closes it.
        let (usual, taken) = match recovered {
            Some(off) => (off.hours.map_or_else(|| hours_to_copy(rules, date), |hours| vec![hours]), Vec::new()),
            None => (office_hours(rules, date), taken),
        };
        let (mut open, mut running) = (usual.clone(), usual.clone());
        for off in &taken {
            let hours = off.hours.unwrap_or(ALL_DAY);
            if off.closes_office {
                open = without(&open, hours);
            }
            if off.stops_deadlines {
                running = without(&running, hours);
            }
        }
        let counts = !running.is_empty();
        let clock = taken
            .iter()
            .filter(|off| off.closes_office)
            .fold(running, |left, off| without(&left, off.hours.unwrap_or(ALL_DAY)));
        let elapsed = |intervals: &[Interval]| -> Box<[Elapsed]> {
            intervals.iter().map(|interval| self.elapsed(zone, date, index, *interval)).collect()
        };
        let clock_elapsed = elapsed(&clock);
        Pattern {
            office: elapsed(&open),
            seconds: clock_elapsed.iter().map(|span| span.to - span.from).sum(),
            clock: clock_elapsed,
            counts,
            works: !usual.is_empty(),
            reduced: !clock.is_empty() && clock != usual,
            open: open.into(),
        }
    }

    fn elapsed(&self, zone: &TimeZone, date: Date, index: usize, interval: Interval) -> Elapsed {
        let length = self.starts[index + 1] - self.starts[index];
        let of = |minute: u16| -> u32 {
            let ordinary = i64::from(minute) * 60;
            let seconds = if minute == 1_440 {
                length
            } else if minute == 0 || length == 86_400 {
                ordinary
            } else {
                let (hour, minute) = (i8::try_from(minute / 60), i8::try_from(minute % 60));
                let wall = date.at(hour.unwrap_or(0), minute.unwrap_or(0), 0, 0);
                zone.to_timestamp(wall).map_or(ordinary, |at| at.as_second() - self.starts[index])
            };
            u32::try_from(seconds.clamp(0, length)).unwrap_or(0)
        };
        let (from, to) = (of(interval.from), of(interval.to));
        Elapsed { from, to: to.max(from) }
    }
}

/// When each day of the year begins, and when the year ends.
fn starts(zone: &TimeZone, year: i16) -> Vec<i64> {
    let midnight = |date: Date| {
        let wall = date.at(0, 0, 0, 0);
        zone.to_timestamp(wall).or_else(|_| TimeZone::UTC.to_timestamp(wall)).map_or(0, Timestamp::as_second)
    };
    let days = if Date::constant(year, 1, 1).in_leap_year() { 366 } else { 365 };
    let (first, last) = (midnight(date(year, 0)), midnight(date(year + 1, 0)));
    let steady = last - first == days * 86_400
        && Timestamp::from_second(first)
            .is_ok_and(|at| zone.following(at).next().is_none_or(|change| change.timestamp().as_second() >= last));
    if steady {
        return (0..=days).map(|day| first + day * 86_400).collect();
    }
    let mut all: Vec<i64> =
        (0..usize::try_from(days).unwrap_or(365)).map(|index| midnight(date(year, index))).collect();
    all.push(last);
    all
}

fn date(year: i16, index: usize) -> Date {
    let first = Date::constant(year, 1, 1);
    let day = i16::try_from(index + 1).unwrap_or(1);
    first.with().day_of_year(day).build().unwrap_or(first)
}

/// The hours in force on a date; where several lines speak of it, the last one written.
fn office_hours(rules: &CalendarRules, date: Date) -> Vec<Interval> {
    let weekday = date.weekday().to_monday_one_offset().unsigned_abs();
    hours_of_weekday(rules, date, weekday)
}

fn hours_of_weekday(rules: &CalendarRules, date: Date, weekday: u8) -> Vec<Interval> {
    let in_force = rules.hours.iter().rev().find(|hours| {
        hours.weekdays.contains(&weekday)
            && hours.since.is_none_or(|since| since <= date)
            && hours.until.is_none_or(|until| date <= until)
    });
    in_force.map(|hours| merged(hours.intervals.clone())).unwrap_or_default()
}

/// The hours of a recovered day that does not say its own: those of its weekday, else of the nearest weekday before.
fn hours_to_copy(rules: &CalendarRules, date: Date) -> Vec<Interval> {
    let weekday = date.weekday().to_monday_one_offset().unsigned_abs();
    (0..7)
        .map(|back| (weekday + 6 - back) % 7 + 1)
        .map(|weekday| hours_of_weekday(rules, date, weekday))
        .find(|hours| !hours.is_empty())
        .unwrap_or_default()
}
