//! Ready answers in the forms of a case: their variables filled in, and the choice to put one in.

use super::scene::Scene;
use crate::words;
use maud::{Markup, html};

/// What may stand in a ready answer, and what it becomes.
pub const VARIABLES: [(&str, &str); 5] = [
    ("{{numero}}", "el número del caso"),
    ("{{solicitante}}", "el nombre de quien solicita"),
    ("{{asunto}}", "el asunto"),
    ("{{vence}}", "cuándo vence, o «sin plazo»"),
    ("{{usuario}}", "su propio nombre"),
];

/// The text with what this case and this person are called. What it does not know stays as it was written.
#[must_use]
pub fn filled(scene: &Scene<'_>, text: &str) -> String {
    let case = scene.case();
    let due = case.next_due().map_or_else(|| "sin plazo".into(), |due| words::long_moment(due, &scene.visitor.zone()));
    let values: [&str; 5] = [&case.number, &case.requester.name, &case.subject, &due, &scene.visitor.person.name];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // One pass: a subject that looks like a variable is not filled in again.
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let found = VARIABLES.iter().zip(values).find(|((name, _), _)| after.starts_with(&name[2..]));
        if let Some(((name, _), value)) = found {
            out.push_str(value);
            rest = &after[name.len() - 2..];
        } else {
            out.push_str("{{");
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// The choice of a ready answer; without script its button puts it into the draft.
#[must_use]
pub fn choice(scene: &Scene<'_>, form: &str) -> Markup {
    let id = format!("preparada-{form}");
    html! {
        @if !scene.replies.is_empty() {
            div.fila.preparadas {
                label.menor for=(id) { "Respuesta preparada" }
                select.corto id=(id) name="respuesta" data-preparadas {
                    option value="" { "Elija… (o escriba :: y parte del nombre)" }
                    @for reply in &scene.replies { option value=(reply.id) data-texto=(filled(scene, &reply.text)) { (reply.name) } }
                }
                button type="submit" name="insertar" value=(form) formaction=(scene.to("borradores")) formnovalidate data-insertar { "Insertar" }
                a.menor href=(scene.visitor.to("/respuestas")) { "Administrarlas" }
            }
        } @else {
            p.menor { "Lo que escribe seguido puede guardarlo como " a href=(scene.visitor.to("/respuestas")) { "respuesta preparada" } "." }
        }
    }
}
