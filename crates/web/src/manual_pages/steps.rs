//! The steps of a procedure as the printed table: number, responsible, activity, and all that goes with it.

use super::{address, words};
use crate::state::Visitor;
use manual::{
    edition::Edition,
    procedure::{Decision, Procedure, Step, Target},
};
use maud::{Markup, html};

/// The whole table; each row is the place `#paso-N` to which the flowchart links.
#[must_use]
pub fn table(visitor: &Visitor, edition: &Edition, procedure: &Procedure) -> Markup {
    let specified = procedure.steps.iter().any(|step| step.details.is_some());
    html! {
        div.tabla-marco.apilable.procedimiento-tabla {
            table {
                caption.oculto-visual { "Pasos de " (procedure.title) }
                thead {
                    tr {
                        th.numero scope="col" { "No." }
                        th scope="col" { "Responsable" }
                        th scope="col" { "Actividad" }
                        @if specified { th scope="col" { "Especificaciones" } }
                    }
                }
                tbody {
                    @for (index, step) in procedure.steps.iter().enumerate() {
                        @let after = procedure.steps.get(index + 1).map(|next| Target::Step(next.number));
                        tr id=(format!("paso-{}", step.number)) {
                            th.numero scope="row" { span.oculto-visual { "Paso " } (step.number) }
                            td data-titulo="Responsable" { (responsible(visitor, step)) }
                            td data-titulo="Actividad" { div.actividad { (activity(visitor, edition, procedure, step, after)) } }
                            @if specified { td data-titulo="Especif." { @if let Some(details) = &step.details { span.texto-libre { (details) } } } }
                        }
                    }
                }
            }
        }
    }
}

fn responsible(visitor: &Visitor, step: &Step) -> Markup {
    html! {
        div.responsables {
            @for role in step.role_names() { a href=(address::role(visitor, role)) { (role) } }
            @if let Some(acting) = words::acting(step) { span.menor { (acting) } }
        }
    }
}

fn activity(visitor: &Visitor, edition: &Edition, procedure: &Procedure, step: &Step, after: Option<Target>) -> Markup {
    html! {
        p.texto-libre { (step.activity) }
        @if let Some(decision) = &step.decision { (decided(decision)) }
        @else if Some(step.next) != after { p.salto { "→ " (arrow(step.next)) } }
        @let lines = notes(step);
        @if step.form.is_some() || step.term.is_some() || !step.norms.is_empty() || !lines.is_empty() || !step.fields.is_empty() {
            ul.notas {
                @if let Some(code) = &step.form {
                    @let title = edition.form(code).map(|form| &*form.title);
                    li { "Formulario: " a href=(address::form(visitor, code)) { (code) } @if let Some(title) = title { " " (title) } }
                }
                @if !step.fields.is_empty() {
                    li { "Anota: " (step.fields.iter().map(|field| &*field.label).collect::<Vec<_>>().join(", ")) }
                }
                @if let Some(term) = &step.term { li { "Plazo: " (term) @if let Some(hours) = step.attention.words() { ", " (hours) } @for warning in &step.warnings { "; aviso: " (warning.words()) } } }
                @for line in lines { li { (line) } }
                @if !step.norms.is_empty() {
                    li {
                        "Norma "
                        @for (index, number) in step.norms.iter().enumerate() {
                            @if index > 0 { ", " }
                            @if procedure.norms.iter().any(|norm| norm.number == *number) {
                                a href=(format!("#norma-{}", address::anchor(number))) { (number) }
                            } @else { (number) }
                        }
                    }
                }
            }
        }
        @for reading in &step.readings { p.lectura { strong { "Lectura. " } (reading.text) } }
    }
}

fn decided(decision: &Decision) -> Markup {
    html! {
        div.decision {
            p { strong { (decision.question) } }
            ul {
                @for branch in &decision.branches {
                    li {
                        strong { (words::answer(&branch.name)) ":" } " " (arrow(branch.target))
                        @if let Some(label) = &branch.label { span.menor { " — «" (label) "»" } }
                    }
                }
            }
        }
    }
}

fn arrow(target: Target) -> Markup {
    if let Target::Step(number) = target {
        html! { a href=(format!("#paso-{number}")) { (words::leads(target)) } }
    } else {
        html! { (words::leads(target)) }
    }
}

/// The lines that need no link.
fn notes(step: &Step) -> Vec<String> {
    let mut lines = Vec::new();
    if step.done_by_opening {
        lines.push("Se cumple al abrir el caso".to_owned());
    }
    lines.extend(step.documents.iter().map(words::document));
    for rule in &step.attachments {
        let must = if rule.required { "obligatorio" } else { "si lo hay" };
        lines.push(format!("Adjunta: {} ({must})", rule.label));
    }
    lines.extend(step.signatures.iter().map(words::signature));
    lines.extend(step.checks.iter().map(|point| {
        let required = if point.required { " (obligatorio)" } else { "" };
        format!("Revisa: {}{required}", point.text)
    }));
    lines.extend(step.assigns.iter().map(|role| format!("Nombra a la persona: {role}")));
    for notice in &step.notices {
        let text = notice.text.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
        lines.push(format!("Avisa a {}{text}", notice.to));
    }
    lines.extend(step.state_label.as_ref().map(|label| format!("Estado del caso: {label}")));
    lines
}
