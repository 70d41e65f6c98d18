//! Counting a term: the one place where the laws' rules for days, months and hours are applied.

use super::{Calendar, CalendarError, day_number::DayNumber, instant, pauses::Pauses};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use manual::{
    organization::Country,
    term::{Course, GREATEST, Start, Term, Unit},
};

/// A term counted: its end, and what an explanation needs to walk the days again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub at: Timestamp,
    /// What is really counted: in El Salvador every hour is a business hour.
    pub unit: Unit,
    /// When what started the term counts as arrived.
    pub arrived: Timestamp,
    /// The first day looked at.
    pub first: DayNumber,
    /// The last day the count itself reaches.
    pub nominal: DayNumber,
    /// The last day looked at: later than `nominal` where the law moves the end.
    pub last: DayNumber,
    /// The day on which it ends: the last one, or the first where it is counted back.
    pub end: DayNumber,
}

/// An extension starts where the term before it ended: its first day is always the day after.
pub(super) fn as_extension(term: Term) -> Term {
    match term.unit {
        Unit::BusinessDay | Unit::CalendarDay | Unit::Month => Term { start: Start::NextDay, ..term },
        Unit::BusinessHour | Unit::CalendarHour => term,
    }
}

impl Calendar {
    /// `fresh`: the term starts with something that came in, so that the late-arrival rule bears on it.
    pub(super) fn count(
        &self,
        from: Timestamp,
        term: Term,
        pauses: &Pauses,
        fresh: bool,
    ) -> Result<Counted, CalendarError> {
        if term.amount > GREATEST {
            return Err(CalendarError::TooLong);
        }
        let today = self.day_at(from).ok_or(CalendarError::OutOfRange)?;
        if term.amount == 0 {
            return Ok(Counted {
                at: from,
                unit: term.unit,
                arrived: from,
                first: today,
                nominal: today,
                last: today,
                end: today,
            });
        }
        match term.course {
            Course::After => {}
            Course::Before => return self.back(from, today, term),
            Course::FirstOfMonth | Course::FirstOfNextMonth => return self.first_days(from, today, term),
        }
        match (term.unit, self.country) {
            (Unit::BusinessHour, _) | (Unit::CalendarHour, Country::ElSalvador) => {
                self.business_hours(from, today, term, pauses)
            }
            (Unit::CalendarHour, Country::Guatemala) => self.calendar_hours(from, today, term, pauses),
            (Unit::BusinessDay | Unit::CalendarDay | Unit::Month, _) => {
                let arrived = if fresh { self.effective_arrival(from)? } else { from };
                let first = self.first_day(arrived, term)?;
                if term.unit == Unit::BusinessDay {
                    self.business_days(arrived, first, term.amount, pauses)
                } else {
                    self.calendar_days(arrived, first, term, pauses)
                }
            }
        }
    }

    /// The first business days of the month, or of the month after; where those of the month are over, of the month after.
    fn first_days(&self, from: Timestamp, today: DayNumber, term: Term) -> Result<Counted, CalendarError> {
        let date = today.date().ok_or(CalendarError::OutOfRange)?;
        let next = date.last_of_month().tomorrow().map_err(|_| CalendarError::OutOfRange)?;
        let of_month = |first: Date| {
            let first = DayNumber::of(first).ok_or(CalendarError::OutOfRange)?;
            self.business_days(from, first, term.amount, &Pauses::none())
        };
        if term.course == Course::FirstOfMonth {
            let counted = of_month(date.first_of_month())?;
            if counted.at >= from {
                return Ok(counted);
            }
        }
        of_month(next)
    }

    /// Counted back: the last moment that is still that long before. Days and months end at a close of office; where that
    /// day has none, at the one before, because what is due before a date may not come after it.
    fn back(&self, from: Timestamp, today: DayNumber, term: Term) -> Result<Counted, CalendarError> {
        let hours = i64::from(term.amount);
        let date = today.date().ok_or(CalendarError::OutOfRange)?;
        let out = |_| CalendarError::OutOfRange;
        let nominal = match (term.unit, self.country) {
            (Unit::BusinessHour, _) | (Unit::CalendarHour, Country::ElSalvador) => {
                return self.ended_back(
                    instant(self.retreat(from.as_second(), hours * 3_600)?)?,
                    from,
                    today,
                    term.unit,
                );
            }
            (Unit::CalendarHour, Country::Guatemala) => {
                let at = from.checked_sub(SignedDuration::from_hours(hours)).map_err(out)?;
                return self.ended_back(at, from, today, term.unit);
            }
            (Unit::BusinessDay, _) => {
                let (mut left, mut day) = (term.amount, today);
                while left > 0 {
                    day = day.plus(-1);
                    let (year, index) = self.locate(day).ok_or(CalendarError::OutOfRange)?;
                    left -= u32::from(year.pattern(index).counts);
                }
                day
            }
            (Unit::CalendarDay, _) => today.plus(-i32::try_from(term.amount).map_err(|_| CalendarError::TooLong)?),
            (Unit::Month, _) => {
                let months = i32::try_from(term.amount).map_err(|_| CalendarError::TooLong)?.months();
                DayNumber::of(date.checked_sub(months).map_err(out)?).ok_or(CalendarError::OutOfRange)?
            }
        };
        let mut day = nominal;
        while let Some((year, index)) = self.locate(day) {
            if !year.pattern(index).clock.is_empty() {
                let at = self.end_of(day)?;
                let last = today.plus(-1);
                return Ok(Counted { at, unit: term.unit, arrived: from, first: day, nominal, last, end: day });
            }
            day = day.plus(-1);
        }
        Err(CalendarError::NoOpenDay)
    }

    fn ended_back(
        &self,
        at: Timestamp,
        from: Timestamp,
        today: DayNumber,
        unit: Unit,
    ) -> Result<Counted, CalendarError> {
        let day = self.day_at(at).ok_or(CalendarError::OutOfRange)?;
        Ok(Counted { at, unit, arrived: from, first: day, nominal: day, last: today, end: day })
    }

    /// The first day that can count: the day after, or the day itself while its office hours are not over.
    fn first_day(&self, arrived: Timestamp, term: Term) -> Result<DayNumber, CalendarError> {
        let today = self.day_at(arrived).ok_or(CalendarError::OutOfRange)?;
        let over = term.start == Start::NextDay || self.end_of(today)? < arrived;
        Ok(if over { today.next() } else { today })
    }

    fn business_days(
        &self,
        arrived: Timestamp,
        first: DayNumber,
        amount: u32,
        pauses: &Pauses,
    ) -> Result<Counted, CalendarError> {
        let (mut counted, mut nominal, mut can_end) = (0, None, false);
        let mut day = first;
        while let Some((year, index)) = self.locate(day) {
            let pattern = year.pattern(index);
            if pattern.counts && !self.passes_over(day, Unit::BusinessDay, arrived, pauses)? {
                counted += 1;
                if counted == amount {
                    nominal = Some(day);
                }
                if !pattern.clock.is_empty() {
                    can_end = true;
                    if let Some(nominal) = nominal {
                        let at = self.end_of(day)?;
                        return Ok(Counted {
                            at,
                            unit: Unit::BusinessDay,
                            arrived,
                            first,
                            nominal,
                            last: day,
                            end: day,
                        });
                    }
                }
            }
            day = day.next();
        }
        Err(if can_end { CalendarError::OutOfRange } else { CalendarError::NoOpenDay })
    }

    /// Calendar days; and months, which are as many calendar days as the Gregorian calendar gives them.
    fn calendar_days(
        &self,
        arrived: Timestamp,
        first: DayNumber,
        term: Term,
        pauses: &Pauses,
    ) -> Result<Counted, CalendarError> {
        let days = match term.unit {
            Unit::Month => self.month_end(arrived, first, term.amount)?.since(first) + 1,
            _ => i32::try_from(term.amount).map_err(|_| CalendarError::TooLong)?,
        };
        let mut nominal = first.plus(days - 1);
        if !pauses.is_empty() {
            let mut counted = 0;
            let mut day = first;
            while counted < days {
                if !self.passes_over(day, term.unit, arrived, pauses)? {
                    counted += 1;
                    nominal = day;
                }
                day = day.next();
            }
        }
        let (at, last) = self.landing(nominal, pauses)?;
        Ok(Counted { at, unit: term.unit, arrived, first, nominal, last, end: last })
    }

    /// The first instant from a day on at which a term in calendar days or months can end: never while it is paused, and
    /// in El Salvador only at a close of office.
    fn landing(&self, nominal: DayNumber, pauses: &Pauses) -> Result<(Timestamp, DayNumber), CalendarError> {
        let mut day = nominal;
        while let Some((year, index)) = self.locate(day) {
            let close = self.end_of(day)?;
            if !year.pattern(index).clock.is_empty() && !pauses.cover(close)? {
                return Ok((close, day));
            }
            let midnight = instant(year.finish(index) - 1)?;
            if self.country == Country::Guatemala && !pauses.cover(midnight)? {
                return Ok((midnight, day));
            }
            day = day.next();
        }
        Err(CalendarError::NoOpenDay)
    }

    /// The last day of a term in months. Guatemala: the eve of the date on which the count began, or the end of the month
    /// that lacks the date. El Salvador: the date of the notice itself, or the end of the month that lacks it.
    fn month_end(&self, arrived: Timestamp, first: DayNumber, months: u32) -> Result<DayNumber, CalendarError> {
        let after = |date: Date| {
            let span = i32::try_from(months).map_err(|_| CalendarError::TooLong)?.months();
            date.checked_add(span).map_err(|_| CalendarError::OutOfRange)
        };
        let end = match self.country {
            Country::ElSalvador => after(self.date_of(arrived))?,
            Country::Guatemala => {
                let began = first.date().ok_or(CalendarError::OutOfRange)?;
                let same = after(began)?;
                if same.day() < began.day() { same } else { same.yesterday().map_err(|_| CalendarError::OutOfRange)? }
            }
        };
        DayNumber::of(end).ok_or(CalendarError::OutOfRange)
    }

    /// Whole seconds of running time; a fraction of the starting second is dropped.
    fn business_hours(
        &self,
        from: Timestamp,
        today: DayNumber,
        term: Term,
        pauses: &Pauses,
    ) -> Result<Counted, CalendarError> {
        let (began, first) = self.first_instant(from, today, term.start)?;
        let mut left = i64::from(term.amount) * 3_600;
        let mut at = began.as_second();
        for (pause, resumed) in pauses.iter() {
            // A pause takes the whole of the second in which it begins, so that a pause never brings the end nearer.
            let pause_second = pause.as_second();
            if pause_second > at {
                let running = self.open_seconds(at, pause_second);
                if left <= running {
                    break;
                }
                left -= running;
            }
            let Some(resumed) = resumed else {
                return Err(CalendarError::StillPaused { since: *pause });
            };
            at = at.max(resumed.as_second());
        }
        let end = self
            .advance(at, left)
            .map_err(|error| if self.opens_after(at) { error } else { CalendarError::NoOpenDay })?;
        let at = instant(end)?;
        let last = self.day_at(at).ok_or(CalendarError::OutOfRange)?;
        Ok(Counted { at, unit: Unit::BusinessHour, arrived: from, first, nominal: last, last, end: last })
    }

    fn opens_after(&self, second: i64) -> bool {
        self.advance(second, 1).is_ok()
    }

    /// All the hours of the day (LOJ, article 45).
    fn calendar_hours(
        &self,
        from: Timestamp,
        today: DayNumber,
        term: Term,
        pauses: &Pauses,
    ) -> Result<Counted, CalendarError> {
        let (began, first) = self.first_instant(from, today, term.start)?;
        let mut left = SignedDuration::from_hours(i64::from(term.amount));
        let mut at = began;
        for (pause, resumed) in pauses.iter() {
            let running = at.duration_until(*pause);
            if running >= left {
                break;
            }
            left -= running.max(SignedDuration::ZERO);
            let Some(resumed) = resumed else {
                return Err(CalendarError::StillPaused { since: *pause });
            };
            at = at.max(*resumed);
        }
        let at = at.checked_add(left).map_err(|_| CalendarError::OutOfRange)?;
        let last = self.day_at(at).ok_or(CalendarError::OutOfRange)?;
        Ok(Counted { at, unit: Unit::CalendarHour, arrived: from, first, nominal: last, last, end: last })
    }

    fn first_instant(
        &self,
        from: Timestamp,
        today: DayNumber,
        start: Start,
    ) -> Result<(Timestamp, DayNumber), CalendarError> {
        match start {
            Start::SameMoment => Ok((from, today)),
            Start::NextDay => {
                let tomorrow = today.next();
                let (year, index) = self.locate(tomorrow).ok_or(CalendarError::OutOfRange)?;
                Ok((instant(year.start(index))?, tomorrow))
            }
        }
    }

    fn begin_of(&self, day: DayNumber) -> Result<Timestamp, CalendarError> {
        let (year, index) = self.locate(day).ok_or(CalendarError::OutOfRange)?;
        instant(year.start(index))
    }

    /// Whether a term paused like this passes over a day that could count: a business day by how its office hours end, a
    /// calendar day by how it begins. Neither looks past the moment at which the term could end that day.
    pub(super) fn passes_over(
        &self,
        day: DayNumber,
        unit: Unit,
        arrived: Timestamp,
        pauses: &Pauses,
    ) -> Result<bool, CalendarError> {
        if pauses.is_empty() {
            return Ok(false);
        }
        pauses.cover(if unit == Unit::BusinessDay { self.end_of(day)? } else { self.begin_of(day)?.max(arrived) })
    }

    /// The last instant of a day on which a term can end: the close of office, or 23:59:59 where it has no hours (or closes
    /// at midnight).
    pub(super) fn end_of(&self, day: DayNumber) -> Result<Timestamp, CalendarError> {
        let (year, index) = self.locate(day).ok_or(CalendarError::OutOfRange)?;
        let close = year.pattern(index).clock.last().map(|span| year.start(index) + i64::from(span.to));
        instant(close.unwrap_or(i64::MAX).min(year.finish(index) - 1))
    }
}
