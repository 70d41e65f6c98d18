//! `GET /{institution}/casos/{number}/otro`: which procedure a case opened from this one follows.

use crate::{
    cases::page,
    failure::Failure,
    manual_pages::address,
    rights::right,
    shell::{Frame, Place},
    state::Visitor,
};
use axum::{
    Extension,
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The code of the procedure chosen.
    procedimiento: String,
    /// The number of the comment that becomes a case of its own.
    hecho: Option<u32>,
}

pub async fn show(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let view = page::seen(&visitor, &number).await?;
    if !view.attends {
        return Err(Failure::Forbidden("Abre un caso desde otro quien lo atiende o supervisa.".into()));
    }
    let edition = visitor.house.edition().await?.edition;
    let offered: Vec<_> =
        edition.procedures.iter().filter(|procedure| right(&visitor.reader, &edition, procedure).is_some()).collect();
    let fact = asked.hecho.map(|n| format!("&hecho={n}")).unwrap_or_default();
    if let Some(chosen) = offered.iter().find(|procedure| *procedure.code == *asked.procedimiento) {
        let code = address::segment(&chosen.code);
        let to = format!("/solicitudes/nueva/{code}?desde={}{fact}", address::segment(&view.case.number));
        return Ok(Redirect::to(&visitor.to(&to)).into_response());
    }
    let here = visitor.to(&format!("/casos/{}/otro", view.case.number));
    let content = html! {
        div.encabezado { div {
            p.migas { a href=(visitor.to(&format!("/casos/{}", view.case.number))) { (view.case.number) } " › Otro caso" }
            h1 { "Abrir otro caso desde este" }
        } }
        section.panel.principal {
            p { "El caso nuevo queda enlazado con el " (view.case.number) ", a nombre de " strong { (view.case.asked_by()) } ", con su propio número y sus plazos." }
            @if offered.is_empty() { p.menor { "Ninguno de los procedimientos vigentes lo puede pedir o registrar usted." } }
            @else {
                form.formulario method="get" action=(here) {
                    @if let Some(n) = asked.hecho { input type="hidden" name="hecho" value=(n); }
                    div.campo {
                        label for="procedimiento" { "Qué procedimiento sigue" }
                        select id="procedimiento" name="procedimiento" required {
                            @for procedure in &offered {
                                option value=(procedure.code) selected[procedure.code == view.case.procedure] { (procedure.code) " " (procedure.title) }
                            }
                        }
                    }
                    div.fila { button.principal type="submit" { "Seguir con la solicitud" } }
                }
            }
        }
    };
    Ok(Frame::new(&visitor, Place::Cases, "Abrir otro caso").page(&content).into_response())
}
