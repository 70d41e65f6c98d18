//! Who follows a case without attending it, on its page, with the button to follow it or to do so no more.

use super::scene::Scene;
use engine::authority::list;
use maud::{Markup, html};

/// Who follows, and the button to do so or no more.
#[must_use]
pub fn draw(scene: &Scene<'_>) -> Markup {
    let case = scene.case();
    let me = scene.visitor.person.id;
    let names: Vec<&str> = case.watchers.iter().map(|watcher| &*watcher.name).collect();
    let follows = case.watcher(me).is_some();
    html! {
        @if !scene.is_requester() && (scene.view.attends || follows) {
            div.fila #siguen {
                p.menor {
                    @match names.len() {
                        0 => "Nadie más sigue el caso.",
                        1 => { "Sigue el caso " (names[0]) "." }
                        _ => { "Siguen el caso " (list(&names, "y")) "." }
                    }
                }
                form method="post" action=(scene.to(if follows { "seguimientos/fin" } else { "seguimientos" })) {
                    (scene.visitor.seal())
                    button.liso type="submit" { @if follows { "Dejar de seguir" } @else { "Seguir el caso" } }
                }
            }
        }
    }
}
