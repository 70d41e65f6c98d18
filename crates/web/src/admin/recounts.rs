//! A signed change of the calendar: what it was, how far the open cases have gone over, and what each of them gained.

use super::desk::{self, Part};
use crate::{failure::Failure, state::Visitor, words};
use axum::{
    Extension,
    extract::{Path, Query},
};
use engine::{calendar::words as calendar_words, history::clock_name};
use maud::{Markup, html};
use serde::Deserialize;

const ROWS: usize = 100;

#[derive(Debug, Default, Deserialize)]
pub struct From {
    desde: Option<String>,
}

/// `GET /{institution}/administracion/calendario/cambios/{version}`
pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, version)): Path<(String, String)>,
    Query(from): Query<From>,
) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    let version: u32 = version.parse().map_err(|_| Failure::NotFound)?;
    let progress = admin.calendar_progress(version).await?.ok_or(Failure::NotFound)?;
    let moves = admin.calendar_moves(version, from.desde.as_deref(), ROWS).await?;
    let (zone, order) = (visitor.zone(), &progress.order);
    let here = visitor.to(&format!("/administracion/calendario/cambios/{version}"));
    let content = html! {
        header.encabezado {
            div {
                p.migas { a href=(visitor.to("/administracion/calendario")) { "Calendario" } }
                h1 { "Cambio del calendario, versión " (version) }
                p { (calendar_words::opening(&order.change.words())) ". Lo firmó " (order.name) " el " (words::time(order.at, &zone)) "." }
            }
        }
        section.panel.principal #avance data-live {
            h2 {
                @if progress.waiting == 0 { "Los casos abiertos ya están calculados con este calendario" }
                @else { "Se están recalculando los casos abiertos: " @if progress.waiting == 1 { "falta 1" } @else { "faltan " (words::thousands(progress.waiting)) } }
            }
            dl.datos {
                dt { "Abiertos al firmar" } dd { (words::thousands(order.open_cases)) }
                dt { "Por recalcular" } dd { (words::thousands(progress.waiting)) }
                dt { "Cambiaron de fecha" } dd { (words::count(progress.cases, "caso", "casos")) ", " (words::count(progress.moved, "vencimiento", "vencimientos")) }
            }
            @if progress.waiting > 0 { p { "Puede cerrar esta página: el trabajo sigue solo, también si el servidor se reinicia. " a href=(here) { "Ver cómo va" } } }
        }
        @if moves.rows.is_empty() {
            div.vacio.panel { p { "Ningún vencimiento ha cambiado por este acto." } }
        } @else {
            div.tabla-marco.apilable {
                table {
                    caption.oculto-visual { "Vencimientos que cambiaron" }
                    thead { tr { th scope="col" { "Caso" } th scope="col" { "Plazo" } th scope="col" { "Vencía" } th scope="col" { "Vence" } } }
                    tbody {
                        @for moved in &moves.rows {
                            tr {
                                td data-titulo="Caso" { (moved.case) }
                                td data-titulo="Plazo" { (calendar_words::opening(&clock_name(&moved.clock))) }
                                td data-titulo="Vencía" { (words::time(moved.before, &zone)) }
                                td data-titulo="Vence" { strong { (words::time(moved.after, &zone)) } }
                            }
                        }
                    }
                }
            }
            nav.paginas aria-label="Páginas" {
                @if from.desde.is_some() { a.boton href=(here) { "Desde el principio" } } @else { span {} }
                @if let Some(next) = &moves.next { a.boton href=(format!("{here}?desde={next}")) { "Siguientes" } }
            }
        }
    };
    Ok(desk::page(&visitor, Part::Calendar, "Cambio del calendario", &content))
}
