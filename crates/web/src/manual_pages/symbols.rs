//! The symbols of the flowcharts, each with its name and what it means.

use super::shelf::{self, Part};
use crate::{failure::Failure, state::Visitor};
use axum::Extension;
use documents::legend::legend;
use maud::{Markup, PreEscaped, html};

/// `GET /{institution}/manual/simbolos`
pub async fn show(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let entries = legend();
    let content = html! {
        (shelf::heading("Símbolos de los flujogramas", "Cada carril es un responsable; se lee de arriba hacia abajo"))
        div.tabla-marco {
            table {
                caption.oculto-visual { "Símbolos" }
                thead { tr { th scope="col" { "Símbolo" } th scope="col" { "Nombre" } th scope="col" { "Significado" } } }
                tbody {
                    @for entry in entries {
                        tr { td { (PreEscaped(entry.svg)) } th scope="row" { (entry.name) } td { (entry.meaning) } }
                    }
                }
            }
        }
    };
    Ok(shelf::page(&visitor, Part::Symbols, "Símbolos", &content))
}
