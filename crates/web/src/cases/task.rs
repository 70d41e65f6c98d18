//! The one main thing of a case's page: the form of the step, where the visitor is the one who attends it.

use super::{
    checklist, drafts, escalation,
    refused::Typed,
    scene::Scene,
    signing::{self, PAPER},
    ways,
};
use crate::{
    fields::{self, Drawing},
    words,
};
use engine::{
    Name,
    answers::step_fields,
    authority::Capacity,
    history::branch_words,
    value::{Value, Values, find},
};
use manual::procedure::{AttachmentRule, Routing, Step};
use maud::{Markup, html};

pub use super::scene::{FORM, PREFIX};

/// The form of the step.
#[must_use]
pub fn draw(scene: &Scene<'_>, step: &Step, capacity: &Capacity) -> Markup {
    let typed = scene.typed_for_step();
    let visit = scene.case().standing.as_ref().map_or(1, |standing| standing.visit);
    html! {
        header {
            h2 { "Le toca a usted: paso " (step.number) " · " (capacity.role) }
            @if let Some(due) = scene.case().standing.as_ref().and_then(|standing| standing.due) {
                span { "Este paso " (words::due(Some(due), scene.visitor.now, &scene.visitor.zone())) }
            }
        }
        (instructions(step))
        @if capacity.as_superior.is_some() { (escalation::notice(scene)) }
        @if let Some(absent) = &capacity.in_absence_of { p.menor { "Actúa por ausencia de " (absent.name) "." } }
        @if capacity.on_behalf { p.menor { "Actúa a nombre de " (scene.case().requester.name) ", porque usted registró el caso." } }
        (parts_done(scene, step))
        form.formulario method="post" action=(scene.to(FORM)) enctype="multipart/form-data"
            data-borrador=(FORM) data-borradores=(scene.to("borradores")) {
            (scene.visitor.seal())
            input type="hidden" name="paso" value=(step.number);
            input type="hidden" name="visita" value=(visit);
            (checklist::draw(scene, step, typed))
            (data(scene, step, typed))
            @if let Some(routing) = &scene.procedure().routing { (route(routing, step, typed)) }
            @for role in &step.assigns { (whom(scene, role, typed)) }
            (files(scene, &step.attachments))
            (signatures(scene, step, capacity, typed))
            div.campo {
                label for="nota" { "Nota para la historia " span.menor { "(si hace falta)" } }
                textarea id="nota" name="nota" rows="2" maxlength="20000" { (typed.text("nota")) }
                (typed.fault("note"))
            }
            (buttons(scene, step, capacity, typed))
            div.fila { (drafts::controls(scene, FORM)) }
        }
        (paper(scene, step))
    }
}

/// What is to be done, as the manual says it.
#[must_use]
pub fn instructions(step: &Step) -> Markup {
    html! {
        p { (step.activity) }
        @if let Some(details) = &step.details { p.menor { (details) } }
        @if !step.documents.is_empty() {
            ul.menor {
                @for act in &step.documents {
                    @let verb = match act.verb {
                        manual::procedure::DocumentVerb::Issues => "Emite",
                        manual::procedure::DocumentVerb::HandsOver => "Entrega",
                        manual::procedure::DocumentVerb::Files => "Archiva",
                    };
                    li { (verb) ": " (act.what) @if let Some(to) = &act.to { " → " (to) } }
                }
            }
        }
    }
}

fn parts_done(scene: &Scene<'_>, step: &Step) -> Markup {
    let acted = scene.case().standing.as_ref().map(|standing| standing.acted.as_slice()).unwrap_or_default();
    html! {
        @if step.responsibles.len() > 1 && !acted.is_empty() {
            ul.menor {
                @for part in acted {
                    li {
                        (part.by.name) " ya cumplió como " (part.role)
                        @if let Some(answer) = &part.answer { " y respondió «" (answer) "»" } "."
                    }
                }
            }
        }
    }
}

fn data(scene: &Scene<'_>, step: &Step, typed: Typed<'_>) -> Markup {
    let edition = &scene.view.edition;
    let fields = step_fields(step, edition);
    let values: Values = match typed.pairs() {
        Some(pairs) => fields::read(fields.clone(), pairs, PREFIX),
        None => scene
            .case()
            .values
            .iter()
            .filter(|(key, _)| fields.clone().any(|field| field.key == *key))
            .cloned()
            .collect(),
    };
    let faults = typed.refused().map(|refused| refused.faults.as_slice()).unwrap_or_default();
    let face = scene.visitor.house.face();
    let drawing = Drawing { values: &values, faults, units: &face.units, prefix: PREFIX };
    let form = step.form.as_ref().and_then(|code| edition.form(code));
    html! {
        @if let Some(form) = form { h3 { (form.code) " · " (form.title) } }
        (known_before(scene, step))
        (fields::draw(fields, drawing))
        @if let Some(form) = form { @for note in &form.notes { p.menor { (note) } } }
    }
}

/// Values given earlier on which a field of this step depends: the script shows or hides the field by them.
fn known_before(scene: &Scene<'_>, step: &Step) -> Markup {
    let fields = step_fields(step, &scene.view.edition);
    let mut keys: Vec<&Name> =
        fields.clone().filter_map(|field| field.only_if.as_ref()).map(|only_if| &only_if.key).collect();
    keys.retain(|key| !fields.clone().any(|field| field.key == **key));
    keys.sort();
    keys.dedup();
    html! {
        @for key in keys {
            @if let Some(value) = find(&scene.case().values, key) {
                @for text in plain(value) { input type="hidden" name=(format!("{PREFIX}{key}")) value=(text); }
            }
        }
    }
}

fn plain(value: &Value) -> Vec<String> {
    match value {
        Value::Flag(flag) => vec![if *flag { "si" } else { "no" }.into()],
        Value::List(items) => items.iter().map(ToString::to_string).collect(),
        Value::Text(text) => vec![text.to_string()],
        Value::Number(_) | Value::Rows(_) => Vec::new(),
    }
}

fn route(routing: &Routing, step: &Step, typed: Typed<'_>) -> Markup {
    let asked: Vec<_> = routing.asked_at.iter().filter(|question| question.step == step.number).collect();
    let branches: Vec<String> = asked
        .iter()
        .filter_map(|question| question.branch.as_ref())
        .filter_map(|name| step.decision.as_ref()?.branch(name))
        .map(|branch| format!("«{}»", branch_words(branch)))
        .collect();
    html! {
        @if !asked.is_empty() {
            fieldset.campo {
                legend { (routing.label) }
                @if !branches.is_empty() {
                    span.ayuda { "Solo si responde " (engine::authority::list(&branches.iter().map(String::as_str).collect::<Vec<_>>(), "o")) "." }
                }
                @for route in &routing.routes {
                    label.opcion {
                        input type="radio" name="ruta" value=(route.key) checked[typed.is("ruta", &route.key)];
                        span { (route.label) @if let Some(level) = route.level { span.menor { " · nivel " (level) } } }
                    }
                }
                (typed.fault(&routing.key))
            }
        }
    }
}

fn whom(scene: &Scene<'_>, role: &Name, typed: Typed<'_>) -> Markup {
    let name = format!("asigna:{role}");
    html! {
        div.campo {
            label for=(name) { "Quién atiende: " (role) }
            select id=(name) name=(name) {
                option value="" { "Cualquiera con ese puesto" }
                (options(scene, role, typed.text(&name)))
            }
            (proposed(scene, role))
            @if scene.offered(role).is_empty() { span.ayuda { "Nadie ocupa ese puesto hoy; avise a quien administra el sistema." } }
        }
    }
}

/// Whom the page proposes for a role, and why.
#[must_use]
pub fn proposed(scene: &Scene<'_>, role: &str) -> Markup {
    html! {
        @if let Some((one, why)) = scene.proposal(role) { span.ayuda { "Se propone a " strong { (one.name) } ": " (why) "." } }
    }
}

/// The people offered for a role, as options of a list; the one proposed is chosen until somebody chooses another.
#[must_use]
pub fn options(scene: &Scene<'_>, role: &str, chosen: &str) -> Markup {
    let proposed = scene.proposal(role).filter(|_| chosen.is_empty()).map(|(one, _)| one.person);
    html! {
        @for offered in scene.offered(role) {
            @let number = offered.person.0.to_string();
            option value=(number) selected[number == chosen || proposed == Some(offered.person)] {
                (offered.name) @if let Some(post) = &offered.post { " — " (post) }
            }
        }
    }
}

/// What the step wants attached, with its state, and a place for anything else.
fn files(scene: &Scene<'_>, rules: &[AttachmentRule]) -> Markup {
    html! {
        @for rule in rules {
            @let there = scene.case().attachments.iter().filter(|attached| attached.label.as_ref() == Some(&rule.label)).count();
            @let name = format!("archivo:{}", rule.label);
            div.campo data-solo-si=[rule.only_if.as_ref().map(|only_if| format!("{PREFIX}{}", only_if.key))]
                data-valores=[rule.only_if.as_ref().map(|only_if| only_if.values.join("|"))] {
                label for=(name) {
                    "Adjuntar: " (rule.label)
                    @if rule.required && there == 0 { " " span.obligatorio { "(obligatorio)" } }
                }
                @if there > 0 { span.ayuda { "Ya hay " (words::count(i64::try_from(there).unwrap_or(i64::MAX), "archivo", "archivos")) "; puede agregar otro." } }
                input type="file" id=(name) name=(name) multiple;
            }
        }
    }
}

/// Who signs this step and what is missing; the password where the actor's own signature is asked.
fn signatures(scene: &Scene<'_>, step: &Step, capacity: &Capacity, typed: Typed<'_>) -> Markup {
    let case = scene.case();
    let own = |rule: &manual::procedure::SignatureRule| rule.role == capacity.role;
    let drawn = step
        .signatures
        .iter()
        .any(|rule| own(rule) && (1..PAPER).contains(&rule.level) && signing::of(case, step, rule).is_none());
    html! {
        @if !step.signatures.is_empty() {
            div.campo {
                strong { "Firmas de este paso" }
                ul {
                    @for rule in &step.signatures {
                        li {
                            (rule.role)
                            @if let Some(document) = &rule.document { ", en «" (document) "»" }
                            ": "
                            @match signing::of(case, step, rule) {
                                Some(signature) => {
                                    span.etiqueta.bien { "Firmado" } " " (signature.by.name) ", "
                                    (words::time(signature.at, &scene.visitor.zone()))
                                }
                                None if own(rule) && rule.level == 0 => { span.menor { "queda su acuse al enviar este paso" } }
                                None if own(rule) && rule.level < PAPER => { span.menor { "firma usted con su contraseña, aquí abajo" } }
                                None if rule.level >= PAPER => { span.etiqueta.aviso { "Falta la firma en papel" } }
                                None if step.role_names().any(|role| *role == rule.role) => { span.menor { "firma al cumplir su parte" } }
                                None => { span.etiqueta.aviso { "Falta" } }
                            }
                        }
                    }
                }
                (typed.fault("signature"))
            }
        }
        @if drawn {
            div.campo.corto {
                label for="contrasena" { "Su contraseña, para firmar" }
                span.ayuda { "La firma queda ligada a lo que usted envía ahora." }
                input id="contrasena" type="password" name="contrasena" autocomplete="current-password" maxlength="128";
                (typed.fault(signing::PASSWORD))
            }
        }
    }
}

fn buttons(scene: &Scene<'_>, step: &Step, capacity: &Capacity, typed: Typed<'_>) -> Markup {
    let procedure = scene.procedure();
    html! {
        @match &step.decision {
            None => div.fila { button.principal type="submit" { (ways::onwards(scene.case(), step, &capacity.role, procedure)) } },
            Some(decision) => fieldset.respuesta {
                legend { (decision.question) }
                (typed.fault("answer"))
                div.ramas {
                    @for branch in &decision.branches {
                        @let back = step.is_back(branch.target);
                        button.principal[!back] type="submit" name="respuesta" value=(branch.name) {
                            span { (branch_words(branch)) }
                            small { (ways::leads(step, branch.target, procedure)) }
                        }
                    }
                }
            },
        }
    }
}

/// The record of a signature made on paper, which the step's responsible writes for the one who signed.
fn paper(scene: &Scene<'_>, step: &Step) -> Markup {
    let typed = scene.typed("firmas");
    let missing: Vec<_> = step
        .signatures
        .iter()
        .filter(|rule| rule.level >= PAPER && signing::of(scene.case(), step, rule).is_none())
        .collect();
    html! {
        @for rule in missing {
            details open {
                summary { "Registrar la firma en papel de " (rule.role) }
                form.formulario method="post" action=(scene.to("firmas")) enctype="multipart/form-data" {
                    (scene.visitor.seal())
                    input type="hidden" name="papel" value="si";
                    input type="hidden" name="puesto" value=(rule.role);
                    div.campo {
                        label for="original" { "Dónde queda el original firmado" }
                        input id="original" name="original" maxlength="300" value=(typed.text("original")) required;
                        (typed.fault("original"))
                    }
                    div.campo {
                        label for="escaneado" { "Escaneado o fotografía " span.menor { "(si lo tiene)" } }
                        input id="escaneado" type="file" name=(format!("archivo:{}", rule.document.as_deref().unwrap_or("Firma en papel")));
                    }
                    div.fila { button type="submit" { "Registrar la firma de " (rule.role) } }
                }
            }
        }
    }
}
