//! `GET` and `POST /{institution}/correspondencia/salida`: drafting a letter that will go out.

use super::form::{Sheet, attached, line, said, text, unit};
use crate::{
    cases::refused::{Refused, Typed},
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
use maud::{Markup, html};
use store::{
    correspondence::Outgoing,
    letters::{Letter, LetterText},
};

pub const FORM: &str = "salida";

pub async fn show(Extension(visitor): Extension<Visitor>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    only_staff(&visitor)?;
    let pairs: Pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    Ok(draw(&visitor, &Refused::looked(FORM, pairs), &[]))
}

pub async fn create(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    only_staff(&visitor)?;
    let files = attached(&visitor, &sent, "Anexo").await?;
    let drafted = visitor.reader.correspondence()?.draft(outgoing(&sent, files.clone()), sent.idempotency()).await;
    match drafted.map_err(Failure::from) {
        Ok(letter) => Ok(Redirect::to(&visitor.to(&format!("/correspondencia/{}", letter.id))).into_response()),
        Err(failure) => Ok(draw(&visitor, &Refused::from_failure(FORM, sent, failure)?, &files)),
    }
}

/// What the form says of the letter.
#[must_use]
pub fn outgoing(sent: &Sent, files: Vec<Attached>) -> Outgoing {
    let text = |name: &str| sent.text(name).unwrap_or_default().to_owned();
    Outgoing {
        unit: sent.name("unidad").unwrap_or_else(|| "".into()),
        text: LetterText { signed_by: text("firma"), approved_by: text("vobo"), copies: text("copias"), ..said(sent) },
        files,
        case: sent.name("caso"),
    }
}

/// A draft as its form would send it.
#[must_use]
pub fn pairs_of(letter: &Letter) -> Pairs {
    let text = &letter.text;
    let pairs = [
        ("unidad", &*letter.unit),
        ("institucion", &text.institution),
        ("dependencia", &text.department),
        ("persona", &text.person),
        ("asunto", &text.subject),
        ("resumen", &text.summary),
        ("firma", &text.signed_by),
        ("vobo", &text.approved_by),
        ("copias", &text.copies),
    ];
    pairs.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// The controls of a draft, for writing it and for changing it.
#[must_use]
pub fn controls(visitor: &Visitor, typed: Typed<'_>) -> Markup {
    html! {
        (unit(visitor, typed, "Unidad que lo envía"))
        div.campos-2 {
            (line(typed, "persona", "person", "A quién se dirige", false))
            (line(typed, "dependencia", "department", "Su puesto o dependencia", false))
            (line(typed, "institucion", "institution", "Institución", false))
        }
        (line(typed, "asunto", "subject", "Asunto", true))
        (text(typed, "resumen", "summary", "Texto o resumen", "6"))
        div.campos-2 {
            (line(typed, "firma", "signed_by", "Lo firma", false))
            (line(typed, "vobo", "approved_by", "Vo.Bo.", false))
            (line(typed, "copias", "copies", "Con copia a", false))
        }
    }
}

fn draw(visitor: &Visitor, sent: &Refused, received: &[Attached]) -> Response {
    const SHEET: Sheet = Sheet {
        form: FORM,
        title: "Redactar oficio",
        note: "Queda como borrador, sin número. Al firmarlo toma el que sigue en su unidad y año.",
        list: ("/correspondencia?sentido=enviada", "Correspondencia enviada"),
        button: "Guardar el borrador",
        files: "Anexos",
    };
    let typed = Typed::of(FORM, Some(sent));
    let controls = html! { (controls(visitor, typed)) (line(typed, "caso", "case", "Caso al que pertenece", false)) };
    SHEET.draw(visitor, sent, received, &controls)
}
