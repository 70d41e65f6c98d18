//! L07 under kill -9: a day off decreed late while many cases are open, and the program killed again and again in the
//! midst of computing them anew. Each open case goes over once, the ended ones stay as they were.

use super::{SEED, asked, only_igss, open, random, start};
use engine::{actor::PersonId, event::Event};
use jiff::{SignedDuration, Timestamp, civil::Date};
use manual::calendar_rules::{DayOff, DayOffKind, When};
use std::{collections::BTreeMap, path::Path, time::Duration};
use store::{Filters, Store, calendars::CalendarChange, recount::Signature, seed::SeedPlan};

#[test]
fn a_decree_over_many_open_cases_survives_kill_9_in_its_midst() {
    let cases = asked("VENTANILLA_DECREED", 1_500);
    let folder = tempfile::tempdir().expect("a folder");
    let manuals = only_igss(folder.path());
    let data = folder.path().join("datos");
    let (mut server, port) = start(&manuals, &data, 0);
    let _ = server.kill();
    let _ = server.wait();
    let decreed = decree(&data, cases, now(folder.path()));

    let (mut chance, mut kills, mut in_the_midst) = (SEED, 0, 0);
    let mut left = decreed.open;
    while left > 0 {
        let (mut server, _) = start(&manuals, &data, port);
        std::thread::sleep(Duration::from_millis(random(&mut chance) % 60));
        server.kill().expect("kill -9");
        server.wait().expect("it is gone");
        kills += 1;
        left = waiting(&data, decreed.version);
        in_the_midst += u32::from(left > 0 && left < decreed.open);
        assert!(kills < 500, "{left} of {} cases do not go over", decreed.open);
    }
    let (gone_over, ended) = check(&data, &decreed);
    println!(
        "L07 seed {SEED:#x}: {} open cases, {kills} kills, {in_the_midst} in the midst, {gone_over} computed anew once each, {ended} ended and untouched",
        decreed.open
    );
    assert!(in_the_midst > 0, "no kill came in the midst: ask for more cases");
}

struct Decreed {
    version: u32,
    open: i64,
    /// The cases that had ended, with the calendar they have.
    ended: BTreeMap<String, u32>,
}

/// The hour of this machine, by which the program goes: a file that was just written has it.
fn now(folder: &Path) -> Timestamp {
    let file = folder.join("hora");
    std::fs::write(&file, "").expect("a file");
    let at = std::fs::metadata(&file).and_then(|about| about.modified()).expect("its hour");
    // In whole microseconds, as the journal keeps it.
    let at = Timestamp::try_from(at).expect("a moment");
    Timestamp::from_microsecond(at.as_microsecond()).expect("a moment")
}

async fn person(store: &Store, who: impl Fn(&store::people::Person) -> bool) -> PersonId {
    for id in (1..200).map(PersonId) {
        if store.person(id).await.expect("reads").is_some_and(|person| who(&person)) {
            return id;
        }
    }
    panic!("nobody is that");
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn decree(data: &Path, cases: u64, now: Timestamp) -> Decreed {
    let store = open(data).await;
    // Opened so late that the terms of those still open end after the decreed day.
    let plan = SeedPlan { cases, from: now - SignedDuration::from_hours(2), until: now, open_percent: 90, seed: SEED };
    store.seed_bulk(plan).await.expect("cases");
    let admin = store.admin(person(&store, |person| person.administrator).await).await.expect("administers");
    let day = store.zone().to_datetime(now).date().tomorrow().expect("a day");
    let change = CalendarChange::Decree(day_off(day));
    let seen = admin.preview_calendar(change.clone(), now).await.expect("a preview");
    let signed = Signature { level: 1, digest: "ab".repeat(32).into() };
    let version = admin.change_calendar(change, seen.version, signed, now).await.expect("decreed");
    let open = admin.calendar_progress(version).await.expect("a store").expect("an order").waiting;
    assert!(open > 0);
    let mut ended = BTreeMap::new();
    each(&store, now, |view| {
        if !view.case.is_open() {
            ended.insert(view.case.number.to_string(), view.case.calendar);
        }
    })
    .await;
    store.close().await;
    Decreed { version, open, ended }
}

fn day_off(day: Date) -> DayOff {
    DayOff {
        name: "Asueto decretado tarde".into(),
        when: When::Once { date: day },
        hours: None,
        kind: DayOffKind::Decreed,
        closes_office: true,
        stops_deadlines: true,
        source: Some("AG 7-2026".into()),
        published: Some(day),
        since: None,
        until: None,
        office: None,
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn waiting(data: &Path, version: u32) -> i64 {
    let store = open(data).await;
    let admin = store.admin(person(&store, |person| person.administrator).await).await.expect("administers");
    let progress = admin.calendar_progress(version).await.expect("a store").expect("an order");
    store.close().await;
    progress.waiting
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn check(data: &Path, decreed: &Decreed) -> (u64, u64) {
    let store = open(data).await;
    let verified = store.verify().await.expect("the store verifies");
    assert!(verified.findings.is_empty(), "{:#?}", verified.findings);
    let (mut gone_over, mut untouched) = (0, 0);
    each(&store, super::moment(), |view| {
        let of_this =
            |event: &&Event| matches!(event, Event::Recounted { calendar, .. } if *calendar == decreed.version);
        let times = view.history.iter().map(|recorded| &recorded.event).filter(of_this).count();
        let number = &*view.case.number;
        if let Some(calendar) = decreed.ended.get(number) {
            assert_eq!((times, view.case.calendar), (0, *calendar), "{number} had ended");
            untouched += 1;
        } else {
            // One that ended meanwhile by itself may have ended before its turn.
            assert!(times == 1 || (times == 0 && !view.case.is_open()), "{number}: computed anew {times} times");
            gone_over += u64::from(times == 1);
        }
    })
    .await;
    store.close().await;
    (gone_over, untouched)
}

/// Every case, with its history.
async fn each(store: &Store, now: Timestamp, mut look: impl FnMut(&store::CaseView)) {
    let auditor = person(store, |person| person.auditor).await;
    let reader = store.reader(auditor, now).await.expect("reads");
    let mut cursor = None;
    loop {
        let page = reader.cases(&Filters::default(), cursor.as_deref(), 200).await.expect("a page");
        for row in &page.rows {
            look(&reader.case(&row.number).await.expect("reads").expect("it is there"));
        }
        cursor = page.next;
        if cursor.is_none() {
            return;
        }
    }
}
