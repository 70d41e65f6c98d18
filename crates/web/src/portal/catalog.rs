//! `GET /{institution}/`: what the visitor may ask for, grouped as the manual groups it, found by typing.

use super::likely::panel;
use crate::{
    alike::{self, Likely},
    failure::Failure,
    manual_pages::address,
    rights::{Right, has_words, right},
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{Extension, extract::Query};
use manual::procedure::Procedure;
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
}

/// One thing that may be asked for.
struct Entry<'e> {
    procedure: &'e Procedure,
    right: Right,
}

pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let edition = visitor.house.edition().await?.edition;
    let mine: Vec<Entry<'_>> = edition
        .procedures
        .iter()
        .filter_map(|procedure| Some(Entry { procedure, right: right(&visitor.reader, &edition, procedure)? }))
        .collect();
    let none_at_all = mine.is_empty();
    let found: Vec<Entry<'_>> = mine.into_iter().filter(|entry| matches(entry.procedure, &asked.q)).collect();
    let likely = Likely { procedure: None, ..alike::find(&visitor.reader, &edition, &asked.q, "").await? };
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let content = html! {
        div.encabezado { h1 { "¿Qué necesita?" } }
        form.filtros.uno method="get" action=(visitor.to("/")) data-swap="catalogo" role="search" aria-label="Buscar en lo que puede pedir" {
            div {
                label for="buscar-servicio" { "Escriba qué necesita" }
                input id="buscar-servicio" type="search" name="q" value=(asked.q) maxlength="200" autocomplete="off" data-search placeholder="correo, impresora, contraseña…";
            }
            div.fila { button type="submit" { "Buscar" } a href=(visitor.to("/soluciones")) { "Ver soluciones" } }
        }
        div.pila #catalogo {
            @if !likely.solutions.is_empty() { (panel(&visitor, &asked.q, Some(&likely))) }
            p.menor role="status" { (words::count(total, "procedimiento", "procedimientos")) " que usted puede iniciar" }
            @if found.is_empty() {
                div.panel.vacio {
                    @if none_at_all {
                        p { "Con su puesto no hay procedimientos que pueda iniciar." }
                        p { "El " a href=(visitor.to("/manual")) { "manual" } " dice quién puede pedir cada uno." }
                    } @else {
                        p { "Nada coincide con «" (asked.q) "»." }
                        p { "Pruebe con otra palabra o " a href=(visitor.to("/")) { "vea todo lo que puede pedir" } "." }
                    }
                }
            }
            @for group in grouped(found) {
                section.pila {
                    @if let Some(title) = group.title() { h2 { (title) } }
                    ul.servicios { @for entry in &group.entries { (item(&visitor, entry)) } }
                }
            }
        }
    };
    Ok(Frame::new(&visitor, Place::Portal, "¿Qué necesita?").page(&content))
}

fn matches(procedure: &Procedure, words: &str) -> bool {
    let objective = procedure.objective.as_deref().unwrap_or_default();
    let process = procedure.process.as_ref().and_then(|process| process.name.as_deref()).unwrap_or_default();
    has_words(&format!("{} {} {objective} {process}", procedure.code, procedure.title), words)
}

/// One process of the catalogue: its code, its name where any of its procedures says it, and what may be asked for.
#[derive(Default)]
struct Group<'e> {
    code: Option<&'e str>,
    name: Option<&'e str>,
    entries: Vec<Entry<'e>>,
}

impl Group<'_> {
    fn title(&self) -> Option<String> {
        let code = self.code?;
        Some(self.name.map_or_else(|| code.to_string(), |name| format!("{code} · {name}")))
    }
}

/// In the manual's order, those of one process together.
fn grouped(entries: Vec<Entry<'_>>) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for entry in entries {
        let process = entry.procedure.process.as_ref();
        let code = process.map(|process| &*process.code);
        let place = groups.iter().position(|group| group.code == code).unwrap_or_else(|| {
            groups.push(Group { code, ..Group::default() });
            groups.len() - 1
        });
        let group = &mut groups[place];
        group.name = group.name.or_else(|| process?.name.as_deref());
        group.entries.push(entry);
    }
    groups
}

fn item(visitor: &Visitor, entry: &Entry<'_>) -> Markup {
    let procedure = entry.procedure;
    html! {
        li.panel {
            div {
                a.servicio href=(visitor.to(&format!("/solicitudes/nueva/{}", address::segment(&procedure.code)))) { (procedure.title) }
                span.menor { (procedure.code) }
            }
            @if let Some(objective) = &procedure.objective { p { (objective) } }
            p.menor {
                @if procedure.clocks.is_empty() { "El manual no fija un plazo." }
                @for (index, clock) in procedure.clocks.iter().enumerate() {
                    @if index > 0 { " · " } "Plazo para " (clock.name) ": " (clock.term.to_string())
                }
                @if entry.right == Right::Receives { " · Usted lo registra a nombre de quien lo pide." }
                " " a href=(address::procedure(visitor, &procedure.code)) { "Ver cómo se atiende" span.oculto-visual { ": " (procedure.title) } }
            }
        }
    }
}
