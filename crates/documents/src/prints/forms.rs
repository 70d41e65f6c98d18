//! The forms of the manual as blank sheets to be filled by hand.

use crate::words;
use manual::{
    edition::Edition,
    field::{Field, Kind},
    form::Form,
};
use maud::{Markup, html};

/// Blank rows of a table.
const BLANK_ROWS: usize = 5;

pub fn form(edition: &Edition, index: usize, form: &Form) -> Markup {
    let mut groups: Vec<(Option<&str>, Vec<&Field>)> = Vec::new();
    for field in &form.fields {
        match groups.last_mut() {
            Some((section, group)) if *section == field.section.as_deref() => group.push(field),
            _ => groups.push((field.section.as_deref(), vec![field])),
        }
    }
    let among: Vec<&Field> = form.fields.iter().collect();
    html! {
        section.formulario {
            div.rotulo {
                p { (edition.institution.name) }
                h3 id=(super::form_anchor(index)) { span.codigo { (form.code) } " " (form.title) }
                @if form.version.is_some() || form.owner.is_some() {
                    p.menor {
                        @if let Some(version) = &form.version { "Versión " (version) }
                        @if form.version.is_some() && form.owner.is_some() { " · " }
                        @if let Some(owner) = &form.owner { "Formulario de " (owner) }
                    }
                }
            }
            @for (section, group) in groups {
                div.seccion {
                    @if let Some(section) = section { h4 { (section) } }
                    div.casillas { @for field in group { (blank(field, &among)) } }
                }
            }
            @if form.fields.iter().any(|field| field.required) { p.menor { "* Dato obligatorio." } }
            @if !form.notes.is_empty() { ul.menor { @for note in &form.notes { li { (note) } } } }
        }
    }
}

/// One field: its label and the place to write.
fn blank(field: &Field, among: &[&Field]) -> Markup {
    let wide = match &field.kind {
        Kind::LongText | Kind::Table(_) => true,
        Kind::Choice(choices) | Kind::Choices(choices) => {
            choices.iter().map(|choice| choice.label.chars().count() + 6).sum::<usize>() > 40
        }
        _ => false,
    };
    html! {
        div.casilla.ancha[wide] {
            p.etiqueta {
                (field.label)
                @if field.required { "\u{a0}*" }
                @if let Some(only_if) = &field.only_if { span.menor { " (" (words::condition(only_if, among)) ")" } }
            }
            @match &field.kind {
                Kind::Choice(choices) | Kind::Choices(choices) => (boxes(&choices.iter().map(|choice| &*choice.label).collect::<Vec<_>>())),
                Kind::YesNo => (boxes(&["Sí", "No"])),
                Kind::Table(columns) => (grid(columns)),
                Kind::LongText => { div.renglon.alto {} }
                Kind::Signature { role } => {
                    div.renglon.firma {}
                    p.menor { (role) }
                }
                Kind::Date => { p.renglon.fecha { "día\u{a0}____ / mes\u{a0}____ / año\u{a0}________" } }
                Kind::DateTime => { p.renglon.fecha { "____ / ____ / ________ , a las ____ : ____" } }
                _ => { div.renglon {} }
            }
        }
    }
}

fn boxes(words: &[&str]) -> Markup {
    html! { ul.marcas { @for word in words { li { span.cuadrito {} " " (word) } } } }
}

fn grid(columns: &[Field]) -> Markup {
    html! {
        table.cuadro.vacia {
            thead { tr { @for column in columns { th scope="col" { (column.label) } } } }
            tbody { @for _ in 0..BLANK_ROWS { tr { @for _ in columns { td { "\u{a0}" } } } } }
        }
    }
}
