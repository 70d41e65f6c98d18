//! Coming to PostgreSQL: enciphered as the address asks, in the institution's own role, or refused in Spanish.

use super::{
    institution::{Institution, monday, options, schema, url},
    server::{Server, as_server},
};
use crate::{Location, OpenError, Store};
use std::{net::TcpListener, path::Path, process::Stdio};
use tokio_postgres::{Client, NoTls};

/// Somebody who looks over the server's shoulder.
async fn overseer(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

async fn refusal(url: &str, schema: String) -> String {
    let dir = tempfile::tempdir().expect("a directory");
    let location = Location::Postgres { url: url.into(), schema };
    match Store::open(location, options(&dir)).await {
        Err(OpenError::Postgres(words)) => words,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it opened"),
    }
}

/// A certificate for `localhost` and the authority that signed it, made by the one who runs the server.
fn certificates(folder: &Path) {
    let run = |words: &str| {
        let status = as_server(Path::new("openssl"))
            .args(words.split(' '))
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.expect("openssl").success(), "openssl {words}");
    };
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n").expect("names");
    run("req -x509 -newkey rsa:2048 -nodes -subj /CN=ca -days 30 -keyout ca.key -out ca.pem");
    run("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr");
    run("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile names -out server.pem");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_line_is_enciphered_and_checked_as_the_address_asks() {
    let folder = tempfile::Builder::new().prefix("vtls").tempdir_in("/tmp").expect("a folder");
    assert!(std::process::Command::new("chmod").arg("777").arg(folder.path()).status().expect("chmod").success());
    certificates(folder.path());
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let place = folder.path().display();
    let server = Server::start(&format!(
        "-c ssl=on -c ssl_cert_file={place}/server.pem -c ssl_key_file={place}/server.key -c listen_addresses=127.0.0.1 -c port={port}"
    ));
    let sees = overseer(&format!("{} port={port}", server.url())).await;
    let root = format!("sslrootcert={}%2Fca.pem", place.to_string().replace('/', "%2F"));
    let address = |query: &str| format!("postgres://postgres@localhost:{port}/postgres?{query}");
    for (name, query, ciphered) in [
        ("nada", String::new(), true),
        ("prefiere", "sslmode=prefer".into(), true),
        ("exige", format!("sslmode=require&{root}"), true),
        ("revisa", format!("sslmode=verify-full&{root}"), true),
        ("sin", "sslmode=disable".into(), false),
    ] {
        let dir = tempfile::tempdir().expect("a directory");
        let url = address(&format!("{query}&application_name={name}"));
        let store = Store::open(Location::Postgres { url, schema: schema() }, options(&dir)).await.expect(name);
        assert!(store.health(monday()).await.writable);
        let query = "SELECT bool_and(ssl), count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = $1";
        let found = sees.query_one(query, &[&name]).await.expect("the connections");
        assert!(found.get::<_, i64>(1) > 0, "{name}");
        assert_eq!(found.get::<_, bool>(0), ciphered, "{name}");
        store.close().await;
    }
    // Signed by nobody this machine knows, and under another name.
    let stranger = refusal(&address("sslmode=require"), schema()).await;
    assert!(stranger.contains("la conexión cifrada") && stranger.contains("sslrootcert"), "{stranger}");
    let by_number = format!("postgres://postgres@127.0.0.1:{port}/postgres?sslmode=require&{root}");
    let other_name = refusal(&by_number, schema()).await;
    assert!(other_name.contains("la conexión cifrada"), "{other_name}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_institution_lives_in_its_own_role_and_sees_no_other() {
    let it = Institution::at(url()).await;
    let other = Institution::at(url()).await;
    let (Location::Postgres { schema: own, .. }, Location::Postgres { schema: foreign, .. }) =
        (&it.location, &other.location)
    else {
        unreachable!("PostgreSQL")
    };
    let sees = overseer(url()).await;
    let owners = "SELECT count(*), bool_and(pg_get_userbyid(relowner)::text = 'ventanilla_' || $1) FROM pg_class WHERE relkind = 'r' AND relnamespace = CAST($1 AS regnamespace)";
    let found =
        sees.query_one(&owners.replace("CAST($1 AS regnamespace)", &format!("'{own}'::regnamespace")), &[own]).await;
    let found = found.expect("the tables");
    assert!(found.get::<_, i64>(0) > 10 && found.get::<_, bool>(1));
    sees.batch_execute(&format!("SET ROLE ventanilla_{own}; SELECT count(*) FROM {own}.cases")).await.expect("its own");
    let neighbour = sees.batch_execute(&format!("SELECT count(*) FROM {foreign}.cases")).await.expect_err("a wall");
    assert_eq!(neighbour.code(), Some(&tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_may_not_make_them_is_told_what_to_ask_for() {
    let sees = overseer(url()).await;
    let (user, corner) = (format!("u{}", schema()), schema());
    sees.batch_execute(&format!("CREATE ROLE {user} LOGIN")).await.expect("an account");
    let as_user = url().replace("user=postgres", &format!("user={user}"));
    let words = refusal(&as_user, corner.clone()).await;
    assert!(words.contains(&format!("«{user}» no puede crear el rol «ventanilla_{corner}»")), "{words}");
    // What it is told to ask for is enough.
    for line in words.lines().filter(|line| line.ends_with(';') && line.starts_with("  ")) {
        sees.batch_execute(line).await.unwrap_or_else(|error| panic!("{line}: {error:?}"));
    }
    let dir = tempfile::tempdir().expect("a directory");
    let location = Location::Postgres { url: as_user.clone(), schema: corner };
    Store::open(location, options(&dir)).await.expect("it opens now").close().await;
    // So is the other way.
    sees.batch_execute(&format!("ALTER ROLE {user} CREATEROLE; GRANT CREATE ON DATABASE postgres TO {user}"))
        .await
        .expect("granted");
    let location = Location::Postgres { url: as_user.clone(), schema: schema() };
    Store::open(location, options(&dir)).await.expect("it makes its own").close().await;
    let taken = schema();
    sees.batch_execute(&format!("CREATE SCHEMA {taken}")).await.expect("somebody else's");
    let words = refusal(&as_user, taken).await;
    assert!(words.contains("ya existe y es de «postgres»"), "{words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_of_the_time_before_roles_changes_hands() {
    let it = Institution::at(url()).await;
    it.open("De antes", monday()).await;
    it.store.close().await;
    let Location::Postgres { schema, .. } = &it.location else { unreachable!("PostgreSQL") };
    let sees = overseer(url()).await;
    sees.batch_execute(&format!("REASSIGN OWNED BY ventanilla_{schema} TO postgres; DROP ROLE ventanilla_{schema}"))
        .await
        .expect("as it was before");
    let store = Store::open(it.location.clone(), options(&it.dir)).await.expect("it opens");
    let it = Institution { store, ..it };
    it.open("De ahora", monday()).await;
    it.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_in_the_way_is_named() {
    for (url, words) in [
        (url().replace("dbname=postgres", "dbname=no_hay"), "la base de datos «no_hay» no existe"),
        (url().replace("user=postgres", "user=nadie"), "nadie"),
        ("postgres://a@127.0.0.1:1/b".to_owned(), "no se llega a PostgreSQL en 127.0.0.1"),
    ] {
        let said = refusal(&url, schema()).await;
        assert!(said.contains(words), "{said}");
    }
}
