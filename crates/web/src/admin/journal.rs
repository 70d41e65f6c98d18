//! The journal of administration: who did what and when, the newest first, each act with its link of the chain.

use super::{
    desk::{self, Part},
    sentences,
};
use crate::{failure::Failure, state::Visitor, words};
use axum::{Extension, extract::Query};
use engine::{Name, actor::PersonId};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use store::{
    Admin, hash,
    journal::{AdminRecorded, INSTITUTION_NUMBER},
};

const ROWS: usize = 50;
/// Acts fetched at once while the chain is walked.
const LINKS: usize = 500;

#[derive(Debug, Default, Deserialize)]
pub struct From {
    antes: Option<u32>,
}

/// `GET /{institution}/administracion/bitacora?antes=120`
pub async fn list(Extension(visitor): Extension<Visitor>, Query(from): Query<From>) -> Result<Markup, Failure> {
    let admin = desk::hands(&visitor).await?;
    let acts = admin.acts(from.antes, ROWS).await?;
    let links = links(&visitor, &admin, acts.first().map_or(0, |act| act.n)).await?;
    let names = names(&admin, &acts).await?;
    let name =
        |person: PersonId| names.get(&person).map_or_else(|| format!("la persona {}", person.0), ToString::to_string);
    let (zone, oldest) = (visitor.zone(), acts.last().map_or(1, |act| act.n));
    let seal = visitor.house.store.last_seal().await?;
    let content = html! {
        (desk::heading("Bitácora administrativa", &words::count(i64::from(acts.first().map_or(0, |act| act.n)), "acto hasta aquí", "actos hasta aquí")))
        @if acts.is_empty() {
            div.vacio.panel { p { "Aún no hay actos." } p { "Aquí queda cada cambio de personas, puestos, calendario, ediciones y fichas." } }
        } @else {
            div.tabla-marco.apilable {
                table {
                    caption.oculto-visual { "Actos de administración, el más reciente primero" }
                    thead { tr { th.numero scope="col" { "N.º" } th scope="col" { "Cuándo" } th scope="col" { "Qué" } th scope="col" { "Cadena" } } }
                    tbody {
                        @for act in &acts {
                            @let link = links.get(&act.n).map(String::as_str).unwrap_or_default();
                            tr {
                                td.numero data-titulo="N.º" { (act.n) }
                                td data-titulo="Cuándo" { (words::time(act.at, &zone)) }
                                td data-titulo="Qué" { span { strong { (act.name) } " " (sentences::sentence(&act.act, &zone, name)) } }
                                td data-titulo="Cadena" { code.sin-partir title=(link) { (link.chars().take(12).collect::<String>()) "…" } }
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

/// The links of the chain up to an act, computed from the acts themselves as an auditor would.
async fn links(visitor: &Visitor, admin: &Admin, upto: u32) -> Result<HashMap<u32, String>, Failure> {
    let mut acts: Vec<AdminRecorded> = Vec::new();
    let mut before = upto.checked_add(1);
    while let Some(top) = before.filter(|top| *top > 1) {
        let page = admin.acts(Some(top), LINKS).await?;
        before = page.last().map(|act| act.n);
        acts.extend(page);
    }
    let mut links = HashMap::new();
    let mut head = hash::genesis(&visitor.house.code);
    for act in acts.iter().rev() {
        let body = serde_json::to_string(act).map_err(|error| Failure::Internal(error.to_string()))?;
        head = hash::entry(&head, INSTITUTION_NUMBER, act.n, &body);
        links.insert(act.n, head.clone());
    }
    Ok(links)
}

async fn names(admin: &Admin, acts: &[AdminRecorded]) -> Result<HashMap<PersonId, Name>, Failure> {
    let mut names = HashMap::new();
    for act in acts {
        for person in sentences::named(&act.act) {
            if !names.contains_key(&person)
                && let Some(found) = admin.person(person).await?
            {
                names.insert(person, found.name);
            }
        }
    }
    Ok(names)
}
