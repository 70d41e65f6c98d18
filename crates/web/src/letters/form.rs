//! What the forms of the desk have in common: the page, controls with their faults, the units one keeps, reading them back.

use crate::{
    cases::refused::{Refused, Typed, about},
    failure::Failure,
    form::Sent,
    portal::opening::received_before,
    shell::{Frame, Place},
    state::Visitor,
};
use axum::response::{IntoResponse, Response};
use engine::{Name, answers::read_date, event::Attached};
use jiff::civil::Date;
use maud::{Markup, html};
use store::letters::LetterText;

/// A page with the one form that writes a letter.
pub struct Sheet {
    /// The name of the form, and of its place below the desk.
    pub form: &'static str,
    pub title: &'static str,
    pub note: &'static str,
    /// The list it comes from and goes back to.
    pub list: (&'static str, &'static str),
    pub button: &'static str,
    /// What its files are.
    pub files: &'static str,
}

impl Sheet {
    /// The page, with what was typed and all that is wrong with it.
    #[must_use]
    pub fn draw(&self, visitor: &Visitor, sent: &Refused, received: &[Attached], controls: &Markup) -> Response {
        let list = visitor.to(self.list.0);
        let content = html! {
            div.encabezado { div {
                p.migas { a href=(list) { (self.list.1) } }
                h1 { (self.title) }
                p.menor { (self.note) }
            } }
            @if !sent.message.is_empty() { (sent.alert()) }
            section.panel.principal {
                form.formulario method="post" action=(visitor.to(&format!("/correspondencia/{}", self.form))) enctype="multipart/form-data" {
                    (visitor.seal())
                    (controls)
                    (kept(received))
                    (files(self.files))
                    (Typed::of(self.form, Some(sent)).fault("file"))
                    div.fila { button.principal type="submit" { (self.button) } a.boton.liso href=(list) { "Cancelar" } }
                }
            }
        };
        (sent.status, Frame::new(visitor, Place::Intake, self.title).page(&content)).into_response()
    }
}

/// A control with its label, and what is wrong with it beside it.
#[must_use]
pub fn field(typed: Typed<'_>, id: &str, fault: &str, label: &str, required: bool, control: &Markup) -> Markup {
    html! {
        div.campo {
            label for=(id) { (label) @if required { " " span.obligatorio { "(obligatorio)" } } }
            (control)
            span id=(format!("{id}-error")) { (typed.fault(fault)) }
        }
    }
}

/// A line of text.
#[must_use]
pub fn line(typed: Typed<'_>, id: &str, fault: &str, label: &str, required: bool) -> Markup {
    let control = html! {
        input id=(id) name=(id) value=(typed.text(id)) maxlength="200" autocomplete="off" aria-describedby=(format!("{id}-error")) aria-invalid=[wrong(typed, fault)];
    };
    field(typed, id, fault, label, required, &control)
}

/// Whether something is wrong with a control, as its attribute says it.
#[must_use]
pub fn wrong(typed: Typed<'_>, fault: &str) -> Option<&'static str> {
    let faults = typed.refused().map(|refused| refused.faults.as_slice()).unwrap_or_default();
    faults.iter().any(|one| &*one.field == fault).then_some("true")
}

/// A longer text.
#[must_use]
pub fn text(typed: Typed<'_>, id: &str, fault: &str, label: &str, rows: &str) -> Markup {
    let control = html! { textarea id=(id) name=(id) rows=(rows) maxlength="20000" aria-describedby=(format!("{id}-error")) { (typed.text(id)) } };
    field(typed, id, fault, label, false, &control)
}

/// A date, with the one it begins as.
#[must_use]
pub fn date_control(typed: Typed<'_>, id: &str, fault: &str, label: &str, first: &str) -> Markup {
    let value = if typed.text(id).is_empty() { first } else { typed.text(id) };
    let control = html! {
        input type="date" id=(id) name=(id) value=(value) aria-describedby=(format!("{id}-error")) aria-invalid=[wrong(typed, fault)];
    };
    field(typed, id, fault, label, true, &control)
}

/// The other side of a letter in one line.
#[must_use]
pub fn others_of(text: &LetterText) -> String {
    let parts = [&text.person, &text.department, &text.institution];
    parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The units whose letters the visitor keeps: code and name.
#[must_use]
pub fn units(visitor: &Visitor) -> Vec<(Name, Name)> {
    let all = &visitor.house.face().units;
    all.iter().filter(|(code, _)| visitor.reader.keeps_letters_of(code)).cloned().collect()
}

#[must_use]
pub fn unit(visitor: &Visitor, typed: Typed<'_>, label: &str) -> Markup {
    let units = units(visitor);
    let own = visitor.person.unit.as_deref().unwrap_or_default();
    let chosen = if typed.text("unidad").is_empty() { own } else { typed.text("unidad") };
    let control = html! {
        select id="unidad" name="unidad" aria-describedby="unidad-error" aria-invalid=[wrong(typed, "unit")] {
            @if units.len() != 1 { option value="" { "Elija la unidad…" } }
            @for (code, name) in &units { option value=(code) selected[**code == *chosen] { (name) } }
        }
    };
    field(typed, "unidad", "unit", label, true, &control)
}

#[must_use]
pub fn files(label: &str) -> Markup {
    html! {
        div.campo {
            label for="archivo" { (label) " " span.menor { "(hasta 25 MiB)" } }
            input type="file" id="archivo" name="archivo:" multiple;
        }
    }
}

/// The files that came with a form, those kept from its refusal included.
///
/// # Errors
/// If the store cannot be read.
pub async fn attached(visitor: &Visitor, sent: &Sent, label: &str) -> Result<Vec<Attached>, Failure> {
    let mut all = received_before(visitor, sent).await?;
    all.extend(sent.files.iter().map(|file| file.attach.clone()));
    Ok(all
        .iter()
        .map(|attach| Attached { label: attach.label.clone().or_else(|| Some(label.into())), ..Attached::from(attach) })
        .collect())
}

/// The hidden fields that keep files already received with a form that was refused.
#[must_use]
fn kept(files: &[Attached]) -> Markup {
    html! {
        @for (index, file) in files.iter().enumerate() {
            p.menor { "Ya recibido: " strong { (file.name) } }
            input type="hidden" name=(format!("recibido.{index}.huella")) value=(file.sha256);
            input type="hidden" name=(format!("recibido.{index}.nombre")) value=(file.name);
            input type="hidden" name=(format!("recibido.{index}.tipo")) value=(file.media_type);
        }
    }
}

/// A date typed in a form; none where blank.
///
/// # Errors
/// It is no date.
pub fn date(sent: &Sent, name: &str, fault: &str) -> Result<Option<Date>, Failure> {
    let Some(text) = sent.text(name) else { return Ok(None) };
    read_date(text).map(Some).ok_or_else(|| about(fault, "Escriba la fecha como dd/mm/aaaa."))
}

/// What both kinds of letter say.
#[must_use]
pub fn said(sent: &Sent) -> LetterText {
    let text = |name: &str| sent.text(name).unwrap_or_default().to_owned();
    LetterText {
        institution: text("institucion"),
        department: text("dependencia"),
        person: text("persona"),
        subject: text("asunto"),
        summary: text("resumen"),
        ..LetterText::default()
    }
}
