//! Which days count: Easter, moved holidays, vacations, half days, and the national days of another source.

use crate::sample::{
    EIGHT_TO_FOUR, at, date, from_noon, guatemala, guatemala_rules, guatemala_with, hours, of, off, once, rules,
    usulutan, weekdays, yearly,
};
use engine::calendar::{Calendar, CalendarError};
use jiff::{ToSpan, civil::Date};
use manual::{
    calendar_rules::{DayOff, DayOffKind, Interval, Transfer, When},
    organization::Country,
};

fn all_days(year: i16) -> impl Iterator<Item = Date> {
    Date::constant(year, 1, 1).series(1.day()).take_while(move |date| date.year() == year)
}

fn days_called(calendar: &Calendar, year: i16, name: &str) -> Vec<Date> {
    all_days(year).filter(|date| calendar.day(*date).off.iter().any(|off| &*off.name == name)).collect()
}

#[test]
fn easter_week_and_army_day_fall_where_the_table_has_them() {
    let (guatemala, usulutan) = (guatemala(), usulutan());
    for (year, thursday, army, (vacation_from, vacation_to)) in [
        (2025, "2025-04-17", "2025-06-30", ("2025-04-12", "2025-04-19")),
        (2026, "2026-04-02", "2026-06-29", ("2026-03-28", "2026-04-04")),
        (2027, "2027-03-25", "2027-06-28", ("2027-03-20", "2027-03-27")),
        (2028, "2028-04-13", "2028-07-03", ("2028-04-08", "2028-04-15")),
        (2029, "2029-03-29", "2029-07-02", ("2029-03-24", "2029-03-31")),
        (2030, "2030-04-18", "2030-07-01", ("2030-04-13", "2030-04-20")),
        (2031, "2031-04-10", "2031-06-30", ("2031-04-05", "2031-04-12")),
        (2032, "2032-03-25", "2032-06-28", ("2032-03-20", "2032-03-27")),
    ] {
        let holy = days_called(&guatemala, year, "Jueves, Viernes y Sábado Santo");
        assert_eq!((holy.len(), holy.first()), (3, Some(&date(thursday))));
        assert_eq!(days_called(&guatemala, year, "Día del Ejército"), [date(army)]);
        let week = days_called(&usulutan, year, "Vacación de Semana Santa");
        assert_eq!((week.len(), week.first(), week.last()), (8, Some(&date(vacation_from)), Some(&date(vacation_to))));
    }
}

/// The package has no half days (24 and 31 December), no decreed days and no fiesta but that of the capital: ours are
/// compared by whole days off, with 15 August in both because this office is in Guatemala City.
#[test]
fn whole_days_off_agree_with_another_source_from_2018_to_2035() {
    let calendar = guatemala();
    let mut years = 0;
    for line in include_str!("national_days.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let year: i16 = words.next().and_then(|year| year.parse().ok()).expect("a year");
        let theirs: Vec<Date> = words.map(|day| date(&format!("{year}-{day}"))).collect();
        let ours: Vec<Date> =
            all_days(year).filter(|day| calendar.day(*day).off.iter().any(|off| off.hours.is_none())).collect();
        assert_eq!(ours, theirs, "{year}");
        years += 1;
    }
    assert_eq!(years, 18);
}

#[test]
fn both_regimes_of_the_moved_holidays() {
    let calendar = guatemala();
    assert_eq!(days_called(&calendar, 2018, "Día del Ejército"), [date("2018-06-30")], "before the law");
    assert_eq!(days_called(&calendar, 2018, "Día de la Revolución de 1944"), [date("2018-10-22")]);
    assert_eq!(days_called(&calendar, 2019, "Día del Trabajo"), [date("2019-04-29")]);
    assert_eq!(days_called(&calendar, 2020, "Día del Trabajo"), [date("2020-05-01")]);
    assert_eq!(days_called(&calendar, 2020, "Día de la Revolución de 1944"), [date("2020-10-20")]);
}

#[test]
fn a_holiday_moved_out_of_its_year_is_found_in_the_other() {
    let moved = off("Año Nuevo", When::Fixed { month: 1, day: 1, transfer: Transfer::NearestMonday });
    let calendar = of(&rules(weekdays(EIGHT_TO_FOUR), vec![moved]), Country::Guatemala);
    assert_eq!(
        days_called(&calendar, 2018, "Año Nuevo"),
        [date("2018-01-01"), date("2018-12-31")],
        "1 January 2019 is Tuesday"
    );
    assert_eq!(days_called(&calendar, 2019, "Año Nuevo"), [date("2019-12-30")], "1 January 2020 is Wednesday");
    assert_eq!(days_called(&calendar, 2020, "Año Nuevo"), []);
}

#[test]
fn usulutan_closes_for_its_vacations_and_its_fiesta() {
    let calendar = usulutan();
    let closed = |text: &str| !calendar.day(date(text)).counts_as_business_day;
    for day in ["2026-11-25", "2026-08-03", "2026-08-06", "2026-12-24", "2026-12-31", "2027-01-01", "2026-06-17"] {
        assert!(closed(day), "{day}");
    }
    for day in ["2026-11-24", "2026-07-31", "2026-08-07", "2026-12-23", "2027-01-04", "2026-06-30"] {
        assert!(!closed(day), "{day}");
    }
}

#[test]
fn a_half_day_counts_and_closes_at_noon() {
    let calendar = guatemala();
    let day = calendar.day(date("2026-12-24"));
    assert!(day.counts_as_business_day);
    assert_eq!(day.open, [Interval { from: 480, to: 720 }]);
    assert!(calendar.is_open(at("2026-12-24T11:59")) && !calendar.is_open(at("2026-12-24T12:00")));
    assert_eq!(calendar.next_opening(at("2026-12-24T12:00")), Ok(at("2026-12-28T08:00")));
    assert_eq!(calendar.next_opening(at("2026-12-23T07:00")), Ok(at("2026-12-23T08:00")));
    assert_eq!(calendar.next_opening(at("2026-12-23T09:30")), Ok(at("2026-12-23T09:30")));
}

#[test]
fn what_arrives_late_counts_from_the_next_opening() {
    let calendar = guatemala();
    for (from, to) in [
        ("2026-09-11T15:59", "2026-09-11T15:59"),
        ("2026-09-11T16:00", "2026-09-11T16:00"),
        ("2026-09-11T16:01", "2026-09-14T08:00"),
        ("2026-09-14T17:00", "2026-09-16T08:00"),
        ("2026-09-12T10:00", "2026-09-14T08:00"),
        ("2026-09-14T06:00", "2026-09-14T06:00"),
        ("2026-12-24T12:30", "2026-12-28T08:00"),
    ] {
        assert_eq!(calendar.effective_arrival(at(from)), Ok(at(to)), "{from}");
    }
    let mut patient = guatemala_rules();
    patient.late_arrival_counts_next_day = false;
    assert_eq!(of(&patient, Country::Guatemala).effective_arrival(at("2026-09-11T17:00")), Ok(at("2026-09-11T17:00")));
}

#[test]
fn lunch_breaks_and_dated_hours() {
    let mut long_days = hours(&[1, 2, 3, 4, 5], &[(420, 900)]);
    (long_days.since, long_days.until) = (Some(date("2026-07-01")), Some(date("2026-07-31")));
    let calendar =
        of(&rules(vec![hours(&[1, 2, 3, 4, 5], &[(450, 720), (760, 930)]), long_days], vec![]), Country::ElSalvador);
    assert!(!calendar.is_open(at("2026-06-30T12:10")) && calendar.is_open(at("2026-06-30T12:40")));
    assert!(calendar.is_open(at("2026-07-01T12:10")) && calendar.is_open(at("2026-07-01T07:00")));
    assert_eq!(calendar.business_minutes_between(at("2026-06-30T11:00"), at("2026-06-30T13:00")), 80);
    assert_eq!(calendar.business_minutes_between(at("2026-06-30T13:00"), at("2026-06-30T11:00")), -80);
    assert_eq!(calendar.business_minutes_between(at("2026-06-30T15:00"), at("2026-07-01T08:00")), 90);
}

#[test]
fn a_recovered_day_opens_and_the_two_effects_are_apart() {
    let saturday = DayOff { kind: DayOffKind::Recovered, ..once("Día que se repone", "2026-09-19") };
    let works = DayOff { kind: DayOffKind::Recovered, ..once("Servicio esencial", "2026-09-15") };
    let calendar = guatemala_with(&[saturday, works]);
    assert_eq!(calendar.day(date("2026-09-19")).open, [Interval { from: 480, to: 960 }], "the hours of Friday");
    assert!(calendar.day(date("2026-09-15")).counts_as_business_day);

    let shut = DayOff { stops_deadlines: false, ..once("Fumigación", "2026-09-17") };
    let idle = DayOff { closes_office: false, ..once("Plazos en suspenso", "2026-09-18") };
    let calendar = guatemala_with(&[shut, idle]);
    let (shut, idle) = (calendar.day(date("2026-09-17")), calendar.day(date("2026-09-18")));
    assert!(shut.counts_as_business_day && shut.open.is_empty());
    assert!(!idle.counts_as_business_day && !idle.open.is_empty());
    assert!(calendar.is_open(at("2026-09-18T10:00")));
    assert_eq!(calendar.business_minutes_between(at("2026-09-17T00:00"), at("2026-09-19T00:00")), 0);
}

#[test]
fn rules_that_make_no_sense_are_refused_in_spanish() {
    let build = |day: DayOff| {
        let rules = rules(weekdays(EIGHT_TO_FOUR), vec![day]);
        Calendar::new(&rules, &[], Country::Guatemala, "America/Guatemala", 1).map(|_| ())
    };
    assert_eq!(build(yearly("29 de febrero", 2, 29)), Ok(()));
    let refused = build(yearly("31 de abril", 4, 31)).expect_err("no such day");
    assert_eq!(refused.to_string(), "El día inhábil «31 de abril» no es válido: la fecha no existe.");
    assert!(build(off("Al revés", When::Easter { from: 1, to: -1 })).is_err());
    let backwards = DayOff { hours: Some(Interval { from: 720, to: 720 }), ..from_noon(yearly("Nada", 1, 2)) };
    assert!(build(backwards).is_err());
    let zone = Calendar::new(&guatemala_rules(), &[], Country::Guatemala, "America/Xela", 1).map(|_| ());
    assert_eq!(zone, Err(CalendarError::UnknownZone { zone: "America/Xela".into() }));
    let midnight = rules(weekdays(&[(480, 1_441)]), vec![]);
    assert!(Calendar::new(&midnight, &[], Country::Guatemala, "America/Guatemala", 1).is_err());
}

#[test]
fn years_nobody_asks_about_are_closed_not_a_panic() {
    let calendar = guatemala();
    for text in ["0001-01-01", "1949-12-31", "2200-01-01", "9999-12-31"] {
        assert!(calendar.day(date(text)).open.is_empty());
    }
    assert!(!calendar.is_open(jiff::Timestamp::MAX) && !calendar.is_open(jiff::Timestamp::MIN));
    assert_eq!(calendar.next_opening(jiff::Timestamp::MAX), Err(CalendarError::OutOfRange));
    let all = calendar.business_minutes_between(jiff::Timestamp::MIN, jiff::Timestamp::MAX);
    assert!(all > 60_000 * 480, "250 years of office days: {all}");
}
