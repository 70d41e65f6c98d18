//! One procedure: its printed table beside its flowchart, and all that governs it.

use super::{
    about, address,
    chart::Chart,
    shelf::{self, Part},
    steps,
};
use crate::{failure::Failure, state::Visitor, words};
use axum::{Extension, extract::Path};
use maud::{Markup, html};

/// `GET /{institution}/manual/procedimientos/{code}`
pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, code)): Path<(String, String)>,
) -> Result<Markup, Failure> {
    let edition = shelf::in_force(&visitor).await?.edition;
    let procedure = edition.procedure(&code).ok_or(Failure::NotFound)?;
    let chart = Chart::of(procedure);
    let roles: usize = documents::flowchart::model::chart(procedure).lanes.len();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let content = html! {
        header.encabezado {
            div {
                p.migas {
                    a href=(visitor.to("/manual")) { "Manual" }
                    @if let Some(process) = &procedure.process {
                        " › " (process.code) @if let Some(name) = &process.name { " " (name) }
                    }
                }
                h1 { (procedure.title) }
                p.menor {
                    (procedure.code) " · " (words::count(count(procedure.steps.len()), "paso", "pasos")) " · "
                    (words::count(count(roles), "responsable", "responsables")) " · " (edition.title_page.edition)
                }
            }
            @if about::may_ask(&visitor, &edition, procedure) {
                a.boton.principal.no-imprimir href=(visitor.to(&format!("/solicitudes/nueva/{}", address::segment(&procedure.code)))) {
                    "Abrir un caso"
                }
            }
        }
        section.panel aria-label="Generalidades" { (about::head(&visitor, &edition, procedure)) }
        div.procedimiento.al-lado[chart.beside] {
            section.pila aria-labelledby="tabla" {
                h2 #tabla { "Descripción del procedimiento" }
                (steps::table(&visitor, &edition, procedure))
            }
            section.pila.flujograma aria-labelledby="flujograma" {
                h2 #flujograma { "Flujograma" }
                (chart.draw())
            }
        }
        (about::terms(procedure))
        (about::norms(procedure))
        (about::routes(&edition, procedure))
        (about::examples(&edition, procedure))
        (about::readings(procedure))
    };
    Ok(shelf::page(&visitor, Part::Title, &format!("{} {}", procedure.code, procedure.title), &content))
}
