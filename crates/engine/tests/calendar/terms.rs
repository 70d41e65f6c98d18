//! When terms end: the golden dates, both countries' rules, half days, pauses, extensions, and the reasons given.

use crate::sample::{
    at, date, due, from_noon, guatemala, guatemala_rules, guatemala_with, hours, local, of, once, rules, term,
    usulutan, yearly,
};
use engine::calendar::{Calendar, CalendarError, Hours, Origin};
use manual::{
    calendar_rules::DayOff,
    organization::Country,
    term::{GREATEST, Start, Term, Unit},
};

#[test]
fn golden_business_days() {
    let calendar = guatemala();
    for (from, length, end) in [
        ("2026-04-01T00:00", "3 días hábiles", "2026-04-08T16:00:00"),
        ("2026-04-01T09:00", "10 días hábiles", "2026-04-17T16:00:00"),
        ("2026-09-11T10:00", "3 días hábiles", "2026-09-17T16:00:00"),
        ("2026-09-11T10:00", "10 días hábiles", "2026-09-28T16:00:00"),
        ("2025-10-30T09:00", "3 días hábiles", "2025-11-04T16:00:00"),
        ("2025-10-30T09:00", "10 días hábiles", "2025-11-13T16:00:00"),
        ("2026-09-11T17:00", "3 días hábiles", "2026-09-18T16:00:00"),
        ("2026-03-06T17:00", "3 días hábiles", "2026-03-12T16:00:00"),
        ("2026-03-07T10:00", "3 días hábiles", "2026-03-12T16:00:00"),
        ("2026-12-23T10:00", "1 día hábil", "2026-12-24T12:00:00"),
        ("2026-12-23T10:00", "2 días hábiles", "2026-12-28T16:00:00"),
    ] {
        assert_eq!(due(&calendar, from, length), end, "{from} + {length}");
    }
    let decreed = DayOff { source: Some("AG 186-2025".into()), ..once("Asueto por Todos los Santos", "2025-11-03") };
    let later = guatemala_with(&[decreed]);
    assert_eq!(due(&later, "2025-10-30T09:00", "3 días hábiles"), "2025-11-05T16:00:00");
    let reasons = later.due(at("2025-10-30T09:00"), &term("3 días hábiles")).expect("an end").because;
    assert!(reasons.contains(&"Lunes 03/11/2025 no cuenta: Asueto por Todos los Santos (AG 186-2025).".to_owned()));
}

#[test]
fn the_first_ten_business_days_of_a_month() {
    // The monthly report: counted from the last day of the month before.
    assert_eq!(due(&guatemala(), "2026-08-31T12:00", "10 días hábiles"), "2026-09-14T16:00:00");
    assert_eq!(
        due(&guatemala(), "2026-05-31T00:00", "10 días hábiles"),
        "2026-06-15T16:00:00",
        "a Sunday counts as Monday"
    );
}

#[test]
fn hours_run_all_day_in_guatemala_and_only_in_office_in_el_salvador() {
    let (guatemala, usulutan) = (guatemala(), usulutan());
    let friday = "2026-09-04T14:00";
    assert_eq!(due(&guatemala, friday, "24 horas"), "2026-09-05T14:00:00");
    assert_eq!(due(&usulutan, friday, "24 horas"), "2026-09-09T14:00:00", "2 + 8 + 8 + 6");
    assert_eq!(due(&usulutan, friday, "24 horas hábiles"), "2026-09-09T14:00:00");
    assert_eq!(due(&guatemala, friday, "24 horas hábiles"), "2026-09-09T14:00:00");
    assert_eq!(due(&guatemala, "2026-09-04T17:00", "72 horas"), "2026-09-07T17:00:00", "no late arrival");
    assert_eq!(due(&guatemala, "2026-09-04T08:00", "8 horas hábiles"), "2026-09-04T16:00:00", "not the next opening");
    assert_eq!(due(&guatemala, "2026-09-04T17:00", "1 hora hábil"), "2026-09-07T09:00:00");
    let tomorrow = Term { start: Start::NextDay, ..Term::new(2, Unit::BusinessHour) };
    assert_eq!(local(&guatemala, guatemala.due_at(at(friday), &tomorrow).expect("an end")), "2026-09-07T10:00:00");
    let midnight = Term { start: Start::NextDay, ..Term::new(2, Unit::CalendarHour) };
    assert_eq!(local(&guatemala, guatemala.due_at(at(friday), &midnight).expect("an end")), "2026-09-05T02:00:00");
}

#[test]
fn eight_hours_filed_on_christmas_eve() {
    let calendar = guatemala();
    let found = calendar.due(at("2026-12-24T10:00"), &term("8 horas hábiles")).expect("an end");
    assert_eq!(local(&calendar, found.at), "2026-12-28T14:00:00", "two hours on the 24th, six on Monday");
    assert_eq!(
        found.because,
        [
            "Recibido el jueves 24/12/2026 a las 10:00.",
            "El plazo es de 8 horas hábiles: cuentan las horas en que la oficina está abierta, desde ese momento.",
            "Viernes 25/12/2026 no cuenta: Navidad.",
            "Sábado 26 y domingo 27 de diciembre no cuentan: fin de semana.",
            "Jueves 24/12/2026 tiene horario reducido, hasta las 12:00: Nochebuena.",
            "Vence el lunes 28/12/2026 a las 14:00.",
        ]
    );
}

#[test]
fn calendar_days_move_only_in_el_salvador() {
    let (guatemala, usulutan) = (guatemala(), usulutan());
    for (from, length, in_guatemala, in_usulutan) in [
        ("2026-09-01T10:00", "3 días calendario", "2026-09-04T16:00:00", "2026-09-04T16:00:00"),
        ("2026-09-02T10:00", "3 días calendario", "2026-09-05T23:59:59", "2026-09-07T16:00:00"),
        ("2026-07-29T10:00", "5 días calendario", "2026-08-03T16:00:00", "2026-08-07T16:00:00"),
        ("2026-12-21T10:00", "3 días calendario", "2026-12-24T12:00:00", "2027-01-04T16:00:00"),
    ] {
        assert_eq!(due(&guatemala, from, length), in_guatemala, "{from} + {length}");
        assert_eq!(due(&usulutan, from, length), in_usulutan, "{from} + {length}");
    }
    let reasons = usulutan.due(at("2026-09-02T10:00"), &term("3 días calendario")).expect("an end").because;
    assert!(
        reasons.contains(
            &"El último día, sábado 05/09/2026, no atiende la oficina (fin de semana): pasa al lunes 07/09/2026."
                .into()
        ),
        "{reasons:?}"
    );
}

#[test]
fn months_end_on_the_eve_or_on_the_date() {
    let (guatemala, usulutan) = (guatemala(), usulutan());
    for (from, length, in_guatemala, in_usulutan) in [
        // Counted from 16 January: its eve in February is the 15th, a Sunday.
        ("2026-01-15T10:00", "1 mes", "2026-02-15T23:59:59", "2026-02-16T16:00:00"),
        ("2026-01-28T10:00", "1 mes", "2026-02-28T23:59:59", "2026-03-02T16:00:00"),
        ("2026-01-30T10:00", "1 mes", "2026-02-28T23:59:59", "2026-03-02T16:00:00"),
        ("2026-02-03T10:00", "2 meses", "2026-04-03T23:59:59", "2026-04-06T16:00:00"),
        ("2024-02-28T10:00", "12 meses", "2025-02-28T16:00:00", "2025-02-28T16:00:00"),
        ("2026-03-10T10:00", "3 meses", "2026-06-10T16:00:00", "2026-06-10T16:00:00"),
    ] {
        assert_eq!(due(&guatemala, from, length), in_guatemala, "{from} + {length}");
        assert_eq!(due(&usulutan, from, length), in_usulutan, "{from} + {length}");
    }
    let at_once = Term { start: Start::SameMoment, ..Term::new(1, Unit::Month) };
    let end = guatemala.due_at(at("2026-03-10T10:00"), &at_once).expect("an end");
    assert_eq!(local(&guatemala, end), "2026-04-09T16:00:00", "counted from the 10th itself");
}

#[test]
fn vacations_of_usulutan_stop_the_terms() {
    let calendar = usulutan();
    assert_eq!(due(&calendar, "2026-07-30T10:00", "3 días hábiles"), "2026-08-10T16:00:00");
    assert_eq!(due(&calendar, "2026-11-24T10:00", "1 día hábil"), "2026-11-26T16:00:00");
    assert_eq!(due(&calendar, "2026-12-22T10:00", "2 días hábiles"), "2027-01-04T16:00:00");
    let reasons = calendar.due(at("2026-07-30T10:00"), &term("3 días hábiles")).expect("an end").because;
    assert_eq!(
        reasons,
        [
            "Recibido el jueves 30/07/2026 a las 10:00.",
            "El plazo es de 3 días hábiles y se cuenta desde el día siguiente (art. 82, Ley de Procedimientos Administrativos).",
            "Del sábado 01/08/2026 al jueves 06/08/2026 no cuentan: Vacación de agosto.",
            "Sábado 8 y domingo 9 de agosto no cuentan: fin de semana.",
            "Vence el lunes 10/08/2026 a las 16:00, cierre de la oficina.",
        ]
    );
}

#[test]
fn a_due_date_explains_itself() {
    let calendar = guatemala();
    let found = calendar.due(at("2026-09-11T10:00"), &term("3 días hábiles")).expect("an end");
    assert_eq!(
        found.because,
        [
            "Recibido el viernes 11/09/2026 a las 10:00.",
            "El plazo es de 3 días hábiles y se cuenta desde el día siguiente (art. 45, Ley del Organismo Judicial).",
            "Sábado 12 y domingo 13 de septiembre no cuentan: fin de semana.",
            "Martes 15/09/2026 no cuenta: Día de la Independencia (Decreto 1748).",
            "Vence el jueves 17/09/2026 a las 16:00, cierre de la oficina.",
        ]
    );
    let late = calendar.due(at("2026-12-23T16:30"), &term("1 día hábil")).expect("an end").because;
    assert_eq!(late[1], "Llegó después del cierre de la oficina: se tiene por recibido el jueves 24/12/2026.");
    let early = calendar.due(at("2026-12-23T10:00"), &term("1 día hábil")).expect("an end").because;
    assert_eq!(
        early.last().map(String::as_str),
        Some("Vence el jueves 24/12/2026 a las 12:00, cierre de la oficina con horario reducido: Nochebuena.")
    );
    let years = calendar.due(at("2026-01-05T10:00"), &term("10000 días hábiles")).expect("an end").because;
    assert!(years.len() < 60, "a term of decades is summed up: {}", years.len());
}

#[test]
fn a_day_paused_at_its_close_does_not_count() {
    let calendar = guatemala();
    let paused = |pauses: &[(&str, Option<&str>)], length: &str, extra: &[Term]| {
        let pauses: Vec<_> = pauses.iter().map(|(from, to)| (at(from), to.map(at))).collect();
        let found = calendar.due_with_pauses(at("2026-08-03T10:00"), &term(length), &pauses, extra)?;
        assert_eq!(calendar.due_at_with_pauses(at("2026-08-03T10:00"), &term(length), &pauses, extra), Ok(found.at));
        Ok(local(&calendar, found.at))
    };
    let three = "3 días hábiles";
    assert_eq!(paused(&[], three, &[]), Ok("2026-08-06T16:00:00".into()));
    let within = [("2026-08-05T09:00", Some("2026-08-05T15:00"))];
    assert_eq!(paused(&within, three, &[]), Ok("2026-08-06T16:00:00".into()), "resumed before the close");
    let over_night = [("2026-08-05T15:00", Some("2026-08-06T09:00"))];
    assert_eq!(paused(&over_night, three, &[]), Ok("2026-08-07T16:00:00".into()));
    assert_eq!(paused(&over_night, "3 días calendario", &[]), Ok("2026-08-07T16:00:00".into()));
    assert_eq!(paused(&over_night, "1 mes", &[]), Ok("2026-09-04T16:00:00".into()));
    assert_eq!(
        paused(&over_night, "24 horas hábiles", &[]),
        Ok("2026-08-06T12:00:00".into()),
        "one hour and one hour lost"
    );
    assert_eq!(paused(&over_night, "72 horas", &[]), Ok("2026-08-07T04:00:00".into()), "18 hours lost");
    let last_afternoon = [("2026-08-05T15:00", Some("2026-08-05T18:00"))];
    assert_eq!(paused(&last_afternoon, "2 días calendario", &[]), Ok("2026-08-05T23:59:59".into()), "not while paused");
    assert_eq!(paused(&over_night, "2 días calendario", &[]), Ok("2026-08-06T16:00:00".into()));
    let after_the_end = [("2026-08-05T17:00", Some("2026-08-07T09:00"))];
    assert_eq!(paused(&after_the_end, "2 días calendario", &[]), Ok("2026-08-05T16:00:00".into()), "it had ended");
    assert_eq!(paused(&after_the_end, "2 días hábiles", &[]), Ok("2026-08-05T16:00:00".into()));
    let to_the_close = [("2026-08-05T15:00", Some("2026-08-05T16:00"))];
    assert_eq!(paused(&to_the_close, three, &[]), Ok("2026-08-06T16:00:00".into()), "running again at the close");
    let from_the_close = [("2026-08-05T16:00", Some("2026-08-05T17:00"))];
    assert_eq!(paused(&from_the_close, three, &[]), Ok("2026-08-07T16:00:00".into()), "paused at the close");
    let at_the_end = [("2026-08-03T12:00", None)];
    assert_eq!(paused(&at_the_end, "2 horas hábiles", &[]), Ok("2026-08-03T12:00:00".into()), "it had just ended");
    assert_eq!(paused(&at_the_end, "2 horas", &[]), Ok("2026-08-03T12:00:00".into()));
    let before = [("2026-08-01T08:00", Some("2026-08-03T12:00"))];
    assert_eq!(paused(&before, "4 horas hábiles", &[]), Ok("2026-08-03T16:00:00".into()));

    let open = [("2026-08-05T09:00", None)];
    assert_eq!(paused(&open, three, &[]), Err(CalendarError::StillPaused { since: at("2026-08-05T09:00") }));
    assert_eq!(paused(&open, "1 día hábil", &[]), Ok("2026-08-04T16:00:00".into()), "it had ended before");
    assert_eq!(paused(&open, "72 horas", &[]), Err(CalendarError::StillPaused { since: at("2026-08-05T09:00") }));
    assert_eq!(
        paused(&open, "40 horas hábiles", &[]),
        Err(CalendarError::StillPaused { since: at("2026-08-05T09:00") })
    );

    let extension = [term("2 días hábiles"), term("1 día hábil")];
    assert_eq!(paused(&[], three, &extension), Ok("2026-08-11T16:00:00".into()));
    assert_eq!(paused(&over_night, three, &extension), Ok("2026-08-12T16:00:00".into()));
    let same_day = Term { start: Start::SameMoment, ..term("1 día hábil") };
    assert_eq!(paused(&[], three, &[same_day]), Ok("2026-08-07T16:00:00".into()), "an extension always gives its days");

    let pauses = [(at("2026-08-05T15:00"), Some(at("2026-08-06T09:00")))];
    let found = calendar.due_with_pauses(at("2026-08-03T10:00"), &term(three), &pauses, &[term("2 días hábiles")]);
    assert_eq!(
        found.expect("an end").because,
        [
            "Recibido el lunes 03/08/2026 a las 10:00.",
            "El plazo es de 3 días hábiles y se cuenta desde el día siguiente (art. 45, Ley del Organismo Judicial).",
            "El plazo estuvo detenido del miércoles 05/08/2026 a las 15:00 al jueves 06/08/2026 a las 09:00.",
            "Miércoles 05/08/2026 no cuenta: el plazo estaba detenido al cierre.",
            "Vencía el viernes 07/08/2026 a las 16:00; se amplía 2 días hábiles más.",
            "Sábado 8 y domingo 9 de agosto no cuentan: fin de semana.",
            "Vence el martes 11/08/2026 a las 16:00, cierre de la oficina.",
        ]
    );
}

#[test]
fn the_same_day_can_be_the_first() {
    let calendar = guatemala();
    let today = Term { start: Start::SameMoment, ..Term::new(1, Unit::BusinessDay) };
    for (from, end) in [
        ("2026-08-03T10:00", "2026-08-03T16:00:00"),
        ("2026-08-03T16:30", "2026-08-04T16:00:00"),
        ("2026-08-01T10:00", "2026-08-03T16:00:00"),
    ] {
        assert_eq!(local(&calendar, calendar.due_at(at(from), &today).expect("an end")), end);
    }
    let mut patient = guatemala_rules();
    patient.late_arrival_counts_next_day = false;
    let patient = of(&patient, Country::Guatemala);
    assert_eq!(local(&patient, patient.due_at(at("2026-08-03T16:30"), &today).expect("an end")), "2026-08-04T16:00:00");
    assert_eq!(due(&patient, "2026-09-11T17:00", "3 días hábiles"), "2026-09-17T16:00:00", "Monday is the first day");
}

#[test]
fn a_business_day_with_the_office_shut_cannot_be_the_last() {
    let shut = DayOff { stops_deadlines: false, ..once("Fumigación", "2026-08-06") };
    let calendar = guatemala_with(&[shut]);
    assert_eq!(due(&calendar, "2026-08-03T10:00", "3 días hábiles"), "2026-08-07T16:00:00");
    assert_eq!(due(&calendar, "2026-08-03T10:00", "4 días hábiles"), "2026-08-07T16:00:00", "but it does count");
}

#[test]
fn the_summer_time_of_2006_is_in_the_count() {
    let always = rules(vec![hours(&[1, 2, 3, 4, 5, 6, 7], &[(0, 1_440)])], vec![]);
    let calendar = of(&always, Country::Guatemala);
    assert_eq!(calendar.business_minutes_between(at("2006-04-29T00:00"), at("2006-05-02T00:00")), (24 + 23 + 24) * 60);
    assert_eq!(calendar.business_minutes_between(at("2006-09-29T00:00"), at("2006-10-02T00:00")), (24 + 25 + 24) * 60);
    assert_eq!(due(&calendar, "2006-04-29T12:00", "24 horas"), "2006-04-30T13:00:00");
    assert_eq!(due(&calendar, "2006-04-29T12:00", "24 horas hábiles"), "2006-04-30T13:00:00");
    assert_eq!(due(&calendar, "2006-09-29T12:00", "1 día hábil"), "2006-09-30T23:59:59");
    assert!(calendar.is_open(at("2006-04-30T01:00")));
    let office = guatemala();
    let found = office.due_at(at("2006-05-03T10:00"), &term("3 días hábiles")).expect("an end");
    assert_eq!(found.to_string(), "2006-05-08T21:00:00Z", "16:00 was −05:00");
    assert_eq!(due(&office, "2006-04-28T15:00", "2 horas hábiles"), "2006-05-02T09:00:00");
}

#[test]
fn work_is_bounded() {
    let never = of(&rules(vec![], vec![]), Country::ElSalvador);
    let all_off = rules(vec![hours(&[1], &[(480, 960)])], vec![from_noon(yearly("Nada", 1, 1)), every_day_off()]);
    let all_off = of(&all_off, Country::ElSalvador);
    for calendar in [&never, &all_off] {
        for length in ["1 día hábil", "10000 días hábiles", "1 hora hábil", "5 horas", "3 días calendario", "2 meses"]
        {
            assert_eq!(
                calendar.due_at(at("2026-09-11T10:00"), &term(length)),
                Err(CalendarError::NoOpenDay),
                "{length}"
            );
        }
        assert_eq!(calendar.next_opening(at("2026-09-11T10:00")), Err(CalendarError::NoOpenDay));
        assert_eq!(calendar.effective_arrival(at("2026-09-11T10:00")), Err(CalendarError::NoOpenDay));
    }
    let calendar = guatemala();
    for unit in ["días hábiles", "días calendario", "horas hábiles", "horas"] {
        assert!(calendar.due(at("2026-09-11T10:00"), &term(&format!("10000 {unit}"))).is_ok(), "{unit}");
    }
    assert_eq!(calendar.due(at("2026-09-11T10:00"), &term("10000 meses")), Err(CalendarError::OutOfRange));
    let too_long = Term::new(GREATEST + 1, Unit::BusinessDay);
    assert_eq!(calendar.due(at("2026-09-11T10:00"), &too_long), Err(CalendarError::TooLong));
    let nothing = Term::new(0, Unit::BusinessDay);
    assert_eq!(calendar.due_at(at("2026-09-11T17:00"), &nothing), Ok(at("2026-09-11T17:00")));
    for from in [jiff::Timestamp::MIN, jiff::Timestamp::MAX] {
        for length in ["1 día hábil", "1 hora hábil", "1 hora", "1 mes", "1 día calendario"] {
            assert_eq!(calendar.due(from, &term(length)), Err(CalendarError::OutOfRange));
        }
    }
    assert_eq!(Calendar::version(&calendar), 1);
    assert_eq!((calendar.zone(), calendar.date_of(at("2026-09-11T23:59"))), ("America/Guatemala", date("2026-09-11")));
}

fn every_day_off() -> DayOff {
    let when = manual::calendar_rules::When::Span { from_month: 1, from_day: 1, to_month: 12, to_day: 31 };
    crate::sample::off("Siempre", when)
}

#[test]
fn terms_before_a_date_and_in_the_first_days_of_a_month_end_where_the_manuals_say() {
    let (guatemala, usulutan) = (guatemala(), usulutan());
    let on = |calendar: &Calendar, day: &str, length: &str| {
        let found = calendar.explain_from(Origin::Date(date(day)), &term(length), &[], &[]).expect("an end");
        let at = calendar.due_from(Origin::Date(date(day)), &term(length), &[], &[]);
        assert_eq!(at, Ok(found.at), "both ways give the same");
        (local(calendar, found.at), found.because)
    };
    // Usulután: the requisition starts 2 months before the expiry; 31 August 2026 is in no vacation, 31 October a Saturday.
    assert_eq!(on(&usulutan, "2026-06-30", "2 meses antes").0, "2026-04-30T16:00:00");
    let (at, because) = on(&usulutan, "2026-12-31", "2 meses antes");
    assert_eq!(at, "2026-10-30T16:00:00");
    assert!(because.iter().any(|fact| fact.contains("se adelanta al viernes 30/10/2026")), "{because:?}");
    // Out of a month that lacks the day, and out of the vacation of August.
    assert_eq!(on(&guatemala, "2026-04-30", "2 meses antes").0, "2026-02-27T16:00:00");
    assert_eq!(on(&usulutan, "2026-10-05", "2 meses antes").0, "2026-07-31T16:00:00");
    // DIACO: the first 10 business days of the month after; 1 May closed, and 15 September with the eve of nothing.
    let (at, because) = on(&guatemala, "2026-04-30", "primeros 10 días hábiles del mes siguiente");
    assert_eq!(at, "2026-05-15T16:00:00");
    assert!(because.iter().any(|fact| fact.contains("mayo de 2026")), "{because:?}");
    assert!(because.iter().any(|fact| fact.contains("Día del Trabajo")), "{because:?}");
    assert_eq!(on(&guatemala, "2026-08-31", "primeros 10 días hábiles del mes siguiente").0, "2026-09-14T16:00:00");
    assert_eq!(on(&guatemala, "2026-08-31", "primeros 11 días hábiles del mes siguiente").0, "2026-09-16T16:00:00");
    assert_eq!(due(&guatemala, "2026-05-04T08:00", "primeros 10 días hábiles del mes"), "2026-05-15T16:00:00");
    assert_eq!(due(&guatemala, "2026-05-15T17:00", "primeros 10 días hábiles del mes"), "2026-06-12T16:00:00");
    // A warning: a business day before a Thursday after a holiday.
    assert_eq!(due(&guatemala, "2026-09-17T16:00", "2 días hábiles antes"), "2026-09-14T16:00:00");
}

#[test]
fn a_queue_of_24_hours_counts_nights_and_holidays() {
    let guatemala = guatemala();
    let always = guatemala.of(&Hours::Always);
    assert_eq!(due(always, "2026-09-14T22:00", "8 horas hábiles"), "2026-09-15T06:00:00");
    assert_eq!(due(always, "2026-04-01T09:00", "3 días hábiles"), "2026-04-04T23:59:59");
    assert_eq!(
        due(guatemala.of(&Hours::Of("ninguna".into())), "2026-04-01T09:00", "3 días hábiles"),
        "2026-04-08T16:00:00"
    );
}
