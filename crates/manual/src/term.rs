//! A term as a manual writes it: an amount and a unit of legal time ("3 días hábiles", "72 horas", "2 meses").

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Term {
    pub amount: u32,
    pub unit: Unit,
    pub start: Start,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "«{text}» no es un plazo. Escriba una cantidad y una unidad: «3 días hábiles», «10 días», «8 horas hábiles», «72 horas», «2 meses»."
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
        Self { amount, unit, start }
    }
}

impl std::str::FromStr for Term {
    type Err = NotATerm;

    /// Reads "3 días hábiles", "10 días" (business days as well), "10 días calendario", "8 horas hábiles", "72 horas", "2 meses".
    fn from_str(text: &str) -> Result<Self, NotATerm> {
        let refused = || NotATerm { text: text.chars().take(80).collect() };
        let mut words = text.split_whitespace();
        let amount: u32 = words.next().and_then(|word| word.parse().ok()).ok_or_else(refused)?;
        let noun = words.next().map(plain).ok_or_else(refused)?;
        let kind = words.next().map(plain);
        let unit = match (noun.as_str(), kind.as_deref()) {
            // Days without more are business days: LOJ art. 45 (Guatemala), LPA art. 82 (El Salvador).
            ("dia" | "dias", None | Some("habil" | "habiles")) => Unit::BusinessDay,
            ("dia" | "dias", Some("calendario" | "corridos" | "corrido" | "naturales")) => Unit::CalendarDay,
            ("hora" | "horas", Some("habil" | "habiles")) => Unit::BusinessHour,
            ("hora" | "horas", None | Some("calendario" | "corridas" | "corrida")) => Unit::CalendarHour,
            ("mes" | "meses", None) => Unit::Month,
            _ => return Err(refused()),
        };
        if words.next().is_some() || amount == 0 || amount > GREATEST {
            return Err(refused());
        }
        Ok(Self::new(amount, unit))
    }
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
        write!(f, "{} {words}", self.amount)
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
    fn what_is_not_a_term_says_what_to_write() {
        for text in
            ["", "tres días", "3", "0 días", "3 lunas", "3 días hábiles y medio", "99999999999 días", "10001 días"]
        {
            let refusal = text.parse::<Term>().expect_err(text);
            assert!(refusal.to_string().contains("3 días hábiles"), "{refusal}");
        }
    }
}
