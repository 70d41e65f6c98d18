//! The period a report is asked for: two days in its address; without them the present month.

use engine::answers::read_date;
use jiff::civil::Date;
use serde::Deserialize;
use store::reports::Period;

/// The longest period of one report, in days.
pub const LONGEST: i32 = 366;

/// The query of a report's address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// From this day on.
    pub del: String,
    /// Up to this day.
    pub al: String,
    /// Where the page begins.
    pub desde: String,
}

/// What is wrong with the period, and at which of its two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub field: &'static str,
    pub text: &'static str,
}

impl Asked {
    /// # Errors
    /// Days that are none, the later before the earlier, or too many between them.
    pub fn period(&self, today: Date) -> Result<Period, Wrong> {
        let wrong = |field, text| Err(Wrong { field, text });
        if self.del.trim().is_empty() && self.al.trim().is_empty() {
            return Ok(month_of(today));
        }
        let Some(from) = read_date(&self.del) else { return wrong("del", "Escriba el primer día como dd/mm/aaaa.") };
        let Some(to) = read_date(&self.al) else { return wrong("al", "Escriba el último día como dd/mm/aaaa.") };
        judge(Period { from, to })
    }

    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        Some(self.desde.as_str()).filter(|text| !text.is_empty())
    }
}

/// # Errors
/// The later day before the earlier, or too many between them.
pub fn judge(period: Period) -> Result<Period, Wrong> {
    let days = period.to.since(period.from).map_or(i32::MAX, |span| span.get_days());
    match days {
        ..0 => Err(Wrong { field: "al", text: "El último día es anterior al primero." }),
        0..LONGEST => Ok(period),
        _ => Err(Wrong { field: "al", text: "Un informe abarca hasta un año: elija un día más cercano." }),
    }
}

#[must_use]
pub fn month_of(day: Date) -> Period {
    Period { from: day.first_of_month(), to: day.last_of_month() }
}

/// The month before and the one after the first day of a period.
#[must_use]
pub fn neighbours(period: Period) -> [Option<Period>; 2] {
    let first = period.from.first_of_month();
    [first.yesterday().ok().map(month_of), first.last_of_month().tomorrow().ok().map(month_of)]
}

/// The address of a page or file of this period.
#[must_use]
pub fn address(path: &str, period: Period, from: Option<&str>) -> String {
    let page = from.map_or_else(String::new, |from| format!("&desde={from}"));
    format!("{path}?del={}&al={}{page}", period.from, period.to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn asked(del: &str, al: &str) -> Result<Period, Wrong> {
        Asked { del: del.into(), al: al.into(), desde: String::new() }.period(date(2028, 2, 10))
    }

    #[test]
    fn a_report_is_of_the_month_until_another_period_is_asked_for() {
        assert_eq!(asked("", " "), Ok(Period { from: date(2028, 2, 1), to: date(2028, 2, 29) }));
        let given = Period { from: date(2027, 12, 31), to: date(2028, 1, 2) };
        assert_eq!(asked("31/12/2027", "2028-01-02"), Ok(given));
        let [before, after] = neighbours(given);
        assert_eq!(before, Some(month_of(date(2027, 11, 5))));
        assert_eq!(after, Some(month_of(date(2028, 1, 5))));
    }

    #[test]
    fn a_period_that_is_none_is_told_at_its_field() {
        for (del, al, field) in [
            ("", "2028-01-01", "del"),
            ("2028-01-01", "", "al"),
            ("32/01/2028", "2028-01-01", "del"),
            ("2028-01-02", "2028-01-01", "al"),
            ("2027-01-01", "2028-01-02", "al"),
        ] {
            assert_eq!(asked(del, al).map_err(|wrong| wrong.field), Err(field), "{del} {al}");
        }
        assert!(asked("2028-01-01", "2028-12-31").is_ok(), "a leap year");
    }
}
