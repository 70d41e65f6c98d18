//! `GET /{institution}/correspondencia/{letter}`: one letter, what comes next for it, and its files.

use super::{
    draft::{controls, pairs_of},
    form::{date_control, files, line, others_of},
    register::state,
};
use crate::{
    cases::{
        attachments::serve,
        papers::size,
        refused::{Refused, Typed},
    },
    failure::Failure,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use store::letters::{Direction, Letter, LetterState};

pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let letter = seen(&visitor, &id).await?;
    Ok(draw(&visitor, &letter, None))
}

/// `GET` on the address of one of its forms, as after a refusal and a reload: to the letter.
pub async fn back(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Redirect, Failure> {
    let letter = seen(&visitor, &id).await?;
    Ok(Redirect::to(&visitor.to(&format!("/correspondencia/{}", letter.id))))
}

/// `GET /{institution}/correspondencia/{letter}/archivos/{sha256}`: a file of a letter the visitor may read.
pub async fn download(
    Extension(visitor): Extension<Visitor>,
    Path((_, id, sha256)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let letter = seen(&visitor, &id).await?;
    let file = letter.files.iter().find(|file| *file.sha256 == *sha256).ok_or(Failure::NotFound)?;
    serve(&visitor, file).await
}

/// The letter, if this visitor may read it: to any other it is not there.
///
/// # Errors
/// Not found; or the store cannot be read.
pub async fn seen(visitor: &Visitor, id: &str) -> Result<Letter, Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    visitor.reader.letter(id).await?.ok_or(Failure::NotFound)
}

/// The page, with the form that was refused as it was typed.
#[must_use]
pub fn draw(visitor: &Visitor, letter: &Letter, refused: Option<&Refused>) -> Response {
    let title =
        letter.number.as_deref().map_or_else(|| "Oficio en borrador".to_owned(), |number| format!("Oficio {number}"));
    let keeps = visitor.attends() && (visitor.reader.keeps_letters_of(&letter.unit) || letter.by == visitor.person.id);
    let list =
        if letter.direction == Direction::Outgoing { "/correspondencia?sentido=enviada" } else { "/correspondencia" };
    let content = html! {
        div.encabezado {
            div {
                p.migas { a href=(visitor.to(list)) { "Correspondencia" } " › " (title) }
                h1 { (letter.text.subject) }
            }
            (state(letter))
        }
        @if let Some(refused) = refused { (refused.alert()) }
        div.dos {
            div.pila {
                @if keeps { (next_step(visitor, letter, refused)) }
                (about(visitor, letter))
            }
            div.pila {
                (of_case(visitor, letter, keeps, refused))
                (papers(visitor, letter, keeps, refused))
                @if keeps { (voiding(visitor, letter, refused)) }
            }
        }
    };
    let status = refused.map_or(StatusCode::OK, |refused| refused.status);
    (status, Frame::new(visitor, Place::Intake, &title).page(&content)).into_response()
}

fn to(visitor: &Visitor, letter: &Letter, noun: &str) -> String {
    visitor.to(&format!("/correspondencia/{}/{noun}", letter.id))
}

/// The one main thing: a case of what came in, a number for a draft, the delivery of what is numbered.
fn next_step(visitor: &Visitor, letter: &Letter, refused: Option<&Refused>) -> Markup {
    html! {
        @match (letter.direction, letter.state) {
            (Direction::Incoming, LetterState::Received) if letter.case.is_none() => section.panel.principal {
                h2 { "¿Qué sigue?" }
                p { "Abra el caso que este oficio pide, o líguelo a uno que ya existe." }
                div.fila { a.boton.principal href=(visitor.to(&format!("/ingreso?oficio={}", letter.id))) { "Abrir un caso con este oficio" } }
            },
            (Direction::Outgoing, LetterState::Draft) => (draft(visitor, letter, refused)),
            (Direction::Outgoing, LetterState::Numbered) => (delivery(visitor, letter, refused)),
            _ => {},
        }
    }
}

fn draft(visitor: &Visitor, letter: &Letter, refused: Option<&Refused>) -> Markup {
    let number = Typed::of("numero", refused);
    let own = Refused::looked("numero", vec![("firma".into(), letter.text.signed_by.clone())]);
    let number = if number.refused().is_some() { number } else { Typed::of("numero", Some(&own)) };
    let typed = Typed::of("borrador", refused);
    let looked = Refused::looked("borrador", pairs_of(letter));
    let typed = if typed.refused().is_some() { typed } else { Typed::of("borrador", Some(&looked)) };
    html! {
        section.panel.principal {
            h2 { "Numerar y firmar" }
            p { "Toma el número que sigue en su unidad y ya no se cambia. Adjunte la copia firmada si ya la tiene." }
            form.formulario method="post" action=(to(visitor, letter, "numero")) enctype="multipart/form-data" {
                (visitor.seal())
                (line(number, "firma", "signed_by", "Lo firma, con su puesto", true))
                (files("Copia firmada y sellada"))
                div.fila { button.principal type="submit" { "Numerar el oficio" } }
            }
        }
        section.panel {
            details open[typed.refused().is_some_and(|refused| !refused.message.is_empty())] {
                summary { "Cambiar el borrador" }
                form.formulario method="post" action=(to(visitor, letter, "borrador")) enctype="multipart/form-data" {
                    (visitor.seal())
                    (controls(visitor, typed))
                    div.fila { button type="submit" { "Guardar el borrador" } }
                }
            }
        }
    }
}

fn delivery(visitor: &Visitor, letter: &Letter, refused: Option<&Refused>) -> Markup {
    let typed = Typed::of("entrega", refused);
    let today = visitor.now.to_zoned(visitor.zone()).date().to_string();
    html! {
        section.panel.principal {
            h2 { "Registrar la entrega" }
            form.formulario method="post" action=(to(visitor, letter, "entrega")) enctype="multipart/form-data" {
                (visitor.seal())
                div.campos-2 {
                    (date_control(typed, "fecha", "on", "Fecha de entrega", &today))
                    (line(typed, "recibe", "to", "Quién lo recibió", true))
                }
                (files("Copia con firma y sello de recibido"))
                div.fila { button.principal type="submit" { "Registrar la entrega" } }
            }
        }
    }
}

fn about(visitor: &Visitor, letter: &Letter) -> Markup {
    let text = &letter.text;
    let zone = visitor.zone();
    let face = visitor.house.face();
    let unit = face.units.iter().find(|(code, _)| *code == letter.unit).map_or(&letter.unit, |(_, name)| name);
    let incoming = letter.direction == Direction::Incoming;
    let filled = |label: &'static str, value: &str| {
        html! { @if !value.is_empty() { dt { (label) } dd { (value) } } }
    };
    html! {
        section.panel aria-labelledby="oficio-titulo" {
            h2 #oficio-titulo { "El oficio" }
            dl.datos {
                dt { @if incoming { "Entrada" } @else { "Número" } } dd { strong { (letter.number.as_deref().unwrap_or("sin número todavía")) } }
                @if incoming {
                    dt { "Oficio del remitente" } dd { @if text.their_number.is_empty() { "sin número" } @else { (text.their_number) } @if let Some(dated) = text.dated { " del " (words::day(dated)) } }
                    dt { "Remitente" } dd { (others_of(text)) }
                    dt { "Recibido" } dd { (words::time(letter.at, &zone)) " en " (unit) }
                    @if let Some(folios) = text.folios { dt { "Folios" } dd { (folios) } }
                    dt { "Firma y sello" }
                    dd { @if text.sealed == Some(true) { "Sí, ambos" } @else { "Falta alguno" } @if !text.seal_remark.is_empty() { ": " (text.seal_remark) } }
                } @else {
                    dt { "Destinatario" } dd { (others_of(text)) }
                    dt { @if letter.number.is_some() { "Fecha" } @else { "Redactado" } } dd { (words::day(letter.day)) }
                    dt { "Unidad" } dd { (unit) }
                    (filled("Firma", &text.signed_by))
                    (filled("Vo.Bo.", &text.approved_by))
                    (filled("Con copia a", &text.copies))
                    @if let Some(given) = &letter.delivery { dt { "Entregado" } dd { (words::day(given.on)) " a " (given.to) } }
                }
                dt { "Registró" } dd { (letter.by_name) }
                @if let Some(reason) = &letter.void_reason { dt { "Anulado por" } dd { (reason) } }
            }
            @if !text.summary.is_empty() { p.texto-libre { (text.summary) } }
        }
    }
}

fn of_case(visitor: &Visitor, letter: &Letter, keeps: bool, refused: Option<&Refused>) -> Markup {
    let typed = Typed::of("caso", refused);
    html! {
        section.panel aria-labelledby="caso-titulo" {
            h2 #caso-titulo { "Caso" }
            @if let Some(number) = &letter.case {
                p { a href=(visitor.to(&format!("/casos/{number}"))) { (number) } }
            } @else {
                p.menor { "Este oficio no pertenece a ningún caso." }
                @if keeps && letter.state != LetterState::Voided {
                    form.formulario method="post" action=(to(visitor, letter, "caso")) {
                        (visitor.seal())
                        (line(typed, "caso", "case", "Número del caso", true))
                        div.fila { button type="submit" { "Ligar a ese caso" } }
                    }
                }
            }
        }
    }
}

fn papers(visitor: &Visitor, letter: &Letter, keeps: bool, refused: Option<&Refused>) -> Markup {
    let typed = Typed::of("archivos", refused);
    let total = i64::try_from(letter.files.len()).unwrap_or(i64::MAX);
    html! {
        section.panel aria-labelledby="archivos-titulo" {
            header { h2 #archivos-titulo { "Archivos" } span.menor { (words::count(total, "archivo", "archivos")) } }
            @if letter.files.is_empty() { p.menor { "Sin escaneo todavía." } }
            ul.archivos {
                @for file in &letter.files {
                    li {
                        a href=(to(visitor, letter, &format!("archivos/{}", file.sha256))) { (file.name) }
                        span.menor { " · " (size(file.size)) @if let Some(label) = &file.label { " · " (label) } }
                    }
                }
            }
            @if keeps && letter.state != LetterState::Voided {
                details open[typed.refused().is_some()] {
                    summary { "Adjuntar un escaneo" }
                    form.formulario method="post" action=(to(visitor, letter, "archivos")) enctype="multipart/form-data" {
                        (visitor.seal())
                        div.campo {
                            label for="escaneo" { "Archivo " span.menor { "(hasta 25 MiB)" } }
                            input type="file" id="escaneo" name="archivo:" multiple;
                            (typed.fault("file"))
                        }
                        div.fila { button type="submit" { "Adjuntar" } }
                    }
                }
            }
        }
    }
}

fn voiding(visitor: &Visitor, letter: &Letter, refused: Option<&Refused>) -> Markup {
    let typed = Typed::of("anulacion", refused);
    let may = matches!(letter.state, LetterState::Received | LetterState::Draft | LetterState::Numbered);
    let what = if letter.number.is_some() { "Anular el oficio" } else { "Descartar el borrador" };
    html! {
        @if may {
            section.panel {
                details open[typed.refused().is_some()] {
                    summary { (what) }
                    form.formulario method="post" action=(to(visitor, letter, "anulacion")) {
                        (visitor.seal())
                        @if letter.number.is_some() { p.menor { "El número se conserva en el registro, con la razón; no se vuelve a usar." } }
                        (line(typed, "razon", "reason", "Razón", true))
                        div.fila { button type="submit" { (what) } }
                    }
                }
            }
        }
    }
}
