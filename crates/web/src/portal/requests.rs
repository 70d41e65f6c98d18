//! `GET /{institution}/solicitudes`: what the visitor has asked for, and how it goes, in plain words.

use crate::{
    failure::Failure,
    inbox::rows::{Rows, next},
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{Extension, extract::Query};
use engine::case::Status;
use manual::organization::Scope;
use maud::{Markup, html};
use serde::Deserialize;
use store::cases::CaseRow;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    desde: String,
}

pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let cursor = Some(asked.desde.as_str()).filter(|text| !text.is_empty());
    let page = visitor.reader.requests(cursor, 0).await?;
    let rows = Rows::load(&visitor, &page.rows).await?;
    let zone = visitor.zone();
    let here = visitor.to("/solicitudes");
    let shown = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
    let more = if page.next.is_some() { " en esta página" } else { "" };
    let content = html! {
        div.encabezado {
            h1 { "Mis solicitudes" }
            a.boton.principal href=(visitor.to("/")) { "Pedir algo" }
        }
        div.pila #solicitudes data-live {
            @if page.rows.is_empty() {
                div.panel.vacio {
                    p { "Usted todavía no ha pedido nada." }
                    p { "En " a href=(visitor.to("/")) { "¿Qué necesita?" } " está todo lo que puede pedir; aquí verá cómo avanza." }
                }
            } @else {
                div.tabla-marco.apilable data-lista {
                    table {
                        caption { (words::count(shown, "solicitud", "solicitudes")) (more) ", lo más reciente primero" }
                        thead { tr {
                            th scope="col" { "Número" }
                            th scope="col" { "Asunto" }
                            th scope="col" { "Cómo va" }
                            th scope="col" { "Vence" }
                            th scope="col" { "Estado" }
                        } }
                        tbody {
                            @for row in &page.rows {
                                tr {
                                    td data-titulo="Número" { a.caso href=(visitor.to(&format!("/casos/{}", row.number))) { (row.number) } }
                                    td data-titulo="Asunto" {
                                        div { (row.subject) div.menor { (row.procedure) @if let Some(procedure) = rows.procedure(row) { " " (procedure.title) } } }
                                    }
                                    td data-titulo="Cómo va" { (progress(&visitor, &rows, row)) }
                                    td data-titulo="Vence" { @if row.status.is_open() { (words::due(row.due, visitor.now, &zone)) } @else { span.menor { "terminó" } } }
                                    td data-titulo="Estado" { (words::status(row.status, None)) }
                                }
                            }
                        }
                    }
                }
            }
            (next(page.next.as_deref().map(|cursor| format!("{here}?desde={cursor}")), cursor.map(|_| here.clone())))
        }
    };
    Ok(Frame::new(&visitor, Place::Requests, "Mis solicitudes").page(&content))
}

/// On which step it is, who has it, and what is asked of the visitor.
fn progress(visitor: &Visitor, rows: &Rows<'_>, row: &CaseRow) -> Markup {
    let (Some(procedure), Some(step)) = (rows.procedure(row), rows.step(row)) else {
        return match row.status {
            Status::Finished => html! {
                "Terminó. " a href=(visitor.to(&format!("/casos/{}", row.number))) { "Ver el resultado y calificar" span.oculto-visual { " " (row.number) } }
            },
            Status::Refused => html! { "Terminó con una negativa; sus razones están en el caso." },
            Status::Cancelled if !row.waits_for.is_empty() => html! { (row.waits_for) ", que trata lo mismo." },
            Status::Cancelled => html! { "Se anuló." },
            _ => html! {},
        };
    };
    let place = procedure.steps.iter().position(|one| one.number == step.number).map_or(1, |index| index + 1);
    let mine = step.responsibles.iter().any(|responsible| responsible.scope == Scope::Requester);
    html! {
        div {
            div { "Paso " (place) " de " (procedure.steps.len()) ": " (engine::authority::shorten(&step.activity)) }
            @if row.paused {
                div.menor { "En espera: el plazo está detenido." }
            } @else if mine {
                strong { "Se espera algo de usted. " a href=(visitor.to(&format!("/casos/{}", row.number))) { "Atender" span.oculto-visual { " " (row.number) } } }
            } @else {
                div.menor { "Lo tiene: " (row.waits_for) }
            }
        }
    }
}
