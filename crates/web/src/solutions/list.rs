//! `GET /{institution}/soluciones`: what is known, found by words; drafts and what was withdrawn for those who attend.

use super::hits::{excerpt, marked};
use crate::{
    failure::Failure,
    shell::{Frame, Place},
    state::Visitor,
    words,
};
use axum::{Extension, extract::Query};
use maud::{Markup, html};
use serde::Deserialize;
use store::knowledge::{Question, Solution, SolutionState};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    estado: String,
    desde: String,
}

pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Markup, Failure> {
    let staff = visitor.attends() || visitor.sees_all();
    let state = SolutionState::from_code(&asked.estado).filter(|_| staff).unwrap_or(SolutionState::Published);
    let cursor = Some(asked.desde.as_str()).filter(|cursor| !cursor.is_empty());
    let page = visitor.reader.solutions(state, &asked.q, cursor, 0).await?;
    let question = Question::new(&asked.q);
    let address = |state: SolutionState, from: &str| {
        let pairs = [("estado", state.code()), ("q", asked.q.as_str()), ("desde", from)];
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs.into_iter().filter(|(_, text)| !text.is_empty()))
            .finish();
        visitor.to(&format!("/soluciones?{query}"))
    };
    let shown = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
    let content = html! {
        div.encabezado { div {
            h1 { "Soluciones" }
            p.menor { "Cómo se resolvió lo que ya pasó antes. Se escriben al terminar un caso y las publica una jefatura." }
        } }
        @if staff {
            nav.pestanas aria-label="Estado de las soluciones" { ul {
                @for other in SolutionState::ALL {
                    li { a href=(address(other, "")) aria-current=[(other == state).then_some("page")] { (many(other)) } }
                }
            } }
        }
        form.filtros.uno method="get" action=(visitor.to("/soluciones")) data-swap="lista" role="search" aria-label="Buscar soluciones" {
            @if staff { input type="hidden" name="estado" value=(state.code()); }
            div {
                label for="buscar-soluciones" { "Palabras" }
                input id="buscar-soluciones" type="search" name="q" value=(asked.q) maxlength="200" autocomplete="off" data-search;
            }
            div.fila { button type="submit" { "Buscar" } }
        }
        div.pila #lista {
            @if page.rows.is_empty() {
                div.panel.vacio {
                    @if asked.q.trim().is_empty() {
                        p { "Todavía no hay soluciones aquí." }
                        @if staff { p { "En un caso finalizado, elija «Guardar como solución»." } }
                    } @else {
                        p { "Ninguna solución tiene todas esas palabras." }
                        p { "Pruebe con menos palabras, o con el comienzo de una. " a href=(visitor.to(&format!("/buscar?q={}", encoded(&asked.q)))) { "Buscar en todo" } }
                    }
                }
            } @else {
                p.menor role="status" { (words::count(shown, "solución", "soluciones")) @if page.next.is_some() { " en esta página" } }
                @for solution in &page.rows { (item(&visitor, &question, solution)) }
                @if let Some(next) = &page.next {
                    nav.paginas aria-label="Páginas" { span {} a.boton href=(address(state, next)) { "Página siguiente →" } }
                }
            }
        }
    };
    Ok(Frame::new(&visitor, Place::Nowhere, "Soluciones").page(&content))
}

const fn many(state: SolutionState) -> &'static str {
    match state {
        SolutionState::Draft => "Borradores",
        SolutionState::Published => "Publicadas",
        SolutionState::Withdrawn => "Retiradas",
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// One solution in a list, with what was asked for marked.
#[must_use]
pub fn item(visitor: &Visitor, question: &Question, solution: &Solution) -> Markup {
    html! {
        article.panel.solucion {
            h2 { a href=(visitor.to(&format!("/soluciones/{}", solution.id))) { (marked(question, &solution.title)) } }
            p { (excerpt(question, &solution.problem, 200)) }
            p.menor { (excerpt(question, &solution.text, 240)) }
            p.menor {
                @if let Some(procedure) = &solution.procedure { (procedure) " · " }
                (words::time(solution.changed_at, &visitor.zone()))
            }
        }
    }
}
