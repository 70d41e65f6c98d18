//! The correspondence of a case: the letters that opened it, came to it or left from it, for those who attend.

use super::scene::Scene;
use crate::words;
use maud::{Markup, html};
use store::letters::{Direction, Letter};

#[must_use]
pub fn draw(scene: &Scene<'_>, letters: &[Letter]) -> Markup {
    let visitor = scene.visitor;
    let keeps = scene.view.attends && visitor.attends();
    let number = &scene.case().number;
    let total = i64::try_from(letters.len()).unwrap_or(i64::MAX);
    html! {
        @if keeps || !letters.is_empty() {
            section.panel aria-labelledby="correspondencia-titulo" {
                header {
                    h2 #correspondencia-titulo { "Correspondencia" }
                    span.menor { (words::count(total, "oficio", "oficios")) }
                }
                @if letters.is_empty() { p.menor { "Ningún oficio pertenece a este caso." } }
                @else {
                    ul.archivos {
                        @for letter in letters {
                            li {
                                @if letter.direction == Direction::Incoming { "Recibido " } @else { "Enviado " }
                                a href=(visitor.to(&format!("/correspondencia/{}", letter.id))) { (letter.number.as_deref().unwrap_or("borrador")) }
                                span.menor { " · " (words::day(letter.day)) " · " (letter.text.subject) " · " (letter.state.label()) }
                            }
                        }
                    }
                }
                @if keeps {
                    div.fila {
                        a.boton href=(visitor.to(&format!("/correspondencia/salida?caso={number}"))) { "Redactar oficio" }
                        a.boton.liso href=(visitor.to(&format!("/correspondencia/entrada?caso={number}"))) { "Ingresar oficio recibido" }
                    }
                }
            }
        }
    }
}
