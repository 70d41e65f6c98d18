//! The accounts of an institution, as an administrator makes, changes and ends them: persons, their passwords, sessions
//! and tokens.

use crate::{
    admin::{Admin, existing, wrong},
    auth::{self, ApiToken, Session},
    error::StoreError,
    journal::AdminAct,
    lists::Page,
    once::Made,
    people::{self, Person, PersonFields},
    tx::Tx,
};
use engine::{
    Name,
    actor::PersonId,
    refusal::{Fault, Refusal},
};
use jiff::Timestamp;

impl Admin {
    /// Persons by name; `text` is part of a name or login. The cursor is the one the page before gave.
    pub async fn people(&self, text: &str, cursor: Option<&str>, limit: usize) -> Result<Page<Person>, StoreError> {
        let (text, limit) = (text.to_owned(), if limit == 0 { 100 } else { limit.min(500) });
        let (id, name) = cursor.and_then(|cursor| cursor.split_once('.')).unwrap_or(("0", ""));
        let (id, name) = (id.parse().unwrap_or(0), name.to_owned());
        self.store
            .read(move |tx| {
                let mut rows = people::list(tx, &text, (&name, id), limit + 1)?;
                let more = rows.len() > limit;
                rows.truncate(limit);
                let next =
                    if more { rows.last().map(|person| format!("{}.{}", person.id.0, person.name)) } else { None };
                Ok(Page { rows, next })
            })
            .await
    }

    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        self.store.person(id).await
    }

    /// Makes a person whose password stands as given; an empty hash leaves the person without password.
    pub async fn create_person(
        &self,
        fields: PersonFields,
        password_hash: String,
        now: Timestamp,
    ) -> Result<PersonId, StoreError> {
        self.make_person(fields, password_hash, false, now).await.map(|made| PersonId(made.number))
    }

    /// Makes a person with a first password, to be changed before anything else.
    pub async fn welcome_person(
        &self,
        fields: PersonFields,
        first_password: String,
        now: Timestamp,
    ) -> Result<Made, StoreError> {
        self.make_person(fields, first_password, true, now).await
    }

    async fn make_person(
        &self,
        fields: PersonFields,
        password_hash: String,
        must_change: bool,
        now: Timestamp,
    ) -> Result<Made, StoreError> {
        self.make_once(now, move |tx| {
            check_fields(&fields)?;
            if people::by_login(tx, &fields.login)?.is_some() {
                return Err(login_taken(&fields.login));
            }
            let person = people::insert(tx, &fields, &password_hash, now)?;
            if must_change {
                people::set_password(tx, person, &password_hash, true)?;
            }
            let act = AdminAct::PersonCreated {
                person,
                login: fields.login.trim().to_lowercase().into(),
                name: fields.name.trim().into(),
                administrator: fields.administrator,
                auditor: fields.auditor,
            };
            Ok((person.0, Some(act)))
        })
        .await
    }

    pub async fn change_person(&self, id: PersonId, fields: PersonFields, now: Timestamp) -> Result<(), StoreError> {
        self.settle(now, move |tx| {
            check_fields(&fields)?;
            let before = existing(tx, id)?;
            if people::by_login(tx, &fields.login)?.is_some_and(|other| other.person.id != id) {
                return Err(login_taken(&fields.login));
            }
            if before.administrator && !fields.administrator {
                keep_one_administrator(tx, &before)?;
            }
            people::update(tx, id, &fields)?;
            let act = AdminAct::PersonChanged {
                person: id,
                login: fields.login.trim().to_lowercase().into(),
                name: fields.name.trim().into(),
                administrator: fields.administrator,
                auditor: fields.auditor,
            };
            Ok(act)
        })
        .await
    }

    /// Sets a password given by the administrator; ends the person's sessions. Whoever is given one changes it before
    /// anything else.
    pub async fn set_password(&self, id: PersonId, hash: String, now: Timestamp) -> Result<Made, StoreError> {
        let me = self.person.id;
        self.make_once(now, move |tx| {
            existing(tx, id)?;
            people::set_password(tx, id, &hash, id != me)?;
            auth::end_sessions(tx, id, "")?;
            Ok((id.0, Some(AdminAct::PasswordSet { person: id })))
        })
        .await
    }

    /// Removes a lost second factor; ends the person's sessions.
    pub async fn remove_totp(&self, id: PersonId, now: Timestamp) -> Result<(), StoreError> {
        self.settle(now, move |tx| {
            if !existing(tx, id)?.has_totp {
                return Err(Refusal::conflict("Esa persona no tiene segundo factor.").into());
            }
            people::set_totp(tx, id, "")?;
            auth::end_sessions(tx, id, "")?;
            Ok(AdminAct::SecondFactorSet { person: id, on: false })
        })
        .await
    }

    /// Baja: the person can do nothing more from this commit on; sessions and tokens end with it.
    pub async fn deactivate(&self, id: PersonId, reason: String, now: Timestamp) -> Result<(), StoreError> {
        self.settle(now, move |tx| {
            let person = existing(tx, id)?;
            if !person.active {
                return Err(Refusal::conflict("Esa persona ya está de baja.").into());
            }
            keep_one_administrator(tx, &person)?;
            people::set_active(tx, id, false)?;
            let sessions = auth::end_sessions(tx, id, "")?;
            let tokens = auth::revoke_all(tx, id, now)?;
            Ok(AdminAct::PersonDeactivated { person: id, sessions, tokens, reason: reason.clone() })
        })
        .await
    }

    /// The old sessions and tokens stay dead.
    pub async fn reactivate(&self, id: PersonId, now: Timestamp) -> Result<(), StoreError> {
        self.settle(now, move |tx| {
            if existing(tx, id)?.active {
                return Err(Refusal::conflict("Esa persona ya está activa.").into());
            }
            people::set_active(tx, id, true)?;
            Ok(AdminAct::PersonReactivated { person: id })
        })
        .await
    }

    /// The API tokens of one person, or of all; never their secrets.
    pub async fn tokens(&self, of: Option<PersonId>) -> Result<Vec<ApiToken>, StoreError> {
        self.store.read(move |tx| Ok(auth::tokens(tx, of)?)).await
    }

    /// The same, the latest first, before one of them.
    pub async fn tokens_page(
        &self,
        of: Option<PersonId>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<ApiToken>, StoreError> {
        self.store.read(move |tx| Ok(auth::tokens_page(tx, of, before.unwrap_or(i64::MAX), limit)?)).await
    }

    /// Keeps an API token by the hash of its secret (SHA-256, hexadecimal).
    pub async fn create_token(
        &self,
        person: PersonId,
        token_hash: String,
        name: Name,
        scope: Name,
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.issue_token(person, token_hash, (name, scope), expires, now).await.map(|made| made.number)
    }

    /// The same, told whether the key had made it before.
    pub async fn issue_token(
        &self,
        person: PersonId,
        token_hash: String,
        (name, scope): (Name, Name),
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Made, StoreError> {
        self.make_once(now, move |tx| {
            if !existing(tx, person)?.active {
                return Err(Refusal::conflict("Esa persona está de baja.").into());
            }
            let token = auth::put_token(tx, &token_hash, person, (&name, &scope), now, expires)?;
            let act = AdminAct::TokenCreated { token, person, name: name.clone(), scope: scope.clone(), expires };
            Ok((token, Some(act)))
        })
        .await
    }

    pub async fn revoke_token(&self, token: i64, now: Timestamp) -> Result<(), StoreError> {
        self.settle(now, move |tx| {
            let person = auth::revoke(tx, token, now)?
                .ok_or_else(|| Refusal::missing("Esa ficha no existe o ya estaba revocada."))?;
            Ok(AdminAct::TokenRevoked { token, person })
        })
        .await
    }

    pub async fn sessions(&self, person: PersonId) -> Result<Vec<Session>, StoreError> {
        self.store.read(move |tx| Ok(auth::sessions_of(tx, person)?)).await
    }

    /// The sessions of everybody that have not ended and were used since a moment, by the person's name.
    pub async fn open_sessions(
        &self,
        now: Timestamp,
        used_since: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Name, Session)>, StoreError> {
        self.store.read(move |tx| Ok(auth::open_sessions(tx, now, used_since, limit)?)).await
    }

    /// Ends all the sessions of a person.
    pub async fn end_sessions(&self, person: PersonId, now: Timestamp) -> Result<u64, StoreError> {
        let ended = self.make(now, move |tx| {
            existing(tx, person)?;
            let ended = auth::end_sessions(tx, person, "")?;
            Ok((i64::try_from(ended).unwrap_or(i64::MAX), Some(AdminAct::SessionsEnded { person, ended })))
        });
        Ok(u64::try_from(ended.await?).unwrap_or_default())
    }
}

fn login_taken(login: &str) -> StoreError {
    let text = format!("Ya hay una persona con el usuario «{}».", login.trim().to_lowercase());
    Refusal::conflict(text.clone()).with(vec![Fault::new("login", text)]).into()
}

fn check_fields(fields: &PersonFields) -> Result<(), StoreError> {
    let login = fields.login.trim();
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    if login.is_empty() || login.len() > 100 || !login.chars().all(valid) {
        return Err(wrong("login", "El usuario lleva solo letras sin tilde, números, punto, guion, guion bajo o @."));
    }
    if fields.name.trim().is_empty() || fields.name.chars().count() > 200 {
        return Err(wrong("name", "Escriba el nombre de la persona: hasta 200 caracteres."));
    }
    Ok(())
}

fn keep_one_administrator(tx: &Tx<'_>, person: &Person) -> Result<(), StoreError> {
    if person.active && person.administrator && people::active_administrators(tx)? <= 1 {
        return Err(Refusal::conflict("Es la única persona que administra el sistema; nombre antes a otra.").into());
    }
    Ok(())
}
