//! Dates, hours, weekdays and rules of a calendar as they are written in Spanish; the pages say them in these words too.

use jiff::civil::{Date, DateTime};
use manual::calendar_rules::{DayOffKind, Interval, Transfer, When};

const WEEKDAYS: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];
const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

#[must_use]
pub fn weekday(date: Date) -> &'static str {
    WEEKDAYS[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())]
}

/// "11/09/2026".
#[must_use]
pub fn numeric(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// "viernes 11/09/2026".
#[must_use]
pub fn long(date: Date) -> String {
    format!("{} {}", weekday(date), numeric(date))
}

/// "10:00".
#[must_use]
pub fn hour(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// "viernes 11/09/2026 a las 10:00".
#[must_use]
pub fn moment(at: DateTime) -> String {
    format!("{} a las {}", long(at.date()), hour(at))
}

/// "septiembre", for 9.
#[must_use]
pub fn month(month: i8) -> &'static str {
    usize::from(month.unsigned_abs()).checked_sub(1).and_then(|place| MONTHS.get(place)).copied().unwrap_or("")
}

/// "08:00 a 16:00".
#[must_use]
pub fn interval(interval: Interval) -> String {
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    format!("{} a {}", clock(interval.from), clock(interval.to))
}

/// "de lunes a viernes", "lunes, miércoles"; 1 is Monday.
#[must_use]
pub fn weekdays(days: &[u8]) -> String {
    let name = |day: u8| WEEKDAYS.get(usize::from(day).wrapping_sub(1)).copied().unwrap_or_default();
    match days {
        [first, .., last] if usize::from(last.saturating_sub(*first)) + 1 == days.len() => {
            format!("de {} a {}", name(*first), name(*last))
        }
        _ => days.iter().map(|day| name(*day)).collect::<Vec<_>>().join(", "),
    }
}

/// A rule for days off: "cada 15 de septiembre", "según la Semana Santa".
#[must_use]
pub fn rule(when: &When) -> String {
    match when {
        When::Fixed { month: of, day, transfer: Transfer::None } => format!("cada {day} de {}", month(*of)),
        When::Fixed { month: of, day, transfer: Transfer::NearestMonday } => {
            format!("cada {day} de {}, trasladado al lunes", month(*of))
        }
        When::Easter { .. } => "según la Semana Santa".into(),
        When::Span { from_month, from_day, to_month, to_day } => {
            format!("del {from_day} de {} al {to_day} de {}", month(*from_month), month(*to_month))
        }
        When::Once { .. } => "una sola vez".into(),
    }
}

#[must_use]
pub const fn kind(kind: DayOffKind) -> &'static str {
    match kind {
        DayOffKind::Holiday => "asueto",
        DayOffKind::Vacation => "vacaciones",
        DayOffKind::Decreed => "decretado",
        DayOffKind::LocalHoliday => "feriado local",
        DayOffKind::ShortDay => "horario reducido",
        DayOffKind::Recovered => "se repone",
    }
}

/// The first letter in capital, to open a sentence.
#[must_use]
pub fn opening(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_hours_are_said_in_words() {
        assert_eq!(interval(Interval { from: 480, to: 960 }), "08:00 a 16:00");
        assert_eq!(weekdays(&[1, 2, 3, 4, 5]), "de lunes a viernes");
        assert_eq!(weekdays(&[1, 3]), "lunes, miércoles");
        assert_eq!(rule(&When::Fixed { month: 9, day: 15, transfer: Transfer::None }), "cada 15 de septiembre");
        assert_eq!((month(12), month(0), month(13)), ("diciembre", "", ""));
    }
}
