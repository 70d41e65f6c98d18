//! Any bytes as a sequence of commands on a case of IGSS DTS-02: replay always equals the state. `cargo fuzz run commands`.
#![no_main]

use engine::{
    actor::{Actor, PersonId, Post},
    apply::replay,
    calendar::Calendar,
    case::Case,
    command::{Command, Complete, Open},
    decide::{decide, perform},
    event::{Channel, Priority},
    world::{Everyone, World},
};
use libfuzzer_sys::fuzz_target;
use manual::{edition::Edition, procedure::StepNo, read::read, source::SourceFile};
use std::sync::LazyLock;

static EDITION: LazyLock<Edition> = LazyLock::new(|| {
    let own = |path: &str, text: &str| SourceFile::new(path.to_string(), text.to_string());
    let files = [
        own("manual.kdl", include_str!("../../manuals/igss/manual.kdl")),
        own("procedimientos/dts-02.kdl", include_str!("../../manuals/igss/procedimientos/dts-02-soporte-tecnico.kdl")),
        own("formularios/solicitud.kdl", include_str!("../../manuals/igss/formularios/solicitud.kdl")),
    ];
    let shared = [
        own("guatemala.kdl", include_str!("../../manuals/calendarios/guatemala.kdl")),
        own("guatemala-decretos.kdl", include_str!("../../manuals/calendarios/guatemala-decretos.kdl")),
    ];
    read(&files, &shared).edition.expect("the support procedure reads")
});

fuzz_target!(|bytes: &[u8]| {
    let edition = &*EDITION;
    let institution = &edition.institution;
    let calendar = Calendar::new(&edition.calendar, &[], institution.country, &institution.zone, 1).expect("a calendar");
    let procedure = edition.procedure("DTS-02").expect("DTS-02");
    let mut now: jiff::Timestamp = "2026-03-02T15:00:00Z".parse().expect("a moment");
    let mut case: Option<Case> = None;
    let mut history = Vec::new();
    for pair in bytes.chunks_exact(3) {
        let role = &edition.roles[usize::from(pair[0]) % edition.roles.len()].name;
        let person = i64::from(pair[0]) + 1;
        let actor = Actor {
            person: PersonId(person),
            name: "Persona".into(),
            unit: None,
            posts: vec![Post { role: role.clone(), unit: None }],
            stands_in_for: Vec::new(),
        };
        let step = StepNo(u16::from(pair[1] % 7));
        let text: engine::Name = "una razón".into();
        let command = match pair[2] % 10 {
            0 => Command::Open(Box::new(Open {
                number: "2026-000001".into(),
                edition: 1,
                subject: "Asunto".into(),
                description: "".into(),
                on_behalf_of: None,
                channel: Channel::Portal,
                priority: Priority::Normal,
                weight: None,
                values: Vec::new(),
                overrides: Vec::new(),
                attachments: Vec::new(),
                with_first_step: pair[1] % 2 == 0,
            })),
            1 | 2 => Command::Complete(Complete::step(step)),
            3 => Command::Complete(Complete { answer: Some("si".into()), ..Complete::step(step) }),
            4 => Command::Complete(Complete { answer: Some("no".into()), ..Complete::step(step) }),
            5 => Command::SendBack { step, visit: None, to: None, reason: text },
            6 => Command::Take,
            7 => Command::Cancel { reason: text },
            8 => Command::Reopen { reason: text },
            _ => Command::Comment { text, public: true, mentions: Vec::new() },
        };
        let world = World { edition, procedure, calendar: &calendar, now, actor: &actor, directory: &Everyone, other: None };
        if let Ok(decision) = decide(case.as_ref(), &command, &world) {
            let (after, events) = perform(case.take(), decision.events, now).expect("a decision applies");
            history.extend(events);
            case = Some(after);
        }
        now += jiff::SignedDuration::from_mins(i64::from(pair[1]));
    }
    if let Some(case) = case {
        assert_eq!(replay(&history).as_ref(), Ok(&case));
    }
});
