//! `POST /{institution}/casos/{number}/cumplimientos`: the step is done, with its data, files, signature and answer.

use super::{
    act, checklist, page, signing,
    task::{FORM, PREFIX},
};
use crate::{failure::Failure, fields, form::Sent, state::Visitor};
use axum::{Extension, extract::Path, response::Response};
use engine::{Name, actor::PersonId, answers::step_fields};
use store::{CaseView, CompleteRequest, Request};

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let view = page::seen(&visitor, &number).await?;
    let done = complete(&visitor, &view, &sent).await;
    act::finish(&visitor, &number, FORM, sent, done).await
}

async fn complete(visitor: &Visitor, view: &CaseView, sent: &Sent) -> Result<(), Failure> {
    // A wrong password must leave nothing behind, not even the files.
    let level = signing::level(visitor, sent).await?;
    let (step, visit) = act::place(sent);
    let fields = view.procedure().step(step).map(|step| step_fields(step, &view.edition));
    // The files first: they stay attached even where the rest is refused, and need not be sent again.
    for (index, file) in sent.files.iter().enumerate() {
        let key = act::part_key(sent, &format!("archivo{index}"));
        act::submit(visitor, view, Request::Attach(file.attach.clone()), key).await?;
    }
    let request = CompleteRequest {
        step,
        visit,
        answer: sent.name("respuesta"),
        values: fields.map(|fields| fields::read(fields, &sent.pairs, PREFIX)).unwrap_or_default(),
        overrides: fields::overrides(&sent.pairs, PREFIX),
        note: sent.name("nota"),
        route: sent.name("ruta"),
        assign: named(sent),
        checks: checklist::given(sent),
        level,
    };
    act::submit(visitor, view, Request::Complete(request), sent.idempotency()).await
}

/// Whom the form names for each role.
fn named(sent: &Sent) -> Vec<(Name, PersonId)> {
    sent.pairs
        .iter()
        .filter_map(|(key, text)| Some((Name::from(key.strip_prefix("asigna:")?), PersonId(text.trim().parse().ok()?))))
        .collect()
}
