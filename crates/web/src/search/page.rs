//! `GET /{institution}/buscar`: one question, four answers; each can be asked alone. A number goes straight to its case.

use super::manual;
use crate::{
    failure::Failure,
    inbox::filters::Asked as Filtered,
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
    Filters,
    knowledge::{Question, SolutionState},
};

/// Shown of each when everything is asked, and when one is asked alone.
const FEW: usize = 5;
const MANY: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    /// The one part that is asked for.
    en: String,
    /// The code of a procedure, for cases and solutions.
    procedimiento: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Cases,
    Solutions,
    People,
    Manual,
}

impl Part {
    const ALL: [Self; 4] = [Self::Cases, Self::Solutions, Self::Manual, Self::People];

    const fn code(self) -> &'static str {
        match self {
            Self::Cases => "casos",
            Self::Solutions => "soluciones",
            Self::People => "personas",
            Self::Manual => "manual",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Cases => "Casos",
            Self::Solutions => "Soluciones",
            Self::People => "Personas",
            Self::Manual => "Manual",
        }
    }
}

/// What one part answers.
struct Answer {
    part: Part,
    items: Vec<Markup>,
    more: bool,
}

pub async fn show(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let words = asked.q.trim();
    if words.chars().any(|c| c.is_ascii_digit())
        && !words.contains(char::is_whitespace)
        && asked.en.is_empty()
        && let Some(view) = visitor.reader.case(words).await?
    {
        return Ok(Redirect::to(&visitor.to(&format!("/casos/{}", view.case.number))).into_response());
    }
    let question = Question::new(words);
    let only = Part::ALL.into_iter().find(|part| part.code() == asked.en);
    let staff = visitor.attends() || visitor.sees_all();
    let parts: Vec<Part> = Part::ALL.into_iter().filter(|part| *part != Part::People || staff).collect();
    let mut answers = Vec::new();
    for part in parts.iter().filter(|part| only.is_none_or(|only| only == **part)) {
        let most = if only.is_some() { MANY } else { FEW };
        answers.push(answer(&visitor, *part, &asked, &question, most).await?);
    }
    let address = |en: &str| {
        let pairs = [("q", words), ("en", en), ("procedimiento", asked.procedimiento.as_str())];
        let pairs = pairs.into_iter().filter(|(_, text)| !text.is_empty());
        visitor.to(&format!("/buscar?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()))
    };
    let none = answers.iter().all(|answer| answer.items.is_empty());
    let edition = visitor.house.edition().await?.edition;
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
            @if let Some(only) = only { input type="hidden" name="en" value=(only.code()); }
            div.fila { button type="submit" { "Buscar" } }
        }
        div.pila #hallado {
            nav.pestanas aria-label="Dónde buscar" { ul {
                li { a href=(address("")) aria-current=[only.is_none().then_some("page")] { "Todo" } }
                @for part in &parts { li { a href=(address(part.code())) aria-current=[(only == Some(*part)).then_some("page")] { (part.title()) } } }
            } }
            @if question.is_empty() {
                div.panel.vacio { p { "Escriba una palabra, el comienzo de una, o un número de caso." } }
            } @else if none {
                div.panel.vacio {
                    p { "Nada a su alcance tiene todas esas palabras." }
                    p { "Pruebe con menos palabras, o con el comienzo de una." }
                }
            }
            @for answer in answers.iter().filter(|answer| !answer.items.is_empty()) {
                section.panel aria-labelledby=(answer.part.code()) {
                    header {
                        h2 id=(answer.part.code()) { (answer.part.title()) }
                        span.menor { @if answer.more { "los primeros " } (words::count(i64::try_from(answer.items.len()).unwrap_or(i64::MAX), "resultado", "resultados")) }
                    }
                    ul.hallados { @for item in &answer.items { li { (item) } } }
                    @if answer.more {
                        p { a href=(further(&visitor, answer.part, &asked, &address)) { "Ver más en " (answer.part.title()) } }
                    }
                }
            }
        }
    };
    let title = if words.is_empty() { "Buscar".to_string() } else { format!("Buscar «{words}»") };
    Ok(Frame::new(&visitor, Place::Nowhere, &title).page(&content).into_response())
}

/// Where the rest of a part is: the lists that have pages.
fn further(visitor: &Visitor, part: Part, asked: &Asked, address: &dyn Fn(&str) -> String) -> String {
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
        Part::People | Part::Manual => address(part.code()),
    }
}

async fn answer(
    visitor: &Visitor,
    part: Part,
    asked: &Asked,
    question: &Question,
    most: usize,
) -> Result<Answer, Failure> {
    let none = Answer { part, items: Vec::new(), more: false };
    if question.is_empty() {
        return Ok(none);
    }
    let words = asked.q.trim();
    let (mut items, more) = match part {
        Part::Cases => cases(visitor, asked, question, most).await?,
        Part::Solutions => solutions(visitor, asked, question, most).await?,
        Part::People => {
            let people = visitor.reader.people(words, most + 1).await?;
            let more = people.len() > most;
            let item = |person: &store::people::Person| {
                html! {
                    strong { (marked(question, &person.name)) } span.menor { " · " (person.login) @if !person.email.is_empty() { " · " (person.email) } }
                    @if visitor.person.administrator { " " a.menor href=(visitor.to(&format!("/administracion/personas/{}", person.id.0))) { "ficha" } }
                }
            };
            (people.iter().map(item).collect(), more)
        }
        Part::Manual => {
            let edition = visitor.house.edition().await?.edition;
            let found = manual::find(visitor, &edition, question);
            let more = found.len() > most;
            let item = |found: &manual::Found| {
                html! { a href=(found.address) { (marked(question, &found.title)) } div.menor { (excerpt(question, &found.text, 220)) } }
            };
            (found.iter().map(item).collect(), more)
        }
    };
    items.truncate(most);
    Ok(Answer { part, items, more })
}

type Items = (Vec<Markup>, bool);

async fn cases(visitor: &Visitor, asked: &Asked, question: &Question, most: usize) -> Result<Items, Failure> {
    let procedure = Some(asked.procedimiento.clone()).filter(|code| !code.is_empty());
    let filters = Filters { text: Some(asked.q.trim().into()), procedure, ..Filters::default() };
    let page = visitor.reader.cases(&filters, None, most).await?;
    let zone = visitor.zone();
    let item = |row: &store::cases::CaseRow| {
        html! {
            a.caso href=(visitor.to(&format!("/casos/{}", row.number))) { (row.number) } " " (marked(question, &row.subject)) " "
            (words::status(row.status, None))
            div.menor { (row.procedure) " · " (marked(question, &row.requester_name)) " · " (words::time(row.updated_at, &zone)) }
        }
    };
    Ok((page.rows.iter().map(item).collect(), page.next.is_some()))
}

async fn solutions(visitor: &Visitor, asked: &Asked, question: &Question, most: usize) -> Result<Items, Failure> {
    let wide = if asked.procedimiento.is_empty() { most } else { 200 };
    let page = visitor.reader.solutions(SolutionState::Published, asked.q.trim(), None, wide).await?;
    let wanted = |code: Option<&str>| asked.procedimiento.is_empty() || code == Some(asked.procedimiento.as_str());
    let found: Vec<_> = page.rows.iter().filter(|solution| wanted(solution.procedure.as_deref())).collect();
    let more = page.next.is_some() || found.len() > most;
    let item = |solution: &&store::knowledge::Solution| {
        html! {
            a href=(visitor.to(&format!("/soluciones/{}", solution.id))) { (marked(question, &solution.title)) }
            div.menor { (excerpt(question, &format!("{} {}", solution.problem, solution.text), 220)) }
        }
    };
    Ok((found.iter().map(item).collect(), more))
}
