//! P01: every parser that strangers reach, given what nobody should send it.

use crate::{
    common::{Desk, PASSWORD},
    mutation::{inputs, some_hostile},
};
use axum::{
    body::Body,
    extract::FromRequest,
    http::{Request, header},
};
use engine::{
    actor::{Actor, PersonId, Post},
    apply::replay,
    calendar::Calendar,
    case::Case,
    command::{Command, Complete, Open},
    decide::{decide, perform},
    event::{Channel, Priority},
    identity,
    world::{Everyone, World},
};
use jiff::{SignedDuration, Timestamp};
use manual::{check, procedure::StepNo, read::read, source::SourceFile, term::Term};
use std::{fs, path::Path};
use web::{form::Sent, state::Visitor};

/// The files of all the manuals.
fn manuals() -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manuals")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of manuals").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "kdl") {
                found.push(path);
            }
        }
    }
    found.sort();
    found.iter().map(|path| fs::read(path).expect("a file")).collect()
}

fn corpus(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

#[test]
fn files_of_a_manual() {
    // In pieces of some lines: what stands in one file can stand in any other.
    let pieces: Vec<Vec<u8>> = manuals()
        .iter()
        .flat_map(|file| {
            let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
            lines.chunks(14).map(<[&[u8]]>::concat).collect::<Vec<_>>()
        })
        .collect();
    let words = [
        "{",
        "}",
        "\"",
        "\\",
        "#true",
        "#null",
        "/-",
        "/*",
        "*/",
        "r#\"",
        "(",
        ")",
        "=",
        ";",
        "\u{feff}",
        "\0",
        "paso 1 \"Jefe\" {",
        "paso 99999999999999999999",
        "decide \"¿?\" si=1 no=1",
        "plazo \"x\" \"-3 días\"",
        "sigue=1",
        "incluye \"../../etc/passwd\"",
        "1e999",
        "0x",
        "\u{202e}",
        "procedimiento \"\" \"\" {",
    ];
    some_hostile(inputs(), "files of a manual", &pieces, &words, |bytes| {
        let (file, _) = SourceFile::from_bytes("manual.kdl", bytes);
        let outcome = read(&[file], &[]);
        let _ = check::check_reading(&outcome);
    });
}

#[test]
fn terms_and_identity_numbers() {
    let terms = corpus(&[
        "3 días hábiles",
        "10 días",
        "8 horas hábiles",
        "24 horas",
        "2 meses",
        "1 día calendario",
        "30 minutos",
    ]);
    let words = ["-", "99999999999999999999", "0", " ", "\u{a0}", "días", "hábiles", "٣", "3,5", "\0", "1e9", "²"];
    some_hostile(inputs(), "terms", &terms, &words, |bytes| {
        let _ = String::from_utf8_lossy(bytes).parse::<Term>();
    });
    let numbers = corpus(&[
        "576937-K",
        "1234567-8",
        "2341 56789 0101",
        "1589 73250 0101",
        "00016297-5",
        "0614-010190-101-3",
        "+502 2232 1234",
        "2222-3333",
        "ana.lopez@ejemplo.gob.gt",
    ]);
    let words =
        ["-", "K", "k", " ", "٣", "\u{200f}", "0", "@", "..", "\u{301}", "99999999999999999999999999", "\0", "+"];
    some_hostile(inputs(), "identity numbers", &numbers, &words, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        for country in [manual::organization::Country::Guatemala, manual::organization::Country::ElSalvador] {
            let _ = identity::phone(&text, country);
        }
        for verdict in [
            identity::nit_gt(&text),
            identity::cui(&text),
            identity::dui(&text),
            identity::nit_sv(&text),
            identity::email(&text),
        ] {
            let _ = (verdict.normalized(), verdict.shown());
        }
        let _ = identity::mask(&text);
    });
}

/// Any bytes as commands on a case of the support procedure: whatever is decided, the history gives the case again.
#[test]
fn sequences_of_commands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manuals");
    let file = |name: &str| SourceFile::new(name, fs::read_to_string(root.join(name)).expect("a file of the manual"));
    let own = ["manual.kdl", "procedimientos/dts-02-soporte-tecnico.kdl", "formularios/solicitud.kdl"];
    let files = own.map(|name| SourceFile::new(name, file(&format!("igss/{name}")).text));
    let shared = ["guatemala.kdl", "guatemala-decretos.kdl"]
        .map(|name| SourceFile::new(name, file(&format!("calendarios/{name}")).text));
    let edition = read(&files, &shared).edition.expect("the support procedure reads");
    let (institution, procedure) = (&edition.institution, edition.procedure("DTS-02").expect("DTS-02"));
    let calendar =
        Calendar::new(&edition.calendar, &[], institution.country, &institution.zone, 1).expect("a calendar");
    let begins: Timestamp = "2026-03-02T15:00:00Z".parse().expect("a moment");
    let seeds: Vec<Vec<u8>> = (0..64_u8)
        .map(|seed| [0, 0, 0].into_iter().chain((0..90_u8).map(|n| n.wrapping_mul(seed).wrapping_add(n / 7))).collect())
        .collect();
    some_hostile(
        inputs(),
        "sequences of commands",
        &seeds,
        &["\0\0\0", "\x05\x01\x01", "\x06\x02\x03", "\x06\x05\x01"],
        |bytes| {
            let mut now = begins;
            let mut case: Option<Case> = None;
            let mut history = Vec::new();
            for triple in bytes.chunks_exact(3) {
                let role = &edition.roles[usize::from(triple[0]) % edition.roles.len()].name;
                let actor = Actor {
                    person: PersonId(i64::from(triple[0]) + 1),
                    name: "Persona".into(),
                    unit: None,
                    posts: vec![Post { role: role.clone(), unit: None }],
                    stands_in_for: Vec::new(),
                };
                let command = command(triple[1], triple[2]);
                let world = World {
                    edition: &edition,
                    procedure,
                    calendar: &calendar,
                    now,
                    actor: &actor,
                    directory: &Everyone,
                    other: None,
                };
                if let Ok(decision) = decide(case.as_ref(), &command, &world) {
                    let (after, events) = perform(case.take(), decision.events, now).expect("a decision applies");
                    history.extend(events);
                    case = Some(after);
                }
                now += SignedDuration::from_mins(i64::from(triple[1]));
            }
            if let Some(case) = case {
                assert_eq!(replay(&history).as_ref(), Ok(&case));
            }
        },
    );
}

fn command(one: u8, two: u8) -> Command {
    let step = StepNo(u16::from(one % 7));
    let text: engine::Name = "una razón".into();
    match two % 10 {
        0 => Command::Open(Box::new(Open {
            number: "2026-000001".into(),
            edition: 1,
            subject: "Asunto".into(),
            description: "".into(),
            on_behalf_of: None,
            channel: Channel::Portal,
            priority: Priority::Normal,
            weight: None,
            assign: None,
            outsider: None,
            values: Vec::new(),
            overrides: Vec::new(),
            attachments: Vec::new(),
            with_first_step: one.is_multiple_of(2),
            from: None,
        })),
        1 | 2 => Command::Complete(Complete::step(step)),
        3 => Command::Complete(Complete { answer: Some("si".into()), ..Complete::step(step) }),
        4 => Command::Complete(Complete { answer: Some("no".into()), ..Complete::step(step) }),
        5 => Command::SendBack { step, visit: None, to: None, reason: text },
        6 => Command::Take,
        7 => Command::Cancel { reason: text },
        8 => Command::Reopen { reason: text },
        _ => Command::Comment { text, public: true, mentions: Vec::new() },
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms() {
    let desk = Desk::open(&["usulutan"]).await;
    let visitor = visitor(&desk).await;
    let read = |kind: &'static str, body: Vec<u8>| {
        let request = Request::post("/usulutan/casos/2026-000001/adjuntos").header(header::CONTENT_TYPE, kind);
        let mut request = request.body(Body::from(body)).expect("a request");
        request.extensions_mut().insert(visitor.clone());
        let read = tokio::runtime::Handle::current();
        tokio::task::block_in_place(|| read.block_on(Sent::from_request(request, &desk.app)))
    };
    let seal = &visitor.seal;
    let texts = corpus(&[
        &format!("sello={seal}&clave=abc&asunto=Sin+red&d.telefono=2222-3333&paso=2&visita=1"),
        &format!("asunto=%C3%B1and%C3%BA&sello={seal}&descripcion=Lo+%3Cb%3Eescrito%3C%2Fb%3E%0D%0Adebajo"),
    ]);
    let words = ["%", "%zz", "%00", "%ff", "&", "=", "&&==", "+", "sello=", ";", "\0", "%F0%9F%98%80", "d.x="];
    let mut whole = 0;
    some_hostile(inputs(), "urlencoded forms", &texts, &words, |bytes| {
        whole += usize::from(read("application/x-www-form-urlencoded", bytes.to_vec()).is_ok());
    });
    assert!(whole > 100, "the seal was hardly ever left whole: {whole}");
    let part = |name: &str, text: &str| {
        format!("--borde\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let end = "--borde--\r\n";
    let parts = corpus(&[
        &[part("sello", seal), part("asunto", "Sin red"), part("d.a", "ñandú\r\n"), end.into()].concat(),
        &[part("sello", seal), part("x\"; filename=\"a.pdf", "contenido"), end.into()].concat(),
        &[part("sello", seal), part("sello", "otro"), part("vacío", ""), end.into()].concat(),
    ]);
    let words = [
        "--borde",
        "--borde--",
        "\r\n",
        "\r\n\r\n",
        "\n",
        "Content-Disposition: form-data; name=\"x\"",
        "filename=\"\"",
        "filename*=UTF-8''%ff",
        "Content-Type: ",
        "Content-Transfer-Encoding: base64",
        "\0",
        "name=",
        ";",
        "\"",
    ];
    let mut whole = 0;
    some_hostile(inputs(), "multipart forms", &parts, &words, |bytes| {
        whole += usize::from(read("multipart/form-data; boundary=borde", bytes.to_vec()).is_ok());
    });
    assert!(whole > 100, "the seal was hardly ever left whole: {whole}");
}

/// Somebody who has entered, as a form's reader sees him.
async fn visitor(desk: &Desk) -> Visitor {
    let house = desk.app.house("usulutan").expect("a house");
    let reader = house.store.reader(desk.places["usulutan"].people["ana"], desk.app.now()).await.expect("a reader");
    let preferences = house.store.preferences(reader.person().id).await.expect("preferences");
    Visitor {
        preferences,
        person: reader.person().clone(),
        posts: reader.posts().into_iter().cloned().collect(),
        reader,
        house,
        session: String::new(),
        seal: web::clock::digest(PASSWORD),
        key: String::new(),
        now: desk.app.now(),
        entered_at: desk.app.now(),
    }
}
