//! An institution with its manual in force, a requester and a technician who have addresses.

use crate::{houses, mail::settings::MailHouse, manuals::Library};
use connectors::mail::writing::Sender;
use engine::actor::PersonId;
use jiff::{Timestamp, civil::date};
use store::{Store, people::PersonFields};
use tempfile::TempDir;

pub const USER: &str = "carla@example.org";

pub struct Tried {
    pub store: Store,
    pub user: PersonId,
    pub admin: PersonId,
    pub house: MailHouse,
    /// It goes with everything in it when this value does.
    _folder: TempDir,
}

pub fn monday() -> Timestamp {
    "2026-03-02T15:00:00Z".parse().expect("a moment")
}

impl Tried {
    pub async fn new() -> Self {
        let folder = in_memory();
        let place = folder.path().join("igss");
        let store = houses::open_in(&place, None, "igss", "America/Guatemala").await.expect("it opens");
        let now = monday() - jiff::SignedDuration::from_hours(24);
        store.begin_setup("h").await.expect("set-up begins");
        let fields = |login: &str, email: &str| PersonFields {
            login: login.into(),
            name: format!("{login} de prueba"),
            email: email.into(),
            unit: Some("dependencias".into()),
            ..PersonFields::default()
        };
        let admin = store.finish_setup("h", fields("ana", ""), "x".into(), now).await.expect("first");
        let hands = store.admin(admin).await.expect("admin");
        let second = PersonFields { administrator: true, ..fields("berta", "") };
        let second = hands.create_person(second, String::new(), now).await.expect("a person");
        let user = hands.create_person(fields("carla", USER), String::new(), now).await.expect("a person");
        let technician =
            hands.create_person(fields("gloria", "gloria@example.org"), String::new(), now).await.expect("a person");
        let role = "Técnico de Soporte Remoto".into();
        hands.give_post(technician, role, None, date(2026, 1, 1), None, now).await.expect("a post");
        let loaded = Library::Embedded.load("igss").expect("a manual");
        let (row, _) = hands.upload_edition(houses::sources(&loaded), now).await.expect("uploaded");
        store.admin(second).await.expect("second").publish_edition(row.id, now).await.expect("published");
        let from = Sender { name: "Mesa".into(), address: "mesa@example.org".into() };
        let addresses = vec![(from.address.clone(), "DTS-02".into())];
        let house = MailHouse { from, addresses, smtp: None, imap: None };
        Self { store, user, admin, house, _folder: folder }
    }

    pub async fn cases(&self) -> usize {
        let admin = self.store.reader(self.admin, monday()).await.expect("a reader");
        let (mut count, mut cursor) = (0, None);
        loop {
            let page = admin.cases(&store::Filters::default(), cursor.as_deref(), 200).await.expect("a page");
            count += page.rows.len();
            cursor = page.next;
            if cursor.is_none() {
                return count;
            }
        }
    }

    pub async fn sound(&self) {
        assert_eq!(self.store.verify().await.expect("it walks").findings, []);
        assert_eq!(self.store.check_blobs().await.expect("it walks"), []);
    }
}

/// A folder in memory where the system has one: thousands of mails are not to wait for a disk here. What a disk does
/// to what is kept is tried elsewhere.
fn in_memory() -> TempDir {
    let made = tempfile::Builder::new().prefix("ventanilla").tempdir_in("/dev/shm");
    made.or_else(|_| tempfile::tempdir()).expect("a folder")
}

/// A mail of a person, by its number.
pub fn letter(from: &str, n: usize, more: &str, body: &str) -> Vec<u8> {
    let text = format!(
        "From: Alguien <{from}>\nTo: mesa@example.org\nMessage-ID: <m{n}@example.org>\n\
         Date: Mon, 2 Mar 2026 09:00:00 -0600\nSubject: Sin red {n}\n{more}\n{body}\n"
    );
    text.replace('\n', "\r\n").into_bytes()
}
