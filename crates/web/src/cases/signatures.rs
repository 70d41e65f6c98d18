//! `POST /{institution}/casos/{number}/firmas`: one's own signature on the present step, or the record of one on paper.

use super::{act, page, refused::about, signing};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use engine::{Name, command::Sign};
use store::{CaseView, Request};

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let view = page::seen(&visitor, &number).await?;
    let done = sign(&visitor, &view, &sent).await;
    act::finish(&visitor, &number, "firmas", sent, done).await
}

async fn sign(visitor: &Visitor, view: &CaseView, sent: &Sent) -> Result<(), Failure> {
    let standing = view.case.standing.as_ref();
    let Some(step) = standing.and_then(|standing| view.procedure().step(standing.step)) else {
        return Err(Failure::Refused(engine::refusal::Refusal::conflict(
            "El caso ya terminó: no queda nada que firmar.",
        )));
    };
    let role = sent.name("puesto");
    let rule = step.signatures.iter().find(|rule| role.as_ref().is_none_or(|role| *role == rule.role));
    let document: Option<Name> = rule.and_then(|rule| rule.document.clone());
    let mut digest: Name = signing::fingerprint(&view.case, step, document.as_deref()).into();
    if !sent.flag("papel") {
        let level = signing::level(visitor, sent).await?;
        if rule.is_some_and(|rule| level < rule.level) {
            return Err(about(signing::PASSWORD, "Escriba su contraseña para firmar."));
        }
        let request = Request::Sign(Sign { role, level, document, digest, original: None });
        return act::submit(visitor, view, request, sent.idempotency()).await;
    }
    let Some(original) = sent.name("original") else {
        return Err(about("original", "Escriba dónde queda el original firmado en papel."));
    };
    // The scan, where there is one, is what the fingerprint is of.
    for (index, file) in sent.files.iter().enumerate() {
        digest = file.attach.sha256.clone();
        let key = act::part_key(sent, &format!("archivo{index}"));
        act::submit(visitor, view, Request::Attach(file.attach.clone()), key).await?;
    }
    let request = Request::Sign(Sign { role, level: signing::PAPER, document, digest, original: Some(original) });
    act::submit(visitor, view, request, sent.idempotency()).await
}
