//! The rule of what is written twice: codes, numbers, names and keys that must be one of a kind.

use super::{
    forms,
    report::{Linter, Within},
};
use crate::{finding::At, places::Spot};
use std::collections::HashSet;

pub fn check(linter: &mut Linter<'_>) {
    let edition = linter.edition;
    let whole = edition.at;
    every(linter, Within::Manual, "la unidad", edition.units.iter().map(|unit| &*unit.code), |l, i| {
        l.place(Spot::Unit, &[i], whole)
    });
    every(linter, Within::Manual, "el responsable", edition.roles.iter().map(|role| &*role.name), |l, i| {
        l.place(Spot::Role, &[i], whole)
    });
    every(linter, Within::Manual, "el formulario", edition.forms.iter().map(|form| &*form.code), |l, i| {
        l.place(Spot::Form, &[i], whole)
    });
    every(linter, Within::Manual, "la norma general", edition.norms.iter().map(|norm| &*norm.number), |l, i| {
        l.place(Spot::Norm, &[i], whole)
    });
    every(linter, Within::Manual, "el término", edition.glossary.iter().map(|entry| &*entry.term), |l, i| {
        l.place(Spot::Glossary, &[i], whole)
    });
    let codes = edition.procedures.iter().map(|procedure| &*procedure.code);
    every(linter, Within::Manual, "el procedimiento", codes, |_, i| edition.procedures[i].at);
    for (f, form) in edition.forms.iter().enumerate() {
        let keys = form.fields.iter().map(|field| &*field.key);
        every(linter, Within::Manual, "el campo", keys, |l, i| l.place(Spot::FormField, &[f, i], whole));
        for (i, field) in form.fields.iter().enumerate() {
            if let crate::field::Kind::Table(columns) = &field.kind {
                every(linter, Within::Manual, "la columna", columns.iter().map(|column| &*column.key), |l, _| {
                    l.place(Spot::FormField, &[f, i], whole)
                });
            }
        }
    }
    for (p, procedure) in edition.procedures.iter().enumerate() {
        let within = Within::Procedure(p);
        let at = procedure.at;
        let numbers: Vec<String> = procedure.steps.iter().map(|step| step.number.to_string()).collect();
        every(linter, within, "el paso", numbers.iter().map(String::as_str), |_, i| procedure.steps[i].at);
        every(linter, within, "el plazo", procedure.clocks.iter().map(|clock| &*clock.name), |l, i| {
            l.place(Spot::Clock, &[p, i], at)
        });
        every(linter, within, "la norma", procedure.norms.iter().map(|norm| &*norm.number), |_, _| at);
        for causes in [&procedure.pauses, &procedure.extensions, &procedure.exclusions] {
            every(linter, within, "la causa", causes.iter().map(|cause| &*cause.key), |_, _| at);
        }
        if let Some(routing) = &procedure.routing {
            let at = linter.place(Spot::Routing, &[p], at);
            every(linter, within, "la ruta", routing.routes.iter().map(|route| &*route.key), |_, _| at);
        }
        fields(linter, within, &forms::opening_fields(edition, procedure), procedure.opening.fields.len(), |l, i| {
            l.place(Spot::OpeningField, &[p, i], at)
        });
        for (s, step) in procedure.steps.iter().enumerate() {
            let within = Within::Step(p, s);
            fields(linter, within, &forms::step_fields(edition, step), step.fields.len(), |l, i| {
                l.place(Spot::StepField, &[p, s, i], step.at)
            });
            every(linter, within, "el responsable", step.role_names().map(|name| &**name), |_, _| step.at);
        }
    }
}

/// Loose fields stand beside those of a form under one roof: only the loose ones are reported here.
fn fields(
    linter: &mut Linter<'_>,
    within: Within,
    all: &[&crate::field::Field],
    loose: usize,
    place: impl Fn(&Linter<'_>, usize) -> At,
) {
    let of_form = all.len() - loose;
    let keys: Vec<&str> = all.iter().map(|field| &*field.key).collect();
    for (i, key) in keys.iter().enumerate().skip(of_form) {
        if keys[..i].contains(key) {
            let at = place(linter, i - of_form);
            twice(linter, within, at, "el campo", key);
        }
    }
}

fn every<'n>(
    linter: &mut Linter<'_>,
    within: Within,
    what: &str,
    names: impl Iterator<Item = &'n str>,
    place: impl Fn(&Linter<'_>, usize) -> At,
) {
    let mut seen: HashSet<&str> = HashSet::new();
    for (i, name) in names.enumerate() {
        if !seen.insert(name) {
            let at = place(linter, i);
            twice(linter, within, at, what, name);
        }
    }
}

fn twice(linter: &mut Linter<'_>, within: Within, at: At, what: &str, name: &str) {
    let message = format!("Está escrito dos veces: {what} «{name}».");
    linter.error("duplicado", within, at, message, "Deje uno solo, o dele otro nombre.", "la segunda vez");
}
