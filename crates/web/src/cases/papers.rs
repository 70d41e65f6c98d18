//! The papers of a case: who it is about, the data given and the files attached.

use super::scene::Scene;
use crate::{manual_pages::address, words};
use engine::{
    answers::{opening_fields, step_fields},
    event::Attached,
    value::Value,
};
use manual::field::{Field, Kind};
use maud::{Markup, html};

/// People and origin.
#[must_use]
pub fn people(scene: &Scene<'_>) -> Markup {
    let case = scene.case();
    let zone = scene.visitor.zone();
    let face = scene.visitor.house.face();
    let unit = |code: &str| {
        face.units
            .iter()
            .find(|(known, _)| &**known == code)
            .map_or_else(|| code.to_string(), |(_, name)| name.to_string())
    };
    html! {
        section.panel #datos data-live aria-labelledby="datos-titulo" {
            h2 #datos-titulo { "El caso" }
            dl.datos {
                dt { "Número" } dd { strong { (case.number) } " " a.menor href=(scene.to("recibo")) { "constancia" } }
                dt { "Procedimiento" }
                dd { a href=(address::procedure(scene.visitor, &case.procedure)) { (case.procedure) " " (scene.procedure().title) } }
                dt { "Solicita" }
                dd { (case.asked_by()) @if let Some(contact) = case.outsider.as_ref().and_then(|outsider| outsider.contact.as_ref()) { span.menor { " · " (contact) } } @if let Some(code) = &case.requester.unit { span.menor { " · " (unit(code)) } } }
                @if case.opened_by.person != case.requester.person || case.outsider.is_some() { dt { "Registró" } dd { (case.opened_by.name) } }
                dt { "Ingresó" } dd { (words::time(case.opened_at, &zone)) " por " (words::channel(case.channel)) }
                dt { "Prioridad" } dd { (super::weight::shown(scene)) }
                @for assignee in &case.assignees { dt { "Asignado" } dd { (assignee.name) span.menor { " · " (assignee.role) } } }
                @if let Some(word) = words::conformity(engine::measure::conformity(case, scene.visitor.now)) {
                    dt { "Servicio" } dd { (word) }
                }
                @if !case.exclusions.is_empty() { dt { "Se cuenta aparte" } dd { (excluded(scene)) } }
                @if let Some(word) = words::verdict(engine::measure::verdict(case)) { dt { "Calificación" } dd { (word) } }
            }
            @if !case.description.is_empty() { p.texto-libre { (case.description) } }
            (super::following::draw(scene))
        }
    }
}

/// Why it is counted apart, in the words of the procedure.
fn excluded(scene: &Scene<'_>) -> String {
    let text = |key: &engine::Name| {
        let cause = scene.procedure().exclusions.iter().find(|cause| cause.key == *key);
        cause.map_or_else(|| key.to_string(), |cause| cause.text.to_string())
    };
    scene.case().exclusions.iter().map(text).collect::<Vec<_>>().join("; ")
}

/// The latest value of each field, with its label.
#[must_use]
pub fn data(scene: &Scene<'_>) -> Markup {
    html! {
        @if !scene.case().values.is_empty() {
            section.panel aria-labelledby="valores-titulo" {
                h2 #valores-titulo { "Datos" }
                (super::history::values(scene, &scene.case().values))
            }
        }
    }
}

/// The field a value belongs to, wherever the procedure asks for it.
#[must_use]
pub fn field<'s>(scene: &Scene<'s>, key: &str) -> Option<&'s Field> {
    let edition = &*scene.view.edition;
    let procedure = scene.procedure();
    opening_fields(&procedure.opening, edition)
        .chain(procedure.steps.iter().flat_map(|step| step_fields(step, edition)))
        .find(|field| &*field.key == key)
}

/// A value as a person reads it: the label of an option, the name of a unit.
#[must_use]
pub fn shown(scene: &Scene<'_>, key: &str, value: &Value) -> String {
    let label = |choices: &[manual::field::Choice], key: &str| {
        choices
            .iter()
            .find(|choice| &*choice.key == key)
            .map_or_else(|| key.to_string(), |choice| choice.label.to_string())
    };
    match (field(scene, key).map(|field| &field.kind), value) {
        (Some(Kind::Choice(choices)), Value::Text(text)) => label(choices, text),
        (Some(Kind::Choices(choices)), Value::List(items)) => {
            items.iter().map(|item| label(choices, item)).collect::<Vec<_>>().join(", ")
        }
        (Some(Kind::Unit), Value::Text(text)) => {
            scene.view.edition.unit(text).map_or_else(|| text.to_string(), |unit| unit.name.to_string())
        }
        (Some(Kind::Date), Value::Text(text)) => text.parse().map_or_else(|_| text.to_string(), words::day),
        _ => value.shown(),
    }
}

/// The files, and the form to attach more.
#[must_use]
pub fn files(scene: &Scene<'_>) -> Markup {
    let attached = &scene.case().attachments;
    let total = i64::try_from(attached.len()).unwrap_or(i64::MAX);
    let typed = scene.typed("adjuntos");
    html! {
        section.panel aria-labelledby="adjuntos-titulo" {
            header {
                h2 #adjuntos-titulo { "Archivos" }
                span.menor { (words::count(total, "archivo", "archivos")) }
            }
            @if attached.is_empty() { p.menor { "Todavía no hay archivos. Lo que se adjunta queda ligado al caso y no se puede cambiar." } }
            @else { ul.archivos { @for file in attached { li { (link(scene, file)) } } } }
            @if scene.case().is_open() {
                details open[typed.refused().is_some()] {
                    summary { "Adjuntar un archivo" }
                    form.formulario method="post" action=(scene.to("adjuntos")) enctype="multipart/form-data" {
                        (scene.visitor.seal())
                        div.campo {
                            label for="archivo" { "Archivo " span.menor { "(hasta 25 MiB)" } }
                            input id="archivo" type="file" name="archivo:" multiple required;
                            (typed.fault("archivo"))
                        }
                        @if !scene.only_asks() {
                            label.opcion { input type="checkbox" name="interno" value="si" checked[typed.is("interno", "si")]; "Interno: no lo ve quien solicita" }
                        }
                        div.fila { button type="submit" { "Adjuntar" } }
                    }
                }
            }
        }
    }
}

fn link(scene: &Scene<'_>, file: &Attached) -> Markup {
    html! {
        a href=(scene.to(&format!("adjuntos/{}", file.sha256))) { (file.name) }
        span.menor {
            " · " (size(file.size))
            @if let Some(label) = &file.label { " · " (label) }
        }
        @if !file.public { " " span.etiqueta.aviso { "Interno" } }
    }
}

/// `1.5 MiB`, `12 KiB`, `800 bytes`.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".into(),
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{}.{} MiB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_the_nearest_unit() {
        for (bytes, words) in [(800, "800 bytes"), (12 * 1024, "12 KiB"), (1_572_864, "1.5 MiB")] {
            assert_eq!(size(bytes), words);
        }
    }
}
