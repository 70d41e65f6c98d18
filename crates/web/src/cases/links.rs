//! `POST /{institution}/casos/{number}/enlaces` and `…/enlaces/fin`: a case is tied to another, and untied. The tie is held
//! by the part and the duplicate: where the page shown is the other's, the act is on theirs.

use super::{
    act,
    linked::{LINK, PARENT_OF, UNLINK},
    page,
    refused::about,
};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use engine::{Name, tie::TieKind};
use store::{CaseView, Request, Submission};

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let view = page::seen(&visitor, &number).await?;
    let other: Name = sent.name("otro").unwrap_or_else(|| "".into());
    let reason = sent.name("razon");
    let word = sent.text("clase").unwrap_or_default();
    let done = match TieKind::from_code(word) {
        Some(kind) => act::submit(&visitor, &view, Request::Link { kind, other, reason }, sent.idempotency()).await,
        None if word == PARENT_OF => {
            let request = Request::Link { kind: TieKind::ChildOf, other: view.case.number.clone(), reason };
            on_other(&visitor, &view, &other, request, &sent).await
        }
        None => Err(about("kind", "Diga cómo están enlazados.")),
    };
    act::finish(&visitor, &number, LINK, sent, done).await
}

pub async fn end(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let view = page::seen(&visitor, &number).await?;
    let other: Name = sent.name("otro").unwrap_or_else(|| "".into());
    let done = if view.case.tie(&other).is_some() {
        let request = Request::Unlink { other, reason: act::reason(&sent) };
        act::submit(&visitor, &view, request, sent.idempotency()).await
    } else {
        let request = Request::Unlink { other: view.case.number.clone(), reason: act::reason(&sent) };
        on_other(&visitor, &view, &other, request, &sent).await
    };
    act::finish(&visitor, &number, UNLINK, sent, done).await
}

/// The same act where the other case holds the tie. To whoever does not see the other it is not there.
async fn on_other(
    visitor: &Visitor,
    view: &CaseView,
    other: &Name,
    request: Request,
    sent: &Sent,
) -> Result<(), Failure> {
    let number: Name = other.trim().into();
    if number == view.case.number {
        return Err(about("other", "Escriba el número de otro caso: este es el mismo."));
    }
    let there = if number.chars().any(char::is_control) { None } else { visitor.reader.case(&number).await? };
    if !there.is_some_and(|there| there.attends) {
        let message = format!("No hay ningún caso «{number}» entre los que usted atiende o supervisa.");
        return Err(about("other", &message));
    }
    let key = sent.idempotency();
    let submission = Submission { key, ..Submission::on(number, visitor.person.id, request, visitor.now) };
    visitor.house.store.submit(submission).await?;
    Ok(())
}
