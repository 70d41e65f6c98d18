//! R01: kill -9 at random moments while 20 clients open and advance cases over the API. Nothing acknowledged is lost,
//! nothing is done twice, and everything verifies afterwards. `VENTANILLA_KILLS` and `VENTANILLA_ADVANCES` ask for more.

#[path = "crash/decree.rs"]
mod decree;

use engine::{actor::PersonId, event::Event};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use store::{Location, OpenOptions, Store};

const CLIENTS: u64 = 20;
const SEED: u64 = 0x5eed_cafe_0000_0001;

/// Steps of DTS-02 that lead to its end: number, answer, and whose token does it.
const STEPS: [(u16, Option<&str>); 3] = [(1, None), (2, Some("si")), (5, None)];

#[derive(Clone, Default)]
struct Acknowledged {
    /// Case -> the steps whose completion was answered 2xx.
    cases: BTreeMap<String, Vec<u16>>,
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_done_twice_by_kill_9() {
    let kills = asked("VENTANILLA_KILLS", 200);
    let advances = asked("VENTANILLA_ADVANCES", 1_000);
    let folder = tempfile::tempdir().expect("a folder");
    let manuals = only_igss(folder.path());
    let data = folder.path().join("datos");
    let (mut server, port) = start(&manuals, &data, 0);
    let _ = server.kill();
    let _ = server.wait();
    let tokens = Arc::new(make_tokens(&data));

    let stop = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicU64::new(0));
    let known = Arc::new(Mutex::new(Acknowledged::default()));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (tokens, stop, done, known) = (tokens.clone(), stop.clone(), done.clone(), known.clone());
            std::thread::spawn(move || work(client, port, &tokens, &stop, &done, &known))
        })
        .collect();

    let mut chance = SEED;
    let mut longest = Duration::ZERO;
    let mut killed = 0;
    while killed < kills || done.load(Ordering::Relaxed) < advances {
        let begun = Instant::now();
        let (mut server, _) = start(&manuals, &data, port);
        longest = longest.max(begun.elapsed());
        std::thread::sleep(Duration::from_millis(random(&mut chance) % 250));
        server.kill().expect("kill -9");
        server.wait().expect("it is gone");
        killed += 1;
        assert!(killed < kills * 20, "the clients get nowhere: {} advances", done.load(Ordering::Relaxed));
        if clients.iter().any(std::thread::JoinHandle::is_finished) {
            break;
        }
    }
    stop.store(true, Ordering::Relaxed);
    // Those who wait for an answer get one from a server that stays.
    let (mut server, _) = start(&manuals, &data, port);
    for client in clients {
        client.join().expect("a client ends");
    }
    let _ = server.kill();
    let _ = server.wait();
    let known = known.lock().expect("the clients are done").clone();
    println!(
        "R01 seed {SEED:#x}: {killed} kills, {} advances and {} openings acknowledged, longest restart {} ms",
        done.load(Ordering::Relaxed),
        known.cases.len(),
        longest.as_millis()
    );
    check(&data, &known);
}

fn work(client: u64, port: u16, tokens: &Tokens, stop: &AtomicBool, done: &AtomicU64, known: &Mutex<Acknowledged>) {
    let mut turn = 0_u64;
    while !stop.load(Ordering::Relaxed) {
        turn += 1;
        let opening =
            json!({ "procedure": "DTS-02", "subject": format!("Cliente {client}, vuelta {turn}"), "description": "" });
        let Some(answer) =
            insist(port, "/api/v1/igss/cases", &tokens.asks, &format!("{client}-{turn}-0"), &opening, stop)
        else {
            return;
        };
        let number = answer["number"].as_str().expect("a number").to_string();
        known.lock().expect("a list").cases.insert(number.clone(), Vec::new());
        for (step, answer) in STEPS {
            let body = match answer {
                Some(answer) => json!({ "step": step, "answer": answer }),
                None if step == 5 => json!({ "step": step, "values": { "solucion": "Se dejó funcionando." } }),
                None => json!({ "step": step }),
            };
            let path = format!("/api/v1/igss/cases/{number}/completions");
            if insist(port, &path, &tokens.attends, &format!("{client}-{turn}-{step}"), &body, stop).is_none() {
                return;
            }
            known.lock().expect("a list").cases.get_mut(&number).expect("opened").push(step);
            done.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Sends until there is a whole 2xx answer; the same key each time. Gives up only when the test ends and nobody answers.
fn insist(port: u16, path: &str, token: &str, key: &str, body: &Value, stop: &AtomicBool) -> Option<Value> {
    let end = Instant::now() + Duration::from_mins(5);
    let mut after_stop = 0;
    loop {
        if let Some((status, answer)) = post(port, path, token, key, body) {
            match status {
                200..300 => return Some(answer),
                503 => {}
                _ => panic!("{path} {key}: {status} {answer}"),
            }
        }
        if stop.load(Ordering::Relaxed) {
            after_stop += 1;
            if after_stop > 500 {
                return None;
            }
        }
        assert!(Instant::now() < end, "{path} {key}: no answer");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn post(port: u16, path: &str, token: &str, key: &str, body: &Value) -> Option<(u16, Value)> {
    let body = body.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut length = None;
    loop {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let mut bytes = vec![0; length?];
    reader.read_exact(&mut bytes).ok()?;
    Some((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
}

struct Tokens {
    asks: String,
    attends: String,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn make_tokens(data: &Path) -> Tokens {
    let store = open(data).await;
    let now = moment();
    let people = (1..200).map(PersonId);
    let mut administers = None;
    let mut attends = None;
    let mut asks = None;
    for id in people {
        let Some(person) = store.person(id).await.expect("the store reads") else { continue };
        if person.administrator && administers.is_none() {
            administers = Some(id);
        }
        let Ok(reader) = store.reader(id, moment()).await else { continue };
        if reader.posts().iter().any(|post| &*post.role == "Técnico de Soporte Remoto") && attends.is_none() {
            attends = Some(id);
        }
        if reader.posts().is_empty() && !person.administrator && !person.auditor && asks.is_none() {
            asks = Some(id);
        }
    }
    let admin = store.admin(administers.expect("an administrator")).await.expect("administers");
    let mut make = Vec::new();
    for (index, person) in [asks.expect("somebody who asks"), attends.expect("a technician")].into_iter().enumerate() {
        let secret = format!("{index:064x}");
        admin
            .create_token(
                person,
                store::hash::sha256_hex(secret.as_bytes()),
                "prueba".into(),
                "write".into(),
                None,
                now,
            )
            .await
            .expect("a token");
        make.push(secret);
    }
    store.close().await;
    let [asks, attends] = <[String; 2]>::try_from(make).expect("two tokens");
    Tokens { asks, attends }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn check(data: &Path, known: &Acknowledged) {
    let store = open(data).await;
    let verified = store.verify().await.expect("the store verifies");
    assert!(verified.findings.is_empty(), "{:#?}", verified.findings);
    let auditor = {
        let mut found = None;
        for id in (1..200).map(PersonId) {
            if store.person(id).await.expect("reads").is_some_and(|person| person.auditor) {
                found = Some(id);
                break;
            }
        }
        store.reader(found.expect("an auditor"), moment()).await.expect("reads")
    };
    for (number, steps) in &known.cases {
        let view = auditor
            .case(number)
            .await
            .expect("reads")
            .unwrap_or_else(|| panic!("{number} was acknowledged and is lost"));
        let completed: Vec<u16> = view
            .history
            .iter()
            .filter_map(|recorded| match &recorded.event {
                Event::Completed(completed) => Some(completed.step.0),
                _ => None,
            })
            .collect();
        assert!(completed.starts_with(steps), "{number}: acknowledged {steps:?}, kept {completed:?}");
        let all: Vec<u16> = STEPS.iter().map(|(step, _)| *step).collect();
        assert!(all.starts_with(&completed), "{number}: a step was done twice or out of order: {completed:?}");
    }
    store.close().await;
}

/// A day on which the demonstration's people hold their posts, whenever the test runs: they hold them without end.
fn moment() -> jiff::Timestamp {
    jiff::Timestamp::from_second(4_000_000_000).expect("a moment")
}

async fn open(data: &Path) -> Store {
    let folder = data.join("igss");
    let mut options = OpenOptions::new("igss", folder.join("archivos"));
    options.zone = "America/Guatemala".into();
    Store::open(Location::Sqlite(folder.join("ventanilla.sqlite")), options).await.expect("the store opens")
}

/// Starts the demonstration and waits until it says where it is.
#[expect(clippy::zombie_processes, reason = "the caller kills it and waits for its end")]
fn start(manuals: &Path, data: &Path, port: u16) -> (Child, u16) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_ventanilla"))
        .args(["demo", "--addr", &format!("127.0.0.1:{port}"), "--manuals"])
        .arg(manuals)
        .arg("--data")
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let mut reader = BufReader::new(server.stdout.take().expect("it prints"));
    let mut line = String::new();
    loop {
        line.clear();
        assert!(reader.read_line(&mut line).expect("its words") > 0, "the server did not start");
        if let Some(rest) = line.strip_prefix("Ventanilla atiende en http://127.0.0.1:") {
            let port = rest.split_whitespace().next().and_then(|port| port.parse().ok()).expect("a port");
            return (server, port);
        }
    }
}

/// A library with one institution: a restart opens one database.
fn only_igss(folder: &Path) -> PathBuf {
    let to = folder.join("manuales");
    for part in ["igss", "calendarios"] {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("manuals").join(part), &to.join(part));
    }
    to
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder of manuals") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a copy");
        }
    }
}

fn asked(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}
