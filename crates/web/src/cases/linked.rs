//! What the case's page says of other cases: those tied to it with how they go, the parts still open, and the forms to
//! tie and untie. A tie to a case the visitor may not see shows its number and nothing else.

use super::{refused::Typed, scene::Scene};
use crate::words;
use engine::{authority, tie::TieKind};
use manual::procedure::Target;
use maud::{Markup, html};
use store::{Linked, ties::Bond};

/// The form that ties the case to another.
pub const LINK: &str = "enlaces";
/// The form that takes a tie away.
pub const UNLINK: &str = "enlaces/fin";
/// The form that merges the case into another.
pub const MERGE: &str = "uniones";
/// The form that undoes it.
pub const SEPARATE: &str = "separaciones";

/// The word for the tie that the other case holds: it is a part of this one.
pub const PARENT_OF: &str = "tiene_parte";
/// How this case is tied to the other, as the form offers it.
const WAYS: [(&str, &str); 4] = [
    ("relacionado", "Está relacionado con el otro"),
    ("duplicado_de", "Es un duplicado del otro"),
    ("parte_de", "Es parte del otro"),
    (PARENT_OF, "El otro es parte de este"),
];

/// Whether the visitor may tie the case to others.
#[must_use]
pub fn may_tie(scene: &Scene<'_>) -> bool {
    let (view, actor) = (scene.view, scene.visitor.reader.actor());
    view.attends && authority::handles(&view.case, &view.edition, scene.procedure(), actor)
}

#[must_use]
pub fn draw(scene: &Scene<'_>) -> Markup {
    let may = may_tie(scene);
    let (linked, merged) = (by_case(&scene.linked), scene.case().merged.is_some());
    let total = i64::try_from(linked.len()).unwrap_or(i64::MAX);
    html! {
        @if may || !linked.is_empty() {
            section.panel #relacionados aria-labelledby="relacionados-titulo" {
                header {
                    h2 #relacionados-titulo { "Casos relacionados" }
                    span.menor { (words::count(total, "caso", "casos")) @if let Some(done) = progress(scene) { " · " (done) } }
                }
                @if linked.is_empty() { p.menor { "Ninguno. Enlácelo si otro caso trata lo mismo, es parte de este o ayuda a entenderlo." } }
                @else { ul.archivos { @for ties in &linked { (row(scene, ties, may)) } } }
                @if may && !merged {
                    (link(scene))
                    div.fila { a.boton.liso href=(scene.to("otro")) { "Abrir otro caso desde este" } }
                }
            }
        }
    }
}

/// Each of the other cases once, with all that ties it to this one: a part may have been merged as well.
fn by_case(linked: &[Linked]) -> Vec<Vec<&Linked>> {
    let mut cases: Vec<Vec<&Linked>> = Vec::new();
    for one in linked {
        match cases.iter_mut().find(|ties| ties[0].number == one.number) {
            Some(ties) => ties.push(one),
            None => cases.push(vec![one]),
        }
    }
    cases
}

fn row(scene: &Scene<'_>, ties: &[&Linked], may: bool) -> Markup {
    let Some(one) = ties.first() else { return html! {} };
    let typed = scene.typed(UNLINK);
    let asked = typed.is("otro", &one.number);
    html! {
        li {
            (in_words(ties)) " "
            @match &one.seen {
                Some((subject, status)) => {
                    a href=(scene.visitor.to(&format!("/casos/{}", one.number))) { (one.number) }
                    span.menor { " · " (subject) " · " } (words::status(*status, None))
                }
                None => { (one.number) span.menor { " · no está a su alcance" } }
            }
            @if may && ties.iter().any(|tie| tie.bond != Bond::Merged) {
                details open[asked && typed.refused().is_some()] {
                    summary { "Quitar el enlace" span.oculto-visual { " con " (one.number) } }
                    form.formulario method="post" action=(scene.to(UNLINK)) {
                        (scene.visitor.seal())
                        input type="hidden" name="otro" value=(one.number);
                        div.campo {
                            @let id = format!("quitar-{}", one.number);
                            label for=(id) { "Por qué se quita" }
                            input id=(id) name="razon" maxlength="500" value=[asked.then(|| typed.text("razon"))] required;
                            @if asked { (typed.fault("reason")) }
                        }
                        div.fila { button type="submit" { "Quitar el enlace" } }
                    }
                }
            }
        }
    }
}

/// "Tiene como parte; se le unió el".
fn in_words(ties: &[&Linked]) -> String {
    let words: Vec<&str> = ties.iter().map(|one| what(one)).collect();
    let (first, more) = words.split_first().unwrap_or((&"", &[]));
    more.iter().fold((*first).to_owned(), |all, word| format!("{all}; {}", word.to_lowercase()))
}

fn what(one: &Linked) -> &'static str {
    match (one.bond, one.holds) {
        (Bond::Tie(kind), true) => kind.label(),
        (Bond::Tie(kind), false) => kind.inverse(),
        (Bond::Merged, true) => "Unido al",
        (Bond::Merged, false) => "Se le unió el",
    }
}

fn link(scene: &Scene<'_>) -> Markup {
    let typed: Typed<'_> = scene.typed(LINK);
    html! {
        details open[typed.refused().is_some()] {
            summary { "Enlazar con otro caso" }
            form.formulario method="post" action=(scene.to(LINK)) {
                (scene.visitor.seal())
                (number(typed, "enlace-otro", "Número del otro caso"))
                fieldset.campo {
                    legend { "Este caso…" }
                    @for (word, text) in WAYS {
                        label.opcion {
                            input type="radio" name="clase" value=(word) checked[typed.is("clase", word) || (typed.text("clase").is_empty() && word == WAYS[0].0)] required;
                            span { (text) }
                        }
                    }
                    (typed.fault("kind"))
                }
                div.campo {
                    label for="enlace-razon" { "Razón " span.menor { "(si ayuda)" } }
                    input id="enlace-razon" name="razon" maxlength="500" value=(typed.text("razon"));
                }
                div.fila { button type="submit" { "Enlazar" } }
            }
        }
    }
}

/// The field for the number of the other case.
fn number(typed: Typed<'_>, id: &str, label: &str) -> Markup {
    html! {
        div.campo.corto {
            label for=(id) { (label) }
            input id=(id) name="otro" maxlength="40" autocomplete="off" value=(typed.text("otro")) required;
            (typed.fault("other"))
        }
    }
}

/// What stands in the form that merges the case into another.
#[must_use]
pub fn merging(scene: &Scene<'_>, reason: &Markup) -> Markup {
    let requester = &scene.case().requester.name;
    html! {
        p.menor {
            "Este caso termina y se sigue en el otro. No cuenta como atendido ni como vencido. " (requester)
            " y quienes lo siguen reciben un aviso, siguen el otro caso y ven lo que en él es público. Se puede deshacer."
        }
        (number(scene.typed(MERGE), "union-otro", "Número del caso en que se sigue"))
        (reason)
    }
}

/// The parts of the case: how many there are, and how many of them are over. One that was merged into this case goes on in
/// it, and is neither.
fn parts<'s>(scene: &'s Scene<'_>) -> Vec<&'s Linked> {
    let merged =
        |number: &str| scene.linked.iter().any(|one| *one.number == *number && one.bond == Bond::Merged && !one.holds);
    let part = |one: &&Linked| one.bond == Bond::Tie(TieKind::ChildOf) && !one.holds && !merged(&one.number);
    scene.linked.iter().filter(part).collect()
}

fn progress(scene: &Scene<'_>) -> Option<String> {
    let parts = parts(scene);
    let done = parts.iter().filter(|part| !part.open).count();
    let noun = if parts.len() == 1 { "parte terminada" } else { "partes terminadas" };
    (!parts.is_empty()).then(|| format!("{done} de {} {noun}", parts.len()))
}

/// Before somebody ends a case some of whose parts are open: it may be done, and they go on.
#[must_use]
pub fn open_parts(scene: &Scene<'_>) -> Markup {
    let open: Vec<&str> = parts(scene).into_iter().filter(|part| part.open).map(|part| &*part.number).collect();
    let ends = scene.step().is_some_and(|step| {
        let targets = step.decision.iter().flat_map(|decision| &decision.branches).map(|branch| branch.target);
        let next = step.decision.is_none().then_some(step.next);
        targets.chain(next).any(|target| !matches!(target, Target::Step(_)))
    });
    html! {
        @if ends && !open.is_empty() && scene.case().is_open() {
            div.aviso-caja.atencion {
                p {
                    @if open.len() == 1 { "Una parte de este caso sigue abierta: " } @else { "Partes de este caso siguen abiertas: " }
                    (authority::list(&open, "y")) ". Si termina este, siguen por su cuenta."
                }
            }
        }
    }
}
