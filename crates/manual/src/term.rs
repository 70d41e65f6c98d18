//! A term as a manual writes it: an amount and a unit of legal time ("3 días hábiles", "72 horas", "2 meses"), counted on
//! from a moment, back from a date ("2 meses antes") or as the first days of a month.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What one unit of a term counts (LOJ art. 45 in Guatemala, LPA art. 82 in El Salvador).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Días hábiles: days on which the office works.
    BusinessDay,
    /// Días calendario.
    CalendarDay,
    /// Horas hábiles: hours in which the office is open.
    BusinessHour,
    /// Horas corridas: all the hours of the day.
    CalendarHour,
    /// Meses, from date to date.
    Month,
}

/// When the counting begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// The day after the notice: the rule for days and months.
    #[default]
    NextDay,
    /// From the moment itself: the rule for hours.
    SameMoment,
}

/// Where the count lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// On from what starts it.
    #[default]
    After,
    /// Back from a date or a moment: "2 meses antes".
    Before,
    /// The first days of the month: "primeros 10 días hábiles del mes". Where they are over, those of the next.
    FirstOfMonth,
    /// The first days of the month after: "primeros 10 días hábiles del mes siguiente".
    FirstOfNextMonth,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Term {
    pub amount: u32,
    pub unit: Unit,
    pub start: Start,
    #[serde(default)]
    pub course: Course,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "«{text}» no es un plazo. Escriba una cantidad y una unidad: «3 días hábiles», «10 días», «8 horas hábiles», «72 horas», «2 meses», «2 meses antes» o «primeros 10 días hábiles del mes siguiente»."
)]
pub struct NotATerm {
    pub text: String,
}

/// The greatest amount a term may have, of any unit.
pub const GREATEST: u32 = 10_000;

impl Term {
    #[must_use]
    pub const fn new(amount: u32, unit: Unit) -> Self {
        let start = match unit {
            Unit::BusinessHour | Unit::CalendarHour => Start::SameMoment,
            Unit::BusinessDay | Unit::CalendarDay | Unit::Month => Start::NextDay,
        };
        Self { amount, unit, start, course: Course::After }
    }

    /// The same amount, counted back.
    #[must_use]
    pub const fn before(self) -> Self {
        Self { course: Course::Before, ..self }
    }

    /// Counted on from what starts it, as an extension or a pause can lengthen it.
    #[must_use]
    pub fn runs_on(&self) -> bool {
        self.course == Course::After
    }
}

impl std::str::FromStr for Term {
    type Err = NotATerm;

    /// Reads "3 días hábiles", "10 días" (business days as well), "10 días calendario", "8 horas hábiles", "72 horas",
    /// "2 meses", any of them with "antes", and "primeros 10 días hábiles del mes (siguiente)".
    fn from_str(text: &str) -> Result<Self, NotATerm> {
        let refused = || NotATerm { text: text.chars().take(80).collect() };
        let words: Vec<String> = text.split_whitespace().map(plain).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (course, words) = match words.as_slice() {
            ["los" | "el", rest @ ..] => first_days(rest).ok_or_else(refused)?,
            ["primeros" | "primer" | "primero", ..] => first_days(&words).ok_or_else(refused)?,
            [rest @ .., "antes"] => (Course::Before, rest.to_vec()),
            all => (Course::After, all.to_vec()),
        };
        let term = counted(&words).ok_or_else(refused)?;
        match (course, term.unit) {
            (Course::FirstOfMonth | Course::FirstOfNextMonth, unit) if unit != Unit::BusinessDay => Err(refused()),
            // No month has more business days.
            (Course::FirstOfMonth | Course::FirstOfNextMonth, _) if term.amount > 20 => Err(refused()),
            _ => Ok(Self { course, ..term }),
        }
    }
}

/// "primeros 10 días hábiles del mes siguiente", "primer día hábil del mes", "10 primeros días …".
fn first_days<'w>(words: &[&'w str]) -> Option<(Course, Vec<&'w str>)> {
    let (course, rest) = match words {
        [rest @ .., "del" | "de", "mes", "siguiente"] => (Course::FirstOfNextMonth, rest),
        [rest @ .., "de", "cada", "mes"] | [rest @ .., "del", "mes"] => (Course::FirstOfMonth, rest),
        _ => return None,
    };
    match rest {
        ["primer", rest @ ..] => Some((course, [&["1"], rest].concat())),
        ["primeros", rest @ ..] => Some((course, rest.to_vec())),
        _ => None,
    }
}

/// An amount and its unit.
fn counted(words: &[&str]) -> Option<Term> {
    let (amount, noun, kind) = match words {
        [amount, noun] => (amount, *noun, None),
        [amount, noun, kind] => (amount, *noun, Some(*kind)),
        _ => return None,
    };
    let unit = match (noun, kind) {
        // Days without more are business days: LOJ art. 45 (Guatemala), LPA art. 82 (El Salvador).
        ("dia" | "dias", None | Some("habil" | "habiles")) => Unit::BusinessDay,
        ("dia" | "dias", Some("calendario" | "corridos" | "corrido" | "naturales")) => Unit::CalendarDay,
        ("hora" | "horas", Some("habil" | "habiles")) => Unit::BusinessHour,
        ("hora" | "horas", None | Some("calendario" | "corridas" | "corrida")) => Unit::CalendarHour,
        ("mes" | "meses", None) => Unit::Month,
        _ => return None,
    };
    let amount: u32 = amount.parse().ok()?;
    (1..=GREATEST).contains(&amount).then(|| Term::new(amount, unit))
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = self.amount == 1;
        let words = match self.unit {
            Unit::BusinessDay if one => "día hábil",
            Unit::BusinessDay => "días hábiles",
            Unit::CalendarDay if one => "día calendario",
            Unit::CalendarDay => "días calendario",
            Unit::BusinessHour if one => "hora hábil",
            Unit::BusinessHour => "horas hábiles",
            Unit::CalendarHour if one => "hora",
            Unit::CalendarHour => "horas",
            Unit::Month if one => "mes",
            Unit::Month => "meses",
        };
        let next = if self.course == Course::FirstOfNextMonth { " siguiente" } else { "" };
        match self.course {
            Course::After => write!(f, "{} {words}", self.amount),
            Course::Before => write!(f, "{} {words} antes", self.amount),
            Course::FirstOfMonth | Course::FirstOfNextMonth if one => write!(f, "primer {words} del mes{next}"),
            Course::FirstOfMonth | Course::FirstOfNextMonth => {
                write!(f, "primeros {} {words} del mes{next}", self.amount)
            }
        }
    }
}

fn plain(word: &str) -> String {
    word.to_lowercase().replace('á', "a").replace('é', "e").replace('í', "i").replace('ó', "o").replace('ú', "u")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_read_and_written_back() {
        for (text, amount, unit) in [
            ("3 días hábiles", 3, Unit::BusinessDay),
            ("1 día hábil", 1, Unit::BusinessDay),
            ("10 días calendario", 10, Unit::CalendarDay),
            ("8 horas hábiles", 8, Unit::BusinessHour),
            ("72 horas", 72, Unit::CalendarHour),
            ("2 meses", 2, Unit::Month),
        ] {
            let term: Term = text.parse().expect(text);
            assert_eq!((term.amount, term.unit), (amount, unit));
            assert_eq!(term.to_string(), text);
        }
        assert_eq!("10 días".parse::<Term>().map(|term| term.unit), Ok(Unit::BusinessDay), "LOJ art. 45");
        assert_eq!("10 DIAS HABILES".parse::<Term>().map(|term| term.to_string()), Ok("10 días hábiles".into()));
    }

    #[test]
    fn terms_count_back_and_into_the_first_days_of_a_month() {
        for (text, amount, course) in [
            ("2 meses antes", 2, Course::Before),
            ("1 día hábil antes", 1, Course::Before),
            ("primeros 10 días hábiles del mes siguiente", 10, Course::FirstOfNextMonth),
            ("primeros 5 días hábiles del mes", 5, Course::FirstOfMonth),
            ("primer día hábil del mes siguiente", 1, Course::FirstOfNextMonth),
        ] {
            let term: Term = text.parse().expect(text);
            assert_eq!((term.amount, term.course), (amount, course), "{text}");
            assert_eq!(term.to_string(), text);
        }
        let cada = "los primeros 10 días hábiles de cada mes".parse::<Term>().map(|term| term.course);
        assert_eq!(cada, Ok(Course::FirstOfMonth));
        for text in [
            "primeros 10 meses del mes",
            "primeros 10 días hábiles",
            "primeros 21 días del mes",
            "antes",
            "primeros 3 horas del mes siguiente",
        ] {
            assert!(text.parse::<Term>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_term_says_what_to_write() {
        for text in
            ["", "tres días", "3", "0 días", "3 lunas", "3 días hábiles y medio", "99999999999 días", "10001 días"]
        {
            let refusal = text.parse::<Term>().expect_err(text);
            assert!(refusal.to_string().contains("3 días hábiles"), "{refusal}");
        }
    }
}
