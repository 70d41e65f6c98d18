//! `POST /{institution}/ingreso`: registers and assigns in one act, or shows the page again with all that is missing.

use super::desk::{CHANNELS, Desk, FORM, letter_of, only_staff, unsent_of};
use crate::{
    cases::{refused::Refused, task::PREFIX},
    failure::Failure,
    fields::{self, Pairs},
    form::Sent,
    people,
    portal::opening::{PRIORITIES, received_before},
    state::Visitor,
};
use axum::{
    Extension,
    extract::RawQuery,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use engine::{
    Name,
    actor::PersonId,
    answers::opening_fields,
    command::Attach,
    event::{Channel, Outsider, Priority},
    refusal::{Fault, Refusal},
};
use store::{OpenRequest, Submission, letters::Letter};

pub async fn create(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    only_staff(&visitor)?;
    let letter = letter_of(&visitor, sent.text("oficio").unwrap_or_default()).await?;
    // Sent twice, or by two at once: the case this letter has is the one that was meant.
    if let Some(number) = letter.as_ref().and_then(|letter| letter.case.as_ref()) {
        return Ok(Redirect::to(&visitor.to(&format!("/casos/{number}/recibo"))).into_response());
    }
    let mut kept = received_before(&visitor, &sent).await?;
    kept.extend(sent.files.iter().map(|file| file.attach.clone()));
    let mut unsent = unsent_of(&visitor, letter.as_ref()).await?;
    unsent.sent(&sent);
    let refused = if sent.text("accion") == Some("buscar") {
        Refused::looked(FORM, sent.pairs)
    } else {
        match register(&visitor, &sent, &kept, letter.as_ref()).await {
            Ok(number) => {
                unsent.done(&visitor).await;
                return Ok(Redirect::to(&visitor.to(&format!("/casos/{number}/recibo"))).into_response());
            }
            Err(failure) => {
                unsent.keep(&visitor, &sent.pairs).await;
                Refused::from_failure(FORM, sent, failure)?
            }
        }
    };
    let mut desk = Desk::load(&visitor, &refused.pairs).await?;
    (desk.kept, desk.unsent) = (kept, unsent);
    Ok(desk.draw(&visitor, &refused))
}

/// `POST /{institution}/ingreso/borrador`: keeps what is being written, or throws it away.
pub async fn keep(
    Extension(visitor): Extension<Visitor>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let query = query.unwrap_or_default();
    let asked: Pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    Desk::load(&visitor, &asked).await?.unsent.answer(&visitor, &headers, &sent).await
}

async fn register(
    visitor: &Visitor,
    sent: &Sent,
    attachments: &[Attach],
    letter: Option<&Letter>,
) -> Result<Name, Failure> {
    let edition = visitor.house.edition().await?.edition;
    let mut faults = Vec::new();
    let (on_behalf_of, outsider) = who(visitor, sent, &mut faults).await?;
    let procedure = sent.text("procedimiento").and_then(|code| edition.procedure(code));
    if procedure.is_none() {
        faults.push(Fault::new("procedure", "Diga qué pide: elija el procedimiento."));
    }
    let Some(procedure) = procedure.filter(|_| faults.is_empty()) else {
        return Err(Refusal::invalid("Faltan datos para registrar la solicitud.").with(faults).into());
    };
    let channel = sent.text("canal").and_then(Channel::from_word).filter(|channel| CHANNELS.contains(channel));
    let priority = PRIORITIES.iter().find(|(word, _)| Some(*word) == sent.text("prioridad"));
    let request = OpenRequest {
        on_behalf_of,
        outsider,
        channel: if letter.is_some() { Channel::Paper } else { channel.unwrap_or(Channel::Phone) },
        priority: priority.map_or(Priority::Normal, |(_, priority)| *priority),
        values: fields::read(opening_fields(&procedure.opening, &edition), &sent.pairs, PREFIX),
        overrides: fields::overrides(&sent.pairs, PREFIX),
        attachments: attachments.iter().cloned().chain(letter.into_iter().flat_map(scans)).collect(),
        assign: sent.text("asignar").and_then(|text| text.parse().ok()).map(PersonId),
        ..OpenRequest::new(
            procedure.code.clone(),
            sent.name("asunto").unwrap_or_else(|| "".into()),
            sent.name("descripcion").unwrap_or_else(|| "".into()),
        )
    };
    let submission =
        Submission { key: sent.idempotency(), ..Submission::open(visitor.person.id, request, visitor.now) };
    let number = visitor.house.store.submit(submission).await?.number;
    if let Some(letter) = letter {
        // The same form sent again opens nothing anew and comes here with the same number.
        visitor.reader.correspondence()?.link(letter.id, number.clone(), None).await?;
    }
    Ok(number)
}

/// The files of the letter, as the case's own.
fn scans(letter: &Letter) -> impl Iterator<Item = Attach> + '_ {
    letter.files.iter().map(|file| Attach {
        name: file.name.clone(),
        sha256: file.sha256.clone(),
        size: file.size,
        media_type: file.media_type.clone(),
        label: file.label.clone(),
        public: file.public,
    })
}

/// The one who asks: chosen, or meant beyond doubt by what was typed, or somebody who is not in the directory.
async fn who(
    visitor: &Visitor,
    sent: &Sent,
    faults: &mut Vec<Fault>,
) -> Result<(Option<PersonId>, Option<Outsider>), Failure> {
    if let Some(name) = sent.name("externo") {
        let unit = sent.name("externo-unidad");
        let person = sent.text("persona").and_then(|text| text.parse().ok()).map(PersonId);
        return Ok((person, Some(Outsider { name, contact: sent.name("externo-contacto"), unit })));
    }
    if let Some(person) = people::chosen(visitor, sent.text("persona").unwrap_or_default()).await? {
        return Ok((Some(person.id), None));
    }
    let words = sent.text("persona-texto").unwrap_or_default();
    let found = people::find(visitor, words).await?;
    let fault = match found.as_slice() {
        [one] => return Ok((Some(one.id), None)),
        [] if words.is_empty() => "Diga quién lo pide.".to_string(),
        [] => format!("Nadie con «{words}». Búsquelo de otro modo, o regístrelo como quien no está en el directorio."),
        many => format!("{} personas con «{words}»: elija una.", many.len()),
    };
    faults.push(Fault::new("persona", fault));
    Ok((None, None))
}
