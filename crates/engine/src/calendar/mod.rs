//! The working calendar of an institution: which days and hours count, and when a term ends.
//!
//! Readings of the law that the code keeps, each in one place:
//! - a day *counts* when the office works on it and nothing that stops terms takes the whole of it; a day with reduced
//!   hours counts, and closes at its reduced hour;
//! - business days and, in El Salvador, calendar days and months never end on a day without office hours: they move on;
//! - in Guatemala calendar days and months end on their day even if it is closed, then at 23:59:59, because article 45
//!   of the LOJ moves nothing; months end on the eve of the date on which the count began;
//! - in El Salvador hours are always business hours (LPA, article 82);
//! - what arrives after closing, or on a day that does not count, is taken as arrived at the next opening when the
//!   switch is on; terms in hours start at the moment itself all the same.
//!
//! Each year is resolved once, the first time a question touches it; after that a question about a day is two look-ups.

mod day_number;
mod easter;
mod error;
mod occurrences;
mod intervals;
mod year;
mod pauses;
mod count;
pub mod words;
mod explain;

pub use day_number::{FIRST_YEAR, LAST_YEAR};
pub use easter::easter_sunday;
pub use error::CalendarError;
pub use pauses::Pause;

use day_number::DayNumber;
use jiff::{
    Timestamp,
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};
use manual::{
    Name,
    calendar_rules::{CalendarRules, DayOff, DayOffKind, Interval, OfficeHours},
    organization::Country,
    term::Term,
};
use pauses::Pauses;
use std::sync::OnceLock;
use year::Year;

/// A working calendar, ready to answer. Immutable and shareable: a day decreed later is a new calendar, of a new version.
#[derive(Clone, Debug)]
pub struct Calendar {
    rules: CalendarRules,
    country: Country,
    zone_name: String,
    zone: TimeZone,
    version: u32,
    years: Vec<OnceLock<Box<Year>>>,
    /// The same calendar for each of the other offices, and for whoever attends at all hours; made when first asked for.
    offices: Vec<OnceLock<Box<Self>>>,
    always: OnceLock<Box<Self>>,
}

/// Whose hours a count follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Hours {
    /// The main office's.
    #[default]
    Main,
    /// All of them.
    Always,
    /// Those of the office where this unit sits; the main one where it has none.
    Of(Name),
}

/// What a count starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Something that came in at this moment, so that the late-arrival rule bears on it.
    Arrival(Timestamp),
    /// A date that somebody wrote down: an expiry, the end of a half-year.
    Date(Date),
}

/// When a term ends, and why then: sentences in Spanish, one fact each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub at: Timestamp,
    pub because: Vec<String>,
}

/// One day, as the calendar has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    /// When the office is open, in minutes of the local day.
    pub open: Vec<Interval>,
    /// What takes the day, or some hours of it.
    pub off: Vec<Off>,
    pub counts_as_business_day: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Off {
    pub name: Name,
    pub source: Option<Name>,
    pub kind: DayOffKind,
    /// Only these minutes; the whole day where absent.
    pub hours: Option<Interval>,
}

impl Calendar {
    /// `decreed` are the institution's own days, on top of those the rules have.
    pub fn new(
        rules: &CalendarRules,
        decreed: &[DayOff],
        country: Country,
        zone: &str,
        version: u32,
    ) -> Result<Self, CalendarError> {
        let (elsewhere, here): (Vec<DayOff>, Vec<DayOff>) =
            decreed.iter().cloned().partition(|day| day.office.is_some());
        let mut rules = rules.clone();
        for office in &mut rules.offices {
            office.days_off.extend_from_slice(&here);
            let of_this = |day: &&DayOff| day.office.as_ref() == Some(&office.unit);
            let own: Vec<DayOff> = elsewhere.iter().filter(of_this).cloned().collect();
            office.days_off.extend(own);
        }
        rules.days_off.extend(here);
        error::check(&rules)?;
        for index in 0..rules.offices.len() {
            error::check(&office_rules(&rules, index))?;
        }
        // The bundled table first: the same answer on every machine.
        let found = TimeZoneDatabase::bundled()
            .get(zone)
            .or_else(|_| TimeZone::get(zone))
            .map_err(|_| CalendarError::UnknownZone { zone: zone.to_owned() })?;
        Ok(Self::ready(rules, country, zone, found, version))
    }

    fn ready(rules: CalendarRules, country: Country, zone_name: &str, zone: TimeZone, version: u32) -> Self {
        Self {
            offices: rules.offices.iter().map(|_| OnceLock::new()).collect(),
            rules,
            country,
            zone_name: zone_name.to_owned(),
            zone,
            version,
            years: (FIRST_YEAR..=LAST_YEAR).map(|_| OnceLock::new()).collect(),
            always: OnceLock::new(),
        }
    }

    /// The calendar of these hours.
    #[must_use]
    pub fn of(&self, hours: &Hours) -> &Self {
        let made = |rules| Box::new(Self::ready(rules, self.country, &self.zone_name, self.zone.clone(), self.version));
        match hours {
            Hours::Main => self,
            Hours::Always => self.always.get_or_init(|| made(all_hours())),
            Hours::Of(unit) => match self.rules.offices.iter().position(|office| office.units.contains(unit)) {
                Some(index) => self.offices[index].get_or_init(|| made(office_rules(&self.rules, index))),
                None => self,
            },
        }
    }

    /// The offices with hours of their own: the code of the unit, and its name.
    pub fn offices(&self) -> impl Iterator<Item = (&Name, &Name)> {
        self.rules.offices.iter().map(|office| (&office.unit, &office.name))
    }

    /// The hours of the week, in words.
    #[must_use]
    pub fn week(&self) -> String {
        let line = |hours: &manual::calendar_rules::OfficeHours| {
            let spans: Vec<String> = hours.intervals.iter().map(|hours| words::interval(*hours)).collect();
            format!("{}, {}", words::weekdays(&hours.weekdays), spans.join(" y "))
        };
        let lines: Vec<String> = self.rules.hours.iter().map(line).collect();
        lines.join("; ")
    }

    pub const fn version(&self) -> u32 {
        self.version
    }

    pub fn zone(&self) -> &str {
        &self.zone_name
    }

    pub fn time_zone(&self) -> &TimeZone {
        &self.zone
    }

    pub const fn country(&self) -> Country {
        self.country
    }

    pub fn name(&self) -> &Name {
        &self.rules.name
    }

    /// The local date of an instant.
    pub fn date_of(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// A day; outside the years the calendar knows, a closed one.
    pub fn day(&self, date: Date) -> Day {
        let Some((year, index)) = DayNumber::of(date).and_then(|number| self.locate(number)) else {
            return Day { date, open: Vec::new(), off: Vec::new(), counts_as_business_day: false };
        };
        let pattern = year.pattern(index);
        let off = year
            .off(index)
            .map(|rule| &self.rules.days_off[rule])
            .map(|rule| Off {
                name: rule.name.clone(),
                source: rule.source.clone(),
                kind: rule.kind,
                hours: rule.hours,
            })
            .collect();
        Day { date, open: pattern.open.to_vec(), off, counts_as_business_day: pattern.counts }
    }

    /// Whether the office is open at this instant; the instant of closing is already outside.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let Some((year, index)) = self.day_at(at).and_then(|number| self.locate(number)) else { return false };
        let elapsed = at.as_second() - year.start(index);
        year.pattern(index).office.iter().any(|span| i64::from(span.from) <= elapsed && elapsed < i64::from(span.to))
    }

    /// Minutes in which the office is open and terms run, between two instants, each taken at its whole minute.
    /// Negative when `b` comes before `a`, so that the minutes of adjoining stretches always add up.
    pub fn business_minutes_between(&self, a: Timestamp, b: Timestamp) -> i64 {
        let minute = |at: Timestamp| at.as_second().div_euclid(60) * 60;
        if b < a { -self.open_seconds(minute(b), minute(a)) / 60 } else { self.open_seconds(minute(a), minute(b)) / 60 }
    }

    /// This instant if the office is open, else the next at which it opens.
    pub fn next_opening(&self, at: Timestamp) -> Result<Timestamp, CalendarError> {
        let mut number = self.day_at(at).ok_or(CalendarError::OutOfRange)?;
        while let Some((year, index)) = self.locate(number) {
            for span in &year.pattern(index).office {
                let (from, to) = (year.start(index) + i64::from(span.from), year.start(index) + i64::from(span.to));
                if at.as_second() < to {
                    return if at.as_second() >= from { Ok(at) } else { instant(from) };
                }
            }
            number = number.next();
        }
        Err(CalendarError::NoOpenDay)
    }

    /// When something that came in at this instant counts as arrived: at once, or at the next opening when it came
    /// after closing or on a day that does not count and the institution has the late-arrival switch on.
    pub fn effective_arrival(&self, at: Timestamp) -> Result<Timestamp, CalendarError> {
        if !self.rules.late_arrival_counts_next_day {
            return Ok(at);
        }
        let mut number = self.day_at(at).ok_or(CalendarError::OutOfRange)?;
        let mut today = true;
        while let Some((year, index)) = self.locate(number) {
            if let (Some(first), Some(last)) = (year.pattern(index).clock.first(), year.pattern(index).clock.last()) {
                if !today {
                    return instant(year.start(index) + i64::from(first.from));
                }
                if at <= instant(year.start(index) + i64::from(last.to))? {
                    return Ok(at);
                }
            }
            today = false;
            number = number.next();
        }
        Err(CalendarError::NoOpenDay)
    }

    /// When a term that starts to run at this instant ends, with the reasons.
    pub fn due(&self, from: Timestamp, term: &Term) -> Result<Due, CalendarError> {
        self.due_with_pauses(from, term, &[], &[])
    }

    /// The same without the reasons: for deciding, and for lists.
    pub fn due_at(&self, from: Timestamp, term: &Term) -> Result<Timestamp, CalendarError> {
        Ok(self.count(from, *term, &Pauses::none(), true)?.at)
    }

    /// The same for a clock that was paused and extended; see `due_from`.
    pub fn due_with_pauses(
        &self,
        from: Timestamp,
        term: &Term,
        pauses: &[Pause],
        extra: &[Term],
    ) -> Result<Due, CalendarError> {
        explain::due(self, Origin::Arrival(from), *term, &Pauses::of(pauses), extra)
    }

    /// `due_with_pauses` without the reasons.
    pub fn due_at_with_pauses(
        &self,
        from: Timestamp,
        term: &Term,
        pauses: &[Pause],
        extra: &[Term],
    ) -> Result<Timestamp, CalendarError> {
        self.due_from(Origin::Arrival(from), term, pauses, extra)
    }

    /// When a term ends that starts with something that came in, or is counted on or back from a date.
    ///
    /// Hours are counted outside the pauses, to the second. A business day does not count when the clock stands paused at
    /// its close of office; a calendar day does not when it stands paused as the day begins; and no term ends while
    /// paused. What is counted back from a date, or is the first days of a month, no pause moves. An extension adds its
    /// term after the end of what came before. An open pause that the count runs into gives `StillPaused`: there is no
    /// end yet.
    pub fn due_from(
        &self,
        origin: Origin,
        term: &Term,
        pauses: &[Pause],
        extra: &[Term],
    ) -> Result<Timestamp, CalendarError> {
        let pauses = Pauses::of(pauses);
        let mut at = self.count_from(origin, *term, &pauses)?.at;
        for term in extra {
            at = self.count(at, count::as_extension(*term), &pauses, false)?.at;
        }
        Ok(at)
    }

    /// `due_from` with the reasons.
    pub fn explain_from(
        &self,
        origin: Origin,
        term: &Term,
        pauses: &[Pause],
        extra: &[Term],
    ) -> Result<Due, CalendarError> {
        explain::due(self, origin, *term, &Pauses::of(pauses), extra)
    }

    fn count_from(&self, origin: Origin, term: Term, pauses: &Pauses) -> Result<count::Counted, CalendarError> {
        match origin {
            Origin::Arrival(from) => self.count(from, term, pauses, true),
            Origin::Date(date) => self.count(self.midnight(date)?, term, pauses, false),
        }
    }

    fn midnight(&self, date: Date) -> Result<Timestamp, CalendarError> {
        let number = DayNumber::of(date).ok_or(CalendarError::OutOfRange)?;
        let (year, index) = self.locate(number).ok_or(CalendarError::OutOfRange)?;
        instant(year.start(index))
    }

    /// The number of the local day of an instant; none outside the years the calendar knows.
    fn day_at(&self, at: Timestamp) -> Option<DayNumber> {
        DayNumber::of(self.date_of(at))
    }

    fn locate(&self, number: DayNumber) -> Option<(&Year, usize)> {
        let (year, index) = number.place()?;
        Some((self.year(year), index))
    }

    fn year(&self, year: i16) -> &Year {
        let slot = &self.years[day_number::years_since_first(year)];
        slot.get_or_init(|| Box::new(Year::resolve(&self.rules, &self.zone, year)))
    }

    /// Seconds in which terms run between two instants in order; nothing is open outside the years the calendar knows.
    fn open_seconds(&self, from: i64, to: i64) -> i64 {
        let first = self.year(FIRST_YEAR).begins();
        let last = self.year(LAST_YEAR).ends();
        let (from, to) = (from.clamp(first, last), to.clamp(first, last));
        if from >= to {
            return 0;
        }
        let (low, high) = (self.year_of(from), self.year_of(to));
        let between: i64 = (low..high).map(|year| self.year(year).total()).sum();
        between + self.year(high).seconds_until(to) - self.year(low).seconds_until(from)
    }

    fn year_of(&self, second: i64) -> i16 {
        let local = instant(second).map_or(FIRST_YEAR, |at| self.date_of(at).year());
        local.clamp(FIRST_YEAR, LAST_YEAR)
    }

    /// The last instant after which, until `from`, `amount` seconds of running time pass.
    fn retreat(&self, from: i64, amount: i64) -> Result<i64, CalendarError> {
        let mut number = instant(from).map(|at| self.date_of(at).year())?;
        if !(FIRST_YEAR..=LAST_YEAR).contains(&number) {
            return Err(CalendarError::OutOfRange);
        }
        let mut target = self.year(number).seconds_until(from) - amount;
        while target < 0 {
            number -= 1;
            if number < FIRST_YEAR {
                return Err(CalendarError::OutOfRange);
            }
            target += self.year(number).total();
        }
        Ok(self.year(number).second_at(target + 1) - 1)
    }

    /// The first instant by which `amount` seconds of running time have passed since `from`.
    fn advance(&self, from: i64, amount: i64) -> Result<i64, CalendarError> {
        let first = instant(from).map(|at| self.date_of(at).year())?;
        if !(FIRST_YEAR..=LAST_YEAR).contains(&first) {
            return Err(CalendarError::OutOfRange);
        }
        let mut target = amount + self.year(first).seconds_until(from);
        for number in first..=LAST_YEAR {
            let year = self.year(number);
            if target <= year.total() {
                return Ok(year.second_at(target).max(from));
            }
            target -= year.total();
        }
        Err(CalendarError::OutOfRange)
    }
}

/// The office of one unit, as a calendar of its own.
fn office_rules(rules: &CalendarRules, index: usize) -> CalendarRules {
    let office = &rules.offices[index];
    CalendarRules {
        name: office.name.clone(),
        hours: office.hours.clone(),
        days_off: office.days_off.clone(),
        late_arrival_counts_next_day: rules.late_arrival_counts_next_day,
        offices: Vec::new(),
    }
}

/// Whoever attends at all hours of all days.
fn all_hours() -> CalendarRules {
    let day = OfficeHours {
        weekdays: (1..=7).collect(),
        intervals: vec![Interval { from: 0, to: 1_440 }],
        since: None,
        until: None,
    };
    CalendarRules { name: "Las 24 horas".into(), hours: vec![day], ..CalendarRules::default() }
}

fn instant(second: i64) -> Result<Timestamp, CalendarError> {
    Timestamp::from_second(second).map_err(|_| CalendarError::OutOfRange)
}
