//! A window over temporary stores with the manuals of the repository, people for every post, a clock that is moved by
//! hand, and a visitor that reads pages and sends their forms as a browser does.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
    response::Response,
};
use engine::actor::PersonId;
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use manual::{edition::Edition, organization::Scope, source::SourceFile};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};
use store::{Location, OpenOptions, Store, editions::Sources, people::PersonFields};
use tempfile::TempDir;
use tower::ServiceExt;
use web::{
    account::{entrance::open_session, passwords},
    clock::{Clock, Entropy, digest},
    state::{App, House, Settings},
};

pub const INSTITUTIONS: [&str; 5] = ["diaco", "igss", "seprem", "sosep", "usulutan"];
/// Everybody's password.
pub const PASSWORD: &str = "grapa de caballo correcto";

/// A clock that stands until it is moved.
pub struct HandClock(AtomicI64);

impl HandClock {
    pub fn set(&self, at: &str) {
        self.0.store(at.parse::<Timestamp>().expect("a moment").as_microsecond(), Ordering::SeqCst);
    }

    pub fn pass(&self, time: SignedDuration) {
        self.0.fetch_add(i64::try_from(time.as_micros()).expect("a short time"), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).expect("a moment")
    }
}

/// Bytes that nobody draws twice, the same in every run.
struct Counted(AtomicU64);

impl Entropy for Counted {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let drawn = digest(&self.0.fetch_add(1, Ordering::SeqCst).to_string());
            chunk.copy_from_slice(&drawn.as_bytes()[..chunk.len()]);
        }
    }
}

/// One institution of the test.
pub struct Place {
    pub edition: Edition,
    pub store: Store,
    /// Login and number of each role's holder; of the requester `ana`; of `admin`.
    pub people: BTreeMap<String, PersonId>,
}

pub struct Desk {
    pub app: App,
    pub router: Router,
    pub clock: Arc<HandClock>,
    pub places: BTreeMap<String, Place>,
    _folder: TempDir,
}

impl Desk {
    pub async fn open(institutions: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(HandClock(AtomicI64::new(0)));
        clock.set("2026-02-03T15:10:00Z"); // martes, 09:10 en Guatemala y en El Salvador
        let entropy = Arc::new(Counted(AtomicU64::new(1)));
        let hash = passwords::hash(PASSWORD, &*entropy).expect("a hash");
        let mut houses = Vec::new();
        let mut places = BTreeMap::new();
        for code in institutions {
            let place = found(code, folder.path(), &hash, clock.now()).await;
            houses.push(House::new(*code, place.store.clone(), &place.edition));
            places.insert((*code).to_string(), place);
        }
        let app = App::new(houses, clock.clone(), entropy, Settings::default());
        Self { router: web::router(app.clone()), app, clock, places, _folder: folder }
    }

    /// Somebody who has entered: by the name of his post, or `ana`, `admin`.
    pub async fn visitor(&self, institution: &str, who: &str) -> Visitor<'_> {
        let place = &self.places[institution];
        let person = *place.people.get(who).unwrap_or_else(|| panic!("{institution} has no {who}"));
        self.visitor_of(institution, person).await
    }

    /// The same by his number.
    pub async fn visitor_of(&self, institution: &str, person: PersonId) -> Visitor<'_> {
        let house = self.app.house(institution).expect("a house");
        let cookie = open_session(&self.app, &house, person, "prueba".into(), "prueba".into(), self.clock.now())
            .await
            .expect("a session");
        let cookie = cookie.split(';').next().expect("a cookie").to_string();
        Visitor { desk: self, institution: institution.into(), cookie }
    }
}

/// One who sits before the window.
pub struct Visitor<'d> {
    pub desk: &'d Desk,
    pub institution: String,
    pub cookie: String,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// A file to send.
pub struct Sample<'s> {
    pub field: String,
    pub name: &'s str,
    pub media: &'s str,
    pub content: &'s [u8],
}

impl Visitor<'_> {
    pub fn address(&self, path: &str) -> String {
        format!("/{}{path}", self.institution)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(self.address(path)).body(Body::empty()).expect("a request")).await
    }

    /// The page at `page`, which must be there.
    pub async fn page(&self, page: &str) -> String {
        let answer = self.get(page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.text());
        answer.body
    }

    /// Sends a form of the page at `page` to `action`, with the seal and the key that the page carries.
    pub async fn post(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.page(page).await;
        self.post_sealed(&shown, action, fields).await
    }

    pub async fn post_sealed(&self, shown: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("sello", &hidden(shown, "sello"))
            .append_pair("clave", &hidden(shown, "clave"))
            .extend_pairs(fields)
            .finish();
        let request = Request::post(self.address(action))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// The same with files, as a browser sends them.
    pub async fn post_files(&self, page: &str, action: &str, fields: &[(&str, &str)], files: &[Sample<'_>]) -> Answer {
        const EDGE: &str = "----borde-de-prueba";
        let shown = self.page(page).await;
        let mut body = Vec::new();
        let seals = [("sello", hidden(&shown, "sello")), ("clave", hidden(&shown, "clave"))];
        let pairs = seals.iter().map(|(name, text)| (*name, text.as_str())).chain(fields.iter().copied());
        for (name, text) in pairs {
            body.extend(
                format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").bytes(),
            );
        }
        for file in files {
            body.extend(
                format!(
                    "--{EDGE}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
                    file.field, file.name, file.media
                )
                .bytes(),
            );
            body.extend(file.content);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{EDGE}--\r\n").bytes());
        let request = Request::post(self.address(action))
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"))
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    async fn send(&self, mut request: Request<Body>) -> Answer {
        request.headers_mut().insert(header::COOKIE, self.cookie.parse().expect("a cookie"));
        let response = self.desk.router.clone().oneshot(request).await.expect("an answer");
        Answer::of(response).await
    }
}

impl Answer {
    pub async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Self { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Where a redirect leads.
    pub fn to(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The page without its tags, for reading in a failure.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut tag = false;
        for letter in self.body.chars() {
            match letter {
                '<' => tag = true,
                '>' => {
                    tag = false;
                    text.push(' ');
                }
                letter if !tag => text.push(letter),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The number in the address a redirect leads to: `/igss/casos/2026-000001/recibo`.
    pub fn number(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text());
        self.to().split("/casos/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default().to_string()
    }

    #[track_caller]
    pub fn done(&self) {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text());
    }
}

/// The value of a hidden field of a page.
pub fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split(&start).nth(1).unwrap_or_else(|| panic!("no field {name} in the page"));
    rest.split('"').next().expect("a value").to_string()
}

async fn found(code: &str, folder: &Path, hash: &str, now: Timestamp) -> Place {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manuals");
    let (mut files, mut shared) = (Vec::new(), Vec::new());
    collect(&root.join(code), "", &mut files);
    collect(&root.join("calendarios"), "", &mut shared);
    let edition = manual::read::read(&files, &shared).edition.expect("an edition without errors");
    let options = OpenOptions {
        zone: edition.institution.zone.to_string(),
        ..OpenOptions::new(code, folder.join(format!("{code}-archivos")))
    };
    let location = Location::Sqlite(folder.join(format!("{code}.sqlite")));
    let store = Store::open(location, options).await.expect("a store");

    let token = digest("configuración");
    store.begin_setup(&token).await.expect("a set-up");
    let fields =
        |login: &str, name: &str| PersonFields { login: login.into(), name: name.into(), ..PersonFields::default() };
    let first = store.finish_setup(&token, fields("admin", "Administración"), hash.into(), now).await.expect("admin");
    let admin = store.admin(first).await.expect("rights");
    let second = PersonFields { administrator: true, ..fields("admin2", "Segunda administración") };
    let second = admin.create_person(second, hash.into(), now).await.expect("admin2");
    let (row, _) = admin.upload_edition(Sources { files, shared }, now).await.expect("an edition");
    store.admin(second).await.expect("rights").publish_edition(row.id, now).await.expect("in force");

    let mut people = BTreeMap::from([("admin".to_string(), first), ("admin2".to_string(), second)]);
    let ana = PersonFields {
        unit: edition.units.first().map(|unit| unit.code.to_string()),
        ..fields("ana", "Ana Solicitante")
    };
    people.insert("ana".into(), admin.create_person(ana, hash.into(), now).await.expect("ana"));
    let today = now.to_zoned(store.zone()).date();
    for (index, role) in edition.roles.iter().filter(|role| role.scope != Scope::Requester).enumerate() {
        let person = admin
            .create_person(fields(&format!("puesto{index}"), &format!("Persona {}", role.name)), hash.into(), now)
            .await
            .expect("a person");
        let since = today.saturating_sub(jiff::Span::new().days(400));
        admin.give_post(person, role.name.clone(), None, since, None, now).await.expect("a post");
        people.insert(role.name.to_string(), person);
    }
    Place { edition, store, people }
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder of manuals").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else if path.extension().is_some_and(|ending| ending == "kdl") {
            files.push(SourceFile::new(name, fs::read_to_string(&path).expect("a text")));
        }
    }
}
