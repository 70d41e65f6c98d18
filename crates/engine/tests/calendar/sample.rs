//! Calendars and short ways of writing days and moments for these tests.

use engine::calendar::Calendar;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use manual::{
    calendar_rules::{CalendarRules, DayOff, DayOffKind, Interval, OfficeHours, Transfer, When},
    organization::Country,
    term::Term,
};

pub const EIGHT_TO_FOUR: &[(u16, u16)] = &[(480, 960)];

pub fn off(name: &str, when: When) -> DayOff {
    DayOff {
        name: name.into(),
        when,
        hours: None,
        kind: DayOffKind::Holiday,
        closes_office: true,
        stops_deadlines: true,
        source: None,
        published: None,
        since: None,
        until: None,
        office: None,
    }
}

pub fn yearly(name: &str, month: i8, day: i8) -> DayOff {
    off(name, When::Fixed { month, day, transfer: Transfer::None })
}

pub fn once(name: &str, date: &str) -> DayOff {
    DayOff { kind: DayOffKind::Decreed, ..off(name, When::Once { date: date.parse().expect("a date") }) }
}

pub fn from_noon(rule: DayOff) -> DayOff {
    DayOff { hours: Some(Interval { from: 720, to: 1_440 }), kind: DayOffKind::ShortDay, ..rule }
}

fn during(rule: DayOff, since: Option<&str>, until: Option<&str>) -> DayOff {
    let date = |text: &str| text.parse::<Date>().expect("a date");
    DayOff { since: since.map(date), until: until.map(date), ..rule }
}

fn moved(name: &str, month: i8, day: i8) -> DayOff {
    off(name, When::Fixed { month, day, transfer: Transfer::NearestMonday })
}

pub fn weekdays(intervals: &[(u16, u16)]) -> Vec<OfficeHours> {
    vec![hours(&[1, 2, 3, 4, 5], intervals)]
}

pub fn hours(weekdays: &[u8], intervals: &[(u16, u16)]) -> OfficeHours {
    OfficeHours {
        weekdays: weekdays.to_vec(),
        intervals: intervals.iter().map(|&(from, to)| Interval { from, to }).collect(),
        since: None,
        until: None,
    }
}

pub fn rules(hours: Vec<OfficeHours>, days_off: Vec<DayOff>) -> CalendarRules {
    CalendarRules { name: "Prueba".into(), hours, days_off, late_arrival_counts_next_day: true, offices: Vec::new() }
}

/// The public sector of Guatemala, an office in Guatemala City.
pub fn guatemala_rules() -> CalendarRules {
    rules(
        weekdays(EIGHT_TO_FOUR),
        vec![
            yearly("Año Nuevo", 1, 1),
            off("Jueves, Viernes y Sábado Santo", When::Easter { from: -3, to: -1 }),
            during(yearly("Día del Trabajo", 5, 1), None, Some("2018-12-31")),
            during(moved("Día del Trabajo", 5, 1), Some("2019-01-01"), Some("2019-12-31")),
            during(yearly("Día del Trabajo", 5, 1), Some("2020-01-01"), None),
            during(yearly("Día del Ejército", 6, 30), None, Some("2018-10-17")),
            during(moved("Día del Ejército", 6, 30), Some("2018-10-18"), None),
            yearly("Virgen de la Asunción", 8, 15),
            DayOff { source: Some("Decreto 1748".into()), ..yearly("Día de la Independencia", 9, 15) },
            during(moved("Día de la Revolución de 1944", 10, 20), Some("2018-01-01"), Some("2019-12-31")),
            during(yearly("Día de la Revolución de 1944", 10, 20), Some("2020-01-01"), None),
            yearly("Día de Todos los Santos", 11, 1),
            from_noon(yearly("Nochebuena", 12, 24)),
            yearly("Navidad", 12, 25),
            from_noon(yearly("Fin de año", 12, 31)),
        ],
    )
}

/// A municipality of El Salvador: Usulután.
pub fn usulutan_rules() -> CalendarRules {
    let vacation = |name, when| DayOff { kind: DayOffKind::Vacation, ..off(name, when) };
    let span = |from_month, from_day, to_month, to_day| When::Span { from_month, from_day, to_month, to_day };
    rules(
        weekdays(EIGHT_TO_FOUR),
        vec![
            vacation("Vacación de Semana Santa", When::Easter { from: -8, to: -1 }),
            vacation("Vacación de agosto", span(8, 1, 8, 6)),
            vacation("Vacación de fin de año", span(12, 24, 1, 2)),
            yearly("Día del Trabajo", 5, 1),
            yearly("Día de la Madre", 5, 10),
            yearly("Día del Padre", 6, 17),
            yearly("Día de la Independencia", 9, 15),
            yearly("Día de los Difuntos", 11, 2),
            DayOff { kind: DayOffKind::LocalHoliday, ..yearly("Santa Catarina de Alejandría", 11, 25) },
        ],
    )
}

pub fn guatemala() -> Calendar {
    guatemala_with(&[])
}

pub fn guatemala_with(decreed: &[DayOff]) -> Calendar {
    Calendar::new(&guatemala_rules(), decreed, Country::Guatemala, "America/Guatemala", 1).expect("a calendar")
}

pub fn usulutan() -> Calendar {
    Calendar::new(&usulutan_rules(), &[], Country::ElSalvador, "America/El_Salvador", 1).expect("a calendar")
}

pub fn of(rules: &CalendarRules, country: Country) -> Calendar {
    Calendar::new(rules, &[], country, "America/Guatemala", 1).expect("a calendar")
}

pub fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// "2026-09-11T10:00", local time.
pub fn at(text: &str) -> Timestamp {
    let wall: jiff::civil::DateTime = text.parse().expect("a date and hour");
    TimeZone::get("America/Guatemala").expect("a zone").to_timestamp(wall).expect("in range")
}

pub fn term(text: &str) -> Term {
    text.parse().expect("a term")
}

/// The local date and hour of the end: "2026-09-17T16:00:00".
pub fn due(calendar: &Calendar, from: &str, length: &str) -> String {
    let found = calendar.due(at(from), &term(length)).expect("an end");
    assert_eq!(calendar.due_at(at(from), &term(length)), Ok(found.at), "both ways give the same");
    local(calendar, found.at)
}

pub fn local(calendar: &Calendar, at: Timestamp) -> String {
    calendar.time_zone().to_datetime(at).to_string()
}
