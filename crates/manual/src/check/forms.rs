//! Rules of the forms: named but not declared, declared but not used, and conditions on fields that do not exist.

use super::report::{Linter, Within, meant, quoted};
use crate::{
    edition::Edition,
    field::{Field, Kind, OnlyIf},
    finding::At,
    places::Spot,
    procedure::{AttachmentRule, Procedure},
};

pub fn check(linter: &mut Linter<'_>) {
    let edition = linter.edition;
    for (p, procedure) in edition.procedures.iter().enumerate() {
        if let Some(code) = &procedure.opening.form {
            let at = linter.place(Spot::OpeningForm, &[p], procedure.at);
            declared(linter, Within::Procedure(p), at, code);
        }
        for (s, step) in procedure.steps.iter().enumerate() {
            if let Some(code) = &step.form {
                let at = linter.place(Spot::StepForm, &[p, s], step.at);
                declared(linter, Within::Step(p, s), at, code);
            }
        }
        conditions(linter, p, procedure);
    }
    for (f, form) in edition.forms.iter().enumerate() {
        if !is_used(edition, &form.code, &form.title) {
            let at = linter.place(Spot::Form, &[f], edition.at);
            let message = format!("Ningún procedimiento usa el formulario «{}».", form.code);
            let help = "Escriba «formulario» en el paso que lo llena, o la lectura de por qué no se usa.";
            linter.warning("formulario-sin-uso", Within::Manual, at, message, help, "sin uso");
        }
        let fields: Vec<&Field> = form.fields.iter().collect();
        for (i, field) in form.fields.iter().enumerate() {
            let at = linter.place(Spot::FormField, &[f, i], edition.at);
            condition(linter, Within::Manual, at, field.only_if.as_ref(), &fields, Some(&field.key));
            if let Kind::Table(columns) = &field.kind {
                // A column may depend on another of its row or on a field of the form.
                let near: Vec<&Field> = columns.iter().chain(fields.iter().copied()).collect();
                for column in columns {
                    condition(linter, Within::Manual, at, column.only_if.as_ref(), &near, Some(&column.key));
                }
            }
        }
    }
}

fn declared(linter: &mut Linter<'_>, within: Within, at: At, code: &str) {
    let edition = linter.edition;
    if edition.form(code).is_none() {
        let help = meant(code, edition.forms.iter().map(|form| &*form.code), "Declárelo en «formularios/».");
        let message = format!("El formulario «{code}» no está declarado.");
        linter.error("formulario-sin-declarar", within, at, message, help, "formulario desconocido");
    }
}

/// A form is used by a step or an opening that fills it, or by a document that names it.
fn is_used(edition: &Edition, code: &str, title: &str) -> bool {
    let names = |text: &str| text.contains(code) || text == title;
    edition.procedures.iter().any(|procedure| {
        procedure.opening.form.as_deref() == Some(code)
            || procedure.related.iter().any(|text| names(text))
            || procedure.opening.attachments.iter().any(|rule| names(&rule.label))
            || procedure.steps.iter().any(|step| {
                step.form.as_deref() == Some(code)
                    || step.documents.iter().any(|document| names(&document.what))
                    || step.attachments.iter().any(|rule| names(&rule.label))
                    || step.signatures.iter().any(|rule| rule.document.as_deref().is_some_and(names))
            })
    })
}

fn conditions(linter: &mut Linter<'_>, p: usize, procedure: &Procedure) {
    let edition = linter.edition;
    let opening = opening_fields(edition, procedure);
    for (i, field) in procedure.opening.fields.iter().enumerate() {
        let at = linter.place(Spot::OpeningField, &[p, i], procedure.at);
        condition(linter, Within::Procedure(p), at, field.only_if.as_ref(), &opening, Some(&field.key));
    }
    attachments(linter, Within::Procedure(p), &procedure.opening.attachments, &opening, |linter, i| {
        linter.place(Spot::OpeningAttachment, &[p, i], procedure.at)
    });
    for (s, step) in procedure.steps.iter().enumerate() {
        let mut near = step_fields(edition, step);
        near.extend(&opening);
        for (i, field) in step.fields.iter().enumerate() {
            let at = linter.place(Spot::StepField, &[p, s, i], step.at);
            condition(linter, Within::Step(p, s), at, field.only_if.as_ref(), &near, Some(&field.key));
        }
        attachments(linter, Within::Step(p, s), &step.attachments, &near, |linter, i| {
            linter.place(Spot::Attachment, &[p, s, i], step.at)
        });
    }
}

fn attachments(
    linter: &mut Linter<'_>,
    within: Within,
    rules: &[AttachmentRule],
    near: &[&Field],
    place: impl Fn(&Linter<'_>, usize) -> At,
) {
    for (i, rule) in rules.iter().enumerate() {
        let at = place(linter, i);
        condition(linter, within, at, rule.only_if.as_ref(), near, None);
    }
}

fn condition(
    linter: &mut Linter<'_>,
    within: Within,
    at: At,
    only_if: Option<&OnlyIf>,
    near: &[&Field],
    own: Option<&str>,
) {
    let Some(only_if) = only_if else { return };
    let others = || near.iter().filter(|field| own != Some(&*field.key));
    let Some(field) = others().find(|field| field.key == only_if.key) else {
        let help =
            meant(&only_if.key, others().map(|field| &*field.key), "Debe nombrar otro campo del mismo formulario.");
        let message = format!("La condición nombra un campo «{}» que no existe.", only_if.key);
        linter.error("condicion-colgante", within, at, message, help, "campo desconocido");
        return;
    };
    let admitted: Vec<&str> = match &field.kind {
        Kind::Choice(choices) | Kind::Choices(choices) => choices.iter().map(|choice| &*choice.key).collect(),
        Kind::YesNo => vec!["si", "no"],
        _ => return,
    };
    for value in &only_if.values {
        if !admitted.contains(&&**value) {
            let help = meant(value, admitted.iter().copied(), &format!("Sus opciones son: {}.", quoted(&admitted)));
            let message = format!("La condición nombra «{value}», que no es una opción de «{}».", field.key);
            linter.error("condicion-colgante", within, at, message, help, "opción desconocida");
        }
    }
}

/// The fields an opening asks for: its form's and its own.
pub fn opening_fields<'e>(edition: &'e Edition, procedure: &'e Procedure) -> Vec<&'e Field> {
    let form = procedure.opening.form.as_deref().and_then(|code| edition.form(code));
    form.iter().flat_map(|form| &form.fields).chain(&procedure.opening.fields).collect()
}

/// The fields a step asks for: its form's and its own.
pub fn step_fields<'e>(edition: &'e Edition, step: &'e crate::procedure::Step) -> Vec<&'e Field> {
    let form = step.form.as_deref().and_then(|code| edition.form(code));
    form.iter().flat_map(|form| &form.fields).chain(&step.fields).collect()
}
