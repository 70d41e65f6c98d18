//! An institution to serve: DIACO's manual in force and somebody on each post that its support procedure needs.

use engine::actor::PersonId;
use jiff::{Timestamp, civil::date};
use manual::source::SourceFile;
use std::path::Path;
use store::{OpenOptions, Store, editions::Sources, people::PersonFields};

/// Its support procedure, with a term of three business days.
pub const SUPPORT: &str = "DIACO-IN-PR-03.1";

/// Long before the clock of any machine that runs this.
pub fn past() -> Timestamp {
    "2026-03-02T15:00:00Z".parse().expect("a moment")
}

pub fn options(data: &Path) -> OpenOptions {
    let mut options = OpenOptions::new("diaco", data.join("diaco/archivos"));
    options.zone = "America/Guatemala".into();
    options
}

/// Who is there.
#[derive(Clone, Copy)]
pub struct People {
    pub user: PersonId,
    pub chief: PersonId,
    pub technician: PersonId,
}

/// Everything the first of those who administer does on the first days.
pub async fn furnish(store: &Store, first: PersonId) -> People {
    let admin = store.admin(first).await.expect("administers");
    let fields =
        |login: &str, name: &str| PersonFields { login: login.into(), name: name.into(), ..PersonFields::default() };
    let second = PersonFields { administrator: true, auditor: true, ..fields("berta.segunda", "Berta Segunda") };
    let second = admin.create_person(second, String::new(), past()).await.expect("a second");
    let mut people = Vec::new();
    for (login, name, role) in [
        ("carla.usuaria", "Carla Usuaria", ""),
        ("dora.jefa", "Dora Jefa", "Jefe del Departamento de Tecnología de la Información"),
        ("elsa.tecnica", "Elsa Técnica", "Técnico"),
    ] {
        let person = admin.create_person(fields(login, name), String::new(), past()).await.expect("a person");
        if !role.is_empty() {
            for holder in [first, person] {
                admin.give_post(holder, role.into(), None, date(2026, 1, 1), None, past()).await.expect("a post");
            }
        }
        people.push(person);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("manuals");
    let sources = Sources { files: gathered(&root.join("diaco")), shared: gathered(&root.join("calendarios")) };
    let (row, _) = admin.upload_edition(sources, past()).await.expect("no errors");
    store.admin(second).await.expect("administers").publish_edition(row.id, past()).await.expect("published");
    People { user: people[0], chief: people[1], technician: people[2] }
}

/// A token of this person that writes.
pub async fn token(store: &Store, admin: PersonId, person: PersonId) -> String {
    let secret = format!("{:064x}", person.0);
    let hash = store::hash::sha256_hex(secret.as_bytes());
    let admin = store.admin(admin).await.expect("administers");
    admin.create_token(person, hash, "prueba".into(), "write".into(), None, past()).await.expect("a token");
    secret
}

fn gathered(folder: &Path) -> Vec<SourceFile> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder of the manual").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "kdl") {
                let name = path.strip_prefix(folder).expect("inside").to_string_lossy().into_owned();
                found.push(SourceFile::new(name, std::fs::read_to_string(&path).expect("a file")));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}
