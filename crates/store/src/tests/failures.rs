//! A full disk, a file moved away, a locked file, a kill in a migration, a database of another time or house.

use super::institution::{BOTH, Institution, On, empty, minutes, monday, opening, options};
use crate::{Location, OpenError, Store, Submission, SubmitError, migrations};

async fn refused_for_now(it: &Institution) {
    let result = it.store.submit(Submission::open(it.user, opening("No cabe"), monday())).await;
    let Err(SubmitError::Unavailable(unavailable)) = result else { panic!("{result:?}") };
    assert!(unavailable.text.contains("no quedó registrado"), "{unavailable:?}");
    assert!(!it.store.health(monday()).await.writable);
    // Reading goes on.
    let reader = it.store.reader(it.user, monday()).await.expect("a reader");
    assert_eq!(reader.requests(None, 10).await.expect("a page").rows.len(), 1);
}

async fn recovered(it: &Institution) {
    let opened = it.open("Ahora sí", monday() + minutes(5)).await;
    assert_eq!(&*opened.number, "2026-000002");
    assert!(it.store.health(monday()).await.writable);
    it.sound().await;
}

/// A file system of its own, so small that it fills; only root may mount.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Option<Self> {
        let dir = tempfile::tempdir().expect("a directory");
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(dir.path())
            .stderr(std::process::Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writing_and_nothing_else_until_there_is_room() {
    let Some(disk) = SmallDisk::mount("24m") else { return };
    let it = Institution::new(On::Sqlite).await;
    it.open("Cabe", monday()).await;
    it.store.close().await;
    let Location::Sqlite(from) = &it.location else { unreachable!("SQLite") };
    let path = disk.0.path().join("igss.sqlite");
    std::fs::copy(from, &path).expect("copied");
    let location = Location::Sqlite(path);
    let store = Store::open(location.clone(), options(&it.dir)).await.expect("it opens");
    let it = Institution { store, location, ..it };
    // Filled to the last byte.
    let filler = disk.0.path().join("filler");
    let mut file = std::fs::File::create(&filler).expect("a file");
    while std::io::Write::write(&mut file, &[0; 4096]).is_ok_and(|written| written > 0) {}
    drop(file);
    refused_for_now(&it).await;
    refused_for_now(&it).await;
    std::fs::remove_file(&filler).expect("removed");
    recovered(&it).await;
    it.store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_may_grow_no_further_refuses_too() {
    let it = Institution::new(On::Sqlite).await;
    it.open("Cabe", monday()).await;
    it.store.close().await;
    let Location::Sqlite(path) = &it.location else { unreachable!("SQLite") };
    let pages = u32::try_from(std::fs::metadata(path).expect("the file").len() / 4096).expect("pages");
    let limited = crate::OpenOptions { max_pages: Some(pages), ..options(&it.dir) };
    let store = Store::open(it.location.clone(), limited).await.expect("it opens");
    let it = Institution { store, ..it };
    let long = "x".repeat(20_000);
    let mut full = false;
    for n in 0..50 {
        let mut long_one = opening(&format!("Caso {n}"));
        long_one.description = long.as_str().into();
        match it.store.submit(Submission::open(it.user, long_one, monday())).await {
            Ok(_) => {}
            Err(SubmitError::Unavailable(_)) => {
                full = true;
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(full);
    it.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_was_moved_away_takes_nothing_more_until_it_is_back() {
    let it = Institution::new(On::Sqlite).await;
    it.open("Primero", monday()).await;
    let Location::Sqlite(path) = &it.location else { unreachable!("SQLite") };
    // What is written to a file without its name is lost at the next start.
    let away = it.dir.path().join("away.sqlite");
    std::fs::rename(path, &away).expect("moved");
    refused_for_now(&it).await;
    std::fs::rename(&away, path).expect("moved back");
    recovered(&it).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_program_that_holds_the_file_only_delays() {
    let it = Institution::new(On::Sqlite).await;
    it.open("Primero", monday()).await;
    it.store.close().await;
    let quick = crate::OpenOptions { busy: std::time::Duration::from_millis(50), ..options(&it.dir) };
    let it = Institution { store: Store::open(it.location.clone(), quick).await.expect("it opens"), ..it };
    let Location::Sqlite(path) = &it.location else { unreachable!("SQLite") };
    let other = rusqlite::Connection::open(path).expect("the file");
    other.execute_batch("BEGIN IMMEDIATE").expect("held");
    refused_for_now(&it).await;
    other.execute_batch("ROLLBACK").expect("let go");
    recovered(&it).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_killed_midway_is_as_before_and_goes_on() {
    for on in BOTH {
        let (store, dir, location) = empty(on).await;
        store.close().await;
        // A step that was begun and never committed: all its statements, then the end of the process.
        let (other, _other_dir, fresh) = {
            let dir = tempfile::tempdir().expect("a directory");
            let fresh = match &location {
                Location::Sqlite(_) => Location::Sqlite(dir.path().join("fresh.sqlite")),
                Location::Postgres { url, .. } => {
                    Location::Postgres { url: url.clone(), schema: super::institution::schema() }
                }
            };
            let store = Store::open(location.clone(), options(&dir)).await.expect("it opens");
            (store, dir, fresh)
        };
        other.close().await;
        match &fresh {
            Location::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path).expect("a file");
                let sql = crate::tx::ddl(crate::tx::Engine::Sqlite, include_str!("../schema/001.sql"));
                connection
                    .execute_batch("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
                    .expect("meta");
                connection.execute_batch(&format!("BEGIN IMMEDIATE; {sql}")).expect("begun");
                // Dropped without commit: what a kill leaves.
            }
            Location::Postgres { url, schema } => {
                let mut config: tokio_postgres::Config = url.parse().expect("an address");
                config.options(format!("-c search_path={schema}"));
                let (client, connection) = config.connect(tokio_postgres::NoTls).await.expect("a connection");
                let pump = tokio::spawn(connection);
                let sql = crate::tx::ddl(crate::tx::Engine::Postgres, include_str!("../schema/001.sql"));
                client.batch_execute(&format!("BEGIN; CREATE SCHEMA {schema}; {sql}")).await.expect("begun");
                drop(client);
                let _ = pump.await;
            }
        }
        let opened = Store::open(fresh, options(&dir)).await.expect("it goes on");
        assert_eq!(opened.health(monday()).await.schema, migrations::KNOWN, "{on:?}");
        assert_eq!(opened.verify().await.expect("it walks").findings, []);
    }
}

/// What stands after so many migrations, and the next begun and not ended: what a kill leaves.
fn half_way(engine: crate::tx::Engine, done: usize) -> [String; 2] {
    let meta = format!(
        "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
         INSERT INTO meta (key, value) VALUES ('schema', '{done}'), ('institution', 'igss');"
    );
    let before = format!("{meta} {}", migrations::MIGRATIONS[..done].join(";\n"));
    [crate::tx::ddl(engine, &before), crate::tx::ddl(engine, migrations::MIGRATIONS[done])]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_an_older_release_is_brought_up_even_if_it_is_killed_meanwhile() {
    for done in 1..migrations::MIGRATIONS.len() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("antes.sqlite");
        let connection = rusqlite::Connection::open(&path).expect("a file");
        let [before, next] = half_way(crate::tx::Engine::Sqlite, done);
        connection.execute_batch(&before).expect("the release before");
        connection.execute_batch(&format!("BEGIN IMMEDIATE; {next}")).expect("begun");
        drop(connection);

        let schema = super::institution::schema();
        let url: String = super::institution::url().into();
        let mut config: tokio_postgres::Config = url.parse().expect("an address");
        config.options(format!("-c search_path={schema}"));
        let (client, connection) = config.connect(tokio_postgres::NoTls).await.expect("a connection");
        let pump = tokio::spawn(connection);
        let [before, next] = half_way(crate::tx::Engine::Postgres, done);
        client.batch_execute(&format!("CREATE SCHEMA {schema}; {before}")).await.expect("the release before");
        client.batch_execute(&format!("BEGIN; {next}")).await.expect("begun");
        drop(client);
        let _ = pump.await;

        for location in [Location::Sqlite(path), Location::Postgres { url, schema }] {
            let opened = Store::open(location, options(&dir)).await.expect("it goes on");
            assert_eq!(opened.health(monday()).await.schema, migrations::KNOWN);
            assert_eq!(opened.verify().await.expect("it walks").findings, []);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_database_and_another_institutions_are_refused() {
    for on in BOTH {
        let it = Institution::new(on).await;
        let other = crate::OpenOptions { institution: "seprem".into(), ..options(&it.dir) };
        let refused = Store::open(it.location.clone(), other).await.err();
        assert!(matches!(&refused, Some(OpenError::OtherInstitution { found, .. }) if found == "igss"), "{refused:?}");
        it.tamper("UPDATE meta SET value = '999' WHERE key = 'schema'").await;
        let refused = Store::open(it.location.clone(), options(&it.dir)).await.err();
        assert!(matches!(refused, Some(OpenError::Newer { found: 999, .. })), "{on:?} {refused:?}");
    }
    let bad = Location::Postgres { url: super::institution::url().into(), schema: "x; DROP".into() };
    let dir = tempfile::tempdir().expect("a directory");
    assert!(matches!(Store::open(bad, options(&dir)).await, Err(OpenError::BadSchema(_))));
}
