//! The official manual as one printable page: cover, index, norms, procedures, forms. Values in, text out.
//!
//! The modules are listed in import order.

mod notes;
mod cover;
mod general;
mod steps;
mod examples;
mod sheets;
mod procedure;
mod forms;
#[cfg(test)]
mod tests;

use crate::flowchart::FLOWCHART_CSS;
use cover::Line;
use manual::{edition::Edition, procedure::Procedure};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const CSS: &str = include_str!("manual.css");

/// A part of the manual: its heading, and what stands under it. A part without content is left out, of the index too.
struct Part {
    anchor: &'static str,
    title: &'static str,
    /// It begins on a sheet of its own.
    apart: bool,
    content: Option<Markup>,
}

/// The whole manual as one HTML file of its own, without scripts, to be read on a screen or printed on letter paper.
#[must_use]
pub fn manual(edition: &Edition) -> String {
    let title = &edition.title_page;
    let notes = notes::notes(edition);
    let before = before(edition);
    let after = after(edition, &notes);
    let page = html! {
        (DOCTYPE)
        html lang="es" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title.title) " · " (edition.institution.acronym) }
                style { (PreEscaped(FLOWCHART_CSS)) (PreEscaped(CSS)) (PreEscaped(accent(edition))) }
            }
            body {
                (cover::cover(edition))
                (cover::index(&lines(edition, &before, &after)))
                main {
                    @for part in &before { (shown(part)) }
                    @for (index, procedure) in edition.procedures.iter().enumerate() {
                        (procedure::procedure(edition, index, procedure, &notes))
                    }
                    @for part in &after { (shown(part)) }
                }
            }
        }
    };
    page.into_string()
}

fn before(edition: &Edition) -> Vec<Part> {
    let title = &edition.title_page;
    let text = |text: &Option<manual::Name>| text.as_ref().map(|text| html! { p { (text) } });
    let part = |anchor, title, content| Part { anchor, title, apart: false, content };
    let people = !edition.units.is_empty() || !edition.roles.is_empty();
    vec![
        part("objetivo", "Objetivo", text(&title.objective)),
        part("alcance", "Alcance", text(&title.scope)),
        part("base-legal", "Base legal", (!title.legal_base.is_empty()).then(|| general::list(&title.legal_base))),
        part("normas", "Normas generales", (!edition.norms.is_empty()).then(|| general::norms(&edition.norms))),
        Part { apart: true, ..part("organizacion", "Organización", people.then(|| general::organisation(edition))) },
        Part { apart: true, ..part("simbologia", "Simbología de los flujogramas", Some(general::symbols())) },
        Part {
            apart: true,
            ..part(
                "red",
                "Red de procesos y procedimientos",
                (!edition.procedures.is_empty()).then(|| general::network(edition)),
            )
        },
    ]
}

fn after(edition: &Edition, notes: &[notes::Note]) -> Vec<Part> {
    let part = |anchor, title, content| Part { anchor, title, apart: true, content };
    let forms = || {
        html! { @for (index, form) in edition.forms.iter().enumerate() { (forms::form(edition, index, form)) } }
    };
    let glossary = || {
        html! {
            table.cuadro {
                thead { tr { th.lugar scope="col" { "Término" } th scope="col" { "Significado" } } }
                tbody { @for entry in &edition.glossary { tr { th scope="row" { (entry.term) } td { (entry.meaning) } } } }
            }
        }
    };
    vec![
        part("formularios", "Formularios", (!edition.forms.is_empty()).then(forms)),
        part(
            "documentos",
            "Otros documentos del manual",
            (!edition.listed_documents.is_empty()).then(|| general::list(&edition.listed_documents)),
        ),
        part("glosario", "Glosario", (!edition.glossary.is_empty()).then(glossary)),
        part("lecturas", "Lecturas del original", (!notes.is_empty()).then(|| notes::table(notes))),
    ]
}

fn shown(part: &Part) -> Markup {
    html! {
        @if let Some(content) = &part.content {
            section.parte.aparte[part.apart] { h2 id=(part.anchor) { (part.title) } (content) }
        }
    }
}

fn lines(edition: &Edition, before: &[Part], after: &[Part]) -> Vec<Line> {
    let first = |part: &Part| Line {
        anchor: part.anchor.to_owned(),
        code: String::new(),
        title: part.title.to_owned(),
        second: false,
    };
    let mut lines: Vec<Line> = before.iter().filter(|part| part.content.is_some()).map(first).collect();
    for (index, procedure) in edition.procedures.iter().enumerate() {
        let (code, title) = (procedure.code.to_string(), procedure.title.to_string());
        lines.push(Line { anchor: anchor(index), code, title, second: true });
    }
    for part in after.iter().filter(|part| part.content.is_some()) {
        lines.push(first(part));
        if part.anchor == "formularios" {
            lines.extend(edition.forms.iter().enumerate().map(|(index, form)| Line {
                anchor: form_anchor(index),
                code: form.code.to_string(),
                title: form.title.to_string(),
                second: true,
            }));
        }
    }
    lines
}

/// The place of a procedure. By position: two codes may differ only in signs that no address keeps.
fn anchor(index: usize) -> String {
    format!("procedimiento-{}", index + 1)
}

fn form_anchor(index: usize) -> String {
    format!("formulario-{}", index + 1)
}

/// A form's code and title, with the way to its blank sheet where the manual has one.
fn form_link(edition: &Edition, code: &str) -> Markup {
    let found = edition.forms.iter().enumerate().find(|(_, form)| &*form.code == code);
    html! {
        @if let Some((index, form)) = found { a href=(format!("#{}", form_anchor(index))) { (code) } " " (form.title) }
        @else { (code) }
    }
}

/// What stands at the head of every sheet of a procedure.
fn running(edition: &Edition, procedure: &Procedure) -> Markup {
    html! {
        span.corrido-codigo { (procedure.code) }
        " " (procedure.title) " · " (edition.institution.acronym) ", " (edition.title_page.edition)
    }
}

/// The institution's colour, only if it is written as a colour: this text is not escaped.
fn accent(edition: &Edition) -> String {
    let digits = edition.institution.color.as_deref().and_then(|color| color.strip_prefix('#'));
    let colour = digits.filter(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    colour.map(|digits| format!(":root {{ --brand: #{digits}; }}\n")).unwrap_or_default()
}
