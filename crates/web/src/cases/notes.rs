//! `POST /{institution}/casos/{number}/notas`: a note only those who attend read, whatever else the form says.

use super::{act, naming::with_mentions, page, talk::NOTE};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use store::Request;

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    // Whoever only asks has no such form: he could not read the note he wrote.
    if !page::seen(&visitor, &number).await?.attends {
        return Err(Failure::Forbidden(
            "Las notas internas son de quienes atienden el caso. Escriba un mensaje.".into(),
        ));
    }
    let asked = with_mentions(&visitor, &sent).await.map(|text| Request::Comment { text, public: false });
    act::perform(&visitor, &number, NOTE, sent, asked).await
}
