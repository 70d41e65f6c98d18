//! What a person is writing in the forms of a case: shown again until it is sent, and never lost to a conflict.

use super::scene::{ANSWER, FORM, NOTE, PREFIX, Scene};
use crate::{
    fields::Pairs,
    state::{KEY, SEAL},
    words,
};
use engine::answers::step_fields;
use manual::procedure::StepNo;
use maud::{Markup, html};

/// The forms whose drafts are kept.
pub const FORMS: [&str; 3] = [FORM, ANSWER, NOTE];
/// Never kept: what seals the form, what signs, and what only steers this page.
const DROPPED: [&str; 7] = [SEAL, KEY, "contrasena", "borrador", "descartar", "insertar", "respuesta"];

/// What is worth keeping of a form.
#[must_use]
pub fn kept(form: &str, pairs: &Pairs) -> Pairs {
    let dropped = |name: &str| DROPPED.contains(&name) && !(form == FORM && name == "respuesta");
    let kept: Pairs = pairs.iter().filter(|(name, text)| !dropped(name) && !text.trim().is_empty()).cloned().collect();
    // Which step it was for is no text of anybody's.
    if kept.iter().all(|(name, _)| ["paso", "visita"].contains(&name.as_str())) { Pairs::new() } else { kept }
}

/// The button without script, and what the script says when it has kept something.
#[must_use]
pub fn controls(scene: &Scene<'_>, form: &str) -> Markup {
    let draft = scene.drafts.iter().find(|draft| draft.form == form).filter(|_| scene.typed(form).has_text());
    html! {
        button.liso type="submit" name="borrador" value=(form) formaction=(scene.to("borradores")) formnovalidate { "Guardar borrador" }
        @if draft.is_some() {
            button.liso type="submit" name="descartar" value=(form) formaction=(scene.to("borradores")) formnovalidate { "Descartar el borrador" }
        }
        span.menor data-borrador-estado role="status" {
            @if let Some(draft) = draft { "Borrador guardado " (words::time(draft.at, &scene.visitor.zone())) }
        }
    }
}

/// What was written for a step that is no longer this person's to do: kept here, so that it can be used elsewhere.
#[must_use]
pub fn leftover(scene: &Scene<'_>) -> Markup {
    let refused = scene.refused.filter(|refused| refused.form == FORM).map(|refused| kept(FORM, &refused.pairs));
    let draft = || scene.drafts.iter().find(|draft| draft.form == FORM).map(|draft| draft.pairs.clone());
    let Some(pairs) = refused.or_else(draft).filter(|pairs| !scene.is_for_this_step(pairs)) else { return html! {} };
    let written: Vec<(String, &str)> = pairs
        .iter()
        .filter(|(name, text)| (name == "nota" || name.starts_with(PREFIX)) && !text.is_empty())
        .map(|(name, text)| (label(scene, &pairs, name), text.as_str()))
        .collect();
    html! {
        @if !written.is_empty() {
            section.panel.conservado #conservado aria-labelledby="conservado-titulo" {
                h2 #conservado-titulo { "Lo que usted había escrito" }
                p { "El caso avanzó mientras usted escribía y ese paso ya no le espera. Su texto sigue aquí: cópielo si le sirve." }
                dl.datos { @for (label, text) in &written { dt { (label) } dd.texto-libre { (text) } } }
                form method="post" action=(scene.to("borradores")) {
                    (scene.visitor.seal())
                    input type="hidden" name="descartar" value=(FORM);
                    div.fila { button type="submit" { "Descartar lo escrito" } }
                }
            }
        }
    }
}

fn label(scene: &Scene<'_>, pairs: &Pairs, name: &str) -> String {
    let Some(key) = name.strip_prefix(PREFIX) else { return "Nota".into() };
    let step = pairs.iter().find(|(name, _)| name == "paso").and_then(|(_, text)| text.parse().ok()).map(StepNo);
    let step = step.and_then(|number| scene.procedure().step(number));
    let field = step.and_then(|step| step_fields(step, &scene.view.edition).find(|field| *field.key == *key));
    field.map_or_else(|| key.to_string(), |field| field.label.to_string())
}
