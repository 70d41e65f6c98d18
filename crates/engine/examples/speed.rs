//! Decide and apply, and replay, per second on one core: `cargo run --release -p engine --example speed`.

use engine::{
    actor::{Actor, PersonId, Post},
    apply::replay,
    calendar::Calendar,
    case::Case,
    command::{Command, Complete, Open},
    decide::{decide, perform},
    event::{Channel, Priority, Recorded},
    world::{Everyone, World},
};
use manual::{edition::Edition, procedure::StepNo, read::read, source::SourceFile};
use std::{fs, hint::black_box, path::Path, time::Instant};

fn main() {
    let edition = load("igss");
    let institution = &edition.institution;
    let calendar = Calendar::new(&edition.calendar, &[], institution.country, &institution.zone, 1).expect("a calendar");
    let procedure = edition.procedure("DTS-02").expect("DTS-02");
    let posts = edition.roles.iter().map(|role| Post { role: role.name.clone(), unit: None }).collect();
    let actor = Actor { person: PersonId(7), name: "Persona".into(), unit: None, posts, stands_in_for: Vec::new() };
    let now: jiff::Timestamp = "2026-03-02T15:00:00Z".parse().expect("a moment");
    let world = World { edition: &edition, procedure, calendar: &calendar, now, actor: &actor, directory: &Everyone, other: None };
    let open = Command::Open(Box::new(Open {
        number: "2026-000001".into(),
        edition: 1,
        subject: "Impresora".into(),
        description: "".into(),
        on_behalf_of: None,
        channel: Channel::Portal,
        priority: Priority::Normal,
        values: Vec::new(),
        overrides: Vec::new(),
        attachments: Vec::new(),
        with_first_step: false,
    }));
    let opened = perform(None, decide(None, &open, &world).expect("opens").events, now).expect("applies");
    // Back and forth between 3 and 4 for ever: the jump back of DTS-02.
    let commands = [
        Command::Complete(Complete::step(StepNo(1))),
        Command::Complete(Complete { answer: Some("no".into()), ..Complete::step(StepNo(2)) }),
        Command::Complete(Complete::step(StepNo(3))),
        Command::Complete(Complete { answer: Some("no".into()), ..Complete::step(StepNo(4)) }),
    ];
    let mut history: Vec<Recorded> = opened.1.clone();
    let mut case: Case = opened.0.clone();
    for index in 0..49 {
        let command = if index < 2 { &commands[index] } else { &commands[2 + index % 2] };
        let decision = decide(Some(&case), command, &world).expect("a step");
        let (after, events) = perform(Some(case), decision.events, now).expect("applies");
        case = after;
        history.extend(events);
    }
    let rounds = 200_000;
    let start = Instant::now();
    let mut done = 0_u64;
    for _ in 0..rounds {
        let mut case = opened.0.clone();
        for index in 0..10 {
            let command = if index < 2 { &commands[index] } else { &commands[2 + index % 2] };
            let decision = decide(Some(&case), command, &world).expect("a step");
            let (after, events) = perform(Some(case), decision.events, now).expect("applies");
            black_box(events);
            case = after;
            done += 1;
        }
    }
    let spent = start.elapsed().as_secs_f64();
    println!("decide+apply: {:.2} million/s", done as f64 / spent / 1e6);
    let start = Instant::now();
    for _ in 0..20_000 {
        black_box(replay(black_box(&history)).expect("replays"));
    }
    println!("replay of {} events: {:.1} µs", history.len(), start.elapsed().as_secs_f64() / 20_000.0 * 1e6);
    let lines: Vec<String> = history.iter().map(|event| serde_json::to_string(event).expect("text")).collect();
    let start = Instant::now();
    for _ in 0..20_000 {
        let events: Vec<Recorded> = lines.iter().map(|line| serde_json::from_str(line).expect("reads")).collect();
        black_box(replay(&events).expect("replays"));
    }
    println!("read from text and replay: {:.1} µs", start.elapsed().as_secs_f64() / 20_000.0 * 1e6);
}

fn load(institution: &str) -> Edition {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manuals");
    let (mut files, mut shared) = (Vec::new(), Vec::new());
    collect(&root.join(institution), "", &mut files);
    collect(&root.join("calendarios"), "", &mut shared);
    read(&files, &shared).edition.expect("an edition")
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else {
            files.push(SourceFile::new(name, fs::read_to_string(&path).expect("text")));
        }
    }
}
