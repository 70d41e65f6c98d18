//! Entering and staying: credentials, sessions, API tokens, the throttle of failed logins and the first set-up.
//! Secrets are drawn and hashed by the caller; here only hashes are kept, and the caller says what time it is.

use crate::{
    error::{DbError, StoreError},
    journal::{self, AdminAct},
    migrations,
    people::{self, Credentials, Person, PersonFields},
    store::Store,
    time,
    tx::{Row, Tx, statements},
};
use engine::{Name, actor::PersonId, refusal::Refusal};
use jiff::Timestamp;

/// A session to be kept. `token_hash` is the SHA-256 of the cookie's secret, hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    pub token_hash: String,
    pub person: PersonId,
    /// The absolute end, whatever happens.
    pub expires_at: Timestamp,
    /// The address it came from, for the list of sessions.
    pub source: String,
    pub agent: String,
    /// Whatever the window keeps with it (the CSRF secret, a pending second factor).
    pub data: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub token_hash: String,
    pub person: PersonId,
    pub created_at: Timestamp,
    /// The last touch: the caller judges the idle limit by it.
    pub seen_at: Timestamp,
    /// When the password was last given: the caller judges a signature by it.
    pub fresh_at: Timestamp,
    pub expires_at: Timestamp,
    pub source: String,
    pub agent: String,
    pub data: String,
}

/// What an API token lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub id: i64,
    pub person: PersonId,
    pub name: Name,
    /// The caller's own words for what it may.
    pub scope: Name,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// Failed logins under one key: an account (`cuenta:login`) or a source (`origen:address`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Throttle {
    pub failures: i64,
    /// No attempt counts before; none: at once.
    pub not_before: Option<Timestamp>,
}

/// The state of the first set-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setup {
    /// Nobody has been made yet and no token stands.
    Needed,
    /// The token whose hash this is sets up the institution.
    Pending {
        token_hash: String,
    },
    Done,
}

statements! {
    PUT_SESSION: [Text, Int, Int, Int, Text, Text, Text] => [],
        "INSERT INTO sessions (token_hash, person, created_at, seen_at, fresh_at, expires_at, source, agent, data)
         VALUES ($1, $2, $3, $3, $3, $4, $5, $6, $7)";
    SESSION: [Text] => [Text, Int, Int, Int, Int, Int, Text, Text, Text],
        "SELECT s.token_hash, s.person, s.created_at, s.seen_at, s.fresh_at, s.expires_at, s.source, s.agent, s.data
         FROM sessions s JOIN people p ON p.id = s.person WHERE s.token_hash = $1 AND p.active = 1";
    SESSIONS_OF: [Int] => [Text, Int, Int, Int, Int, Int, Text, Text, Text],
        "SELECT token_hash, person, created_at, seen_at, fresh_at, expires_at, source, agent, data
         FROM sessions WHERE person = $1 ORDER BY seen_at DESC";
    OPEN_SESSIONS: [Int, Int, Int] => [Text, Int, Int, Int, Int, Int, Text, Text, Text, Text],
        "SELECT s.token_hash, s.person, s.created_at, s.seen_at, s.fresh_at, s.expires_at, s.source, s.agent, s.data, p.name
         FROM sessions s JOIN people p ON p.id = s.person
         WHERE p.active = 1 AND s.expires_at > $1 AND s.seen_at >= $2 ORDER BY p.name, p.id, s.seen_at DESC LIMIT $3";
    TOUCH: [Text, Int] => [], "UPDATE sessions SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2";
    FRESHEN: [Text, Int] => [], "UPDATE sessions SET fresh_at = $2, seen_at = $2 WHERE token_hash = $1";
    SET_DATA: [Text, Text] => [], "UPDATE sessions SET data = $2 WHERE token_hash = $1";
    END: [Text] => [], "DELETE FROM sessions WHERE token_hash = $1";
    END_ALL: [Int, Text] => [], "DELETE FROM sessions WHERE person = $1 AND token_hash <> $2";
    END_OLD: [Int, Int] => [], "DELETE FROM sessions WHERE expires_at < $1 OR seen_at < $2";
    TOKEN: [Text] => [Int, Int, Text, Text, Int, Int, Int],
        "SELECT t.id, t.person, t.name, t.scope, t.created_at, t.expires_at, t.revoked_at
         FROM tokens t JOIN people p ON p.id = t.person WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND p.active = 1";
    TOKENS: [Int] => [Int, Int, Text, Text, Int, Int, Int],
        "SELECT id, person, name, scope, created_at, expires_at, revoked_at FROM tokens
         WHERE ($1 = 0 OR person = $1) ORDER BY id DESC";
    TOKENS_PAGE: [Int, Int, Int] => [Int, Int, Text, Text, Int, Int, Int],
        "SELECT id, person, name, scope, created_at, expires_at, revoked_at FROM tokens
         WHERE id < $1 AND ($2 = 0 OR person = $2) ORDER BY id DESC LIMIT $3";
    PUT_TOKEN: [Text, Int, Text, Text, Int, Int] => [Int],
        "INSERT INTO tokens (token_hash, person, name, scope, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
    REVOKE: [Int, Int] => [Int],
        "UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING person";
    REVOKE_ALL: [Int, Int] => [], "UPDATE tokens SET revoked_at = $2 WHERE person = $1 AND revoked_at IS NULL";
    THROTTLE: [Text] => [Int, Int], "SELECT failures, not_before FROM throttle WHERE key = $1";
    FAILED: [Text, Int, Int] => [Int],
        "INSERT INTO throttle (key, failures, not_before, last_at) VALUES ($1, 1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET failures = throttle.failures + 1, not_before = excluded.not_before,
             last_at = excluded.last_at RETURNING failures";
    CLEAR: [Text] => [], "DELETE FROM throttle WHERE key = $1";
    FORGET: [Int] => [], "DELETE FROM throttle WHERE last_at < $1";
}

fn session(row: &Row) -> Result<Session, DbError> {
    Ok(Session {
        token_hash: row.string(0)?,
        person: PersonId(row.int(1)?),
        created_at: time::moment(row.int(2)?)?,
        seen_at: time::moment(row.int(3)?)?,
        fresh_at: time::moment(row.int(4)?)?,
        expires_at: time::moment(row.int(5)?)?,
        source: row.string(6)?,
        agent: row.string(7)?,
        data: row.string(8)?,
    })
}

fn token(row: &Row) -> Result<ApiToken, DbError> {
    Ok(ApiToken {
        id: row.int(0)?,
        person: PersonId(row.int(1)?),
        name: row.name(2)?,
        scope: row.name(3)?,
        created_at: time::moment(row.int(4)?)?,
        expires_at: time::moment_opt(row.int_opt(5)?)?,
        revoked_at: time::moment_opt(row.int_opt(6)?)?,
    })
}

pub(crate) fn sessions_of(tx: &Tx<'_>, person: PersonId) -> Result<Vec<Session>, DbError> {
    tx.rows(&SESSIONS_OF, &[person.into()])?.iter().map(session).collect()
}

/// The sessions of everybody that have not ended and were used since a moment, by the person's name.
pub(crate) fn open_sessions(
    tx: &Tx<'_>,
    now: Timestamp,
    used_since: Timestamp,
    limit: usize,
) -> Result<Vec<(Name, Session)>, DbError> {
    let rows = tx.rows(&OPEN_SESSIONS, &[now.into(), used_since.into(), limit.into()])?;
    rows.iter().map(|row| Ok((row.name(9)?, session(row)?))).collect()
}

/// Ends all the sessions of a person but one.
pub(crate) fn end_sessions(tx: &Tx<'_>, person: PersonId, but: &str) -> Result<u64, DbError> {
    tx.run(&END_ALL, &[person.into(), but.into()])
}

pub(crate) fn revoke_all(tx: &Tx<'_>, person: PersonId, now: Timestamp) -> Result<u64, DbError> {
    tx.run(&REVOKE_ALL, &[person.into(), now.into()])
}

pub(crate) fn tokens(tx: &Tx<'_>, person: Option<PersonId>) -> Result<Vec<ApiToken>, DbError> {
    tx.rows(&TOKENS, &[person.map_or(0, |person| person.0).into()])?.iter().map(token).collect()
}

/// Tokens before a number, the latest first.
pub(crate) fn tokens_page(
    tx: &Tx<'_>,
    person: Option<PersonId>,
    before: i64,
    limit: usize,
) -> Result<Vec<ApiToken>, DbError> {
    let values = [before.into(), person.map_or(0, |person| person.0).into(), limit.into()];
    tx.rows(&TOKENS_PAGE, &values)?.iter().map(token).collect()
}

pub(crate) fn put_token(
    tx: &Tx<'_>,
    hash: &str,
    person: PersonId,
    words: (&str, &str),
    now: Timestamp,
    expires_at: Option<Timestamp>,
) -> Result<i64, DbError> {
    let values = [hash.into(), person.into(), words.0.into(), words.1.into(), now.into(), expires_at.into()];
    tx.row(&PUT_TOKEN, &values)?.ok_or_else(|| DbError::broken("no number for the token"))?.int(0)
}

pub(crate) fn revoke(tx: &Tx<'_>, id: i64, now: Timestamp) -> Result<Option<PersonId>, DbError> {
    tx.row(&REVOKE, &[id.into(), now.into()])?.map(|row| row.int(0).map(PersonId)).transpose()
}

impl Store {
    /// The person behind a login (in any case), with what a password is checked against. Inactive persons too: the
    /// caller says the same to both.
    pub async fn person_by_login(&self, login: &str) -> Result<Option<Credentials>, StoreError> {
        let login = login.to_owned();
        self.read(move |tx| Ok(people::by_login(tx, &login)?)).await
    }

    /// A person by number.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        self.read(move |tx| Ok(people::load(tx, id)?)).await
    }

    /// Keeps a session; refused for a person who is not active.
    pub async fn create_session(&self, new: NewSession, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            if people::load(tx, new.person)?.is_none_or(|person| !person.active) {
                return Err(Refusal::forbidden("Su cuenta no está activa.").into());
            }
            let values = [
                (&new.token_hash).into(),
                new.person.into(),
                now.into(),
                new.expires_at.into(),
                (&new.source).into(),
                (&new.agent).into(),
                (&new.data).into(),
            ];
            tx.run(&PUT_SESSION, &values)?;
            Ok(())
        })
        .await
    }

    /// The session of a token's hash, while its person is active. Limits of time are the caller's to judge.
    pub async fn session(&self, token_hash: &str) -> Result<Option<Session>, StoreError> {
        let hash = token_hash.to_owned();
        self.read(move |tx| Ok(tx.row(&SESSION, &[(&hash).into()])?.map(|row| session(&row)).transpose()?)).await
    }

    /// The session was used. Once a minute is enough: every touch is a commit.
    pub async fn touch_session(&self, token_hash: &str, now: Timestamp) -> Result<(), StoreError> {
        let hash = token_hash.to_owned();
        self.write(move |tx| Ok(tx.run(&TOUCH, &[(&hash).into(), now.into()]).map(|_| ())?)).await
    }

    /// The password was given anew in this session.
    pub async fn freshen_session(&self, token_hash: &str, now: Timestamp) -> Result<(), StoreError> {
        let hash = token_hash.to_owned();
        self.write(move |tx| Ok(tx.run(&FRESHEN, &[(&hash).into(), now.into()]).map(|_| ())?)).await
    }

    pub async fn set_session_data(&self, token_hash: &str, data: &str) -> Result<(), StoreError> {
        let (hash, data) = (token_hash.to_owned(), data.to_owned());
        self.write(move |tx| Ok(tx.run(&SET_DATA, &[(&hash).into(), (&data).into()]).map(|_| ())?)).await
    }

    /// Ends one session: leaving.
    pub async fn end_session(&self, token_hash: &str) -> Result<(), StoreError> {
        let hash = token_hash.to_owned();
        self.write(move |tx| Ok(tx.run(&END, &[(&hash).into()]).map(|_| ())?)).await
    }

    /// The sessions of a person, ended ones excepted.
    pub async fn own_sessions(&self, person: PersonId) -> Result<Vec<Session>, StoreError> {
        self.read(move |tx| Ok(sessions_of(tx, person)?)).await
    }

    /// Forgets sessions past their end, or idle since before a moment.
    pub async fn forget_sessions(&self, now: Timestamp, idle_since: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| Ok(tx.run(&END_OLD, &[now.into(), idle_since.into()])?)).await
    }

    /// A person changes the own password: the new hash, and every other session ended.
    pub async fn change_password(
        &self,
        person: PersonId,
        hash: String,
        this_session: String,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            let who = people::load(tx, person)?.ok_or_else(|| Refusal::missing("Esa persona no existe."))?;
            people::set_password(tx, person, &hash, false)?;
            end_sessions(tx, person, &this_session)?;
            journal::append_act(tx, (person, &who.name), AdminAct::PasswordSet { person }, now)?;
            Ok(())
        })
        .await
    }

    /// A person sets (or with an empty secret removes) the own second factor.
    pub async fn set_totp(&self, person: PersonId, secret: String, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            let who = people::load(tx, person)?.ok_or_else(|| Refusal::missing("Esa persona no existe."))?;
            people::set_totp(tx, person, &secret)?;
            let act = AdminAct::SecondFactorSet { person, on: !secret.is_empty() };
            journal::append_act(tx, (person, &who.name), act, now)?;
            Ok(())
        })
        .await
    }

    /// Marks the time step of a TOTP code as used; false if that code, or a later one, has served already.
    pub async fn use_totp_step(&self, person: PersonId, step: i64) -> Result<bool, StoreError> {
        self.write(move |tx| Ok(people::use_totp_step(tx, person, step)?)).await
    }

    /// The API token of a hash: not revoked, of an active person. Its end is the caller's to judge.
    pub async fn api_token(&self, token_hash: &str) -> Result<Option<ApiToken>, StoreError> {
        let hash = token_hash.to_owned();
        self.read(move |tx| Ok(tx.row(&TOKEN, &[(&hash).into()])?.map(|row| token(&row)).transpose()?)).await
    }

    /// Failures under a key so far.
    pub async fn throttle(&self, key: &str) -> Result<Throttle, StoreError> {
        let key = key.to_owned();
        self.read(move |tx| {
            let Some(row) = tx.row(&THROTTLE, &[(&key).into()])? else { return Ok(Throttle::default()) };
            Ok(Throttle { failures: row.int(0)?, not_before: Some(time::moment(row.int(1)?)?) })
        })
        .await
    }

    /// One more failure under a key; no attempt counts before `not_before`. Gives the failures so far.
    pub async fn login_failed(&self, key: &str, not_before: Timestamp, now: Timestamp) -> Result<i64, StoreError> {
        let key = key.to_owned();
        self.write(move |tx| {
            let row = tx.row(&FAILED, &[(&key).into(), not_before.into(), now.into()])?;
            Ok(row.map_or(Ok(0), |row| row.int(0))?)
        })
        .await
    }

    /// Forgets the failures under a key: the rightful person is in.
    pub async fn login_succeeded(&self, key: &str) -> Result<(), StoreError> {
        let key = key.to_owned();
        self.write(move |tx| Ok(tx.run(&CLEAR, &[(&key).into()]).map(|_| ())?)).await
    }

    /// Forgets failures whose last is older than a moment.
    pub async fn forget_failures(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(move |tx| Ok(tx.run(&FORGET, &[before.into()])?)).await
    }

    pub async fn setup(&self) -> Result<Setup, StoreError> {
        self.read(|tx| Ok(setup(tx)?)).await
    }

    /// Lets the holder of a one-time token set up the institution; refused once it is set up.
    pub async fn begin_setup(&self, token_hash: &str) -> Result<(), StoreError> {
        let hash = token_hash.to_owned();
        self.write(move |tx| {
            if setup(tx)? == Setup::Done {
                return Err(Refusal::conflict("La institución ya está configurada.").into());
            }
            Ok(migrations::set(tx, "setup", &hash)?)
        })
        .await
    }

    /// Makes the first administrator with the one-time token, which is gone afterwards.
    pub async fn finish_setup(
        &self,
        token_hash: &str,
        first: PersonFields,
        password_hash: String,
        now: Timestamp,
    ) -> Result<PersonId, StoreError> {
        let hash = token_hash.to_owned();
        let first = PersonFields { administrator: true, ..first };
        self.write(move |tx| {
            migrations::lock_institution(tx)?;
            if setup(tx)? != (Setup::Pending { token_hash: hash.clone() }) {
                return Err(Refusal::missing("Esa dirección ya no existe.").into());
            }
            let person = people::insert(tx, &first, &password_hash, now)?;
            migrations::set(tx, "setup", "done")?;
            let name: Name = first.name.trim().into();
            journal::append_act(tx, (person, &name), AdminAct::SetUp { person }, now)?;
            Ok(person)
        })
        .await
    }
}

fn setup(tx: &Tx<'_>) -> Result<Setup, DbError> {
    Ok(match migrations::setting(tx, "setup")? {
        Some(done) if done == "done" => Setup::Done,
        Some(token_hash) => Setup::Pending { token_hash },
        None if people::active_administrators(tx)? > 0 => Setup::Done,
        None => Setup::Needed,
    })
}
