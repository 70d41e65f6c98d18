//! D01 and D03: PostgreSQL that is cut off in mid-commit, restarted under load, silent, or allowed to read only.

use super::{
    institution::{Institution, monday, opening, url},
    server::Server,
};
use crate::{Submission, SubmitError};
use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    sync::Notify,
};

fn asked(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Where the next commit is cut.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// It never reaches the server.
    Before,
    /// It reaches the server; nobody waits for what it says.
    During,
    /// The server has answered, and the answer is lost.
    After,
}

/// A wire between the store and the server, with somebody beside it who holds a knife.
struct Wire {
    next: std::sync::Mutex<Option<Cut>>,
    silent: AtomicBool,
    heard: Notify,
}

impl Wire {
    /// Gives the address of its near end.
    async fn lay(server: &str) -> (Arc<Self>, String) {
        let wire =
            Arc::new(Self { next: std::sync::Mutex::new(None), silent: AtomicBool::new(false), heard: Notify::new() });
        let folder = server.split(' ').find_map(|word| word.strip_prefix("host=")).expect("a folder");
        let socket = PathBuf::from(folder).join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let own = Arc::clone(&wire);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (own, socket) = (Arc::clone(&own), socket.clone());
                tokio::spawn(async move {
                    if let Ok(far) = UnixStream::connect(socket).await {
                        own.carry(near, far).await;
                    }
                });
            }
        });
        (wire, format!("postgres://postgres@127.0.0.1:{port}/postgres?sslmode=disable"))
    }

    async fn carry(&self, near: TcpStream, far: UnixStream) {
        let (mut from_near, mut to_near) = near.into_split();
        let (mut from_far, mut to_far) = far.into_split();
        let (mut asks, mut says) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        loop {
            tokio::select! {
                read = from_near.read(&mut asks) => {
                    let Ok(1..) = read else { return };
                    let asked = &asks[..read.unwrap_or(0)];
                    let commits = asked.windows(8).any(|word| word == b"\x0bCOMMIT\0");
                    let cut = if commits { self.next.lock().expect("the knife").take() } else { None };
                    self.sounds().await;
                    if matches!(cut, Some(Cut::Before)) || to_far.write_all(asked).await.is_err() {
                        return;
                    }
                    match cut {
                        Some(Cut::After) => {
                            let _ = from_far.read(&mut says).await;
                            return;
                        }
                        Some(_) => return,
                        None => {}
                    }
                }
                read = from_far.read(&mut says) => {
                    let Ok(1..) = read else { return };
                    self.sounds().await;
                    if to_near.write_all(&says[..read.unwrap_or(0)]).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// Waits while the wire is silent.
    async fn sounds(&self) {
        loop {
            let heard = self.heard.notified();
            if !self.silent.load(Ordering::SeqCst) {
                return;
            }
            heard.await;
        }
    }

    fn silence(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
        self.heard.notify_waiters();
    }

    fn cut(&self, where_: Cut) {
        *self.next.lock().expect("the knife") = Some(where_);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_done_once_and_told_honestly() {
    let cuts = asked("VENTANILLA_CUTS", 300);
    let (wire, near) = Wire::lay(url()).await;
    let it = Institution::at(&near).await;
    for n in 0..cuts {
        wire.cut([Cut::Before, Cut::During, Cut::After][usize::try_from(n % 3).expect("small")]);
        let submission = Submission::open(it.user, opening(&format!("Corte {n}")), monday());
        let done = it.store.submit(submission.with_key(format!("k{n}"), "f")).await.expect("the key finds it");
        assert_eq!(&*done.number, format!("2026-{:06}", n + 1));
    }
    // Without a key nobody can know, and nobody claims to.
    wire.cut(Cut::After);
    let unknown = it.store.submit(Submission::open(it.user, opening("Sin clave"), monday())).await;
    assert!(matches!(unknown, Err(SubmitError::UnknownOutcome)), "{unknown:?}");
    assert_eq!(&*it.open("Otra", monday()).await.number, format!("2026-{:06}", cuts + 2), "it had been done");
    assert_eq!(it.store.verify().await.expect("it walks").cases, cuts + 2);
    it.sound().await;
    println!("D03: {cuts} commits cut before, during and after; each done once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_restarted_under_load_loses_nothing_acknowledged() {
    let restarts = asked("VENTANILLA_RESTARTS", 10);
    let server = Server::start("");
    let it = Institution::at(&server.url()).await;
    let (stop, longest, refused) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let clients: Vec<_> = (0..8)
        .map(|client| {
            let (store, user) = (it.store.clone(), it.user);
            let (stop, longest, refused) = (Arc::clone(&stop), Arc::clone(&longest), Arc::clone(&refused));
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for turn in 0_u64.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let submission = Submission::open(user, opening(&format!("{client}-{turn}")), monday());
                    let submission = submission.with_key(format!("{client}-{turn}"), "f");
                    loop {
                        let begun = Instant::now();
                        let answer = store.submit(submission.clone()).await;
                        let waited = u64::try_from(begun.elapsed().as_millis()).expect("short");
                        longest.fetch_max(waited, Ordering::Relaxed);
                        match answer {
                            Ok(done) => break acknowledged.push(done.number.to_string()),
                            Err(SubmitError::Unavailable(_) | SubmitError::UnknownOutcome) => {
                                refused.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(other) => panic!("{other:?}"),
                        }
                    }
                    tokio::time::sleep(Duration::from_millis(120)).await;
                }
                acknowledged
            })
        })
        .collect();
    let server = Arc::new(server);
    for _ in 0..restarts {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let server = Arc::clone(&server);
        tokio::task::spawn_blocking(move || server.restart()).await.expect("restarted");
    }
    stop.store(true, Ordering::Relaxed);
    let mut numbers = Vec::new();
    for client in clients {
        numbers.extend(client.await.expect("a client"));
    }
    let distinct: BTreeSet<&String> = numbers.iter().collect();
    assert_eq!(distinct.len(), numbers.len(), "no number twice");
    let verified = it.store.verify().await.expect("it walks");
    assert_eq!((verified.findings.as_slice(), verified.cases), (&[][..], numbers.len() as u64));
    println!(
        "D01: {restarts} restarts, {} openings acknowledged, {} told to wait, longest answer {} ms",
        numbers.len(),
        refused.load(Ordering::Relaxed),
        longest.load(Ordering::Relaxed)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_answer_is_a_503_and_then_it_goes_on() {
    let (wire, near) = Wire::lay(url()).await;
    let it = Institution::at(&near).await;
    wire.silence(true);
    let submission = Submission::open(it.user, opening("Silencio"), monday()).with_key("una", "f");
    let waiting = it.store.submit(submission.clone()).await;
    let Err(SubmitError::Unavailable(unavailable)) = waiting else { panic!("{waiting:?}") };
    assert!(unavailable.text.contains("no quedó registrado"), "{unavailable:?}");
    wire.silence(false);
    let done = it.store.submit(submission).await.expect("it goes on");
    assert_eq!(&*done.number, "2026-000001");
    assert!(it.store.health(monday()).await.writable);
    it.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_only_reads_is_read() {
    let server = Server::start("");
    let it = Institution::at(&server.url()).await;
    it.open("Antes", monday()).await;
    let (client, connection) = tokio_postgres::connect(&server.url(), tokio_postgres::NoTls).await.expect("overseer");
    tokio::spawn(connection);
    let only_read = async |on: &str| {
        client.batch_execute(&format!("ALTER SYSTEM SET default_transaction_read_only = {on}")).await.expect("set");
        client.batch_execute("SELECT pg_reload_conf()").await.expect("told");
    };
    only_read("on").await;
    // The sessions hear of it one by one.
    let refused = loop {
        match it.store.submit(Submission::open(it.user, opening("Todavía"), monday())).await {
            Ok(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(error) => break error,
        }
    };
    assert!(
        matches!(&refused, SubmitError::Unavailable(told) if told.text.contains("no quedó registrado")),
        "{refused:?}"
    );
    let health = it.store.health(monday()).await;
    assert!(health.readable && !health.writable, "{health:?}");
    assert!(it.store.try_writing(monday()).await.is_err());
    client.batch_execute("SET default_transaction_read_only = off").await.expect("for itself");
    only_read("off").await;
    while it.store.try_writing(monday()).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(it.store.health(monday()).await.writable);
    it.open("Después", monday()).await;
    it.sound().await;
}
