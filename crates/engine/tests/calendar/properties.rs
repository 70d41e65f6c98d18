//! Properties of the calendar, over made-up offices: it agrees with the slow counter and never behaves oddly.

use crate::{
    sample::{hours, off, once, rules},
    slow::{FIRST, MINUTE, Office, day_after_first, minutes, second},
};
use engine::calendar::{Calendar, Hours, Pause};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use manual::{
    calendar_rules::{CalendarRules, DayOff, Interval, When},
    organization::Country::{self, ElSalvador, Guatemala},
    term::{Term, Unit},
};
use proptest::prelude::*;

const UNITS: [Unit; 5] = [Unit::BusinessDay, Unit::CalendarDay, Unit::BusinessHour, Unit::CalendarHour, Unit::Month];

fn office() -> impl Strategy<Value = Office> {
    let intervals = prop_oneof![
        Just(vec![(480, 960)]),
        Just(vec![(450, 720), (760, 930)]),
        Just(vec![(540, 1_020)]),
        Just(vec![(0, 360), (1_080, 1_439)]),
    ];
    (
        prop_oneof![Just(Guatemala), Just(ElSalvador)],
        prop_oneof![Just(vec![1, 2, 3, 4, 5]), Just(vec![1, 3, 6]), Just(vec![1, 2, 3, 4, 5, 6, 7])],
        intervals,
        prop::collection::vec(0..60_i64, 0..15),
        prop::collection::vec((0..60_i64, 300..1_000_u16), 0..6),
        any::<bool>(),
    )
        .prop_map(|(country, weekdays, intervals, closed, early, late_counts_next_day)| Office {
            country,
            weekdays,
            intervals,
            closed,
            early,
            late_counts_next_day,
        })
}

fn rules_of(office: &Office) -> CalendarRules {
    let closed = office.closed.iter().map(|day| off("Cerrado", When::Once { date: day_after_first(*day) }));
    let early = office.early.iter().map(|(day, from)| DayOff {
        hours: Some(Interval { from: *from, to: 1_440 }),
        ..off("Cierre temprano", When::Once { date: day_after_first(*day) })
    });
    let mut made = rules(vec![hours(&office.weekdays, &office.intervals)], closed.chain(early).collect());
    made.late_arrival_counts_next_day = office.late_counts_next_day;
    made
}

fn calendar(office: &Office) -> Calendar {
    built(&rules_of(office), office.country)
}

fn built(rules: &CalendarRules, country: Country) -> Calendar {
    Calendar::new(rules, &[], country, "America/Guatemala", 1).expect("a calendar")
}

/// A moment in the first month, at a whole minute.
fn moment() -> impl Strategy<Value = Timestamp> {
    let first = FIRST.at(0, 0, 0, 0).to_zoned(TimeZone::fixed(jiff::tz::offset(-6))).expect("in range").timestamp();
    (0..30 * 1_440_i64).prop_map(move |minutes| first + SignedDuration::from_mins(minutes))
}

fn pauses() -> impl Strategy<Value = Vec<(Timestamp, Timestamp)>> {
    let pause = (moment(), 1..4_000_i64).prop_map(|(from, length)| (from, from + SignedDuration::from_mins(length)));
    prop::collection::vec(pause, 0..4)
}

fn closed(pauses: &[(Timestamp, Timestamp)]) -> Vec<Pause> {
    pauses.iter().map(|(from, to)| (*from, Some(*to))).collect()
}

fn a_term() -> impl Strategy<Value = Term> {
    (0..5_usize, 1..25_u32).prop_map(|(unit, amount)| Term::new(amount, UNITS[unit]))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_agrees_with_the_slow_counter(office in office(), from in moment(), amount in 1..16_u32, pauses in pauses()) {
        let calendar = calendar(&office);
        let stood: Vec<(i64, i64)> = pauses.iter().map(|(from, to)| (minutes(*from), minutes(*to))).collect();
        let start = minutes(from);
        let business_hours = second(office.business_hours(start, amount, &stood));
        let any_hours = match office.country {
            Guatemala => second(Office::all_hours(start, amount, &stood)),
            ElSalvador => business_hours,
        };
        for (unit, expected) in [
            (Unit::BusinessHour, business_hours),
            (Unit::CalendarHour, any_hours),
            (Unit::BusinessDay, second(office.business_days(start, amount, &stood))),
            (Unit::CalendarDay, office.calendar_days(start, amount, &stood)),
        ] {
            let term = Term::new(amount, unit);
            let found = calendar.due_at_with_pauses(from, &term, &closed(&pauses), &[]).expect("an end");
            prop_assert_eq!(found.as_second(), expected, "{} from {}", term, from);
            let explained = calendar.due_with_pauses(from, &term, &closed(&pauses), &[]).expect("an end");
            prop_assert_eq!(explained.at, found);
        }
    }

    #[test]
    fn counting_back_agrees_with_the_slow_counter(office in office(), from in moment(), amount in 1..16_u32) {
        // Far enough from the first day that something was open before.
        let from = from + SignedDuration::from_hours(24 * 60);
        let calendar = calendar(&office);
        let start = minutes(from);
        for (unit, expected) in [
            (Unit::BusinessHour, office.business_hours_back(start, amount)),
            (Unit::BusinessDay, office.business_days_back(start, amount)),
            (Unit::CalendarDay, office.calendar_days_back(start, amount)),
        ] {
            let term = Term::new(amount, unit).before();
            let found = calendar.due_at(from, &term).expect("an end");
            prop_assert_eq!(found.as_second(), second(expected), "{} from {}", term, from);
            let explained = calendar.due(from, &term).expect("an end");
            prop_assert_eq!(explained.at, found);
            prop_assert!(found < from);
        }
    }

    #[test]
    fn the_first_days_of_a_month_agree_with_the_slow_counter(
        office in office(), from in moment(), amount in 1..9_u32, pauses in pauses(),
    ) {
        let calendar = calendar(&office);
        let date = calendar.date_of(from);
        let next = date.last_of_month().tomorrow().expect("a day");
        let midnight = |date: jiff::civil::Date| {
            minutes(calendar.time_zone().to_timestamp(date.at(0, 0, 0, 0)).expect("in range"))
        };
        let of_next = second(office.close_number(midnight(next), amount));
        let of_this = second(office.close_number(midnight(date.first_of_month()), amount));
        let term = |text: &str| text.parse::<Term>().expect("a term");
        let due = |term: &Term| calendar.due_at_with_pauses(from, term, &closed(&pauses), &[]).expect("an end").as_second();
        prop_assert_eq!(due(&term(&format!("primeros {amount} días hábiles del mes siguiente"))), of_next);
        let expected = if of_this >= from.as_second() { of_this } else { of_next };
        prop_assert_eq!(due(&term(&format!("primeros {amount} días hábiles del mes"))), expected, "no pause moves it");
    }

    #[test]
    fn another_office_and_all_hours_count_as_if_they_were_alone(
        office in office(), other in office(), from in moment(), term in a_term(), pauses in pauses(), day in 0..60_i64,
    ) {
        let mut rules = rules_of(&office);
        let theirs = rules_of(&other);
        rules.offices.push(manual::calendar_rules::Office {
            unit: "sede".into(),
            name: "Sede".into(),
            units: vec!["sede".into(), "taller".into()],
            hours: theirs.hours.clone(),
            days_off: theirs.days_off.clone(),
        });
        let decreed = [DayOff { office: Some("sede".into()), ..once("Feriado local", &day_after_first(day).to_string()) }];
        let whole = Calendar::new(&rules, &decreed, office.country, "America/Guatemala", 1).expect("a calendar");
        let mut alone = theirs;
        alone.late_arrival_counts_next_day = office.late_counts_next_day;
        alone.days_off.push(once("Feriado local", &day_after_first(day).to_string()));
        let alone = built(&alone, office.country);
        let due = |calendar: &Calendar| calendar.due_at_with_pauses(from, &term, &closed(&pauses), &[]).expect("an end");
        prop_assert_eq!(due(whole.of(&Hours::Of("taller".into()))), due(&alone));
        prop_assert_eq!(due(whole.of(&Hours::Of("otra".into()))), due(&built(&rules_of(&office), office.country)));
        let hours = Term::new(term.amount, Unit::BusinessHour);
        let always = whole.of(&Hours::Always).due_at_with_pauses(from, &hours, &closed(&pauses), &[]).expect("an end");
        let stood: Vec<(i64, i64)> = pauses.iter().map(|(from, to)| (minutes(*from), minutes(*to))).collect();
        prop_assert_eq!(always.as_second(), second(Office::all_hours(minutes(from), term.amount, &stood)));
    }

    #[test]
    fn minutes_agree_with_the_slow_counter_and_add_up(
        office in office(), mut moments in prop::collection::vec((moment(), 0..60_i64), 3),
    ) {
        let calendar = calendar(&office);
        moments.sort();
        let moments: Vec<Timestamp> =
            moments.iter().map(|(minute, seconds)| *minute + SignedDuration::from_secs(*seconds)).collect();
        let [a, b, c] = moments[..] else { unreachable!() };
        let counted = i64::try_from((minutes(a)..minutes(c)).filter(|minute| office.runs(*minute)).count()).expect("small");
        let between = |from, to| calendar.business_minutes_between(from, to);
        prop_assert_eq!(between(a, c), counted);
        prop_assert_eq!(between(a, b) + between(b, c), counted);
        prop_assert_eq!(between(c, a), -counted);
        prop_assert_eq!(calendar.is_open(a), office.runs(minutes(a)));
        let opens = calendar.next_opening(a).expect("an opening");
        prop_assert!(calendar.is_open(opens) && opens >= a && between(a, opens) == 0);
    }

    #[test]
    fn one_closed_day_more_never_shortens(
        office in office(), from in moment(), term in a_term(), day in 0..90_i64, pauses in pauses(), extension in a_term(),
    ) {
        let rules = rules_of(&office);
        let before = built(&rules, office.country);
        let decreed = [once("Asueto", &day_after_first(day).to_string())];
        let after = Calendar::new(&rules, &decreed, office.country, "America/Guatemala", 2).expect("a calendar");
        let pauses = closed(&pauses);
        let extra = [extension];
        let due = |calendar: &Calendar| calendar.due_at_with_pauses(from, &term, &pauses, &extra).expect("an end");
        prop_assert!(due(&before) <= due(&after));
    }

    #[test]
    fn business_terms_end_while_the_office_works(office in office(), from in moment(), amount in 1..60_u32) {
        let calendar = calendar(&office);
        for unit in [Unit::BusinessDay, Unit::BusinessHour] {
            let end = calendar.due_at(from, &Term::new(amount, unit)).expect("an end");
            let day = calendar.day(calendar.date_of(end));
            prop_assert!(day.counts_as_business_day && !day.open.is_empty());
            prop_assert!(calendar.is_open(end - SignedDuration::from_secs(1)), "the second before, it is open");
            prop_assert!(end > from);
        }
    }

    #[test]
    fn counting_again_gives_the_same(office in office(), from in moment(), term in a_term(), far in 0..20_i64) {
        let (one, other) = (calendar(&office), calendar(&office));
        // The other calendar has resolved other years before.
        other.business_minutes_between(from, from + SignedDuration::from_hours(24 * 365 * far));
        let found = one.due(from, &term);
        prop_assert_eq!(&found, &one.due(from, &term));
        prop_assert_eq!(&found, &other.due(from, &term));
        prop_assert_eq!(&found, &one.clone().due(from, &term));
    }

    #[test]
    fn more_and_later_never_end_sooner(
        office in office(), from in moment(), later in 0..4_000_i64, term in a_term(), pauses in pauses(),
    ) {
        let calendar = calendar(&office);
        let pauses = closed(&pauses);
        let due = |from, term: &Term| calendar.due_at_with_pauses(from, term, &pauses, &[]).expect("an end");
        let end = due(from, &term);
        prop_assert!(end >= from);
        let longer = Term { amount: term.amount + 1, ..term };
        prop_assert!(end <= due(from, &longer));
        prop_assert!(end <= due(from + SignedDuration::from_mins(later), &term));
        prop_assert!(calendar.due_at(from, &term).expect("an end") <= end, "pauses never shorten");
        let mut after = pauses.clone();
        after.push((end + SignedDuration::from_mins(1 + later), None));
        let again = calendar.due_at_with_pauses(from, &term, &after, &[]);
        prop_assert_eq!(again, Ok(end), "a pause after the end does not move it");
        prop_assert!(end < calendar.due_at_with_pauses(from, &term, &pauses, &[Term::new(1, Unit::BusinessDay)]).expect("an end"));
    }
}

#[test]
fn the_slow_counter_is_right_about_a_week() {
    let office = Office {
        country: Guatemala,
        weekdays: vec![1, 2, 3, 4, 5],
        intervals: vec![(480, 960)],
        closed: vec![1],
        early: vec![(2, 720)],
        late_counts_next_day: true,
    };
    let monday = minutes("2026-01-05T10:00:00-06:00".parse().expect("a moment"));
    assert_eq!(second(monday) % MINUTE, 0);
    let text = |minute: i64| Timestamp::from_second(second(minute)).expect("in range").to_string();
    assert_eq!(text(office.business_days(monday, 1, &[])), "2026-01-07T18:00:00Z");
    assert_eq!(text(office.business_days(monday, 2, &[])), "2026-01-08T22:00:00Z");
    assert_eq!(text(office.business_hours(monday, 11, &[])), "2026-01-08T15:00:00Z");
}
