//! R04, R05, R06: a disk that is full, allows reading only, has lost the folder of the files, or loses what it was given.
//! Nothing acknowledged is lost, reading goes on, the person is told in Spanish, and it recovers by itself.

use crate::{
    place::{Act, Place, note, opening},
    served::Reply,
    world::{EIO, ENOSPC, EROFS, NAMES, SYNCS, WRITES},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_mins(1);

/// The twelve acts of a case from its opening to after its end; `number` is the case the first one opened.
fn acts<'p>(place: &'p Place, number: &str) -> Vec<Act<'p>> {
    let act = |name, noun: &str, token, body| Act {
        name,
        path: format!("/api/v1/diaco/cases/{number}/{noun}"),
        token,
        body,
        file: false,
    };
    let (user, chief, technician) = (&*place.user, &*place.chief, &*place.technician);
    let named = json!([{"role": "Técnico", "login": "elsa.tecnica"}]);
    let longer = json!({"causa": "piezas", "cuanto": "2 días hábiles", "detalle": "Disco dañado"});
    let done = json!({"acciones": "Se cambió el disco.", "dictamen": "En funcionamiento."});
    vec![
        act("comment", "comments", user, json!({"text": "¿Cuándo vienen?", "public": true})),
        Act { file: true, ..act("attach", "attachments?name=foto.pdf", user, Value::Null) },
        act("take", "take", chief, json!({})),
        act("complete", "completions", chief, json!({"step": 2, "assign": named})),
        act("exclude", "exclusions", chief, json!({"cause": "mineco", "reason": "Servidor del MINECO"})),
        act("complete", "completions", technician, json!({"step": 3, "answer": "no"})),
        act("extend", "completions", technician, json!({"step": 4, "values": longer})),
        act("complete", "completions", technician, json!({"step": 5, "values": done})),
        act("complete", "completions", technician, json!({"step": 6})),
        act("cancel", "cancellations", chief, json!({"reason": "Ya no hace falta"})),
        act("reopen", "reopenings", chief, json!({"reason": "Sí hacía falta"})),
    ]
}

#[track_caller]
fn told_to_wait(reply: &Reply, act: &Act<'_>) {
    assert_eq!(reply.status, 503, "{}: {reply:?}", act.name);
    assert!(reply.body.contains("no quedó registrado"), "{}: {reply:?}", act.name);
}

#[test]
fn a_disk_that_is_full_at_any_write_of_any_act_loses_nothing() {
    let place = Place::new();
    let served = place.serve();
    let mut acknowledged = BTreeMap::new();
    let (mut refused, mut passed) = (0, 0);
    for error in [ENOSPC, EROFS] {
        for for_ever in [false, true] {
            let mut number = String::new();
            for turn in 0.. {
                let act = if turn == 0 {
                    opening(&place, &format!("Impresora {error} {for_ever}"))
                } else if let Some(act) = acts(&place, &number).into_iter().nth(turn - 1) {
                    act
                } else {
                    break;
                };
                let key = format!("{error}-{for_ever}-{turn}");
                for nth in 1.. {
                    place.world.fail(WRITES | NAMES, error, nth, for_ever);
                    let reply = act.send(&served, &key);
                    let fired = place.world.heal();
                    if (200..300).contains(&reply.status) {
                        if turn == 0 {
                            reply.json()["number"].as_str().expect("a number").clone_into(&mut number);
                        }
                        note(&mut acknowledged, &number, &reply);
                        passed += 1;
                        break;
                    }
                    told_to_wait(&reply, &act);
                    assert!(fired > 0 && nth < 500, "{}: refused without a reason", act.name);
                    refused += 1;
                }
            }
        }
    }
    println!(
        "R04: 12 acts, full or read-only at their n-th write, once and for ever: {refused} refused, {passed} passed"
    );
    assert!(refused > 40, "the disk did not fail where it should: {refused}");
    let health = served.get("/salud", "");
    assert!(served.end() == Some(0), "{health:?}");
    place.sound(&acknowledged);
}

#[test]
fn a_disk_that_only_reads_is_read_says_so_and_recovers_by_itself() {
    let place = Place::new();
    let served = place.serve();
    let mut acknowledged = BTreeMap::new();
    let opened = opening(&place, "Antes").send(&served, "antes");
    let number = opened.json()["number"].as_str().expect("a number").to_owned();
    note(&mut acknowledged, &number, &opened);
    let mut longest = Duration::ZERO;
    let runs = 20;
    for run in 0..runs {
        // In mid-load: some are under way when it happens.
        let clients: Vec<_> = (0..3)
            .map(|client| {
                let act = opening(&place, &format!("Carga {run} {client}"));
                (format!("{run}-{client}"), act)
            })
            .collect();
        place.world.fail(WRITES | NAMES, if run % 2 == 0 { EROFS } else { ENOSPC }, 1 + run % 7, true);
        for (key, act) in &clients {
            let reply = act.send(&served, key);
            if reply.status == 201 {
                note(&mut acknowledged, reply.json()["number"].as_str().expect("a number"), &reply);
            } else {
                told_to_wait(&reply, act);
            }
        }
        let late = opening(&place, "Tarde");
        told_to_wait(&late.send(&served, &format!("tarde-{run}")), &late);
        let (status, health) = served.get("/salud", "");
        assert!(status == 503 && health.contains("diaco: solo lectura"), "{health}");
        let read = served.send(
            "GET",
            &format!("/api/v1/diaco/cases/{number}"),
            &format!("Authorization: Bearer {}\r\n", place.user),
            "",
        );
        assert_eq!(read.expect("it answers").status, 200);
        place.world.heal();
        let begun = Instant::now();
        while served.get("/salud", "").0 != 200 {
            assert!(begun.elapsed() < PATIENCE, "it does not recover");
            std::thread::sleep(Duration::from_millis(20));
        }
        longest = longest.max(begun.elapsed());
        for (key, act) in &clients {
            let reply = act.send(&served, key);
            assert_eq!(reply.status, 201, "{reply:?}");
            note(&mut acknowledged, reply.json()["number"].as_str().expect("a number"), &reply);
        }
    }
    println!("R05: {runs} times read-only or full in mid-load, longest recovery {} ms", longest.as_millis());
    assert_eq!(served.end(), Some(0));
    place.sound(&acknowledged);
}

#[test]
fn a_folder_of_files_that_is_gone_takes_no_files_until_it_is_back() {
    let place = Place::new();
    let served = place.serve();
    let mut acknowledged = BTreeMap::new();
    let opened = opening(&place, "Con foto").send(&served, "abre");
    let number = opened.json()["number"].as_str().expect("a number").to_owned();
    note(&mut acknowledged, &number, &opened);
    let attach = acts(&place, &number).into_iter().find(|act| act.file).expect("an act with a file");
    let files = place.folder.path().join("datos/diaco/archivos");
    let away = place.folder.path().join("lejos");
    std::fs::rename(&files, &away).expect("moved away");
    told_to_wait(&attach.send(&served, "foto"), &attach);
    let (status, health) = served.get("/salud", "");
    assert!(status == 503 && health.contains("diaco: solo lectura"), "{health}");
    assert!(!files.exists(), "it does not begin a second folder");
    // Cases go on: they need no file.
    assert_eq!(opening(&place, "Sin foto").send(&served, "otra").status, 201);
    acknowledged
        .insert(opening(&place, "Sin foto").send(&served, "otra").json()["number"].as_str().expect("it").into(), 1);
    std::fs::rename(&away, &files).expect("back");
    let begun = Instant::now();
    while served.get("/salud", "").0 != 200 {
        assert!(begun.elapsed() < PATIENCE, "it does not recover");
        std::thread::sleep(Duration::from_millis(20));
    }
    let reply = attach.send(&served, "foto");
    assert_eq!(reply.status, 201, "{reply:?}");
    assert_eq!(served.end(), Some(0));
    place.sound(&acknowledged);
}

#[test]
fn after_an_error_of_fsync_nothing_is_written_until_the_program_is_started_anew() {
    let place = Place::new();
    let mut acknowledged = BTreeMap::new();
    // Now and then the worker's own commit meets the error first.
    let mut unsure = 0;
    for run in 0..5 {
        let served = place.serve();
        let act = opening(&place, &format!("Vuelta {run}"));
        place.world.fail(SYNCS, EIO, 1, true);
        let reply = act.send(&served, &format!("f{run}"));
        assert_eq!(reply.status, 503, "{reply:?}");
        unsure += u32::from(reply.body.contains("no se sabe si quedó registrado"));
        place.world.heal();
        // The disk seems well again; what it was given before is in doubt.
        told_to_wait(&act.send(&served, &format!("g{run}")), &act);
        let (status, health) = served.get("/salud", "");
        assert!(status == 503 && health.contains("diaco: solo lectura"), "{health}");
        drop(served);
        let served = place.serve();
        let reply = act.send(&served, &format!("f{run}"));
        assert_eq!(reply.status, 201, "{reply:?}");
        note(&mut acknowledged, reply.json()["number"].as_str().expect("a number"), &reply);
        assert_eq!(served.end(), Some(0));
    }
    assert!(unsure > 0, "nobody was told that the outcome is not known");
    let log = std::fs::read_to_string(place.log()).expect("the log");
    assert_eq!(log.matches("nothing more is written").count(), 5, "{log}");
    place.sound(&acknowledged);
}
