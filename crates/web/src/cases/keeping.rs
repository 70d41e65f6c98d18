//! `POST /{institution}/casos/{number}/borradores`: keeps what is being written, throws it away, or puts a ready answer in.

use super::{
    canned, drafts,
    page::seen,
    scene::Scene,
    talk::{ANSWER, NOTE},
};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{
    Extension,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let view = seen(&visitor, &number).await?;
    let number = view.case.number.clone();
    let known = |name: &str| sent.text(name).and_then(|form| drafts::FORMS.into_iter().find(|known| *known == form));
    let presence = &visitor.house.presence;
    if let Some(form) = known("descartar") {
        visitor.reader.drop_draft(&number, form).await?;
        presence.stopped(&number, visitor.person.id);
    } else if let Some(form) = known("insertar").filter(|form| [ANSWER, NOTE].contains(form)) {
        let scene = Scene::load(&visitor, &view, None).await?;
        let id = sent.text("respuesta").and_then(|text| text.parse::<i64>().ok());
        let added =
            scene.replies.iter().find(|reply| Some(reply.id) == id).map(|reply| canned::filled(&scene, &reply.text));
        let mut text = sent.text("texto").unwrap_or_default().to_string();
        if let Some(added) = added {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&added);
        }
        let pairs = drafts::kept(form, &vec![("texto".into(), text)]);
        visitor.reader.keep_draft(&number, form, &pairs, visitor.now).await?;
    } else if let Some(form) = known("borrador") {
        visitor.reader.keep_draft(&number, form, &drafts::kept(form, &sent.pairs), visitor.now).await?;
        presence.wrote(&number, visitor.person.id, visitor.now);
    } else {
        return Err(Failure::Invalid("Ese formulario no guarda borradores.".into()));
    }
    let by_script = headers.get(header::ACCEPT).is_some_and(|value| value.as_bytes() == b"application/json");
    if by_script {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let place = if known("insertar").or(known("borrador")).is_some_and(|form| [ANSWER, NOTE].contains(&form)) {
        "#conversar"
    } else {
        "#tarea"
    };
    Ok(Redirect::to(&visitor.to(&format!("/casos/{number}{place}"))).into_response())
}
