//! Two institutions with somebody on each post and a token each, for the tests of the API and for the example server.

use axum::Router;
use engine::actor::PersonId;
use jiff::{SignedDuration, Timestamp, civil::date};
use manual::source::SourceFile;
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use store::{Location, OpenOptions, Store, editions::Sources, people::PersonFields};
use tempfile::TempDir;
use web::{
    clock::{Clock, Entropy, digest},
    router,
    state::{App, House, Settings},
};

/// The people of the IGSS's house: login, name, unit, post.
pub const PEOPLE: [(&str, &str, &str, &str); 6] = [
    ("usuaria", "Carla Usuaria", "dependencias", ""),
    ("otra", "Dora Otra", "dependencias", ""),
    ("tecnica", "Gloria Técnica", "soporte", "Técnico de Soporte Remoto"),
    ("jefa", "Hilda Jefa", "soporte", "Jefe de Departamento"),
    ("informatica", "Inés Informática", "soporte", "Técnico Informático"),
    ("directora", "Irma Dirige", "dts", "Director de Tecnología y Servicio"),
];

/// A clock that goes only when it is told to.
pub struct Still(pub Mutex<Timestamp>);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("the clock")
    }
}

struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = u8::try_from(self.0.fetch_add(1, Ordering::Relaxed) % 251).unwrap_or(0);
        }
    }
}

/// A Monday at nine.
pub fn monday() -> Timestamp {
    "2026-03-02T15:00:00Z".parse().expect("a moment")
}

/// The secret of a person's token that may write.
pub fn token(login: &str) -> String {
    format!("vt_{login}")
}

/// The API over both, its clock, the store of the IGSS with one of its administrators, and the folder where they lie.
pub async fn founded() -> (Router, Arc<Still>, Store, PersonId, TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let clock = Arc::new(Still(Mutex::new(monday())));
    let (igss, admin) = found(dir.path(), "igss", &PEOPLE).await;
    let (diaco, _) = found(dir.path(), "diaco", &[("vecina", "Vera Vecina", "", "")]).await;
    let mut houses = Vec::new();
    for store in [&igss, &diaco] {
        let (_, edition) = store.current_edition().await.expect("readable").expect("published");
        houses.push(House::new(store.institution(), store.clone(), &edition));
    }
    let app = App::new(houses, clock.clone(), Arc::new(Counting(AtomicU64::new(7))), Settings::default());
    (router(app), clock, igss, admin, dir)
}

/// An institution of the repository's manuals, in force, with these people, each with a token.
async fn found(dir: &Path, code: &str, people: &[(&str, &str, &str, &str)]) -> (Store, PersonId) {
    let now = monday() - SignedDuration::from_hours(24 * 30);
    let location = Location::Sqlite(dir.join(format!("{code}.sqlite")));
    let store = Store::open(location, OpenOptions::new(code, dir.join(code))).await.expect("it opens");
    store.begin_setup("h").await.expect("set-up begins");
    let fields = |login: &str, name: &str, unit: &str| PersonFields {
        login: login.into(),
        name: name.into(),
        unit: Some(unit.to_string()).filter(|unit| !unit.is_empty()),
        ..PersonFields::default()
    };
    let first = store.finish_setup("h", fields("admin", "Ana Administra", ""), "x".into(), now).await.expect("first");
    let admin = store.admin(first).await.expect("admin");
    let second = PersonFields { administrator: true, ..fields("segunda", "Berta Segunda", "") };
    let second = admin.create_person(second, String::new(), now).await.expect("second");
    let mut made = vec![("admin", first)];
    for (login, name, unit, role) in people {
        let person = admin.create_person(fields(login, name, unit), String::new(), now).await.expect("a person");
        if !role.is_empty() {
            let of = (*role == "Jefe de Departamento").then(|| (*unit).into());
            admin.give_post(person, (*role).into(), of, date(2026, 1, 1), None, now).await.expect("a post");
        }
        made.push((login, person));
    }
    for (login, person) in made {
        let all = [(String::new(), "read write"), ("_r".into(), "read"), ("_a".into(), "admin")];
        for (secret, scope) in all.map(|(ending, scope): (String, _)| (format!("{}{ending}", token(login)), scope)) {
            admin
                .create_token(person, digest(&secret), "prueba".into(), scope.into(), None, now)
                .await
                .expect("a token");
        }
    }
    let (row, _) = admin.upload_edition(sources(code), now).await.expect("the manual has no errors");
    store.admin(second).await.expect("second").publish_edition(row.id, now).await.expect("published");
    (store, first)
}

fn sources(institution: &str) -> Sources {
    let manuals = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manuals");
    let mut sources = Sources::default();
    gather(&manuals.join(institution), &manuals.join(institution), &mut sources.files);
    gather(&manuals.join("calendarios"), &manuals.join("calendarios"), &mut sources.shared);
    sources
}

fn gather(base: &Path, folder: &Path, into: &mut Vec<SourceFile>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).expect("a folder of the manual").flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::path);
    for path in entries.into_iter().map(|entry| entry.path()) {
        if path.is_dir() {
            gather(base, &path, into);
        } else if path.extension().is_some_and(|extension| extension == "kdl") {
            let name = path.strip_prefix(base).expect("inside").to_string_lossy().into_owned();
            into.push(SourceFile::new(name, std::fs::read_to_string(&path).expect("a file of the manual")));
        }
    }
}
