//! `GET` and `POST /{institution}/correspondencia/entrada`: writing down a letter that came in.

use super::form::{Sheet, attached, date, field, line, said, text, unit, wrong};
use crate::{
    cases::refused::{Refused, Typed, about},
    failure::Failure,
    fields::Pairs,
    form::Sent,
    intake::desk::only_staff,
    state::Visitor,
};
use axum::{
    Extension,
    extract::RawQuery,
    response::{IntoResponse, Redirect, Response},
};
use engine::event::Attached;
use jiff::{Timestamp, civil::DateTime};
use maud::html;
use store::{
    correspondence::Incoming,
    letters::{Letter, LetterText},
};

pub const FORM: &str = "entrada";

pub async fn show(Extension(visitor): Extension<Visitor>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    only_staff(&visitor)?;
    let mut pairs: Pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .into_owned()
        .filter(|(name, _)| name == "caso")
        .collect();
    let now = visitor.now.to_zoned(visitor.zone()).strftime("%Y-%m-%dT%H:%M").to_string();
    pairs.push(("recibido".into(), now));
    Ok(draw(&visitor, &Refused::looked(FORM, pairs), &[]))
}

pub async fn create(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    only_staff(&visitor)?;
    let files = attached(&visitor, &sent, "Escaneo del oficio").await?;
    match receive(&visitor, &sent, &files).await {
        Ok(letter) => Ok(Redirect::to(&visitor.to(&format!("/correspondencia/{}", letter.id))).into_response()),
        Err(failure) => Ok(draw(&visitor, &Refused::from_failure(FORM, sent, failure)?, &files)),
    }
}

async fn receive(visitor: &Visitor, sent: &Sent, files: &[Attached]) -> Result<Letter, Failure> {
    let folios = match sent.text("folios").map(str::parse::<u32>) {
        Some(Err(_)) => return Err(about("folios", "Escriba cuántos folios trae, en números.")),
        Some(Ok(folios)) => Some(folios),
        None => None,
    };
    let said = LetterText {
        their_number: sent.text("numero").unwrap_or_default().to_owned(),
        dated: date(sent, "fecha", "dated")?,
        folios,
        sealed: sent.text("firma-sello").map(|answer| answer == "si"),
        seal_remark: sent.text("sello-nota").unwrap_or_default().to_owned(),
        ..said(sent)
    };
    let incoming = Incoming {
        unit: sent.name("unidad").unwrap_or_else(|| "".into()),
        text: said,
        files: files.to_vec(),
        received_at: received(visitor, sent)?,
        case: sent.name("caso"),
    };
    Ok(visitor.reader.correspondence()?.receive(incoming, sent.idempotency()).await?)
}

/// The moment typed, in the institution's zone; now where none was.
fn received(visitor: &Visitor, sent: &Sent) -> Result<Timestamp, Failure> {
    let Some(text) = sent.text("recibido") else { return Ok(visitor.now) };
    let moment = text.replace(' ', "T").parse::<DateTime>().ok();
    let moment = moment.and_then(|moment| moment.to_zoned(visitor.zone()).ok());
    let moment = moment.map(|moment| moment.timestamp());
    moment.ok_or_else(|| about("received_at", "Escriba la fecha y la hora en que se recibió."))
}

fn draw(visitor: &Visitor, sent: &Refused, received: &[Attached]) -> Response {
    const SHEET: Sheet = Sheet {
        form: FORM,
        title: "Ingresar oficio recibido",
        note: "Toma el número de entrada que sigue. Después podrá abrir un caso con él o ligarlo a uno que ya existe.",
        list: ("/correspondencia", "Correspondencia"),
        button: "Ingresar el oficio",
        files: "Escaneo del oficio y anexos",
    };
    let typed = Typed::of(FORM, Some(sent));
    let dated = html! { input type="date" id="fecha" name="fecha" value=(typed.text("fecha")) aria-describedby="fecha-error" aria-invalid=[wrong(typed, "dated")]; };
    let at = html! { input type="datetime-local" id="recibido" name="recibido" value=(typed.text("recibido")) aria-describedby="recibido-error" aria-invalid=[wrong(typed, "received_at")]; };
    let folios = html! { input id="folios" name="folios" value=(typed.text("folios")) inputmode="numeric" maxlength="5" autocomplete="off" aria-describedby="folios-error" aria-invalid=[wrong(typed, "folios")]; };
    let controls = html! {
        div.campos-2 {
            (line(typed, "numero", "their_number", "Número del oficio", false))
            (field(typed, "fecha", "dated", "Fecha del oficio", false, &dated))
            (line(typed, "institucion", "institution", "Institución que lo envía", false))
            (line(typed, "dependencia", "department", "Dependencia o unidad", false))
            (line(typed, "persona", "person", "Persona que firma", false))
            (field(typed, "folios", "folios", "Folios", false, &folios))
        }
        (line(typed, "asunto", "subject", "Asunto", true))
        fieldset.campo {
            legend { "¿Trae firma y sello? " span.obligatorio { "(obligatorio)" } }
            @for (key, label) in [("si", "Sí, ambos"), ("no", "No: falta alguno")] {
                label.opcion { input type="radio" name="firma-sello" value=(key) checked[typed.is("firma-sello", key)] aria-describedby="sello-error"; (label) }
            }
            span #sello-error { (typed.fault("sealed")) }
        }
        (line(typed, "sello-nota", "seal_remark", "Observación sobre firma y sello", false))
        (text(typed, "resumen", "summary", "Resumen o indicaciones", "3"))
        div.campos-2 {
            (unit(visitor, typed, "Unidad que lo recibe"))
            (field(typed, "recibido", "received_at", "Recibido", true, &at))
            (line(typed, "caso", "case", "Caso al que pertenece, si ya existe", false))
        }
    };
    SHEET.draw(visitor, sent, received, &controls)
}
