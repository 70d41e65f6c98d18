//! Writing in a case: an answer to whoever asked, or a note only those who attend read. Two forms of their own, each with
//! its words, colour, shape and button, so that one is never sent for the other.

use super::{canned, drafts, naming, scene::Scene};
use maud::{Markup, PreEscaped, html};

pub use super::scene::{ANSWER, NOTE};

const SPEECH: &str = r#"<svg class="icono" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M1.5 2.5h13v8h-7l-4 3.5v-3.5h-2z" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/></svg>"#;
const LOCK: &str = r#"<svg class="icono" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M3 7.5h10v6.5H3zM5 7.5V5a3 3 0 0 1 6 0v2.5" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/></svg>"#;

/// Both forms; for whoever only asks, the one.
#[must_use]
pub fn forms(scene: &Scene<'_>) -> Markup {
    let begun =
        |form: &str| !scene.typed(form).text("texto").trim().is_empty() || scene.typed(form).refused().is_some();
    let note_first = begun(NOTE) && !begun(ANSWER);
    html! {
        section.panel #conversar aria-labelledby="conversar-titulo" {
            h2 #conversar-titulo { "Escribir en el caso" }
            @if scene.only_asks() { (answer(scene)) } @else {
                details.hablar.publica name="hablar" open[!note_first] {
                    summary { (PreEscaped(SPEECH)) strong { "Responder a " (scene.case().requester.name) } span.menor { "la lee quien solicita" } }
                    (answer(scene))
                }
                details.hablar.interna name="hablar" open[note_first] {
                    summary { (PreEscaped(LOCK)) strong { "Nota interna" } span.menor { "solo quienes atienden" } }
                    (note(scene))
                }
            }
        }
    }
}

fn answer(scene: &Scene<'_>) -> Markup {
    let typed = scene.typed(ANSWER);
    let name = &scene.case().requester.name;
    html! {
        form.formulario method="post" action=(scene.to(ANSWER)) data-borrador=(ANSWER) data-borradores=(scene.to("borradores")) {
            (scene.visitor.seal())
            div.campo {
                label for="comentario" { @if scene.only_asks() { "Mensaje para quienes atienden su caso" } @else { "Respuesta para " (name) } }
                textarea id="comentario" name="texto" rows="3" maxlength="20000" required data-tecla="r" aria-describedby="comentario-lee" { (typed.text("texto")) }
                (typed.fault("text"))
                span.quien-lee.publica id="comentario-lee" {
                    (PreEscaped(SPEECH))
                    @if scene.only_asks() { "La leen quienes atienden el caso." } @else { "Pública: la leerán " (name) " y quienes atienden el caso." }
                }
            }
            @if !scene.only_asks() { (naming::field(ANSWER, typed)) (canned::choice(scene, ANSWER)) }
            div.fila {
                button.principal[!scene.only_asks()] type="submit" { @if scene.only_asks() { "Enviar el mensaje" } @else { "Enviar la respuesta a " (name) } }
                (drafts::controls(scene, ANSWER))
            }
        }
    }
}

fn note(scene: &Scene<'_>) -> Markup {
    let typed = scene.typed(NOTE);
    html! {
        form.formulario method="post" action=(scene.to(NOTE)) data-borrador=(NOTE) data-borradores=(scene.to("borradores")) {
            (scene.visitor.seal())
            div.campo {
                label for="nota-interna" { "Nota interna" }
                textarea id="nota-interna" name="texto" rows="3" maxlength="20000" required data-tecla="x" aria-describedby="nota-interna-lee" { (typed.text("texto")) }
                (typed.fault("text"))
                span.quien-lee.interna id="nota-interna-lee" {
                    (PreEscaped(LOCK)) "Interna: solo quienes atienden el caso. " (scene.case().requester.name) " no la ve."
                }
            }
            (naming::field(NOTE, typed))
            (canned::choice(scene, NOTE))
            div.fila {
                button type="submit" { "Guardar la nota interna" }
                (drafts::controls(scene, NOTE))
            }
        }
    }
}
