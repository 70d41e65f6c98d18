//! Two programs on one PostgreSQL: set up through one, entered through both, live across them, terms told once, killed
//! and cut off from the database without loss.

use crate::{
    house::{SUPPORT, furnish, options, past},
    served::{PROGRAM, Served, free, ventanilla},
    server::Server,
};
use engine::{actor::PersonId, event::Event};
use serde_json::json;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc,
    time::{Duration, Instant},
};
use store::{Location, OpenRequest, Store, Submission, auth::NewSession};

const PASSWORD: &str = "grapa de caballo correcto";
const CLOCK: &str = "resolver";

fn address(server: &Server) -> String {
    let folder =
        server.url().split(' ').find_map(|word| word.strip_prefix("host=").map(str::to_owned)).expect("a folder");
    format!("postgres://postgres@{}/postgres", folder.replace('/', "%2F"))
}

fn configured(folder: &Path, name: &str, addr: SocketAddr, postgres: &str) -> PathBuf {
    let path = folder.join(format!("{name}.toml"));
    let text = format!(
        "addr = \"{addr}\"\ndata = \"datos\"\npostgres = \"{postgres}\"\ninstitutions = [\"diaco\"]\nmin_free_mb = 1\n"
    );
    std::fs::write(&path, text).expect("the configuration");
    path
}

async fn open(folder: &Path, postgres: &str) -> Store {
    let location = Location::Postgres { url: postgres.into(), schema: "diaco".into() };
    Store::open(location, options(&folder.join("datos"))).await.expect("it opens")
}

/// The manual in force and somebody on two posts; thirty cases whose term has run out long ago.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn settle(folder: &Path, postgres: &str) -> Vec<String> {
    let store = open(folder, postgres).await;
    let first = store.person_by_login("ana.admin").await.expect("reads").expect("made in the browser").person.id;
    let user = furnish(&store, first).await.user;
    let mut numbers = Vec::new();
    for n in 0..30 {
        let opening = OpenRequest::new(SUPPORT, format!("Impresora {n}"), "No imprime.");
        let opened = store.submit(Submission::open(user, opening, past())).await.expect("it opens");
        numbers.push(opened.number.to_string());
    }
    store.close().await;
    numbers
}

async fn auditor(store: &Store) -> PersonId {
    store.person_by_login("berta.segunda").await.expect("reads").expect("there").person.id
}

/// How often the term of each of these cases was told to have run out.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn told(folder: &Path, postgres: &str, numbers: &[String]) -> BTreeMap<String, usize> {
    let store = open(folder, postgres).await;
    let auditor = auditor(&store).await;
    let mut times = BTreeMap::new();
    for number in numbers {
        let view =
            store.reader(auditor, past()).await.expect("reads").case(number).await.expect("reads").expect("there");
        let passed = |event: &Event| matches!(event, Event::DeadlinePassed { clock, .. } if &**clock == CLOCK);
        times.insert(number.clone(), view.history.iter().filter(|recorded| passed(&recorded.event)).count());
    }
    store.close().await;
    times
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn verified(folder: &Path, postgres: &str, acknowledged: &[String]) {
    let store = open(folder, postgres).await;
    let verified = store.verify().await.expect("it walks");
    assert!(verified.findings.is_empty(), "{:#?}", verified.findings);
    let reader = store.reader(auditor(&store).await, past()).await.expect("reads");
    for number in acknowledged {
        assert!(reader.case(number).await.expect("reads").is_some(), "{number} was acknowledged and is lost");
    }
    store.close().await;
}

/// A session of the technician, who has no password yet, begun when this one was last used.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn technician(folder: &Path, postgres: &str, cookies: &str) -> String {
    let store = open(folder, postgres).await;
    let person = store.person_by_login("elsa.tecnica").await.expect("reads").expect("there").person.id;
    let hash = |secret: &str| store::hash::sha256_hex(secret.as_bytes());
    let secret = cookies.split("ventanilla-diaco=").nth(1).and_then(|rest| rest.split(';').next()).expect("a session");
    let other = store.session(&hash(secret)).await.expect("reads").expect("there");
    let secret = "f".repeat(64);
    let new = NewSession {
        token_hash: hash(&secret),
        person,
        expires_at: other.expires_at,
        source: "prueba".into(),
        agent: "prueba".into(),
        data: String::new(),
    };
    store.create_session(new, other.seen_at).await.expect("a session");
    store.close().await;
    format!("ventanilla-diaco={secret}")
}

/// Hears the live stream of a page: each name of an event as it comes, and what is told of who is at the case.
struct Live {
    stream: TcpStream,
    hears: mpsc::Receiver<String>,
}

impl Live {
    fn open(served: &Served, cookies: &str, case: &str) -> Self {
        let mut stream = TcpStream::connect(served.addr).expect("connects");
        write!(stream, "GET /diaco/vivo?caso={case} HTTP/1.1\r\nHost: prueba\r\nCookie: {cookies}\r\n\r\n")
            .expect("asked");
        let (tells, hears) = mpsc::channel();
        let reading = stream.try_clone().expect("the same connection");
        std::thread::spawn(move || {
            for line in BufReader::new(reading).lines().map_while(Result::ok) {
                let told = line
                    .strip_prefix("event: ")
                    .or_else(|| line.strip_prefix("data: ").filter(|data| data.starts_with('[')));
                if let Some(told) = told
                    && tells.send(told.to_owned()).is_err()
                {
                    return;
                }
            }
        });
        let live = Self { stream, hears };
        live.until("hola");
        live
    }

    /// Waits until exactly this is told.
    fn until(&self, words: &str) {
        let mut others = Vec::new();
        loop {
            match self.hears.recv_timeout(PATIENCE) {
                Ok(told) if told == words => return,
                Ok(told) => others.push(told),
                Err(error) => panic!("{error} waiting for {words}; told were {others:?}"),
            }
        }
    }
}

/// Who has a case open through one program is seen by who has it open through the other, also that he writes.
fn seen_across(first: &Served, second: &Served, ana: &str, elsa: &str, number: &str) {
    let of_ana = Live::open(second, ana, number);
    let of_elsa = Live::open(first, elsa, number);
    of_elsa.until(r#"[{"nombre":"Ana Administra","escribe":false}]"#);
    of_ana.until(r#"[{"nombre":"Elsa Técnica","escribe":false}]"#);
    // Her words go to the other program than her page listens to: there is one before them that deals.
    let case = format!("/diaco/casos/{number}");
    let drafts = format!("{case}/borradores");
    let kept = second.form(&case, elsa, &drafts, &[("borrador", "notas"), ("texto", "Viendo")]);
    assert_eq!(kept.status, 303, "{kept:?}");
    of_ana.until(r#"[{"nombre":"Elsa Técnica","escribe":true}]"#);
    let dropped = first.form(&case, elsa, &drafts, &[("descartar", "notas")]);
    assert_eq!(dropped.status, 303, "{dropped:?}");
    of_ana.until(r#"[{"nombre":"Elsa Técnica","escribe":false}]"#);
    of_elsa.stream.shutdown(std::net::Shutdown::Both).expect("it is closed");
    of_ana.until("[]");
}

const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn two_programs_serve_one_institution_from_postgresql() {
    let server = Server::start("");
    let folder = tempfile::tempdir().expect("a folder");
    let postgres = address(&server);
    let (one, two) = (free(), free());
    let config = configured(folder.path(), "uno", one, &postgres);
    let other = configured(folder.path(), "dos", two, &postgres);
    let config = config.to_str().expect("UTF-8");
    let (code, out, err) = ventanilla(&["migrate", "--config", config]);
    assert!(code == Some(0) && out.starts_with("diaco: postgresql, versión"), "{out}{err}");
    let (code, out, err) = ventanilla(&["doctor", "--config", config]);
    assert!(code == Some(0) && out.contains("bien     diaco: base de datos: postgresql"), "{out}{err}");

    // The first of those who administer, in a browser.
    let (first, said) = Served::start(&["serve", "--config", config], one, "instalacion?token=");
    let page = said.split(&one.to_string()).nth(1).expect("the address").trim().to_owned();
    let fields = [
        ("token", ""),
        ("nombre", "Ana Administra"),
        ("usuario", "ana.admin"),
        ("contrasena", PASSWORD),
        ("repetida", PASSWORD),
    ];
    let done = first.form(&page, "", "/diaco/instalacion", &fields);
    assert_eq!(done.status, 303, "{done:?}");
    let late = settle(folder.path(), &postgres);
    let log = folder.path().join("dos.log");
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--config"]).arg(&other);
    let second = Served::start_quiet(&mut command, two, &log);

    // A session of one is a session of the other.
    let fields = [("usuario", "ana.admin"), ("contrasena", PASSWORD)];
    let entered = first.form("/diaco/entrar", "", "/diaco/entrar", &fields);
    assert_eq!(entered.status, 303, "{entered:?}");
    let cookies = entered.cookies();
    assert_eq!(second.send("GET", "/diaco/bandeja", &format!("Cookie: {cookies}\r\n"), "").expect("it").status, 200);

    // What happens through one is heard through the other.
    let (code, out, err) =
        ventanilla(&["token", "create", "diaco", "carla.usuaria", "--scope", "write", "--config", config]);
    assert_eq!(code, Some(0), "{err}");
    let token = out.trim().to_owned();
    let hears = Live::open(&second, &cookies, "");
    let begun = Instant::now();
    let path = "/api/v1/diaco/cases";
    let opening = |subject: &str| json!({"procedure": SUPPORT, "subject": subject, "description": ""});
    let opened = first.act(path, &token, "viva", &opening("Sin red")).expect("an answer");
    assert_eq!(opened.status, 201, "{opened:?}");
    hears.until("cambio");
    println!("live across two programs: {} ms", begun.elapsed().as_millis());
    let elsa = technician(folder.path(), &postgres, &cookies);
    seen_across(&first, &second, &cookies, &elsa, opened.json()["number"].as_str().expect("a number"));

    // Terms that ran out were told once, whoever of the two came first.
    let begun = Instant::now();
    while told(folder.path(), &postgres, &late).values().any(|times| *times == 0) {
        assert!(begun.elapsed() < PATIENCE, "not all terms were told");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(told(folder.path(), &postgres, &late).values().all(|times| *times == 1));

    // kill -9 of one, and the database gone and back under the other.
    let mut acknowledged = vec![opened.json()["number"].as_str().expect("a number").to_owned()];
    drop(first);
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--config", config]);
    let first = Served::start_quiet(&mut command, one, &folder.path().join("uno.log"));
    let mut told_to_wait = 0;
    for turn in 0..30 {
        if turn % 10 == 5 {
            server.restart();
        }
        let served = [&first, &second][turn % 2];
        let key = format!("vuelta-{turn}");
        loop {
            let reply = served.act(path, &token, &key, &opening(&key)).expect("it answers, whatever the database does");
            match reply.status {
                201 => break acknowledged.push(reply.json()["number"].as_str().expect("a number").to_owned()),
                503 => told_to_wait += 1,
                _ => panic!("{reply:?}"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    println!("{} openings acknowledged over 3 restarts of PostgreSQL, {told_to_wait} times 503", acknowledged.len());
    for served in [&first, &second] {
        let (status, body) = served.get("/salud", "");
        assert!(status == 200 && body.contains("diaco: bien"), "{body}");
    }
    verified(folder.path(), &postgres, &acknowledged);
    assert_eq!((first.end(), second.end()), (Some(0), Some(0)));
}

#[test]
fn a_database_that_cannot_be_reached_is_told_in_spanish() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = configured(folder.path(), "sin", free(), "postgres://nadie:clave-secreta@127.0.0.1:1/nada");
    for order in ["serve", "migrate"] {
        let (code, _, err) = ventanilla(&[order, "--config", config.to_str().expect("UTF-8")]);
        assert!(code == Some(1) && err.contains("no se llega a PostgreSQL en 127.0.0.1"), "{order}: {err}");
        assert!(!err.contains("clave-secreta"), "{err}");
    }
    let (code, out, _) = ventanilla(&["doctor", "--config", config.to_str().expect("UTF-8")]);
    assert!(code == Some(1) && out.contains("MAL      diaco: base de datos") && out.contains("no se llega"), "{out}");
}
