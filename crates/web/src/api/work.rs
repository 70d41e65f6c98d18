//! What every handler does: find the case for the bearer, submit, and answer with the case as that act left it.

use super::{
    bearer::Bearer,
    case::{CaseBody, body},
    input::Key,
    problem::ApiError,
};
use crate::failure::Failure;
use engine::{
    Name,
    actor::PersonId,
    authority,
    case::Case,
    refusal::{Fault, Refusal},
    world::{Everyone, World},
};
use jiff::{civil::Date, tz::TimeZone};
use manual::edition::Edition;
use serde::{Deserialize, Serialize};
use store::{Admin, CaseView, Request, Submission, Submitted};
use utoipa::IntoParams;

/// Where an institution's API begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InstitutionPath {
    /// La institución: `igss`, `seprem` …
    pub institution: String,
}

/// Where a case is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CasePath {
    /// La institución: `igss`, `seprem` …
    pub institution: String,
    /// El número del caso.
    pub number: String,
}

/// Where something with a number of its own is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct IdPath {
    /// La institución: `igss`, `seprem` …
    pub institution: String,
    /// Su `id`.
    pub id: String,
}

impl IdPath {
    /// # Errors
    /// What is no number is not there.
    pub fn id(&self) -> Result<i64, ApiError> {
        self.id.parse().map_err(|_| ApiError::not_found())
    }
}

/// What is not given and must be.
#[must_use]
pub fn missing(field: &str, text: &str) -> ApiError {
    Refusal::invalid(text).with(vec![Fault::new(field, text)]).into()
}

/// The header that makes a POST safe to send again.
#[derive(Debug, Serialize, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct KeyHeader {
    /// La misma clave con el mismo contenido da la misma respuesta y no repite nada; con otro contenido, 409.
    #[serde(rename = "Idempotency-Key")]
    #[param(min_length = 1, max_length = 150, pattern = "^[!-~]+$")]
    pub key: Option<String>,
}

impl Bearer {
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        self.house.face().zone.clone()
    }

    /// Holds a post, stands in for somebody who does, audits or administers.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        !self.reader.posts().is_empty() || self.reader.sees_all()
    }

    /// The hands of one who administers; the guard has judged it, and the store judges it once more.
    ///
    /// # Errors
    /// Forbidden for everybody else.
    pub(super) async fn admin(&self) -> Result<Admin, ApiError> {
        Ok(self.house.store.admin(self.reader.person().id).await?.with_token(self.token))
    }

    /// The local day.
    pub(super) fn today(&self) -> Date {
        self.now.to_zoned(self.zone()).date()
    }

    /// An address of this institution's API.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("/api/v1/{}{path}", self.house.code)
    }

    /// A case this person may see.
    ///
    /// # Errors
    /// Not found where there is none, or it is not for this person.
    pub async fn see(&self, number: &str) -> Result<CaseView, ApiError> {
        if number.chars().any(char::is_control) {
            return Err(ApiError::not_found());
        }
        self.reader.case(number).await?.ok_or_else(ApiError::not_found)
    }

    /// Does something to a case this person may see, and answers the case as it left it.
    ///
    /// # Errors
    /// Not found, or the refusal.
    pub async fn act(&self, number: &str, request: Request, key: Key) -> Result<CaseBody, ApiError> {
        let view = self.see(number).await?;
        let submitted = self.submit(Some(view.case.number), request, key).await?;
        self.answer(submitted).await
    }

    /// Submits, under the bearer's name.
    ///
    /// # Errors
    /// The refusal.
    pub async fn submit(&self, case: Option<Name>, request: Request, key: Key) -> Result<Submitted, ApiError> {
        let submission = Submission {
            now: self.now,
            actor: self.reader.person().id,
            case,
            request,
            key: key.into_key(),
            expected_version: None,
        };
        Ok(self.house.store.submit(submission).await?)
    }

    /// The case as an act left it: the same for whoever repeats the act later.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn answer(&self, submitted: Submitted) -> Result<CaseBody, ApiError> {
        let mut case = submitted.case;
        let seen = self.reader.case(&case.number).await?;
        let edition = match &seen {
            Some(view) => view.edition.clone(),
            None => self.house.store.edition(case.edition).await?.ok_or_else(|| broken("no edition"))?,
        };
        // Whoever handed the case on may no longer see it all: only what everybody may.
        if !seen.as_ref().is_some_and(|view| view.attends) {
            let (kept, watchers) = seen.map(|view| (view.case.attachments, view.case.watchers)).unwrap_or_default();
            case.watchers.retain(|watcher| watchers.iter().any(|one| one.person == watcher.person));
            case.attachments.retain(|attached| attached.public || kept.iter().any(|one| one.sha256 == attached.sha256));
        }
        let may_act = self.may_act(&case, &edition).await?;
        let procedure = edition.procedure(&case.procedure).ok_or_else(|| broken("no procedure"))?;
        Ok(body(&case, &edition, procedure, may_act, &self.zone()))
    }

    async fn may_act(&self, case: &Case, edition: &Edition) -> Result<bool, ApiError> {
        let calendar = self.house.store.calendar().await?;
        let (Some(standing), Some(procedure), Some(calendar)) =
            (&case.standing, edition.procedure(&case.procedure), calendar)
        else {
            return Ok(false);
        };
        let world = World {
            edition,
            procedure,
            calendar: &calendar,
            now: self.now,
            actor: self.reader.actor(),
            directory: &Everyone,
            other: None,
        };
        let step = procedure.step(standing.step);
        Ok(case.paused.is_none() && step.is_some_and(|step| authority::on_step(case, step, standing, &world).is_ok()))
    }

    /// Does what changes no case, once a key: the second time the key gives what it gave. Each of these acts adds nothing
    /// when it is done again, so that a stop between the act and its key does no harm.
    ///
    /// # Errors
    /// The refusal, or the key's other content.
    pub async fn once(
        &self,
        key: Key,
        act: impl Future<Output = Result<i64, ApiError>> + Send,
    ) -> Result<i64, ApiError> {
        let key = key.into_key();
        if let Some(key) = &key
            && let Some(before) = self.reader.done_before(key).await?
        {
            return Ok(before);
        }
        let gave = act.await?;
        if let Some(key) = key {
            self.reader.remember(key, gave, self.now).await?;
        }
        Ok(gave)
    }

    /// The case as it is now.
    #[must_use]
    pub fn show(&self, view: &CaseView) -> CaseBody {
        let may_act = view.capacity.is_some() && view.case.paused.is_none();
        body(&view.case, &view.edition, view.procedure(), may_act, &self.zone())
    }

    /// The person behind a login named in a request. Those who only ask learn nothing about who else there is.
    ///
    /// # Errors
    /// Forbidden for those who attend nothing; invalid where there is no such person.
    pub async fn person(&self, login: &str, field: &str) -> Result<PersonId, ApiError> {
        let me = self.reader.person();
        if login.trim().eq_ignore_ascii_case(&me.login) {
            return Ok(me.id);
        }
        if !self.is_staff() {
            return Err(Failure::Forbidden("Solo el personal que atiende nombra a otra persona.".into()).into());
        }
        let found = self.house.store.person_by_login(login).await?;
        found.map(|found| found.person.id).ok_or_else(|| {
            let message = format!("No hay ninguna persona con el usuario «{login}».");
            Refusal::invalid(message.clone()).with(vec![Fault::new(field, message)]).into()
        })
    }
}

fn broken(what: &str) -> ApiError {
    Failure::Internal(format!("a case written just now has {what}")).into()
}
