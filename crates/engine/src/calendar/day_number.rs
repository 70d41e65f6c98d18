//! Days by number, so that going from a day to the next is an addition and finding its year a division.

use jiff::civil::Date;

/// The calendar knows the years from this one; before, the zones did not yet keep whole minutes everywhere.
pub const FIRST_YEAR: i16 = 1950;
/// … to this one.
pub const LAST_YEAR: i16 = 2199;

/// Days since 1 January of `FIRST_YEAR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DayNumber(i32);

impl DayNumber {
    pub fn of(date: Date) -> Option<Self> {
        let known = (FIRST_YEAR..=LAST_YEAR).contains(&date.year());
        known.then(|| Self(days_before(i32::from(date.year())) + i32::from(date.day_of_year()) - 1))
    }

    /// The year, and the index of the day in it.
    pub fn place(self) -> Option<(i16, usize)> {
        if self.0 < 0 {
            return None;
        }
        // 146,097 days make 400 years; the estimate is off by one year at most.
        let mut year = i32::from(FIRST_YEAR) + self.0 * 40 / 14_610;
        if days_before(year) > self.0 {
            year -= 1;
        } else if days_before(year + 1) <= self.0 {
            year += 1;
        }
        let index = usize::try_from(self.0 - days_before(year)).ok()?;
        let year = i16::try_from(year).ok()?;
        (year <= LAST_YEAR).then_some((year, index))
    }

    pub fn date(self) -> Option<Date> {
        let (year, index) = self.place()?;
        let first = Date::new(year, 1, 1).ok()?;
        first.with().day_of_year(i16::try_from(index).ok()? + 1).build().ok()
    }

    /// 1 = Monday … 7 = Sunday. 1 January 1950 was a Sunday.
    pub fn weekday(self) -> u8 {
        u8::try_from((self.0 + 6).rem_euclid(7) + 1).unwrap_or(7)
    }

    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    pub const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    pub const fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
}

pub(super) fn years_since_first(year: i16) -> usize {
    usize::try_from(year - FIRST_YEAR).unwrap_or(0)
}

const fn days_before(year: i32) -> i32 {
    365 * (year - FIRST_YEAR as i32) + leap_days_before(year) - leap_days_before(FIRST_YEAR as i32)
}

const fn leap_days_before(year: i32) -> i32 {
    let past = year - 1;
    past / 4 - past / 100 + past / 400
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    #[test]
    fn every_day_of_the_range_has_its_number_and_its_weekday() {
        let mut date = Date::constant(FIRST_YEAR, 1, 1);
        let mut expected = 0;
        while date.year() <= LAST_YEAR {
            let number = DayNumber::of(date).expect("in range");
            assert_eq!(number, DayNumber(expected));
            assert_eq!(number.date(), Some(date));
            assert_eq!(i8::try_from(number.weekday()), Ok(date.weekday().to_monday_one_offset()));
            assert_eq!(number.place().map(|(year, _)| year), Some(date.year()));
            expected += 1;
            date = date.checked_add(1.day()).expect("a next day");
        }
        assert_eq!(DayNumber(expected).place(), None);
        assert_eq!(DayNumber(-1).place(), None);
        assert_eq!(DayNumber::of(date), None);
    }
}
