//! Golden histories: what a released version wrote must replay to the same state for ever. A new example adds a file;
//! an existing file is never edited. `VENTANILLA_GOLDEN=write` writes the missing ones.

mod common;

use engine::{
    actor::{Party, PersonId},
    apply::replay,
    event::{
        Due, Escalated, EscalationKind, Event, Grounds, JoinedDue, MovedDue, Outcome, Outsider, Priority, Recorded,
    },
    rehearse::rehearse,
    tie::{Echo, Echoed, Follower, TieKind},
};
use serde::{Deserialize, Serialize};
use std::{fs, path::Path};

#[derive(Serialize, Deserialize)]
struct Golden {
    institution: String,
    example: String,
    /// One event a line of the journal, as its text.
    history: Vec<serde_json::Value>,
    state: serde_json::Value,
}

#[test]
fn released_histories_replay_to_the_state_they_had() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    if std::env::var("VENTANILLA_GOLDEN").is_ok_and(|value| value == "write") {
        write_missing(&folder);
    }
    let mut files: Vec<_> =
        fs::read_dir(&folder).expect("golden histories").map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 45, "at least one golden history a procedure, found {}", files.len());
    for path in files {
        let golden: Golden = serde_json::from_str(&fs::read_to_string(&path).unwrap()).expect("a golden file");
        let history: Vec<Recorded> = golden
            .history
            .iter()
            .map(|event| {
                serde_json::from_value(event.clone()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            })
            .collect();
        let case = replay(&history).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(serde_json::to_value(&case).unwrap(), golden.state, "{}", path.display());
        for (event, text) in history.iter().zip(&golden.history) {
            assert_eq!(
                &serde_json::to_value(event).unwrap(),
                text,
                "{}: an event is written as it was",
                path.display()
            );
        }
    }
}

/// What is done to a case beside its steps: following, weighing, escalating, ticking off.
fn handled() -> Vec<Recorded> {
    let edition = common::edition("igss");
    let scenario = edition.scenarios.iter().find(|scenario| &*scenario.procedure == "DTS-02").expect("an example");
    let procedure = edition.procedure("DTS-02").expect("support");
    let done = rehearse(&edition, procedure, scenario, &common::calendar(&edition)).expect("an example that runs");
    let mut history: Vec<Recorded> = done.history.into_iter().take(2).collect();
    let by = history[1].by.clone();
    let who = Party { person: PersonId(7), name: "Persona que sigue".into(), unit: None };
    let (step, visit) = (manual::procedure::StepNo(2), 1);
    let grounds = Grounds {
        impact: "alto".into(),
        impact_label: "Alto: un servicio".into(),
        urgency: "media".into(),
        urgency_label: "Media".into(),
    };
    let escalated = Escalated {
        kind: EscalationKind::Hierarchical,
        step,
        visit,
        from: "Técnico de Soporte Remoto".into(),
        to: "Jefe de Departamento".into(),
        unit: Some("soporte".into()),
        person: Some(who.clone()),
        route: None,
        released: Vec::new(),
        reason: "Autorizar".into(),
    };
    let functional = Escalated {
        kind: EscalationKind::Functional,
        to: "Soporte (nivel 2)".into(),
        unit: None,
        person: None,
        route: Some("soporte".into()),
        released: vec!["Técnico correspondiente".into()],
        ..escalated.clone()
    };
    let check = |done| Event::Checked { step, visit, item: "Cableado".into(), done };
    for event in [
        Event::Watched { who: who.clone(), internal: true },
        Event::Prioritized { priority: Priority::High, grounds: Some(grounds), reason: Some("Un servicio".into()) },
        check(true),
        check(false),
        check(true),
        Event::Escalated(escalated.clone()),
        Event::EscalationReturned { reason: "No hace falta".into() },
        Event::Escalated(functional),
        Event::Unwatched { who: who.clone() },
        Event::Watched { who, internal: false },
        Event::Escalated(escalated),
    ] {
        let last = history.last().expect("opened");
        let (n, at) = (last.n + 1, last.at + jiff::SignedDuration::from_mins(3));
        history.push(Recorded { n, at, by: by.clone(), event });
    }
    history
}

/// What happens to the terms of a case, from the telephone call of somebody without an account to a lapse.
fn timed() -> Vec<Recorded> {
    let edition = common::edition("diaco");
    let code = "DIACO-IN-PR-03.1";
    let scenario = edition.scenarios.iter().find(|scenario| &*scenario.procedure == code).expect("an example");
    let procedure = edition.procedure(code).expect("support");
    let done = rehearse(&edition, procedure, scenario, &common::calendar(&edition)).expect("an example that runs");
    let mut history: Vec<Recorded> = done.history.into_iter().take(2).collect();
    let by = history[1].by.clone();
    let due = replay(&history).expect("two events").due_of("resolver").expect("its term");
    let days = |days: i64| due + jiff::SignedDuration::from_hours(24 * days);
    let clock = || -> engine::Name { "resolver".into() };
    let at = |days_on| vec![Due { clock: clock(), at: days(days_on) }];
    let moved = |from, to| vec![MovedDue { clock: clock(), before: days(from), after: days(to) }];
    let paused = jiff::SignedDuration::from_mins(3);
    for event in [
        Event::AskedBy(Outsider { name: "Vecina".into(), contact: Some("5555 0000".into()), unit: None }),
        Event::Assigned {
            role: "Técnico".into(),
            to: Party { person: PersonId(9), name: "Quien atiende".into(), unit: None },
            reason: Some("Turno".into()),
        },
        Event::Commented { text: "Se llamó".into(), public: false },
        Event::Warned { clock: clock(), due, warning: 0 },
        Event::Halted { cause: "repuesto".into(), reason: "Sin pieza".into(), evidence: Some("Oficio 3".into()) },
        Event::Resumed { note: Some("Llegó".into()), dues: at(1) },
        Event::DeadlinePassed { clock: clock(), due: days(1) },
        Event::Prolonged {
            cause: "piezas".into(),
            by: "2 días hábiles".into(),
            reason: "Disco".into(),
            evidence: Some("Dictamen 7".into()),
            clocks: vec![clock()],
            dues: at(3),
        },
        Event::Recounted { calendar: 2, reason: "asueto".into(), moved: moved(3, 4) },
        Event::Redated { dues: at(5) },
        Event::Transferred {
            from: 1,
            to: 2,
            reason: "Edición aprobada".into(),
            moved: moved(5, 6),
            joined: vec![
                JoinedDue { clock: "paso".into(), since: days(0), pauses: Vec::new(), due: days(2), apart: false },
                JoinedDue {
                    clock: "responder".into(),
                    since: days(0),
                    pauses: vec![(days(0), Some(days(0) + paused))],
                    due: days(7),
                    apart: true,
                },
            ],
            dropped: Vec::new(),
        },
        Event::Transferred {
            from: 2,
            to: 3,
            reason: "Otra".into(),
            moved: Vec::new(),
            joined: Vec::new(),
            dropped: vec!["paso".into(), "responder".into()],
        },
        Event::SetApart { cause: "mineco".into(), reason: "Accesos".into(), evidence: None },
        Event::Began { dues: vec![Due { clock: "calificar".into(), at: days(9) }] },
        Event::Lapsed { clock: "calificar".into(), due: days(9), unrated: true, stay: None },
        Event::Rated { conforms: true, comment: Some("Gracias".into()) },
        Event::EffectSettled { key: "aviso".into(), outcome: Outcome::Unknown, detail: None },
        Event::EffectSettled { key: "aviso".into(), outcome: Outcome::Done, detail: Some("250".into()) },
        Event::Cancelled { reason: "Se retiró".into() },
    ] {
        let last = history.last().expect("opened");
        let (n, at) = (last.n + 1, last.at + jiff::SignedDuration::from_mins(3));
        history.push(Recorded { n, at, by: by.clone(), event });
    }
    history
}

/// The same as the first release told it, which is still read.
fn timed_before() -> Vec<Recorded> {
    let mut history: Vec<Recorded> = timed().into_iter().take(2).collect();
    let by = history[1].by.clone();
    let due = replay(&history).expect("two events").due_of("resolver").expect("its term");
    let dues =
        |days: i64| vec![Due { clock: "resolver".into(), at: due + jiff::SignedDuration::from_hours(24 * days) }];
    for event in [
        Event::Extended {
            cause: "piezas".into(), by: "2 días hábiles".into(), reason: "Disco".into(), dues: dues(2)
        },
        Event::Recalculated { calendar: 2, reason: "asueto".into(), dues: dues(3) },
        Event::Moved { from: 1, to: 2, reason: "Edición aprobada".into() },
        Event::Excluded { cause: "mineco".into(), reason: "Accesos".into() },
    ] {
        let last = history.last().expect("opened");
        let (n, at) = (last.n + 1, last.at + jiff::SignedDuration::from_mins(3));
        history.push(Recorded { n, at, by: by.clone(), event });
    }
    history
}

/// How a case is tied to others, and what it hears of them.
fn tied() -> Vec<Recorded> {
    let edition = common::edition("diaco");
    let code = "DIACO-IN-PR-03.1";
    let scenario = edition.scenarios.iter().find(|scenario| &*scenario.procedure == code).expect("an example");
    let procedure = edition.procedure(code).expect("support");
    let done = rehearse(&edition, procedure, scenario, &common::calendar(&edition)).expect("an example that runs");
    let mut history: Vec<Recorded> = done.history.into_iter().take(2).collect();
    let by = history[1].by.clone();
    let who = Party { person: PersonId(7), name: "Persona que sigue".into(), unit: None };
    let follower = Follower { who: who.clone(), internal: true };
    let open = replay(&history).expect("two events").clocks;
    let dues = open.into_iter().map(|clock| Due { clock: clock.name, at: clock.due }).collect();
    let other = |n: u32| -> engine::Name { format!("2026-{n:06}").into() };
    let echo = |n, what| Event::Echoed(Box::new(Echoed { from: "2026-000044".into(), n, what }));
    for event in [
        Event::Linked { kind: TieKind::Related, other: other(41), reason: Some("Mismo edificio".into()) },
        Event::Linked { kind: TieKind::ChildOf, other: other(42), reason: None },
        Event::Unlinked { kind: TieKind::Related, other: other(41), reason: "Por error".into() },
        Event::Linked { kind: TieKind::SplitFrom, other: other(43), reason: None },
        echo(5, Echo::Linked { kind: TieKind::DuplicateOf, reason: None }),
        echo(6, Echo::Unlinked { kind: TieKind::DuplicateOf, reason: "No lo era".into() }),
        echo(7, Echo::Merged { subject: "Lo mismo".into(), reason: "Se repite".into(), followers: vec![follower] }),
        Event::Watched { who: who.clone(), internal: false },
        echo(9, Echo::Separated { reason: "Era otro".into(), gone: vec![who.person] }),
        Event::Merged {
            into: other(45),
            reason: "Se repite".into(),
            followers: vec![Follower { who, internal: false }],
        },
        Event::Separated { from: other(45), reason: "Era otro".into(), dues },
        Event::Merged { into: other(46), reason: "Se repite".into(), followers: Vec::new() },
    ] {
        let last = history.last().expect("opened");
        let (n, at) = (last.n + 1, last.at + jiff::SignedDuration::from_mins(3));
        history.push(Recorded { n, at, by: by.clone(), event });
    }
    history
}

fn write_missing(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for (file, institution, example, history) in [
        ("2-igss-handling.json", "igss", "Seguir, priorizar, escalar y revisar una lista", handled as fn() -> _),
        ("2-diaco-ties.json", "diaco", "Enlazar, unir y separar", tied),
        ("2-diaco-terms.json", "diaco", "Plazos: de la llamada al vencimiento de la calificación", timed),
        ("1-diaco-terms.json", "diaco", "Plazos, como los escribía la primera edición", timed_before),
    ] {
        let path = folder.join(file);
        if path.exists() {
            continue;
        }
        let history: Vec<Recorded> = history();
        let golden = Golden {
            institution: institution.into(),
            example: example.into(),
            state: serde_json::to_value(replay(&history).unwrap()).unwrap(),
            history: history.iter().map(|event| serde_json::to_value(event).unwrap()).collect(),
        };
        fs::write(path, serde_json::to_string(&golden).unwrap() + "\n").unwrap();
    }
    for institution in common::INSTITUTIONS {
        let edition = common::edition(institution);
        let calendar = common::calendar(&edition);
        for (index, scenario) in edition.scenarios.iter().enumerate() {
            let name: String = scenario
                .procedure
                .chars()
                .map(|c| if c.is_alphanumeric() { c } else { '-' })
                .collect::<String>()
                .to_lowercase();
            let procedure = edition.procedure(&scenario.procedure).unwrap();
            let done = rehearse(&edition, procedure, scenario, &calendar).expect("an example that runs");
            let golden = Golden {
                institution: institution.into(),
                example: scenario.title.to_string(),
                history: done.history.iter().map(|event| serde_json::to_value(event).unwrap()).collect(),
                state: serde_json::to_value(&done.case).unwrap(),
            };
            let text = serde_json::to_string(&golden).unwrap() + "\n";
            // An example that now runs otherwise is kept beside what it was.
            let kept = |version: u32| folder.join(format!("{version}-{institution}-{name}-{index}.json"));
            let version = (1..1_000).find(|version| !kept(version + 1).exists()).unwrap();
            match fs::read_to_string(kept(version)) {
                Ok(before) if before == text => {}
                Ok(_) => fs::write(kept(version + 1), text).unwrap(),
                Err(_) => fs::write(kept(version), text).unwrap(),
            }
        }
    }
}
