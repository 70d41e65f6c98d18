//! `GET /{institution}/buscar`: one question, four answers; each can be asked alone. A number goes straight to its case.

use crate::{
    failure::Failure,
    inbox::filters::Asked as Filtered,
    lookup::{
        self, Answer, Found, Lookup, Part,
        manual::{At, Passage},
    },
    manual_pages::address,
    shell::{Frame, Place},
    solutions::hits::{excerpt, marked},
    state::Visitor,
    words,
};
use axum::{
    Extension,
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use store::{
    cases::CaseRow,
    knowledge::{Question, Solution},
    people::Person,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    /// The one part that is asked for.
    en: String,
    /// The code of a procedure, for cases and solutions.
    procedimiento: String,
}

const fn code(part: Part) -> &'static str {
    match part {
        Part::Cases => "casos",
        Part::Solutions => "soluciones",
        Part::People => "personas",
        Part::Manual => "manual",
    }
}

const fn title(part: Part) -> &'static str {
    match part {
        Part::Cases => "Casos",
        Part::Solutions => "Soluciones",
        Part::People => "Personas",
        Part::Manual => "Manual",
    }
}

pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let words = asked.q.trim();
    if asked.en.is_empty()
        && let Some(number) = lookup::named(&visitor.reader, words).await?
    {
        return Ok(Redirect::to(&visitor.to(&format!("/casos/{number}"))).into_response());
    }
    let question = Question::new(words);
    let edition = visitor.house.edition().await?.edition;
    let parts = lookup::parts(&visitor.reader);
    let staff = parts.contains(&Part::People);
    let only = parts.iter().copied().find(|part| code(*part) == asked.en);
    let lookup = Lookup { reader: &visitor.reader, edition: &edition, words, procedure: &asked.procedimiento };
    let answers = lookup.ask(only).await?;
    let to = |en: &str| {
        let pairs = [("q", words), ("en", en), ("procedimiento", asked.procedimiento.as_str())];
        let pairs = pairs.into_iter().filter(|(_, text)| !text.is_empty());
        visitor.to(&format!("/buscar?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()))
    };
    let none = answers.iter().all(|answer| answer.found.is_empty());
    let content = html! {
        div.encabezado { div {
            h1 { @if words.is_empty() { "Buscar" } @else { "Buscar «" (words) "»" } }
            p.menor { "En sus casos, las soluciones, el manual" @if staff { " y las personas" } ". Con o sin acentos; un número de caso abre el caso." }
        } }
        form.filtros method="get" action=(visitor.to("/buscar")) role="search" aria-label="Buscar en todo" data-swap="hallado" {
            div {
                label for="buscar-todo" { "Palabras o número" }
                input id="buscar-todo" type="search" name="q" value=(words) maxlength="200" autocomplete="off" data-search;
            }
            div {
                label for="buscar-procedimiento" { "Procedimiento (casos y soluciones)" }
                select id="buscar-procedimiento" name="procedimiento" {
                    option value="" { "Todos" }
                    @for procedure in &edition.procedures {
                        option value=(procedure.code) selected[*procedure.code == *asked.procedimiento] { (procedure.code) " " (procedure.title) }
                    }
                }
            }
            @if let Some(only) = only { input type="hidden" name="en" value=(code(only)); }
            div.fila { button type="submit" { "Buscar" } }
        }
        div.pila #hallado {
            nav.pestanas aria-label="Dónde buscar" { ul {
                li { a href=(to("")) aria-current=[only.is_none().then_some("page")] { "Todo" } }
                @for part in &parts { li { a href=(to(code(*part))) aria-current=[(only == Some(*part)).then_some("page")] { (title(*part)) } } }
            } }
            @if question.is_empty() {
                div.panel.vacio { p { "Escriba una palabra, el comienzo de una, o un número de caso." } }
            } @else if none {
                div.panel.vacio {
                    p { "Nada a su alcance tiene todas esas palabras." }
                    p { "Pruebe con menos palabras, o con el comienzo de una." }
                }
            }
            @for answer in answers.iter().filter(|answer| !answer.found.is_empty()) {
                section.panel aria-labelledby=(code(answer.part)) {
                    header {
                        h2 id=(code(answer.part)) { (title(answer.part)) }
                        span.menor { @if answer.more { "los primeros " } (words::count(i64::try_from(answer.found.len()).unwrap_or(i64::MAX), "resultado", "resultados")) }
                    }
                    ul.hallados { @for item in items(&visitor, &question, answer) { li { (item) } } }
                    @if answer.more {
                        p { a href=(further(&visitor, answer.part, &asked, &to)) { "Ver más en " (title(answer.part)) } }
                    }
                }
            }
        }
    };
    let title = if words.is_empty() { "Buscar".to_string() } else { format!("Buscar «{words}»") };
    Ok(Frame::new(&visitor, Place::Nowhere, &title).page(&content).into_response())
}

/// Where the rest of a part is: the lists that have pages.
fn further(visitor: &Visitor, part: Part, asked: &Asked, to: &dyn Fn(&str) -> String) -> String {
    let q: String = form_urlencoded::byte_serialize(asked.q.trim().as_bytes()).collect();
    match part {
        Part::Cases => {
            let filtered = Filtered {
                q: asked.q.trim().into(),
                procedimiento: asked.procedimiento.clone(),
                ..Filtered::default()
            };
            filtered.address(&visitor.to("/casos"), "", None)
        }
        Part::Solutions => visitor.to(&format!("/soluciones?q={q}")),
        Part::People | Part::Manual => to(code(part)),
    }
}

/// What was found, each as a line of the list.
fn items(visitor: &Visitor, question: &Question, answer: &Answer) -> Vec<Markup> {
    match &answer.found {
        Found::Cases(rows) => rows.iter().map(|row| case(visitor, question, row)).collect(),
        Found::Solutions(rows) => rows.iter().map(|row| solution(visitor, question, row)).collect(),
        Found::Manual(rows) => rows.iter().map(|row| passage(visitor, question, row)).collect(),
        Found::People(rows) => rows.iter().map(|row| person(visitor, question, row)).collect(),
    }
}

fn case(visitor: &Visitor, question: &Question, row: &CaseRow) -> Markup {
    html! {
        a.caso href=(visitor.to(&format!("/casos/{}", row.number))) { (row.number) } " " (marked(question, &row.subject)) " "
        (words::status(row.status, None))
        div.menor { (row.procedure) " · " (marked(question, &row.requester_name)) " · " (words::time(row.updated_at, &visitor.zone())) }
    }
}

fn solution(visitor: &Visitor, question: &Question, solution: &Solution) -> Markup {
    html! {
        a href=(visitor.to(&format!("/soluciones/{}", solution.id))) { (marked(question, &solution.title)) }
        div.menor { (excerpt(question, &format!("{} {}", solution.problem, solution.text), 220)) }
    }
}

fn passage(visitor: &Visitor, question: &Question, passage: &Passage) -> Markup {
    let to = match &passage.at {
        At::Procedure(code) | At::Norm(code) => address::procedure(visitor, code),
        At::Step(code, step) => format!("{}#paso-{step}", address::procedure(visitor, code)),
        At::Form(code) => address::form(visitor, code),
        At::GeneralNorm => visitor.to("/manual/normas"),
        At::Glossary => visitor.to("/manual/glosario"),
    };
    html! { a href=(to) { (marked(question, &passage.title)) } div.menor { (excerpt(question, &passage.text, 220)) } }
}

fn person(visitor: &Visitor, question: &Question, person: &Person) -> Markup {
    html! {
        strong { (marked(question, &person.name)) } span.menor { " · " (person.login) @if !person.email.is_empty() { " · " (person.email) } }
        @if visitor.person.administrator { " " a.menor href=(visitor.to(&format!("/administracion/personas/{}", person.id.0))) { "ficha" } }
    }
}
