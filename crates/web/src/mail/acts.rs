//! What a person makes of a mail: a case, a note on one, or nothing for a reason. And a mail to oneself, to try.

use super::letter::{Act, page};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{
    Extension,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use engine::refusal::Refusal;
use store::{StoreError, SubmitError};

/// `POST /{institution}/correo/{id}/casos`
pub async fn open(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let procedure = sent.text("procedimiento").unwrap_or_default();
    let mut person = None;
    if let Some(login) = sent.text("persona") {
        let Some(found) = visitor.house.store.person_by_login(login).await? else {
            let refusal = Refusal::invalid(format!("Nadie entra con el usuario «{login}»."));
            return page(&visitor, id, Some((Act::Open, &sent, &refusal))).await;
        };
        person = Some(found.person.id);
    }
    match visitor.reader.open_from_mail(id, procedure, person, visitor.now).await {
        Ok(done) => Ok(Redirect::to(&visitor.to(&format!("/casos/{}", done.number))).into_response()),
        Err(SubmitError::Refused(refusal)) => page(&visitor, id, Some((Act::Open, &sent, &refusal))).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /{institution}/correo/{id}/notas`
pub async fn attach(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    match visitor.reader.note_from_mail(id, sent.text("caso").unwrap_or_default(), visitor.now).await {
        Ok(number) => Ok(Redirect::to(&visitor.to(&format!("/casos/{number}"))).into_response()),
        Err(SubmitError::Refused(refusal)) => page(&visitor, id, Some((Act::Attach, &sent, &refusal))).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /{institution}/correo/{id}/descartes`
pub async fn discard(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    match visitor.reader.discard_mail(id, sent.text("razon").unwrap_or_default(), visitor.now).await {
        Ok(()) => Ok(Redirect::to(&visitor.to("/correo")).into_response()),
        Err(StoreError::Refused(refusal)) => page(&visitor, id, Some((Act::Discard, &sent, &refusal))).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /{institution}/correo/prueba`: a mail to the administrator's own address; the log then says what came of it.
pub async fn test(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let key = sent.idempotency().map_or_else(|| visitor.now.to_string(), |key| key.key);
    visitor.house.try_mail(&visitor.person, &key, visitor.now).await?;
    Ok(Redirect::to(&visitor.to("/correo/enviados")).into_response())
}
