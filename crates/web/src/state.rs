//! What every request can reach: the institutions served, time and chance, and the visitor with his session.

use crate::{
    bulk::Hand,
    clock::{Clock, Entropy, digest, secret},
    failure::Failure,
    presence::Presence,
};
use axum::http::{HeaderMap, header};
use engine::{Name, actor::Post};
use jiff::{Timestamp, tz::TimeZone};
use manual::{edition::Edition, organization::Scope};
use maud::{Markup, html};
use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
};
use store::{NewMail, Reader, Store, blobs::Blob, desk::Preferences, people::Person};
use tokio::io::AsyncRead;

/// The name of the field with the session's seal (against forged requests).
pub const SEAL: &str = "sello";
/// The name of the field with the form's one-time key (against sending it twice).
pub const KEY: &str = "clave";

/// The whole window: cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    houses: BTreeMap<String, Arc<House>>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    settings: Settings,
    /// Seals what the server says to itself through a browser; new with each start.
    pass_key: String,
}

#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `https://soporte.example.gob.gt`; absent: whatever address the request came by, without TLS.
    pub public_url: Option<String>,
    pub version: String,
    /// Where the institutions' set-up page wants a one-time token: institution -> SHA-256 of the token.
    pub setup: BTreeMap<String, String>,
}

/// One institution behind the window.
pub struct House {
    pub code: String,
    pub store: Store,
    /// Who has which case open.
    pub presence: Arc<Presence>,
    /// Mail comes to it and leaves in its name.
    pub has_mail: bool,
    face: RwLock<Arc<Face>>,
}

/// How an institution shows itself; follows its edition in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    pub name: String,
    pub acronym: String,
    pub dependency: String,
    pub color: String,
    pub zone: TimeZone,
    pub units: Vec<(Name, Name)>,
    /// The roles with which a procedure begins: they receive what is asked.
    pub receiving: Vec<Name>,
}

/// The edition under which new cases begin.
#[derive(Clone)]
pub struct InForce {
    pub id: i64,
    pub edition: Arc<Edition>,
}

/// Who has entered, in which institution, for the length of one request.
#[derive(Clone)]
pub struct Visitor {
    pub house: Arc<House>,
    /// What this person may see, as of this request.
    pub reader: Reader,
    pub person: Person,
    /// The posts held today, those of the absent included.
    pub posts: Arc<[Post]>,
    pub preferences: Preferences,
    /// SHA-256 of the session's secret: its name in the store.
    pub session: String,
    /// The seal of this session's forms.
    pub seal: String,
    /// A key nobody has used: for one form.
    pub key: String,
    pub now: Timestamp,
    /// When the password was last given: signing asks for a fresh one.
    pub entered_at: Timestamp,
}

impl App {
    #[must_use]
    pub fn new(houses: Vec<House>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, settings: Settings) -> Self {
        let across = |mut house: House| {
            if house.store.may_have_other_nodes() {
                let node = secret(&*entropy).chars().take(16).collect::<String>();
                house.presence = Arc::new(Presence::among(house.store.clone(), node.into()));
            }
            (house.code.clone(), Arc::new(house))
        };
        let houses = houses.into_iter().map(across).collect();
        let pass_key = secret(&*entropy);
        Self(Arc::new(Inner { houses, clock, entropy, settings, pass_key }))
    }

    #[must_use]
    pub fn house(&self, code: &str) -> Option<Arc<House>> {
        self.0.houses.get(code).cloned()
    }

    pub fn houses(&self) -> impl Iterator<Item = &Arc<House>> {
        self.0.houses.values()
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    #[must_use]
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.0.entropy
    }

    #[must_use]
    pub fn shared_entropy(&self) -> Arc<dyn Entropy> {
        self.0.entropy.clone()
    }

    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    #[must_use]
    pub fn pass_key(&self) -> &str {
        &self.0.pass_key
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// The name of the cookie with an institution's session. `__Host-` only where there is TLS: browsers refuse it without.
    #[must_use]
    pub fn cookie_name(&self, code: &str) -> String {
        if self.is_https() { format!("__Host-ventanilla-{code}") } else { format!("ventanilla-{code}") }
    }

    /// `Set-Cookie` of a session; an empty secret takes it back.
    #[must_use]
    pub fn cookie(&self, name: &str, secret: &str) -> String {
        let secure = if self.is_https() { "; Secure" } else { "" };
        let age = if secret.is_empty() { "; Max-Age=0" } else { "" };
        format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
    }

    /// The seal of forms sent before entering, from the cookie set by the page that showed them.
    #[must_use]
    pub fn anonymous_seal(&self, headers: &HeaderMap) -> Option<String> {
        cookie_value(headers, &self.cookie_name("puerta")).map(|secret| seal_of(&secret))
    }
}

impl House {
    #[must_use]
    pub fn new(code: impl Into<String>, store: Store, edition: &Edition) -> Self {
        Self {
            code: code.into(),
            store,
            has_mail: false,
            presence: Arc::default(),
            face: RwLock::new(Arc::new(Face::of(edition))),
        }
    }

    /// The same, with mail or without.
    #[must_use]
    pub fn with_mail(self, has_mail: bool) -> Self {
        Self { has_mail, ..self }
    }

    #[must_use]
    pub fn face(&self) -> Arc<Face> {
        self.face.read().map_or_else(|poisoned| poisoned.into_inner().clone(), |face| face.clone())
    }

    /// The edition in force, and the face that goes with it.
    ///
    /// # Errors
    /// If the store cannot be read, or the institution has published nothing yet.
    pub async fn edition(&self) -> Result<InForce, Failure> {
        let (id, edition) = self.store.current_edition().await?.ok_or(Failure::NotFound)?;
        let fresh = Face::of(&edition);
        if *self.face() != fresh
            && let Ok(mut face) = self.face.write()
        {
            *face = Arc::new(fresh);
        }
        Ok(InForce { id, edition })
    }

    /// Sends a person a mail, once a key, to see that this institution's mail leaves.
    ///
    /// # Errors
    /// The person has no address; or the store takes no writes.
    pub async fn try_mail(&self, person: &Person, key: &str, now: Timestamp) -> Result<(), Failure> {
        if person.email.is_empty() {
            return Err(Failure::Invalid("Su cuenta no tiene dirección de correo; agréguela en Personas.".into()));
        }
        let text = "Si lee esto, la institución puede enviar correo. No hace falta que responda.";
        let mail = NewMail {
            person: Some(person.id),
            ..NewMail::new(format!("prueba:{}:{key}", person.id.0), &person.email, "Prueba de correo", text, now)
        };
        self.store.queue_mail(mail).await?;
        Ok(())
    }

    /// Stores one file, whole or not at all.
    ///
    /// # Errors
    /// Too large, or the disk takes no more.
    pub async fn put_file(
        &self,
        reader: impl AsyncRead + Send + Unpin,
        limit: u64,
        now: Timestamp,
    ) -> Result<Blob, Failure> {
        Ok(self.store.put_blob(reader, limit, now).await?)
    }
}

impl Face {
    #[must_use]
    pub fn of(edition: &Edition) -> Self {
        let institution = &edition.institution;
        Self {
            name: institution.name.to_string(),
            acronym: institution.acronym.to_string(),
            dependency: edition.title_page.dependency.to_string(),
            color: institution.color.as_deref().unwrap_or("#1d5c8f").to_string(),
            zone: TimeZone::get(&institution.zone).unwrap_or(TimeZone::UTC),
            units: edition.units.iter().map(|unit| (unit.code.clone(), unit.name.clone())).collect(),
            receiving: {
                let first = edition.procedures.iter().filter_map(|procedure| procedure.first());
                let attend = first.flat_map(|step| &step.responsibles).filter(|one| one.scope != Scope::Requester);
                let roles: std::collections::BTreeSet<Name> = attend.map(|one| one.role.clone()).collect();
                roles.into_iter().collect()
            },
        }
    }
}

impl Visitor {
    /// Holds a post that attends cases.
    #[must_use]
    pub fn attends(&self) -> bool {
        !self.posts.is_empty()
    }

    /// The visitor as one who does one thing to many cases.
    #[must_use]
    pub fn hand(&self) -> Hand<'_> {
        Hand { store: &self.house.store, reader: &self.reader, now: self.now }
    }

    /// Works on what comes by mail, where any comes: receives requests, or administers.
    #[must_use]
    pub fn has_mail_desk(&self) -> bool {
        let face = self.house.face();
        let receives = self.posts.iter().any(|post| face.receiving.contains(&post.role));
        self.house.has_mail && (self.person.administrator || receives)
    }

    /// Sees all the institution's cases: audits or administers.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.person.auditor || self.person.administrator
    }

    /// The hidden fields every form of this person carries.
    #[must_use]
    pub fn seal(&self) -> Markup {
        html! {
            input type="hidden" name=(SEAL) value=(self.seal);
            input type="hidden" name=(KEY) value=(self.key);
        }
    }

    #[must_use]
    pub fn zone(&self) -> TimeZone {
        self.house.face().zone.clone()
    }

    /// An address of this institution.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        format!("/{}{path}", self.house.code)
    }
}

/// The seal that goes with a session's secret.
#[must_use]
pub fn seal_of(secret: &str) -> String {
    digest(&format!("sello:{secret}"))
}

/// The value of a cookie.
#[must_use]
pub fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_string())
        .filter(|value| !value.is_empty())
}

/// Whether a role means whoever asked, and so no post.
#[must_use]
pub fn is_requester(edition: &Edition, role: &str) -> bool {
    edition.role(role).is_some_and(|role| role.scope == Scope::Requester)
}
