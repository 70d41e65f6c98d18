//! One question to everything the person of the token may see: cases, solutions, the manual and people.

use super::{
    bearer::Bearer,
    input::{Asked, plain},
    page::{Row, same},
    people::PersonBody,
    problem::{ApiError, ReadProblems},
    solutions::SolutionBody,
    work::InstitutionPath,
};
use crate::{
    failure::Failure,
    lookup::{
        self, Found, Lookup, Part,
        manual::{At, Passage},
    },
};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use store::knowledge::Question;
use utoipa::{IntoParams, ToSchema};

/// Letters shown of a passage of the manual.
const EXCERPT: usize = 220;

/// Dónde se busca.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchPart {
    Cases,
    Solutions,
    Manual,
    /// Para el personal que atiende.
    People,
}

same!(SearchPart, Part: Cases Solutions Manual People);

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchAsked {
    /// Palabras, con tildes o sin ellas; la última puede ser el comienzo de una. O un número de caso.
    #[param(max_length = 500)]
    pub q: String,
    /// Solo ahí; entonces se dan hasta 50, y no 5.
    #[serde(rename = "in")]
    pub part: Option<SearchPart>,
    /// El código de un procedimiento: solo sus casos y sus soluciones.
    pub procedure: Option<String>,
}

/// Lo que se halló en una parte.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hits<T> {
    pub items: Vec<T>,
    /// Hay más: se piden con `in`, o página por página en la lista de esa parte.
    pub more: bool,
}

/// Un lugar del manual vigente.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassageBody {
    pub kind: PassageKind,
    pub title: String,
    /// Lo que ahí se lee, alrededor de la primera palabra buscada.
    pub excerpt: String,
    pub procedure: Option<String>,
    pub step: Option<u16>,
    /// El código del formulario.
    pub form: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PassageKind {
    Procedure,
    Step,
    /// De un procedimiento, o general si no lo dice.
    Norm,
    Form,
    Glossary,
}

/// Lo que se halló. Una parte que no se preguntó, o que no es para la persona del token, no está.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct SearchBody {
    /// El caso cuyo número es lo que se busca, si la persona del token lo ve.
    pub case: Option<String>,
    pub cases: Option<Hits<Row>>,
    pub solutions: Option<Hits<SolutionBody>>,
    pub manual: Option<Hits<PassageBody>>,
    pub people: Option<Hits<PersonBody>>,
}

impl PassageBody {
    fn of(passage: &Passage, question: &Question) -> Self {
        let (kind, procedure, step, form) = match &passage.at {
            At::Procedure(code) => (PassageKind::Procedure, Some(code), None, None),
            At::Step(code, step) => (PassageKind::Step, Some(code), Some(step.0), None),
            At::Norm(code) => (PassageKind::Norm, Some(code), None, None),
            At::Form(code) => (PassageKind::Form, None, None, Some(code)),
            At::GeneralNorm => (PassageKind::Norm, None, None, None),
            At::Glossary => (PassageKind::Glossary, None, None, None),
        };
        Self {
            kind,
            title: passage.title.clone(),
            excerpt: question.excerpt(&passage.text, EXCERPT),
            procedure: procedure.map(ToString::to_string),
            step,
            form: form.map(ToString::to_string),
        }
    }
}

/// Busca en todo lo que la persona del token puede ver.
#[utoipa::path(get, operation_id = "search", path = "/api/v1/{institution}/search", tag = "casos", params(InstitutionPath, SearchAsked),
    responses((status = 200, description = "Lo que tiene todas las palabras.", body = SearchBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<SearchAsked>,
) -> Result<Json<SearchBody>, ApiError> {
    if asked.q.chars().count() > 500 {
        return Err(ApiError::malformed("q lleva hasta 500 caracteres."));
    }
    let only = asked.part.map(Part::from);
    if only.is_some_and(|part| !lookup::parts(&bearer.reader).contains(&part)) {
        return Err(Failure::Forbidden("Solo el personal que atiende busca personas.".into()).into());
    }
    let words = plain(&asked.q);
    let procedure = plain(&asked.procedure.unwrap_or_default());
    let edition = bearer.house.edition().await?.edition;
    let lookup = Lookup { reader: &bearer.reader, edition: &edition, words: &words, procedure: &procedure };
    let (zone, question) = (bearer.zone(), Question::new(&words));
    let case = lookup::named(&bearer.reader, &words).await?.map(|number| number.to_string());
    let mut body = SearchBody { case, ..SearchBody::default() };
    for answer in lookup.ask(only).await? {
        let more = answer.more;
        match answer.found {
            Found::Cases(rows) => {
                body.cases = Some(Hits { items: rows.iter().map(|row| Row::of(row, &zone)).collect(), more });
            }
            Found::Solutions(rows) => {
                let items = rows.iter().map(|one| SolutionBody::of(one, &zone)).collect();
                body.solutions = Some(Hits { items, more });
            }
            Found::Manual(rows) => {
                let items = rows.iter().map(|one| PassageBody::of(one, &question)).collect();
                body.manual = Some(Hits { items, more });
            }
            Found::People(rows) => {
                body.people = Some(Hits { items: rows.into_iter().map(PersonBody::from).collect(), more });
            }
        }
    }
    Ok(Json(body))
}
