//! The one way of every form of a case: submit, then the case's page; or the page again with what was typed and why not.

use super::{drafts, page, refused::Refused};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::response::{IntoResponse, Redirect, Response};
use engine::Name;
use manual::procedure::StepNo;
use store::{CaseView, IdempotencyKey, Request, Submission};

/// What a form asks for, or why it cannot even be asked.
pub type Asked = Result<Request, Failure>;

/// Does what the form asks and goes to the case's page.
///
/// # Errors
/// The case is not there for this visitor; or a failure that no form can mend.
pub async fn perform(
    visitor: &Visitor,
    number: &str,
    form: &'static str,
    sent: Sent,
    asked: Asked,
) -> Result<Response, Failure> {
    let view = page::seen(visitor, number).await?;
    let done = match asked {
        Ok(request) => submit(visitor, &view, request, sent.idempotency()).await,
        Err(failure) => Err(failure),
    };
    finish(visitor, number, form, sent, done).await
}

/// The answer to a form: the case's page, anew or with the refusal.
///
/// # Errors
/// A failure that no form can mend.
pub async fn finish(
    visitor: &Visitor,
    number: &str,
    form: &'static str,
    sent: Sent,
    done: Result<(), Failure>,
) -> Result<Response, Failure> {
    let kept = drafts::FORMS.contains(&form);
    let Err(failure) = done else {
        if kept {
            // It was sent: what may go wrong with its draft is no reason to say otherwise.
            let _ = visitor.reader.drop_draft(number, form).await;
            visitor.house.presence.stopped(&number.into(), visitor.person.id);
        }
        return Ok(Redirect::to(&visitor.to(&format!("/casos/{number}"))).into_response());
    };
    if kept {
        // What was written outlives the refusal, the page and the session.
        let _ = visitor.reader.keep_draft(number, form, &drafts::kept(form, &sent.pairs), visitor.now).await;
    }
    let refused = Refused::from_failure(form, sent, failure)?;
    // As it is now: somebody else may have moved it meanwhile.
    let view = page::seen(visitor, number).await?;
    page::render(visitor, &view, Some(&refused)).await
}

/// One submission by the visitor.
///
/// # Errors
/// What the store answers.
pub async fn submit(
    visitor: &Visitor,
    view: &CaseView,
    request: Request,
    key: Option<IdempotencyKey>,
) -> Result<(), Failure> {
    let submission =
        Submission { key, ..Submission::on(view.case.number.clone(), visitor.person.id, request, visitor.now) };
    visitor.house.store.submit(submission).await?;
    Ok(())
}

/// The step and visit a form was drawn for: another is refused by the engine, with who did it.
#[must_use]
pub fn place(sent: &Sent) -> (StepNo, Option<u16>) {
    let number = |name: &str| sent.text(name).and_then(|text| text.parse().ok());
    (StepNo(number("paso").unwrap_or(0)), number("visita"))
}

/// A reason as it was written; empty where none: the engine says that it is missing.
#[must_use]
pub fn reason(sent: &Sent) -> Name {
    sent.name("razon").unwrap_or_else(|| "".into())
}

/// A key of its own for a part of a form that is several submissions.
#[must_use]
pub fn part_key(sent: &Sent, part: &str) -> Option<IdempotencyKey> {
    sent.idempotency().map(|key| IdempotencyKey { key: format!("{}:{part}", key.key), ..key })
}
