//! The journal of administration: who did what and when, the newest first, each act with its link of the chain.

use super::desk::{self, Part};
use crate::{administration::sentences, failure::Failure, state::Visitor, words};
use axum::{Extension, extract::Query};
use engine::actor::PersonId;
use maud::{Markup, html};
use serde::Deserialize;
use store::journal::AdminEntry;

const ROWS: usize = 50;

#[derive(Debug, Default, Deserialize)]
pub struct From {
    antes: Option<u32>,
}

/// `GET /{institution}/administracion/bitacora?antes=120`
pub async fn list(Extension(visitor): Extension<Visitor>, Query(from): Query<From>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    let acts = admin.acts(from.antes, ROWS).await?;
    let names = sentences::names(&admin, &acts).await?;
    let name = |person: PersonId| sentences::called(&names, person);
    let (zone, oldest) = (visitor.zone(), acts.last().map_or(1, |act| act.recorded.n));
    let broken = acts.iter().filter(|act| !act.intact).count();
    let seal = visitor.house.store.last_seal().await?;
    let content = html! {
        (desk::heading("Bitácora administrativa", &words::count(i64::from(acts.first().map_or(0, |act| act.recorded.n)), "acto hasta aquí", "actos hasta aquí")))
        @if broken > 0 {
            div.aviso-caja.mal role="alert" { p { (words::count(desk::many(broken), "acto de esta página no cuadra", "actos de esta página no cuadran")) " con su cadena: alguien cambió la base de datos por fuera. Guarde una copia y avise a auditoría." } }
        }
        @if acts.is_empty() {
            div.vacio.panel { p { "Aún no hay actos." } p { "Aquí queda cada cambio de personas, puestos, calendario, ediciones y fichas." } }
        } @else {
            div.tabla-marco.apilable {
                table {
                    caption.oculto-visual { "Actos de administración, el más reciente primero" }
                    thead { tr { th.numero scope="col" { "N.º" } th scope="col" { "Cuándo" } th scope="col" { "Qué" } th scope="col" { "Cadena" } } }
                    tbody {
                        @for AdminEntry { recorded: act, hash, intact } in &acts {
                            tr {
                                td.numero data-titulo="N.º" { (act.n) }
                                td data-titulo="Cuándo" { (words::time(act.at, &zone)) }
                                td data-titulo="Qué" { span { strong { (act.name) } " " (sentences::sentence(&act.act, &zone, name)) @if let Some(token) = act.token { span.menor { " Con la ficha n.º " (token) "." } } } }
                                td data-titulo="Cadena" {
                                    span {
                                        code.sin-partir title=(hash) { (hash.chars().take(12).collect::<String>()) "…" }
                                        @if !intact { " " span.etiqueta.mal { "No cuadra" } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            nav.paginas aria-label="Páginas" {
                @if from.antes.is_some() { a.boton href=(visitor.to("/administracion/bitacora")) { "Los más recientes" } } @else { span {} }
                @if oldest > 1 { a.boton href=(visitor.to(&format!("/administracion/bitacora?antes={oldest}"))) { "Anteriores" } }
            }
        }
        p.menor {
            "Cada acto lleva el SHA-256 de su contenido y del anterior: quitar o cambiar uno rompe los siguientes."
            @if let Some(seal) = seal { " Último sello diario: " (words::day(seal.day)) ", " code { (seal.hash) } "." }
        }
    };
    Ok(desk::page(&visitor, Part::Journal, "Bitácora administrativa", &content))
}
