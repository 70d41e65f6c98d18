//! `POST /{institution}/solicitudes/nueva/{procedure}`: opens the case, or shows the form again with all that is wrong.

use super::opening::{CHANNELS, FORM, PRIORITIES, Page, received_before};
use crate::{
    alike,
    cases::{
        refused::{Refused, about},
        task::PREFIX,
        weight,
    },
    failure::Failure,
    fields,
    form::Sent,
    people,
    state::Visitor,
};
use axum::{
    Extension,
    extract::Path,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use engine::{
    Name,
    actor::PersonId,
    answers::opening_fields,
    command::{Attach, Weight},
    event::{Channel, Priority},
};
use store::{OpenRequest, Submission};

pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, code)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let mut page = Page::load(&visitor, &code).await?;
    page.is_opened_from(&visitor, sent.name("desde")).await?;
    let mut attachments = received_before(&visitor, &sent).await?;
    attachments.extend(sent.files.iter().map(|file| file.attach.clone()));
    page.unsent.sent(&sent);
    if sent.flag("parecidas") {
        return alike(&visitor, page, sent, attachments).await;
    }
    match open(&visitor, &page, &sent, &attachments).await {
        Ok(number) => {
            page.unsent.done(&visitor).await;
            Ok(Redirect::to(&visitor.to(&format!("/casos/{number}/recibo"))).into_response())
        }
        Err(failure) => {
            page.unsent.keep(&visitor, &sent.pairs).await;
            page.kept = attachments;
            if let Some(person) = sent.text("a-nombre-de") {
                page.found.extend(people::chosen(&visitor, person).await?);
            }
            let refused = Refused::from_failure(FORM, sent, failure)?;
            Ok(page.draw(&visitor, Some(&refused)))
        }
    }
}

/// `POST /{institution}/solicitudes/nueva/{procedure}/borrador`: keeps what is being written, or throws it away.
pub async fn keep(
    Extension(visitor): Extension<Visitor>,
    Path((_, code)): Path<(String, String)>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    Page::load(&visitor, &code).await?.unsent.answer(&visitor, &headers, &sent).await
}

/// The form as it was typed, with what is like it: nothing is opened.
async fn alike(visitor: &Visitor, mut page: Page, sent: Sent, kept: Vec<Attach>) -> Result<Response, Failure> {
    let text = format!("{} {}", sent.text("asunto").unwrap_or_default(), sent.text("descripcion").unwrap_or_default());
    page.likely = Some(alike::find(&visitor.reader, &page.edition, &text, &page.code).await?);
    page.kept = kept;
    if let Some(person) = sent.text("a-nombre-de") {
        page.found.extend(people::chosen(visitor, person).await?);
    }
    Ok(page.draw(visitor, Some(&Refused::typed(FORM, sent))))
}

async fn open(visitor: &Visitor, page: &Page, sent: &Sent, attachments: &[Attach]) -> Result<Name, Failure> {
    let procedure = page.edition.procedure(&page.code).ok_or(Failure::NotFound)?;
    let attends = visitor.attends();
    let on_behalf_of = sent.text("a-nombre-de").filter(|_| attends).and_then(|text| text.parse().ok()).map(PersonId);
    let word = sent.text("canal").filter(|_| attends);
    let chosen = CHANNELS.iter().find(|(known, _)| Some(*known) == word).map(|(_, channel)| *channel);
    let channel = chosen.or(page.channel).unwrap_or(Channel::Portal);
    if on_behalf_of.is_some() && channel == Channel::Portal && page.channel.is_none() {
        return Err(about(
            "channel",
            "Diga cómo llegó la solicitud: por teléfono, en ventanilla, por oficio, correo o designación.",
        ));
    }
    let word = sent.text("prioridad").filter(|_| attends);
    let priority =
        PRIORITIES.iter().find(|(known, _)| Some(*known) == word).map_or(Priority::Normal, |(_, priority)| *priority);
    let graded = weight::given(sent).filter(|weight| {
        attends && matches!(weight, Weight::Graded { impact, urgency } if !impact.is_empty() || !urgency.is_empty())
    });
    let request = OpenRequest {
        weight: graded,
        on_behalf_of,
        channel,
        priority,
        values: fields::read(opening_fields(&procedure.opening, &page.edition), &sent.pairs, PREFIX),
        overrides: fields::overrides(&sent.pairs, PREFIX),
        attachments: attachments.to_vec(),
        with_first_step: true,
        from: page.from.clone(),
        ..OpenRequest::new(
            procedure.code.clone(),
            sent.name("asunto").unwrap_or_else(|| "".into()),
            sent.name("descripcion").unwrap_or_else(|| "".into()),
        )
    };
    let submission =
        Submission { key: sent.idempotency(), ..Submission::open(visitor.person.id, request, visitor.now) };
    Ok(visitor.house.store.submit(submission).await?.number)
}
