//! The table of steps: number, responsible, activity, and with the activity all that goes with it.

use super::notes::{self, Note};
use crate::{flowchart::model::branch_word, words};
use manual::{
    edition::Edition,
    procedure::{Procedure, Step, Target},
};
use maud::{Markup, html};

/// The table; its head, with the words that run from sheet to sheet, is repeated by the printer.
pub fn table(edition: &Edition, index: usize, procedure: &Procedure, notes: &[Note]) -> Markup {
    let last = procedure.steps.len().saturating_sub(1);
    html! {
        table.cuadro.pasos {
            thead {
                tr.corrido { th colspan="3" scope="colgroup" { (super::running(edition, procedure)) } }
                tr { th.no scope="col" { "No." } th.quien scope="col" { "Responsable" } th scope="col" { "Actividad" } }
            }
            tbody {
                @for (row, step) in procedure.steps.iter().enumerate() {
                    @let after = procedure.steps.get(row + 1).map_or(Target::End, |next| Target::Step(next.number));
                    tr id=(place(index, step)) {
                        th.no scope="row" { (step.number) }
                        td {
                            @for role in step.role_names() { p { (role) } }
                            @if let Some(acting) = words::acting(step) { p.menor { (branch_word(acting)) } }
                        }
                        td {
                            p.actividad { (step.activity) }
                            @if let Some(details) = &step.details { p { (details) } }
                            (way(index, step, after, row == last))
                            (beside(edition, procedure, step))
                            (notes::pointers(notes, index, Some(step.number)))
                        }
                    }
                }
            }
        }
    }
}

fn place(index: usize, step: &Step) -> String {
    format!("{}-paso-{}", super::anchor(index), step.number)
}

/// Where the case goes, unless it simply goes on with the next row.
fn way(index: usize, step: &Step, after: Target, last: bool) -> Markup {
    html! {
        @if let Some(decision) = &step.decision {
            p.pregunta { (decision.question) }
            ul.ramas {
                @for branch in &decision.branches {
                    li {
                        strong { (branch_word(&branch.name)) ":" } " " (leads(index, branch.target))
                        @if let Some(label) = &branch.label { " (" (label) ")" }
                    }
                }
            }
        } @else if step.next != after || last {
            p.salto { "→ " (leads(index, step.next)) }
        }
    }
}

fn leads(index: usize, target: Target) -> Markup {
    let words = words::leads(target);
    html! {
        @if let Target::Step(number) = target { a href=(format!("#{}-paso-{number}", super::anchor(index))) { (words) } }
        @else { (words) }
    }
}

/// Form, data, documents, signatures, terms and notices of a step.
fn beside(edition: &Edition, procedure: &Procedure, step: &Step) -> Markup {
    let mut lines = Vec::new();
    if !step.fields.is_empty() {
        let labels: Vec<&str> = step.fields.iter().map(|field| &*field.label).collect();
        lines.push(format!("Anota: {}", labels.join("; ")));
    }
    lines.extend(step.documents.iter().map(words::document));
    let mut known = words::opening_fields(edition, procedure);
    known.extend(words::step_fields(edition, step));
    lines.extend(step.attachments.iter().map(|rule| format!("Adjunta: {}", words::attachment(rule, &known))));
    lines.extend(step.signatures.iter().map(words::signature));
    lines.extend(step.term.map(|term| format!("Plazo: {term}")));
    lines.extend(step.checks.iter().map(|point| {
        let required = if point.required { " (obligatorio)" } else { "" };
        format!("Revisa: {}{required}", point.text)
    }));
    lines.extend(step.assigns.iter().map(|role| format!("Nombra a: {role}")));
    for notice in &step.notices {
        let text = notice.text.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
        lines.push(format!("Avisa a {}{text}", notice.to));
    }
    lines.extend(step.state_label.as_ref().map(|label| format!("Estado: {label}")));
    if !step.norms.is_empty() {
        lines.push(format!("Norma {}", step.norms.iter().map(|norm| &**norm).collect::<Vec<_>>().join(", ")));
    }
    html! {
        @if step.form.is_some() || !lines.is_empty() {
            ul.notas {
                @if let Some(code) = &step.form { li { "Formulario: " (super::form_link(edition, code)) } }
                @for line in lines { li { (line) } }
            }
        }
    }
}
