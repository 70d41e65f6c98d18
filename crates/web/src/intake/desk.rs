//! `GET /{institution}/ingreso`: the page on which a call becomes an assigned case. Without script the person is searched
//! by a button and the procedure chosen from a list; with it both are found while typing.

use super::{
    offered::{self, Way},
    people::line,
};
use crate::{
    assets,
    cases::{
        refused::{Refused, Typed},
        task::PREFIX,
    },
    failure::Failure,
    fields::{self, Drawing, Pairs},
    form::Sent,
    people,
    portal::{
        opening::{PRIORITIES, files, received_before},
        unsent::{TAKEN_UP, Unsent},
    },
    rights::right,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::RawQuery,
    response::{IntoResponse, Response},
};
use engine::{answers::opening_fields, command::Attach, event::Channel, value::Values};
use manual::{edition::Edition, field::Field, procedure::Procedure};
use maud::{Markup, html};
use std::sync::Arc;
use store::{letters::Letter, people::Person};

/// The name of this form.
pub const FORM: &str = "ingreso";
/// The ways that come to this desk; letters have a desk of their own.
pub const CHANNELS: [Channel; 3] = [Channel::Phone, Channel::Window, Channel::Designation];

/// What the page needs to be drawn.
pub struct Desk {
    pub edition: Arc<Edition>,
    /// Codes of the procedures this visitor may register.
    codes: Vec<String>,
    /// The people found, or the one chosen.
    found: Vec<Person>,
    chosen: Option<String>,
    way: Way,
    /// The letter from which the case is opened.
    letter: Option<Letter>,
    pub unsent: Unsent,
    /// Files already received with a form that was refused.
    pub kept: Vec<Attach>,
}

pub async fn show(Extension(visitor): Extension<Visitor>, RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = query.unwrap_or_default();
    let pairs: Pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let mut desk = Desk::load(&visitor, &pairs).await?;
    let mut pairs = pairs;
    if pairs.iter().any(|(name, _)| name == TAKEN_UP)
        && let Some(left) = desk.unsent.take_up()
    {
        let unsent = desk.unsent;
        desk = Desk {
            kept: received_before(&visitor, &Sent::looking(left.clone())).await?,
            ..Desk::load(&visitor, &left).await?
        };
        desk.unsent = unsent;
        pairs = left;
    } else if let Some(letter) = &desk.letter {
        pairs.extend(from_letter(letter));
    }
    Ok(desk.draw(&visitor, &Refused::looked(FORM, pairs)))
}

/// What a letter already says of the case.
fn from_letter(letter: &Letter) -> Pairs {
    let text = &letter.text;
    let sender = [&text.person, &text.department, &text.institution];
    let sender: Vec<&str> = sender.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
    let their = if text.their_number.is_empty() { "sin número" } else { &text.their_number };
    let dated = text.dated.map(|date| format!(" del {}", words::day(date))).unwrap_or_default();
    let mut description = format!("Oficio {their}{dated}, de {}.", sender.join(", "));
    if !text.summary.is_empty() {
        description.push('\n');
        description.push_str(&text.summary);
    }
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    vec![
        pair("asunto", &text.subject),
        pair("descripcion", &description),
        pair("externo", if text.person.is_empty() { &text.institution } else { &text.person }),
        pair("externo-contacto", &sender[1.min(sender.len())..].join(", ")),
    ]
}

/// The letter a form speaks of, if it is for this visitor.
///
/// # Errors
/// It is not there for him, or the store cannot be read.
pub async fn letter_of(visitor: &Visitor, number: &str) -> Result<Option<Letter>, Failure> {
    if number.is_empty() {
        return Ok(None);
    }
    let id = number.parse().map_err(|_| Failure::NotFound)?;
    visitor.reader.letter(id).await?.map(Some).ok_or(Failure::NotFound)
}

/// What was left here without sending it: a letter's case has a draft of its own, beside that of the calls.
///
/// # Errors
/// If the store cannot be read.
pub async fn unsent_of(visitor: &Visitor, letter: Option<&Letter>) -> Result<Unsent, Failure> {
    let (of, query) = match letter {
        Some(letter) => (format!("oficio-{}", letter.id), format!("?oficio={}", letter.id)),
        None => Default::default(),
    };
    let places = (visitor.to(&format!("/ingreso{query}")), visitor.to(&format!("/ingreso/borrador{query}")));
    Unsent::load(visitor, FORM, &of, places).await
}

/// Receiving is for those who attend: registering in somebody's name asks for a post.
///
/// # Errors
/// Whoever holds no post is told so.
pub fn only_staff(visitor: &Visitor) -> Result<(), Failure> {
    if visitor.attends() {
        return Ok(());
    }
    Err(Failure::Forbidden("La mesa de entrada es para quien ocupa un puesto que atiende.".into()))
}

impl Desk {
    /// # Errors
    /// The visitor does not attend, or the store cannot be read.
    pub async fn load(visitor: &Visitor, pairs: &Pairs) -> Result<Self, Failure> {
        only_staff(visitor)?;
        let text = |name: &str| pairs.iter().rev().find(|(key, _)| key == name).map_or("", |(_, text)| text.trim());
        let edition = visitor.house.edition().await?.edition;
        let may = |procedure: &&Procedure| right(&visitor.reader, &edition, procedure).is_some();
        let codes: Vec<String> = edition.procedures.iter().filter(may).map(|one| one.code.to_string()).collect();
        let chosen = codes.iter().find(|code| *code == text("procedimiento")).cloned();
        let way = match chosen.as_ref().and_then(|code| edition.procedure(code)) {
            Some(procedure) => offered::way(visitor, &edition, procedure).await?,
            None => Way::default(),
        };
        let mut found = people::find(visitor, text("persona-texto")).await?;
        if let Some(person) = people::chosen(visitor, text("persona")).await? {
            found = vec![person];
        }
        let letter = letter_of(visitor, text("oficio")).await?;
        let unsent = unsent_of(visitor, letter.as_ref()).await?;
        Ok(Self { edition, codes, found, chosen, way, letter, unsent, kept: Vec::new() })
    }

    fn procedure(&self) -> Option<&Procedure> {
        self.edition.procedure(self.chosen.as_ref()?)
    }

    /// The page with what was typed, and what is wrong with it where something is.
    #[must_use]
    pub fn draw(&self, visitor: &Visitor, sent: &Refused) -> Response {
        let typed = Typed::of(FORM, Some(sent));
        let content = html! {
            div.encabezado { div {
                h1 { "Registrar una solicitud" }
                @match &self.letter {
                    Some(letter) => p.menor {
                        "Abre el caso del oficio " a href=(visitor.to(&format!("/correspondencia/{}", letter.id))) { (letter.number.as_deref().unwrap_or("sin número")) }
                        " y lo liga a él, con sus archivos."
                    },
                    None => p.menor { "De quien llama, llega a la ventanilla o la encarga: se registra a su nombre y se le avisa." },
                }
            } }
            (tabs(visitor, "/ingreso"))
            @if !sent.message.is_empty() { (sent.alert()) }
            (self.unsent.offer(visitor))
            section.panel.principal {
                form.formulario #ingreso method="post" action=(visitor.to("/ingreso")) enctype="multipart/form-data"
                    data-borrador=[self.unsent.kept_at().map(|_| FORM)] data-borradores=[self.unsent.kept_at()] {
                    (visitor.seal())
                    @if let Some(letter) = &self.letter { input type="hidden" name="oficio" value=(letter.id); }
                    (self.who(visitor, typed))
                    (self.what(typed))
                    (how(typed, self.letter.is_some()))
                    (about(typed))
                    div.formulario #segun { @if let Some(procedure) = self.procedure() { (self.according_to(visitor, procedure, typed, sent)) } }
                    div.fila {
                        button.principal type="submit" { "Registrar y asignar" }
                        a.boton.liso href=(visitor.to("/bandeja")) { "Cancelar" }
                        span.menor { kbd { "Ctrl" } " + " kbd { "Intro" } " también lo registra." }
                    }
                    (self.unsent.controls(visitor))
                }
            }
            script type="module" src=(assets::combo()) {}
        };
        (sent.status, Frame::new(visitor, Place::Intake, "Registrar una solicitud").page(&content)).into_response()
    }

    fn who(&self, visitor: &Visitor, typed: Typed<'_>) -> Markup {
        let words = typed.text("persona-texto");
        let chosen = typed.text("persona");
        let shown = match self.found.as_slice() {
            [one] if !chosen.is_empty() => &*one.name,
            _ => words,
        };
        let units = &visitor.house.face().units;
        html! {
            div.campo.combo data-combo=(visitor.to("/ingreso/personas")) data-nombre="persona" {
                label for="persona-texto" { "Quién lo pide " span.obligatorio { "(obligatorio)" } }
                span.ayuda #persona-ayuda { "Nombre, usuario, teléfono o unidad." }
                input id="persona-texto" name="persona-texto" value=(shown) maxlength="100" autocomplete="off" autofocus aria-describedby="persona-ayuda persona-error";
                div.fila data-sin-script { button type="submit" name="accion" value="buscar" formnovalidate { "Buscar persona" } }
                div data-halladas role="status" {
                    @if !words.is_empty() && self.found.is_empty() { p.menor { "Nadie con «" (words) "» en el directorio." } }
                    @for person in &self.found {
                        label.opcion {
                            input type="radio" name="persona" value=(person.id.0) checked[self.found.len() == 1];
                            span { (line(visitor, person)) }
                        }
                    }
                }
                span #persona-error { (typed.fault("persona")) }
            }
            details open[!typed.text("externo").is_empty()] {
                summary { "No está en el directorio" }
                div.formulario {
                    p.menor { "Las personas las crea la administración. Mientras tanto la solicitud queda a cargo de usted, con el nombre de quien la pide." }
                    div.campos-2 {
                        div.campo { label for="externo" { "Nombre de quien lo pide" } input id="externo" name="externo" value=(typed.text("externo")) maxlength="200" autocomplete="off"; (typed.fault("outsider.name")) }
                        div.campo { label for="externo-contacto" { "Teléfono o dónde encontrarlo" } input id="externo-contacto" name="externo-contacto" value=(typed.text("externo-contacto")) maxlength="200" autocomplete="off"; }
                        @if !units.is_empty() {
                            div.campo {
                                label for="externo-unidad" { "Unidad" }
                                select id="externo-unidad" name="externo-unidad" {
                                    option value="" { "No la dijo" }
                                    @for (code, name) in units { option value=(code) selected[typed.is("externo-unidad", code)] { (name) } }
                                }
                                (typed.fault("outsider.unit"))
                            }
                        }
                    }
                }
            }
        }
    }

    fn what(&self, typed: Typed<'_>) -> Markup {
        html! {
            div.campo.combo data-combo-de="procedimiento" {
                label for="procedimiento" { "Qué pide " span.obligatorio { "(obligatorio)" } }
                select id="procedimiento" name="procedimiento" aria-describedby="procedimiento-error" {
                    option value="" { "Elija el procedimiento…" }
                    @for procedure in self.edition.procedures.iter().filter(|one| self.codes.iter().any(|code| **code == *one.code)) {
                        option value=(procedure.code) selected[self.chosen.as_deref() == Some(&*procedure.code)] { (procedure.title) " · " (procedure.code) }
                    }
                }
                div.fila data-sin-script { button type="submit" name="accion" value="buscar" formnovalidate { "Mostrar lo que pide" } }
                span #procedimiento-error { (typed.fault("procedure")) }
            }
        }
    }

    /// What depends on the procedure: the data its opening asks for, its files, and who will attend.
    fn according_to(&self, visitor: &Visitor, procedure: &Procedure, typed: Typed<'_>, sent: &Refused) -> Markup {
        let all = opening_fields(&procedure.opening, &self.edition);
        let values: Values = sent.values(all.clone(), PREFIX);
        let face = visitor.house.face();
        let drawing = Drawing { values: &values, faults: &sent.faults, units: &face.units, prefix: PREFIX };
        let (needed, rest) = needed(all.collect());
        let open = rest.iter().any(|field| sent.faults.iter().any(|fault| fault.field == field.key));
        let filled = rest.iter().any(|field| values.iter().any(|(key, _)| *key == field.key));
        let papers = procedure.opening.attachments.iter().any(|rule| rule.required);
        html! {
            (fields::draw(needed.into_iter(), drawing))
            @if papers || !self.kept.is_empty() { (files(&self.kept, procedure)) }
            @if !rest.is_empty() {
                details open[open || filled] {
                    summary { "Otros datos, si los da" }
                    div.formulario { (fields::draw(rest.into_iter(), drawing)) }
                }
            }
            div.campo {
                label for="asignar" { "Quién lo atiende" }
                select id="asignar" name="asignar" {
                    option value="" { "Queda en el puesto: " (self.way.rests_on) }
                    @for (role, people) in &self.way.offers {
                        optgroup label=(role) {
                            @for offered in people {
                                @let number = offered.person.0.to_string();
                                option value=(number) selected[typed.is("asignar", &number)] {
                                    (offered.name)
                                    @if offered.person == visitor.person.id { " (yo)" }
                                    @if let Some(post) = &offered.post { " · " (post) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The fields that must be given or on which one that must be given depends, and the others.
fn needed(all: Vec<&Field>) -> (Vec<&Field>, Vec<&Field>) {
    let asked: Vec<_> = all.iter().filter(|field| field.required).filter_map(|field| field.only_if.as_ref()).collect();
    let asked: Vec<_> = asked.into_iter().map(|only_if| only_if.key.clone()).collect();
    all.into_iter().partition(|field| field.required || asked.contains(&field.key))
}

fn how(typed: Typed<'_>, by_letter: bool) -> Markup {
    let channel = if typed.text("canal").is_empty() { Channel::Phone.word() } else { typed.text("canal") };
    let chosen = if typed.text("prioridad").is_empty() { "normal" } else { typed.text("prioridad") };
    html! {
        div.campos-2 {
            div.campo {
                label for="canal" { "Cómo llegó" }
                select id="canal" name="canal" {
                    @if by_letter { option value=(Channel::Paper.word()) { (words::channel(Channel::Paper)) } }
                    @else { @for one in CHANNELS { option value=(one.word()) selected[channel == one.word()] { (words::channel(one)) @if one == Channel::Designation { " de un superior" } } } }
                }
            }
            div.campo {
                label for="prioridad" { "Prioridad" }
                select id="prioridad" name="prioridad" {
                    @for (word, priority) in PRIORITIES { option value=(word) selected[chosen == word] { (words::priority(priority)) } }
                }
            }
        }
    }
}

fn about(typed: Typed<'_>) -> Markup {
    let faults = typed.refused().map(|refused| refused.faults.as_slice()).unwrap_or_default();
    let wrong = |field: &str| faults.iter().any(|fault| &*fault.field == field).then_some("true");
    html! {
        div.campo {
            label for="asunto" { "Asunto " span.obligatorio { "(obligatorio)" } }
            input id="asunto" name="asunto" maxlength="200" autocomplete="off" value=(typed.text("asunto")) aria-invalid=[wrong("subject")] aria-describedby="asunto-error";
            span #asunto-error { (typed.fault("subject")) }
        }
        div.campo {
            label for="descripcion" { "Descripción" }
            textarea id="descripcion" name="descripcion" rows="3" maxlength="20000" aria-invalid=[wrong("description")] { (typed.text("descripcion")) }
            (typed.fault("description"))
        }
    }
}

/// The two desks of this place.
#[must_use]
pub fn tabs(visitor: &Visitor, here: &str) -> Markup {
    html! {
        @if visitor.attends() {
            nav.pestanas aria-label="Mesa de entrada" {
                ul {
                    @for (path, text) in [("/ingreso", "Teléfono y ventanilla"), ("/correspondencia", "Correspondencia")] {
                        li { a href=(visitor.to(path)) aria-current=[(path == here).then_some("page")] { (text) } }
                    }
                }
            }
        }
    }
}
