//! `GET /{institution}/solicitudes/nueva/{procedure}`: the form that opens a case.

use super::{likely::panel, unsent::Unsent};
use crate::{
    alike::Likely,
    cases::{
        papers::size,
        refused::{Refused, Typed},
        task::PREFIX,
        weight,
    },
    failure::Failure,
    fields::{self, Drawing},
    form::{Sent, safe_file_name},
    manual_pages::address,
    people,
    rights::{Right, right},
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::{
    Name,
    answers::opening_fields,
    command::Attach,
    event::{Channel, Event, Outsider, Priority},
    value::Values,
};
use manual::{edition::Edition, procedure::Procedure};
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;
use store::people::Person;

/// The name of this form.
pub const FORM: &str = "solicitudes";

/// Files kept from a refused form, at most.
const KEPT: usize = 20;

/// The ways a request may come in when somebody else registers it.
pub const CHANNELS: [(&str, Channel); 5] = [
    ("telefono", Channel::Phone),
    ("ventanilla", Channel::Window),
    ("oficio", Channel::Paper),
    ("correo", Channel::Mail),
    ("designacion", Channel::Designation),
];
pub const PRIORITIES: [(&str, Priority); 4] =
    [("baja", Priority::Low), ("normal", Priority::Normal), ("alta", Priority::High), ("urgente", Priority::Urgent)];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Words that find the person in whose name it is asked.
    persona: String,
    /// What was left here is taken up again.
    borrador: String,
    /// The case from which it is opened.
    desde: String,
    /// The number of its comment that becomes a case of its own.
    hecho: u32,
}

/// What the page needs to be drawn.
pub struct Page {
    pub edition: Arc<Edition>,
    pub code: String,
    pub right: Right,
    pub unsent: Unsent,
    /// The people found, and the words that found them.
    pub found: Vec<Person>,
    pub words: String,
    /// Files already received with a form that was refused.
    pub kept: Vec<Attach>,
    /// What is like the text, where the person asked to see it.
    pub likely: Option<Likely>,
    /// The number of the case from which it is opened, how that one came, and who asked for it, being in no directory.
    pub from: Option<Name>,
    pub channel: Option<Channel>,
    pub outsider: Option<Outsider>,
}

pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, code)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let mut page = Page::load(&visitor, &code).await?;
    if !asked.desde.is_empty() {
        return offshoot(&visitor, page, &asked).await;
    }
    page.found = people::find(&visitor, &asked.persona).await?;
    page.words = asked.persona;
    let left = if asked.borrador.is_empty() { None } else { page.unsent.take_up() };
    let Some(pairs) = left else { return Ok(page.draw(&visitor, None)) };
    let sent = Sent::looking(pairs);
    page.is_opened_from(&visitor, sent.name("desde")).await?;
    page.kept = received_before(&visitor, &sent).await?;
    if let Some(person) = sent.text("a-nombre-de") {
        page.found.extend(people::chosen(&visitor, person).await?);
    }
    Ok(page.draw(&visitor, Some(&Refused::looked(FORM, sent.pairs))))
}

/// The form filled from the case from which it is opened: its subject, what it or one of its comments says, who asked.
async fn offshoot(visitor: &Visitor, mut page: Page, asked: &Asked) -> Result<Response, Failure> {
    let view = visitor.reader.case(&asked.desde).await?.filter(|view| view.attends).ok_or(Failure::NotFound)?;
    let said = view.history.iter().find(|recorded| recorded.n == asked.hecho);
    let said = said.and_then(|recorded| match &recorded.event {
        Event::Commented { text, public: true } => Some(text.to_string()),
        _ => None,
    });
    let requester = view.case.requester.person;
    if !asked.persona.is_empty() {
        page.found = people::find(visitor, &asked.persona).await?;
        page.words.clone_from(&asked.persona);
    } else if requester != visitor.person.id && view.case.outsider.is_none() {
        page.found = people::chosen(visitor, &requester.0.to_string()).await?.into_iter().collect();
    }
    let channel = CHANNELS.iter().find(|(_, channel)| *channel == view.case.channel).map_or("", |(word, _)| word);
    let pairs = vec![
        ("asunto".into(), view.case.subject.to_string()),
        ("descripcion".into(), said.unwrap_or_else(|| view.case.description.to_string())),
        ("canal".into(), channel.into()),
    ];
    page.is_opened_from(visitor, Some(view.case.number)).await?;
    Ok(page.draw(visitor, Some(&Refused::looked(FORM, pairs))))
}

impl Page {
    /// # Errors
    /// There is no such procedure, or it is not for this visitor to ask.
    pub async fn load(visitor: &Visitor, code: &str) -> Result<Self, Failure> {
        let edition = visitor.house.edition().await?.edition;
        let procedure = edition.procedure(code).ok_or(Failure::NotFound)?;
        let Some(right) = right(&visitor.reader, &edition, procedure) else {
            let names: Vec<&str> = procedure.requesters.iter().map(|name| &**name).collect();
            return Err(Failure::Forbidden(format!(
                "{} ({}) solo lo puede pedir {}.",
                procedure.title,
                procedure.code,
                engine::authority::list(&names, "o")
            )));
        };
        let code = procedure.code.to_string();
        let here = visitor.to(&format!("/solicitudes/nueva/{}", address::segment(&code)));
        let keeps = format!("{here}/borrador");
        let unsent = Unsent::load(visitor, FORM, &code, (here, keeps)).await?;
        let (found, words, kept) = (Vec::new(), String::new(), Vec::new());
        let (likely, from, channel, outsider) = (None, None, None, None);
        Ok(Self { edition, code, right, unsent, found, words, kept, likely, from, channel, outsider })
    }

    /// What is set apart from another case came the way that one came, and is asked for by whoever asked for that one.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn is_opened_from(&mut self, visitor: &Visitor, number: Option<Name>) -> Result<(), Failure> {
        if let Some(number) = &number
            && let Some(view) = visitor.reader.case(number).await?.filter(|view| view.attends)
        {
            self.channel = Some(view.case.channel);
            self.outsider.clone_from(&view.case.outsider);
        }
        self.from = number;
        Ok(())
    }

    fn procedure(&self) -> Option<&Procedure> {
        self.edition.procedure(&self.code)
    }

    /// The page; with what was typed and all that is wrong with it, where it was refused.
    #[must_use]
    pub fn draw(&self, visitor: &Visitor, refused: Option<&Refused>) -> Response {
        let Some(procedure) = self.procedure() else { return Failure::NotFound.into_response() };
        let typed = Typed::of(FORM, refused);
        let here = visitor.to(&format!("/solicitudes/nueva/{}", address::segment(&self.code)));
        let content = html! {
            div.encabezado { div {
                p.migas { a href=(visitor.to("/")) { "¿Qué necesita?" } " › " (procedure.code) }
                h1 { (procedure.title) }
            } }
            @if let Some(refused) = refused.filter(|refused| !refused.message.is_empty()) { (refused.alert()) }
            (self.unsent.offer(visitor))
            div.dos {
                div.pila {
                    @if visitor.attends() { (self.on_behalf(&here)) }
                    section.panel.principal {
                        form.formulario #solicitud method="post" action=(here) enctype="multipart/form-data"
                            data-parecidas=(visitor.to("/soluciones/parecidas")) data-procedimiento=(self.code)
                            data-borrador=[self.unsent.kept_at().map(|_| FORM)] data-borradores=[self.unsent.kept_at()] {
                            (visitor.seal())
                            @if let Some(from) = &self.from {
                                p { "Se abre desde el caso " a href=(visitor.to(&format!("/casos/{from}"))) { (from) } " y queda enlazado con él." }
                                input type="hidden" name="desde" value=(from);
                            }
                            @if visitor.attends() { (self.who(visitor, typed)) }
                            (Self::common(typed))
                            (panel(visitor, &format!("{} {}", typed.text("asunto"), typed.text("descripcion")), self.likely.as_ref()))
                            (self.fields(visitor, procedure, typed))
                            (files(&self.kept, procedure))
                            // The first button is the one that Intro presses: the request's own.
                            div.fila {
                                button.principal type="submit" { (button(procedure)) }
                                button.liso type="submit" name="parecidas" value="si" formnovalidate { "Ver soluciones parecidas" }
                                a.boton.liso href=(visitor.to("/")) { "Cancelar" }
                            }
                            (self.unsent.controls(visitor))
                        }
                    }
                }
                (about(visitor, procedure))
            }
        };
        let status = refused.map_or(StatusCode::OK, |refused| refused.status);
        (status, Frame::new(visitor, Place::Portal, &procedure.title).page(&content)).into_response()
    }

    /// Finding the one who asks: a form of its own, so that it works without script; its answers belong to the main form.
    fn on_behalf(&self, here: &str) -> Markup {
        html! {
            section.panel aria-labelledby="nombre-titulo" {
                details open[self.right == Right::Receives || !self.words.is_empty() || self.outsider.is_some()] {
                    summary #nombre-titulo { "Registrar a nombre de otra persona" }
                    form.filtros.uno method="get" action=(here) data-swap="personas" role="search" aria-label="Persona a nombre de quien se pide" {
                        div {
                            label for="buscar-persona" { "Usuario o nombre de quien lo pide" }
                            input id="buscar-persona" type="search" name="persona" value=(self.words) maxlength="100" autocomplete="off" data-search;
                        }
                        @if let Some(from) = &self.from { input type="hidden" name="desde" value=(from); }
                        div.fila { button type="submit" { "Buscar persona" } }
                    }
                    div #personas role="status" {
                        @if let Some(outsider) = &self.outsider {
                            label.opcion {
                                // Whoever is chosen is a number; this word is none, and the case from which it is opened says who.
                                input type="radio" name="a-nombre-de" value="externo" form="solicitud" checked[self.found.len() != 1];
                                span { "A nombre de " strong { (outsider.name) " (sin registro)" } @if let Some(contact) = &outsider.contact { span.menor { " · " (contact) } } }
                            }
                        }
                        @if !self.words.is_empty() && self.found.is_empty() { p.menor { "Nadie con «" (self.words) "». Escriba el usuario como está en el directorio." } }
                        @for person in &self.found {
                            label.opcion {
                                input type="radio" name="a-nombre-de" value=(person.id.0) form="solicitud" checked[self.found.len() == 1];
                                span { "A nombre de " strong { (person.name) } span.menor { " · " (person.login) } }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Impact and urgency are asked for beside the request, where its own data do not ask for them already.
    fn weighs(&self, visitor: &Visitor) -> bool {
        let Some(procedure) = self.procedure() else { return false };
        let asks = |key: &str| opening_fields(&procedure.opening, &self.edition).any(|field| &*field.key == key);
        engine::authority::holds_any(procedure, visitor.reader.actor()) && !asks("impacto") && !asks("urgencia")
    }

    fn who(&self, visitor: &Visitor, typed: Typed<'_>) -> Markup {
        html! {
            @if typed.refused().is_some() && self.words.is_empty() {
                @for person in &self.found {
                    p { "A nombre de " strong { (person.name) } }
                    input type="hidden" name="a-nombre-de" value=(person.id.0);
                }
            }
            div.campos-2 {
                div.campo {
                    label for="canal" { "Cómo llegó" }
                    select id="canal" name="canal" {
                        option value="" { "Lo pido yo, en el portal" }
                        @for (word, channel) in CHANNELS { option value=(word) selected[typed.is("canal", word)] { (words::channel(channel)) } }
                    }
                    (typed.fault("channel"))
                }
                @if self.edition.priority.is_none() { div.campo {
                    label for="prioridad" { "Prioridad" }
                    @let chosen = if typed.text("prioridad").is_empty() { "normal" } else { typed.text("prioridad") };
                    select id="prioridad" name="prioridad" {
                        @for (word, priority) in PRIORITIES { option value=(word) selected[chosen == word] { (words::priority(priority)) } }
                    }
                } }
            }
            @if let Some(matrix) = self.edition.priority.as_ref().filter(|_| self.weighs(visitor)) {
                (weight::graded(matrix, typed, &Default::default()))
            }
        }
    }

    fn common(typed: Typed<'_>) -> Markup {
        let wrong = |field: &str| {
            typed
                .refused()
                .is_some_and(|refused| refused.faults.iter().any(|fault| &*fault.field == field))
                .then_some("true")
        };
        html! {
            div.campo {
                label for="asunto" { "Asunto " span.obligatorio { "(obligatorio)" } }
                span.ayuda #asunto-ayuda { "En pocas palabras, qué necesita." }
                input id="asunto" name="asunto" maxlength="200" value=(typed.text("asunto")) aria-describedby="asunto-ayuda" aria-invalid=[wrong("subject")];
                (typed.fault("subject"))
            }
            div.campo {
                label for="descripcion" { "Descripción" }
                textarea id="descripcion" name="descripcion" rows="4" maxlength="20000" aria-invalid=[wrong("description")] { (typed.text("descripcion")) }
                (typed.fault("description"))
            }
        }
    }

    fn fields(&self, visitor: &Visitor, procedure: &Procedure, typed: Typed<'_>) -> Markup {
        let fields = opening_fields(&procedure.opening, &self.edition);
        let values = typed.refused().map_or_else(Values::new, |refused| refused.values(fields.clone(), PREFIX));
        let faults = typed.refused().map(|refused| refused.faults.as_slice()).unwrap_or_default();
        let face = visitor.house.face();
        let drawing = Drawing { values: &values, faults, units: &face.units, prefix: PREFIX };
        let form = procedure.opening.form.as_ref().and_then(|code| self.edition.form(code));
        html! {
            @if let Some(form) = form { h2 { (form.code) " · " (form.title) } }
            (fields::draw(fields, drawing))
            @if let Some(form) = form { @for note in &form.notes { p.menor { (note) } } }
        }
    }
}

/// The files that came with the form when it was refused: named by their content, which must be there.
///
/// # Errors
/// If the store cannot be read.
pub async fn received_before(visitor: &Visitor, sent: &Sent) -> Result<Vec<Attach>, Failure> {
    let mut kept = Vec::new();
    for index in 0..KEPT {
        let part = |name: &str| sent.name(&format!("recibido.{index}.{name}"));
        let Some(sha256) = part("huella") else { break };
        let Some(size) = visitor.house.store.blob_size(&sha256).await? else { continue };
        kept.push(Attach {
            name: safe_file_name(&part("nombre").unwrap_or_else(|| "archivo".into())).into(),
            sha256,
            size,
            media_type: part("tipo").unwrap_or_else(|| "application/octet-stream".into()),
            label: part("requisito"),
            public: true,
        });
    }
    Ok(kept)
}

/// What was already received with a refused form, and the files the opening asks for.
#[must_use]
pub fn files(kept_files: &[Attach], procedure: &Procedure) -> Markup {
    let kept = |label: &str| kept_files.iter().any(|attach| attach.label.as_deref() == Some(label));
    html! {
        @for (index, attach) in kept_files.iter().enumerate() {
            p.menor { "Ya recibido: " strong { (attach.name) } " (" (size(attach.size)) ")" @if let Some(label) = &attach.label { " · " (label) } }
            @let number = index.to_string();
            input type="hidden" name=(format!("recibido.{number}.huella")) value=(attach.sha256);
            input type="hidden" name=(format!("recibido.{number}.nombre")) value=(attach.name);
            input type="hidden" name=(format!("recibido.{number}.tipo")) value=(attach.media_type);
            @if let Some(label) = &attach.label { input type="hidden" name=(format!("recibido.{number}.requisito")) value=(label); }
        }
        @for rule in &procedure.opening.attachments {
            @let name = format!("archivo:{}", rule.label);
            div.campo data-solo-si=[rule.only_if.as_ref().map(|only_if| format!("{PREFIX}{}", only_if.key))]
                data-valores=[rule.only_if.as_ref().map(|only_if| only_if.values.join("|"))] {
                label for=(name) {
                    "Adjuntar: " (rule.label)
                    @if rule.required && !kept(&rule.label) { " " span.obligatorio { "(obligatorio)" } }
                }
                input type="file" id=(name) name=(name) multiple;
            }
        }
        div.campo {
            label for="archivo" { "Otro archivo " span.menor { "(si ayuda; hasta 25 MiB)" } }
            input type="file" id="archivo" name="archivo:" multiple;
        }
    }
}

fn button(procedure: &Procedure) -> String {
    let first = procedure.first();
    match first {
        Some(step) if !step.done_by_opening => {
            format!("Enviar la solicitud {}", crate::cases::ways::to_whom(&engine::authority::roles_in_words(step)))
        }
        _ => "Enviar la solicitud".into(),
    }
}

/// What is asked for, in how long, and what will be needed.
fn about(visitor: &Visitor, procedure: &Procedure) -> Markup {
    let needed: Vec<&str> =
        procedure.opening.attachments.iter().filter(|rule| rule.required).map(|rule| &*rule.label).collect();
    html! {
        aside.panel {
            h2 { "Qué es" }
            @if let Some(objective) = &procedure.objective { p { (objective) } }
            dl.datos {
                @for clock in &procedure.clocks { dt { "Plazo para " (clock.name) } dd { (clock.term.to_string()) } }
                dt { "Pasos" } dd { (procedure.steps.len()) }
                @if !needed.is_empty() { dt { "Tenga a mano" } dd { (needed.join("; ")) } }
            }
            p.menor { a href=(address::procedure(visitor, &procedure.code)) { "Ver el procedimiento completo" } }
        }
    }
}
