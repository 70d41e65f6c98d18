//! A small institution with the IGSS manual in force and somebody on each post, on either engine.

use super::shared::shared;
use crate::{
    CompleteRequest, Location, OpenOptions, OpenRequest, Request, Store, Submission, SubmitError, Submitted,
    editions::Sources, people::PersonFields,
};
use engine::{Name, actor::PersonId, value::Value};
use jiff::{SignedDuration, Timestamp, civil::date, tz::TimeZone};
use manual::{procedure::StepNo, source::SourceFile};
use std::{
    path::Path,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};
use tempfile::TempDir;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

pub const BOTH: [On; 2] = [On::Sqlite, On::Postgres];

/// The address of the server that most tests share.
pub fn url() -> &'static str {
    &shared().url
}

/// A schema nobody else uses.
pub fn schema() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("t{}_{}", shared().guest, NEXT.fetch_add(1, Ordering::Relaxed))
}

pub struct Institution {
    pub store: Store,
    pub dir: TempDir,
    pub location: Location,
    pub admin: PersonId,
    pub second: PersonId,
    pub user: PersonId,
    pub other_user: PersonId,
    pub reception: PersonId,
    pub technician: PersonId,
    pub colleague: PersonId,
    pub director: PersonId,
}

/// A Monday morning.
pub fn monday() -> Timestamp {
    local(2026, 3, 2, 9, 0)
}

pub fn local(year: i16, month: i8, day: i8, hour: i8, minute: i8) -> Timestamp {
    let zone = TimeZone::get("America/Guatemala").expect("zone");
    date(year, month, day).at(hour, minute, 0, 0).to_zoned(zone).expect("a moment").timestamp()
}

pub fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// The files of a manual of this repository.
pub fn sources(institution: &str) -> Sources {
    static MANUALS: OnceLock<std::path::PathBuf> = OnceLock::new();
    let manuals = MANUALS.get_or_init(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manuals"));
    let mut sources = Sources { files: Vec::new(), shared: Vec::new() };
    gather(&manuals.join(institution), &manuals.join(institution), &mut sources.files);
    gather(&manuals.join("calendarios"), &manuals.join("calendarios"), &mut sources.shared);
    sources
}

/// The IGSS manual has no term for its support procedure; the stories need one.
fn with_a_term(sources: Sources) -> Sources {
    with_days(sources, 3)
}

/// The same with another term: another edition.
pub fn with_days(mut sources: Sources, days: u64) -> Sources {
    for file in sources.files.iter_mut().filter(|file| file.text.contains("procedimiento \"DTS-02\"")) {
        let term =
            format!("pasos 5\n    plazo \"resolver\" \"{days} días hábiles\" desde=\"apertura\" hasta=\"cierre\"");
        file.text = file.text.replacen("pasos 5", &term, 1);
    }
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

/// A store without anybody in it.
pub async fn empty(on: On) -> (Store, TempDir, Location) {
    let dir = tempfile::tempdir().expect("a directory");
    let location = match on {
        On::Sqlite => Location::Sqlite(dir.path().join("igss.sqlite")),
        On::Postgres => Location::Postgres { url: url().into(), schema: schema() },
    };
    let store = Store::open(location.clone(), options(&dir)).await.expect("it opens");
    (store, dir, location)
}

pub fn options(dir: &TempDir) -> OpenOptions {
    OpenOptions { connections: 8, ..OpenOptions::new("igss", dir.path().join("blobs")) }
}

/// Asking for support.
pub fn opening(subject: &str) -> OpenRequest {
    OpenRequest::new("DTS-02", subject, "Desde ayer no responde.")
}

impl Institution {
    pub async fn new(on: On) -> Self {
        Self::with(on, with_a_term(sources("igss"))).await
    }

    /// The same under a manual that says something else.
    pub async fn with(on: On, manual: Sources) -> Self {
        let (store, dir, location) = empty(on).await;
        Self::settled(store, dir, location, manual).await
    }

    /// In a schema of this server.
    pub async fn at(url: &str) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let location = Location::Postgres { url: url.into(), schema: schema() };
        let store = Store::open(location.clone(), options(&dir)).await.expect("it opens");
        Self::settled(store, dir, location, with_a_term(sources("igss"))).await
    }

    async fn settled(store: Store, dir: TempDir, location: Location, manual: Sources) -> Self {
        let now = monday() - SignedDuration::from_hours(24 * 30);
        store.begin_setup("h").await.expect("set-up begins");
        let fields = |login: &str, name: &str| PersonFields {
            login: login.into(),
            name: name.into(),
            unit: Some("dependencias".into()),
            ..PersonFields::default()
        };
        let first = store.finish_setup("h", fields("admin", "Ana Administra"), "x".into(), now).await.expect("first");
        let admin = store.admin(first).await.expect("admin");
        let mut made = Vec::new();
        for (login, name, role) in [
            ("segunda", "Berta Segunda", ""),
            ("usuaria", "Carla Usuaria", ""),
            ("otra", "Dora Otra", ""),
            ("recepcion", "Elsa Recibe", "Secretaria de Recepción"),
            ("secretaria", "Fina Asigna", "Secretaria de Soporte Técnico"),
            ("tecnica", "Gloria Técnica", "Técnico de Soporte Remoto"),
            ("colega", "Hilda Colega", "Técnico de Soporte Remoto"),
            ("directora", "Irma Dirige", "Director de Tecnología y Servicio"),
        ] {
            let fields = PersonFields { administrator: login == "segunda", ..fields(login, name) };
            let person = admin.create_person(fields, String::new(), now).await.expect("a person");
            if !role.is_empty() {
                admin.give_post(person, role.into(), None, date(2026, 1, 1), None, now).await.expect("a post");
            }
            made.push(person);
        }
        let (row, _) = admin.upload_edition(manual, now).await.expect("the manual has no errors");
        let second = store.admin(made[0]).await.expect("second");
        second.publish_edition(row.id, now).await.expect("published");
        Self {
            store,
            dir,
            location,
            admin: first,
            second: made[0],
            user: made[1],
            other_user: made[2],
            reception: made[3],
            technician: made[5],
            colleague: made[6],
            director: made[7],
        }
    }

    /// A support case (DTS-02), standing on step 1 for the technicians.
    pub async fn open(&self, subject: &str, now: Timestamp) -> Submitted {
        self.store.submit(Submission::open(self.user, opening(subject), now)).await.expect("it opens")
    }

    pub async fn complete(
        &self,
        case: &Name,
        by: PersonId,
        step: u16,
        answer: Option<&str>,
        now: Timestamp,
    ) -> Result<Submitted, SubmitError> {
        let mut request = CompleteRequest::step(StepNo(step));
        request.answer = answer.map(Into::into);
        if step == 5 {
            request.values = vec![("solucion".into(), Value::Text("Se cambió el cable de red.".into()))];
        }
        self.store.submit(Submission::on(case.clone(), by, Request::Complete(request), now)).await
    }

    /// Walks a support case to its end by one technician.
    pub async fn finish(&self, case: &Name, now: Timestamp) -> Submitted {
        self.complete(case, self.technician, 1, None, now).await.expect("step 1");
        self.complete(case, self.technician, 2, Some("si"), now + minutes(5)).await.expect("step 2");
        self.complete(case, self.technician, 5, None, now + minutes(9)).await.expect("step 5")
    }

    /// One statement past all doors, as somebody with the database in hands would give it; the rows it touched.
    pub async fn tamper(&self, sql: &str) -> u64 {
        match &self.location {
            Location::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path).expect("the file");
                connection.busy_timeout(std::time::Duration::from_secs(5)).expect("a timeout");
                connection.execute(sql, []).expect("the statement") as u64
            }
            Location::Postgres { url, schema } => {
                let mut config: tokio_postgres::Config = url.parse().expect("an address");
                config.options(format!("-c search_path={schema}"));
                let (client, connection) = config.connect(tokio_postgres::NoTls).await.expect("a connection");
                let pump = tokio::spawn(connection);
                let touched = client.execute(sql, &[]).await.expect("the statement");
                drop(client);
                let _ = pump.await;
                touched
            }
        }
    }

    /// Everything verifies.
    pub async fn sound(&self) {
        let verification = self.store.verify().await.expect("it walks");
        assert_eq!(verification.findings, [], "{verification:?}");
    }
}
