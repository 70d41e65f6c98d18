//! Somebody changes the database past the program: the walk finds it and names the first bad entry.

use super::institution::{BOTH, Institution, minutes, monday};
use crate::verify::Finding;
use jiff::civil::date;

async fn lived(on: super::institution::On) -> Institution {
    let it = Institution::new(on).await;
    for n in 1..=3 {
        let opened = it.open(&format!("Caso {n}"), monday()).await;
        if n < 3 {
            it.finish(&opened.number, monday() + minutes(10)).await;
        }
    }
    it.store.seal_day(date(2026, 3, 2), monday() + minutes(600)).await.expect("sealed");
    it.open("Después del sello", monday() + minutes(700)).await;
    it.sound().await;
    it
}

fn first<'f>(findings: &'f [Finding], stream: &str) -> &'f Finding {
    findings.iter().find(|finding| finding.stream == stream).unwrap_or_else(|| panic!("{stream} in {findings:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_way_of_tampering_with_the_journal_is_found() {
    let case2 = "(SELECT id FROM cases WHERE number = '2026-000002')";
    let ways: Vec<(&str, Vec<String>, &str, Option<u32>)> = vec![
        (
            "flip",
            vec![format!(
                "UPDATE journal SET body = replace(body, 'Gloria', 'Glorja') WHERE case_id = {case2} AND n = 3"
            )],
            "2026-000002",
            Some(3),
        ),
        (
            "flip a column only",
            vec![format!("UPDATE journal SET at = at + 1 WHERE case_id = {case2} AND n = 2")],
            "2026-000002",
            Some(2),
        ),
        ("delete", vec![format!("DELETE FROM journal WHERE case_id = {case2} AND n = 2")], "2026-000002", Some(2)),
        (
            "swap",
            vec![
                format!("UPDATE journal SET n = 100 WHERE case_id = {case2} AND n = 2"),
                format!("UPDATE journal SET n = 2 WHERE case_id = {case2} AND n = 3"),
                format!("UPDATE journal SET n = 3 WHERE case_id = {case2} AND n = 100"),
            ],
            "2026-000002",
            Some(2),
        ),
        (
            "cut the tail",
            vec![format!("DELETE FROM journal WHERE case_id = {case2} AND n = 4")],
            "2026-000002",
            Some(4),
        ),
        (
            "cut the tail of the institution",
            vec!["DELETE FROM journal WHERE case_id = 0 AND n = (SELECT MAX(n) FROM journal WHERE case_id = 0)".into()],
            "institucion",
            None,
        ),
        (
            "a case vanishes",
            ["journal WHERE case_id", "participants WHERE case_id", "cases WHERE id"]
                .iter()
                .map(|place| format!("DELETE FROM {place} = {case2}"))
                .collect(),
            "sello 2026-03-02",
            None,
        ),
        (
            "the state",
            vec!["UPDATE cases SET state = replace(state, 'Caso 3', 'Caso 4') WHERE number = '2026-000003'".into()],
            "2026-000003",
            None,
        ),
        (
            "the lists",
            vec!["UPDATE cases SET status = 'finalizado' WHERE number = '2026-000003'".into()],
            "2026-000003",
            None,
        ),
        ("whom it waits for", vec!["UPDATE waits SET person = 7".into()], "2026-000003", None),
        ("the counters", vec!["UPDATE tallies SET cases = cases + 1".into()], "contadores", None),
        ("the timers", vec!["DELETE FROM timers".into()], "2026-000003", None),
        ("the seal", vec!["UPDATE seals SET hash = prev".into()], "sello 2026-03-02", None),
    ];
    for on in BOTH {
        for (way, statements, stream, n) in &ways {
            let it = lived(on).await;
            for sql in statements {
                assert!(it.tamper(sql).await > 0, "{on:?} {way}: {sql}");
            }
            let found = it.store.verify().await.expect("it walks").findings;
            let finding = first(&found, stream);
            if n.is_some() {
                assert_eq!(finding.n, *n, "{on:?} {way}: {found:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recomputed_tail_is_found_by_the_seal() {
    for on in BOTH {
        let it = lived(on).await;
        let case = "(SELECT id FROM cases WHERE number = '2026-000003')";
        // The one event of the case, its hash, its head and its state are made anew, consistently.
        let events = it.store.reader(it.user, monday()).await.expect("reader").history("2026-000003").await;
        let mut event = events.expect("query").expect("hers").remove(0);
        event.by.name = "Otra persona".into();
        let body = serde_json::to_string(&event).expect("json");
        let hash = crate::hash::entry(&crate::hash::genesis("igss"), "2026-000003", 1, &body);
        let state = serde_json::to_string(&engine::apply::replay([&event]).expect("replayed")).expect("json");
        it.tamper(&format!("UPDATE journal SET body = '{body}', hash = '{hash}' WHERE case_id = {case}")).await;
        it.tamper(&format!("UPDATE cases SET head = '{hash}', state = '{state}' WHERE number = '2026-000003'")).await;
        let found = it.store.verify().await.expect("it walks").findings;
        assert_eq!(
            found.iter().map(|finding| finding.stream.as_str()).collect::<Vec<_>>(),
            ["sello 2026-03-02"],
            "{on:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_chain_is_what_sha256sum_says() {
    let it = Institution::new(super::institution::On::Sqlite).await;
    it.open("Sin red", monday()).await;
    let entry = it.store.read(|tx| Ok::<_, crate::StoreError>(crate::journal::entries(tx, 1)?.remove(0))).await;
    let entry = entry.expect("the first entry");
    let file = it.dir.path().join("entry");
    std::fs::write(&file, format!("{}\n2026-000001\n1\n{}", entry.prev, entry.body)).expect("a file");
    let said = std::process::Command::new("sha256sum").arg(&file).output().expect("sha256sum");
    assert_eq!(String::from_utf8_lossy(&said.stdout).split(' ').next(), Some(entry.hash.as_str()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_finer_than_the_journal_leaves_the_chain_whole() {
    for on in BOTH {
        let institution = lived(on).await;
        let now = monday() + jiff::SignedDuration::new(60, 123_456_789);
        let admin = institution.store.admin(institution.admin).await.expect("rights");
        let fields = crate::people::PersonFields {
            login: "fina".into(),
            name: "Hora Fina".into(),
            ..crate::people::PersonFields::default()
        };
        admin.create_person(fields, "x".into(), now).await.expect("a person");
        assert_eq!(institution.store.verify().await.expect("a walk").findings, Vec::new(), "{on:?}");
    }
}
