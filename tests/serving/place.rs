//! One institution served from a disk and by a clock that the test has in hand, and the acts of its people.

use crate::{
    house::{SUPPORT, furnish, options, past, token},
    served::{PROGRAM, Reply, Served, free},
    world::World,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};
use store::{Location, Store, people::PersonFields};
use tempfile::TempDir;

/// One institution on a disk of its own, and the tokens of its people.
pub struct Place {
    pub folder: TempDir,
    addr: SocketAddr,
    pub world: World,
    pub user: String,
    pub chief: String,
    pub technician: String,
}

pub async fn open(folder: &Path) -> Store {
    let data = folder.join("datos");
    std::fs::create_dir_all(data.join("diaco")).expect("a folder");
    let location = Location::Sqlite(data.join("diaco/ventanilla.sqlite"));
    Store::open(location, options(&data)).await.expect("it opens")
}

impl Place {
    #[tokio::main(flavor = "multi_thread", worker_threads = 2)]
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let addr = free();
        let config = format!("addr = \"{addr}\"\ndata = \"datos\"\ninstitutions = [\"diaco\"]\nmin_free_mb = 1\n");
        std::fs::write(folder.path().join("ventanilla.toml"), config).expect("the configuration");
        let store = open(folder.path()).await;
        store.begin_setup("h").await.expect("begun");
        let fields =
            PersonFields { login: "ana.admin".into(), name: "Ana Administra".into(), ..PersonFields::default() };
        let first = store.finish_setup("h", fields, "x".into(), past()).await.expect("the first");
        let people = furnish(&store, first).await;
        let user = token(&store, first, people.user).await;
        let chief = token(&store, first, people.chief).await;
        let technician = token(&store, first, people.technician).await;
        store.close().await;
        let world = World::over(folder.path());
        Self { folder, addr, world, user, chief, technician }
    }

    pub fn log(&self) -> PathBuf {
        self.world.log()
    }

    pub fn serve(&self) -> Served {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--config"]).arg(self.folder.path().join("ventanilla.toml"));
        self.world.around(&mut command);
        Served::start_quiet(&mut command, self.addr, &self.log())
    }

    /// Everything verifies, and the cases are these with these versions.
    #[tokio::main(flavor = "multi_thread", worker_threads = 2)]
    pub async fn sound(&self, acknowledged: &BTreeMap<String, u64>) {
        let store = open(self.folder.path()).await;
        let verified = store.verify().await.expect("it walks");
        assert!(verified.findings.is_empty(), "{:#?}", verified.findings);
        assert_eq!(store.check_blobs().await.expect("it looks"), []);
        assert_eq!(verified.cases, acknowledged.len() as u64, "no case more or less than were acknowledged");
        let auditor = store.person_by_login("berta.segunda").await.expect("reads").expect("there").person.id;
        let reader = store.reader(auditor, past()).await.expect("reads");
        for (number, version) in acknowledged {
            let view = reader.case(number).await.expect("reads").expect("acknowledged");
            assert!(u64::from(view.case.version) >= *version, "{number}: {} of {version}", view.case.version);
        }
        store.close().await;
    }
}

/// An act of somebody on a case, over the API.
pub struct Act<'p> {
    pub name: &'static str,
    pub path: String,
    pub token: &'p str,
    pub body: Value,
    /// Sent as the file itself, not as JSON.
    pub file: bool,
}

impl Act<'_> {
    pub fn send(&self, served: &Served, key: &str) -> Reply {
        if !self.file {
            return served.act(&self.path, self.token, key, &self.body).expect("it answers, whatever the disk does");
        }
        let headers = format!(
            "Authorization: Bearer {}\r\nIdempotency-Key: {key}\r\nContent-Type: application/pdf\r\n",
            self.token
        );
        served.send("POST", &self.path, &headers, &format!("un archivo {key}")).expect("it answers")
    }
}

/// Somebody asks for support.
pub fn opening<'p>(place: &'p Place, subject: &str) -> Act<'p> {
    Act {
        name: "open",
        path: "/api/v1/diaco/cases".into(),
        token: &place.user,
        body: json!({"procedure": SUPPORT, "subject": subject, "description": "No imprime."}),
        file: false,
    }
}

/// What the act became, as far as the caller knows.
pub fn note(acknowledged: &mut BTreeMap<String, u64>, number: &str, reply: &Reply) {
    let version = reply.json()["version"].as_u64().unwrap_or(0);
    let known = acknowledged.entry(number.to_owned()).or_default();
    *known = version.max(*known);
}
