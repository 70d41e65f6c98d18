//! One procedure on paper: its header, who may ask and in which term, its norms, steps, drawing and examples.

use super::{
    examples, general,
    notes::{self, Note},
    sheets, steps,
};
use crate::words;
use manual::{
    edition::Edition,
    procedure::{Cause, Procedure, RoutePart},
};
use maud::{Markup, html};

pub fn procedure(edition: &Edition, index: usize, procedure: &Procedure, notes: &[Note]) -> Markup {
    html! {
        section.procedimiento {
            h2 id=(super::anchor(index)) { span.codigo { (procedure.code) } " " (procedure.title) }
            (header(edition, procedure))
            (notes::pointers(notes, index, None))
            @if !procedure.norms.is_empty() { h3 { "Normas específicas" } (general::norms(&procedure.norms)) }
            (routing(procedure))
            h3 { "Descripción de los pasos" }
            (steps::table(edition, index, procedure, notes))
            // Before the drawing, which has sheets of its own: after it, they would need one more.
            (examples::examples(edition, procedure))
            (sheets::sheets(edition, procedure))
        }
    }
}

/// The table at the head: what the procedure is and what it needs.
fn header(edition: &Edition, procedure: &Procedure) -> Markup {
    let process = procedure.process.as_ref().map(|process| {
        process.name.as_ref().map_or_else(|| process.code.to_string(), |name| format!("{} {name}", process.code))
    });
    let requesters = words::requesters(edition, procedure);
    let opening = &procedure.opening;
    let fields = words::opening_fields(edition, procedure);
    let asked: Vec<&str> = opening.fields.iter().map(|field| &*field.label).collect();
    let attached: Vec<String> = opening.attachments.iter().map(|rule| words::attachment(rule, &fields)).collect();
    html! {
        table.ficha {
            tbody {
                (row("Proceso", process.as_deref()))
                (row("Código", Some(&procedure.code)))
                (row("Edición", Some(&edition.title_page.edition)))
                (row("Objetivo", procedure.objective.as_deref()))
                (row("Alcance", procedure.scope.as_deref()))
                (rows("Base legal", &procedure.legal_base))
                (rows("Documentos relacionados", &procedure.related))
                (row("Quién lo solicita", Some(&*requesters).filter(|text| !text.is_empty())))
                @if let Some(code) = &opening.form {
                    tr { th scope="row" { "Se solicita con" } td { (super::form_link(edition, code)) } }
                }
                (rows("Al solicitar se indica", &asked))
                (rows("Se adjunta", &attached))
                (rows("Plazos", &procedure.clocks.iter().map(words::clock).collect::<Vec<_>>()))
                (causes("El plazo se detiene por", &procedure.pauses))
                (causes("El plazo se amplía por", &procedure.extensions))
                (causes("Se cuenta aparte por", &procedure.exclusions))
            }
        }
    }
}

fn row(name: &str, text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { tr { th scope="row" { (name) } td { (text) } } } }
}

fn rows<T: AsRef<str>>(name: &str, items: &[T]) -> Markup {
    html! {
        @match items {
            [] => {}
            [one] => { (row(name, Some(one.as_ref()))) }
            many => { tr { th scope="row" { (name) } td { (general::list(many)) } } }
        }
    }
}

fn causes(name: &str, causes: &[Cause]) -> Markup {
    rows(name, &causes.iter().map(words::cause).collect::<Vec<_>>())
}

/// Whom the routed roles mean, area by area.
fn routing(procedure: &Procedure) -> Markup {
    let Some(routing) = &procedure.routing else { return html! {} };
    html! {
        h3 { "Encaminamiento: " (routing.label) }
        table.cuadro {
            thead { tr { th scope="col" { (routing.label) } th.no scope="col" { "Nivel" } th scope="col" { "Quién actúa" } } }
            tbody {
                @for route in &routing.routes {
                    tr {
                        td { (route.label) }
                        td.no { @if let Some(level) = route.level { (level) } @else { "—" } }
                        td { (parts(&route.parts)) }
                    }
                }
                @if !routing.otherwise.is_empty() {
                    tr { td { "Mientras no se indique" } td.no { "—" } td { (parts(&routing.otherwise)) } }
                }
            }
        }
    }
}

fn parts(parts: &[RoutePart]) -> Markup {
    html! {
        @for part in parts {
            @if part.role == part.holder { p { (part.role) } }
            @else { p { (part.role) ": " (part.holder) } }
        }
    }
}
