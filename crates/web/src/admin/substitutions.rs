//! Absences and who stands in for whom, for which days and why.

use super::{
    controls::{Gather, Input, Typed},
    desk::{self, Part},
    parts,
};
use crate::{
    administration::posts::{self, Absence, AskedAbsence},
    failure::Failure,
    form::Sent,
    state::Visitor,
    words,
};
use axum::{Extension, extract::Path, response::Response};
use engine::{actor::PersonId, refusal::Refusal};
use jiff::civil::Date;
use maud::{Markup, html};
use store::{Admin, people::Substitution};

/// `GET /{institution}/administracion/suplencias`
pub async fn list(Extension(visitor): Extension<Visitor>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    page(&visitor, &admin, Typed::default()).await
}

/// `POST /{institution}/administracion/suplencias`
pub async fn name(Extension(visitor): Extension<Visitor>, sent: Sent) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let refusal = match read(&sent) {
        Err(refusal) => refusal,
        Ok(Absence { absent, deputy, days, reason }) => {
            match desk::told(admin.name_substitute(absent, deputy, days, reason, visitor.now).await)? {
                Ok(_) => return Ok(desk::done(&visitor, "/suplencias")),
                Err(refusal) => refusal,
            }
        }
    };
    refused(&visitor, &admin, &sent, refusal).await
}

fn read(sent: &Sent) -> Result<Absence, Refusal> {
    let mut gather = Gather::new(sent);
    let (since, until) = (gather.date("desde"), gather.date("hasta"));
    gather.finish("La suplencia no se registró.")?;
    let (absent, deputy) = (sent.number("ausente").map(PersonId), sent.number("suplente").map(PersonId));
    let reason = sent.text("razon").unwrap_or_default();
    posts::absence(AskedAbsence { absent, deputy, since, until, reason }).map_err(desk::in_page)
}

/// `POST /{institution}/administracion/suplencias/{id}/fin`
pub async fn end(
    Extension(visitor): Extension<Visitor>,
    Path((_, id)): Path<(String, i64)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let admin = desk::hands(&visitor).await?;
    let end = async |last| admin.end_substitution(id, last, visitor.now).await;
    match parts::ended(&sent, "La suplencia sigue como estaba.", end).await? {
        Ok(()) => Ok(desk::done(&visitor, "/suplencias")),
        Err(refusal) => refused(&visitor, &admin, &sent, refusal).await,
    }
}

async fn refused(visitor: &Visitor, admin: &Admin, sent: &Sent, refusal: Refusal) -> Result<Response, Failure> {
    let page = page(visitor, admin, Typed::refused(sent, &refusal)).await?;
    Ok(desk::again(refusal, page))
}

async fn page(visitor: &Visitor, admin: &Admin, typed: Typed<'_>) -> Result<Markup, Failure> {
    let today = desk::today(visitor);
    let rows = admin.substitutions(today).await?;
    let people = parts::people(admin).await?;
    let day = today.to_string();
    let content = html! {
        (desk::heading("Ausencias y suplencias", &words::count(desk::many(rows.len()), "suplencia vigente o próxima", "suplencias vigentes o próximas")))
        (typed.alert())
        div.dos {
            @if rows.is_empty() {
                div.vacio.panel { p { "Nadie está ausente." } p { "Quien suple ve la bandeja del ausente y actúa «en ausencia de»; así queda en la historia del caso." } }
            } @else {
                div.tabla-marco.apilable {
                    table {
                        caption.oculto-visual { "Suplencias vigentes y próximas" }
                        thead { tr { th scope="col" { "Se ausenta" } th scope="col" { "Suple" } th scope="col" { "Días" } th scope="col" { "Razón" } th scope="col" { "Terminar" } } }
                        tbody { @for row in &rows { (line(visitor, row, today)) } }
                    }
                }
            }
            form.formulario.panel method="post" action=(visitor.to("/administracion/suplencias")) {
                h2 { "Registrar una ausencia" }
                (visitor.seal())
                (typed.select("ausente", "Se ausenta", None, &people, ""))
                (typed.select("suplente", "Suple", None, &people, ""))
                (typed.input(Input::date("desde", "Primer día").required(), &day))
                (typed.input(Input::date("hasta", "Último día").required(), &day))
                (typed.input(Input::text("razon", "Razón").required(), ""))
                div { button.principal type="submit" { "Registrar la suplencia" } }
            }
        }
    };
    Ok(desk::page(visitor, Part::Substitutions, "Suplencias", &content))
}

fn line(visitor: &Visitor, row: &Substitution, today: Date) -> Markup {
    html! {
        tr {
            td data-titulo="Se ausenta" { (row.absent_name) }
            td data-titulo="Suple" { (row.deputy_name) }
            td data-titulo="Días" {
                span { (words::day(row.since)) " a " (words::day(row.until)) @if row.since > today { " " span.etiqueta.lisa { "próxima" } } }
            }
            td data-titulo="Razón" { (row.reason) }
            td data-titulo="Terminar" {
                (parts::ending(visitor, &format!("/suplencias/{}", row.id), &format!("de la suplencia de {}", row.absent_name), today))
            }
        }
    }
}
