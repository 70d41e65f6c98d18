//! The forms of a letter's page: each does one thing and goes back to the letter, or shows it with what is wrong.

use super::{
    draft::outgoing,
    form::{attached, date},
    page::{draw, seen},
};
use crate::{
    cases::refused::{Refused, about},
    failure::Failure,
    form::Sent,
    state::Visitor,
};
use axum::{
    Extension,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use store::letters::{Delivery, Letter};

type At = Path<(String, String)>;

pub async fn change(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): At,
    sent: Sent,
) -> Result<Response, Failure> {
    let letter = seen(&visitor, &id).await?;
    let files = attached(&visitor, &sent, "Anexo").await?;
    let done = async {
        Ok(visitor.reader.correspondence()?.change(letter.id, outgoing(&sent, files), sent.idempotency()).await?)
    };
    finish(&visitor, &letter, "borrador", done.await, sent).await
}

pub async fn number(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): At,
    sent: Sent,
) -> Result<Response, Failure> {
    let letter = seen(&visitor, &id).await?;
    let files = attached(&visitor, &sent, "Copia firmada").await?;
    let signed = sent.text("firma").unwrap_or_default().to_owned();
    let done =
        async { Ok(visitor.reader.correspondence()?.number(letter.id, signed, files, sent.idempotency()).await?) };
    finish(&visitor, &letter, "numero", done.await, sent).await
}

pub async fn deliver(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): At,
    sent: Sent,
) -> Result<Response, Failure> {
    let letter = seen(&visitor, &id).await?;
    let files = attached(&visitor, &sent, "Copia con acuse de recibido").await?;
    let done = async {
        let on = date(&sent, "fecha", "on")?.ok_or_else(|| about("on", "Escriba la fecha de entrega."))?;
        let delivery = Delivery { on, to: sent.name("recibe").unwrap_or_else(|| "".into()) };
        Ok(visitor.reader.correspondence()?.deliver(letter.id, delivery, files, sent.idempotency()).await?)
    };
    finish(&visitor, &letter, "entrega", done.await, sent).await
}

pub async fn void(Extension(visitor): Extension<Visitor>, Path((_, id)): At, sent: Sent) -> Result<Response, Failure> {
    let letter = seen(&visitor, &id).await?;
    let reason = sent.text("razon").unwrap_or_default().to_owned();
    let done = async { Ok(visitor.reader.correspondence()?.void(letter.id, reason, sent.idempotency()).await?) };
    finish(&visitor, &letter, "anulacion", done.await, sent).await
}

pub async fn link(Extension(visitor): Extension<Visitor>, Path((_, id)): At, sent: Sent) -> Result<Response, Failure> {
    let letter = seen(&visitor, &id).await?;
    let done = async {
        let case = sent.name("caso").ok_or_else(|| about("case", "Escriba el número del caso."))?;
        Ok(visitor.reader.correspondence()?.link(letter.id, case, sent.idempotency()).await?)
    };
    finish(&visitor, &letter, "caso", done.await, sent).await
}

pub async fn attach(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): At,
    sent: Sent,
) -> Result<Response, Failure> {
    let letter = seen(&visitor, &id).await?;
    let files = attached(&visitor, &sent, "Escaneo").await?;
    let done = async { Ok(visitor.reader.correspondence()?.attach(letter.id, files, sent.idempotency()).await?) };
    finish(&visitor, &letter, "archivos", done.await, sent).await
}

async fn finish(
    visitor: &Visitor,
    letter: &Letter,
    form: &'static str,
    done: Result<Letter, Failure>,
    sent: Sent,
) -> Result<Response, Failure> {
    let Err(failure) = done else {
        return Ok(Redirect::to(&visitor.to(&format!("/correspondencia/{}", letter.id))).into_response());
    };
    let refused = Refused::from_failure(form, sent, failure)?;
    // As it is now: somebody else may have numbered it meanwhile.
    let letter = seen(visitor, &letter.id.to_string()).await?;
    Ok(draw(visitor, &letter, Some(&refused)))
}
