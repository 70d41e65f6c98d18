//! The title page of the manual and the list of its procedures by process, searched by typing.

use super::{
    address,
    shelf::{self, Part},
    words::has_words,
};
use crate::{failure::Failure, state::Visitor, words};
use axum::{Extension, extract::Query};
use manual::{edition::Edition, edition::TitlePage, procedure::Procedure};
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

/// `GET /{institution}/manual`
pub async fn show(Extension(visitor): Extension<Visitor>, Query(search): Query<Search>) -> Result<Markup, Failure> {
    let edition = shelf::in_force(&visitor).await?.edition;
    let title = &edition.title_page;
    let content = html! {
        header.encabezado { div { h1 { (title.title) } p.menor { (edition.institution.name) " · " (title.dependency) } } }
        div.dos {
            (list(&visitor, &edition, &search.q))
            (facts(&edition, title))
        }
    };
    Ok(shelf::page(&visitor, Part::Title, "Manual", &content))
}

fn list(visitor: &Visitor, edition: &Edition, query: &str) -> Markup {
    let found: Vec<&Procedure> = edition.procedures.iter().filter(|procedure| matches(procedure, query)).collect();
    let mut processes: Vec<(&str, &str, Vec<&Procedure>)> = Vec::new();
    for procedure in &found {
        let (code, name) = procedure
            .process
            .as_ref()
            .map_or(("", ""), |process| (&*process.code, process.name.as_deref().unwrap_or_default()));
        match processes.iter_mut().find(|(other, ..)| *other == code) {
            Some((_, _, group)) => group.push(procedure),
            None => processes.push((code, name, vec![procedure])),
        }
    }
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    html! {
        section.pila aria-labelledby="procedimientos" {
            form.fila.entre action=(visitor.to("/manual")) method="get" role="search" aria-label="Procedimientos" data-swap="hallados" {
                h2 #procedimientos { "Procedimientos" }
                div.fila.junta {
                    label.oculto-visual for="q-manual" { "Buscar en el manual" }
                    input.corto #q-manual type="search" name="q" value=(query) maxlength="100" data-search
                        placeholder="Código, palabra o puesto";
                    button type="submit" { "Buscar" }
                }
            }
            div.pila #hallados {
                p.menor role="status" {
                    (words::count(count(found.len()), "procedimiento", "procedimientos"))
                    @if !query.trim().is_empty() { " con «" (query) "»" }
                }
                @if found.is_empty() {
                    div.vacio.panel {
                        p { "Ningún procedimiento dice eso." }
                        p { "Pruebe con una sola palabra, con parte del código o con el nombre de un puesto." }
                        a href=(visitor.to("/manual")) { "Ver todos" }
                    }
                }
                @for (code, name, group) in processes {
                    div.tabla-marco.apilable {
                        table {
                            @if code.is_empty() {
                                caption.oculto-visual { "Procedimientos" }
                            } @else {
                                caption { strong { (code) } " " (name) " · " (words::count(count(group.len()), "procedimiento", "procedimientos")) }
                            }
                            thead { tr { th scope="col" { "Código" } th scope="col" { "Procedimiento" } th scope="col" { "Lo solicita" } th.numero scope="col" { "Pasos" } } }
                            tbody {
                                @for procedure in group {
                                    tr {
                                        td data-titulo="Código" { span.sin-partir { (procedure.code) } }
                                        td data-titulo="Título" { a href=(address::procedure(visitor, &procedure.code)) { (procedure.title) } }
                                        td data-titulo="Lo solicita" { (procedure.requesters.iter().map(|role| &**role).collect::<Vec<_>>().join(", ")) }
                                        td.numero data-titulo="Pasos" { (procedure.steps.len()) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn matches(procedure: &Procedure, query: &str) -> bool {
    if query.trim().is_empty() {
        return true;
    }
    let process = procedure.process.as_ref();
    let mut text = format!("{} {} ", procedure.code, procedure.title);
    for part in [
        procedure.objective.as_deref(),
        process.map(|process| &*process.code),
        process.and_then(|process| process.name.as_deref()),
    ] {
        text.push_str(part.unwrap_or_default());
        text.push(' ');
    }
    for step in &procedure.steps {
        for role in step.role_names() {
            text.push_str(role);
            text.push(' ');
        }
        text.push_str(&step.activity);
        text.push(' ');
    }
    has_words(&text, query)
}

fn facts(edition: &Edition, title: &TitlePage) -> Markup {
    html! {
        section.panel aria-labelledby="caratula" {
            h2 #caratula { "Carátula" }
            dl.datos {
                @if let Some(code) = &title.code { dt { "Código" } dd { (code) } }
                dt { "Edición" } dd { (title.edition) }
                @if let Some(date) = &title.date { dt { "Fecha" } dd { (date) } }
                @if let Some(approval) = &title.approval { dt { "Aprobación" } dd { (approval) } }
                @if let Some(by) = &title.approved_by { dt { "La aprobó" } dd { (by) } }
                @if let Some(since) = title.in_force_since { dt { "Rige desde" } dd { (words::day(since)) } }
                @if let Some(repeals) = &title.repeals { dt { "Deroga" } dd { (repeals) } }
                @if let Some(pages) = title.pages { dt { "Páginas" } dd { (pages) } }
                dt { "Calendario" } dd { (edition.calendar.name) }
                @if let Some(objective) = &title.objective { dt { "Objetivo" } dd { (objective) } }
                @if let Some(scope) = &title.scope { dt { "Alcance" } dd { (scope) } }
            }
            @if !title.legal_base.is_empty() {
                details { summary { "Base legal (" (title.legal_base.len()) ")" } ul { @for base in &title.legal_base { li { (base) } } } }
            }
            @if !edition.listed_documents.is_empty() {
                details {
                    summary { "Otros documentos que el manual lista (" (edition.listed_documents.len()) ")" }
                    ul { @for document in &edition.listed_documents { li { (document) } } }
                }
            }
            @if !edition.readings.is_empty() || !edition.printed.is_empty() {
                details {
                    summary { "Cómo se lee el original impreso" }
                    ul {
                        @for printed in &edition.printed { li { (printed.place) ": «" (printed.text) "»" } }
                        @for reading in &edition.readings { li { (reading.text) } }
                    }
                }
            }
        }
    }
}
