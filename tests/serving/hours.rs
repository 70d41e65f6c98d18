//! C01 and C02: the clock of the machine is put forward and back while the program runs, and set to other zones.

use crate::{
    place::{Place, note, open, opening},
    served::{PROGRAM, Served},
};
use engine::event::Event;
use jiff::Timestamp;
use serde_json::json;
use std::{
    collections::BTreeMap,
    process::Command,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_mins(1);

/// What the program holds for the present moment.
fn told_time(served: &Served) -> Timestamp {
    let reply = served.send("GET", "/salud", "", "").expect("an answer");
    let date = reply.head.lines().find_map(|line| line.strip_prefix("date: ")).expect("its date");
    jiff::fmt::rfc2822::parse(date).expect("a date").timestamp()
}

/// How often the term of each case was told, each of which keeps the order in which its events came.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn told(place: &Place, numbers: &[String]) -> Vec<usize> {
    let store = open(place.folder.path()).await;
    let auditor = store.person_by_login("berta.segunda").await.expect("reads").expect("there").person.id;
    let reader = store.reader(auditor, crate::house::past()).await.expect("reads");
    let mut times = Vec::new();
    for number in numbers {
        let history = reader.case(number).await.expect("reads").expect("acknowledged").history;
        assert!(history.iter().zip(1_u32..).all(|(recorded, n)| recorded.n == n), "{number} is out of order");
        let passed = |event: &Event| matches!(event, Event::DeadlinePassed { clock, .. } if &**clock == "resolver");
        times.push(history.iter().filter(|recorded| passed(&recorded.event)).count());
    }
    store.close().await;
    times
}

#[test]
fn a_clock_that_jumps_tells_each_term_once_and_keeps_the_order() {
    const DAY: i64 = 86_400;
    let place = Place::new();
    let served = place.serve();
    let start = told_time(&served);
    let until = |text: &str| text.parse::<Timestamp>().expect("a moment").as_second() - start.as_second();
    let mut acknowledged = BTreeMap::new();
    let mut numbers: Vec<String> = Vec::new();
    let jumps = [0, DAY, -3_600, -DAY, until("2028-02-29T18:00:00Z"), until("2038-01-20T18:00:00Z"), 0];
    for (turn, jump) in jumps.into_iter().enumerate() {
        place.world.shift_clock(jump);
        let reply = opening(&place, &format!("Vuelta {turn}")).send(&served, &format!("v{turn}"));
        assert_eq!(reply.status, 201, "{reply:?}");
        let number = reply.json()["number"].as_str().expect("a number").to_owned();
        note(&mut acknowledged, &number, &reply);
        numbers.push(number);
        // The first case hears of every hour; what it is told stays in the order in which it was told.
        let path = format!("/api/v1/diaco/cases/{}/comments", numbers[0]);
        let comment = json!({"text": format!("Vuelta {turn}"), "public": true});
        let reply = served.act(&path, &place.user, &format!("c{turn}"), &comment).expect("an answer");
        assert_eq!(reply.status, 200, "{reply:?}");
        note(&mut acknowledged, &numbers[0], &reply);
        // In 2038 all that was opened before is long due.
        let begun = Instant::now();
        while turn == jumps.len() - 2 && told(&place, &numbers)[..turn].contains(&0) {
            assert!(begun.elapsed() < PATIENCE, "a term was not told: {:?}", told(&place, &numbers));
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    // The one of 2038 is not due yet, nor is that of today.
    let due = numbers.len() - 2;
    let times = told(&place, &numbers);
    assert!(times[..due].iter().all(|times| *times == 1) && times[due..] == [0, 0], "{times:?}");
    assert_eq!(served.end(), Some(0));
    let log = std::fs::read_to_string(place.world.log()).expect("the log");
    assert!(log.contains("el reloj retrocedió") && log.contains("el reloj se adelantó"), "{log}");
    place.sound(&acknowledged);
}

#[test]
fn the_zone_of_the_server_changes_no_due_date() {
    let ask = |zone: &str, from: &str| {
        let due = ["calendar", "due", "igss", "--from", from, "--term", "1 día hábil", "--format", "json"];
        let ran = Command::new(PROGRAM).args(due).env("TZ", zone).output().expect("runs");
        serde_json::from_slice::<serde_json::Value>(&ran.stdout).expect("JSON")["due"].as_str().expect("due").to_owned()
    };
    for (from, due) in [
        ("2026-09-11T10:00", "2026-09-14T16:00:00-06:00"),
        // Guatemala was an hour ahead from the end of April to the end of September of 2006.
        ("2006-06-01T10:00", "2006-06-02T16:00:00-05:00"),
    ] {
        for zone in ["UTC", "Europe/Berlin", "America/Guatemala", "Asia/Tokyo"] {
            assert_eq!(ask(zone, from), due, "{zone}");
        }
    }
}
