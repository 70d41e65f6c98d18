//! The solutions of the institution: found by everybody, written from a case by whoever attends it, published by a chief;
//! and what may help before asking.

use super::{
    bearer::Bearer,
    input::{Asked, Key, Sent, plain},
    page::{Page, Person, cursor, limit, moment, same},
    problem::{ApiError, ReadProblems, WriteProblems},
    work::{CasePath, IdPath, InstitutionPath, KeyHeader},
};
use crate::{alike, failure::Failure};
use axum::{
    Extension, Json,
    extract::Path,
    http::{StatusCode, header},
    response::IntoResponse,
};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::{
    StoreError,
    knowledge::{NewSolution, Solution, SolutionState as State},
};
use utoipa::{IntoParams, ToSchema};

/// En qué va una solución: los borradores y las retiradas los ve el personal que atiende.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SolutionState {
    Draft,
    Published,
    Withdrawn,
}

same!(SolutionState, State: Draft Published Withdrawn);

/// Una solución.
#[derive(Debug, Serialize, ToSchema)]
pub struct SolutionBody {
    pub id: i64,
    pub state: SolutionState,
    pub title: String,
    pub problem: String,
    pub solution: String,
    /// El código del procedimiento.
    pub procedure: Option<String>,
    /// El caso del que salió; solo para el personal que atiende.
    pub case: Option<String>,
    pub author: Person,
    #[schema(format = DateTime)]
    pub changed_at: String,
}

/// Los textos de una solución. No llevan nombres, contraseñas ni datos de personas.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SolutionTexts {
    /// Hasta 200 letras.
    pub title: String,
    /// El problema, como lo diría quien lo sufre: hasta 5,000 letras.
    pub problem: String,
    /// Cómo se resolvió: hasta 20,000 letras.
    pub solution: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SolutionsAsked {
    /// Palabras, con tildes o sin ellas; la última puede ser el comienzo de una.
    #[param(max_length = 500)]
    pub q: Option<String>,
    /// Sin decirlo, las publicadas.
    pub state: Option<SolutionState>,
    /// El `next` de la página anterior.
    #[param(pattern = r"^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LikelyAsked {
    /// Lo que se está por pedir; se miran las primeras 2,000 letras.
    pub text: String,
    /// El código del procedimiento que se iba a pedir.
    pub procedure: Option<String>,
}

/// Lo que puede servir antes de pedir.
#[derive(Debug, Serialize, ToSchema)]
pub struct LikelyBody {
    /// Soluciones publicadas que se parecen, la más parecida primero.
    pub solutions: Vec<SolutionBody>,
    /// Otro procedimiento que la persona puede pedir y al que el texto se parece más.
    pub procedure: Option<LikelyProcedure>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LikelyProcedure {
    pub code: String,
    pub title: String,
}

impl SolutionBody {
    #[must_use]
    pub fn of(solution: &Solution, zone: &TimeZone) -> Self {
        Self {
            id: solution.id,
            state: solution.state.into(),
            title: solution.title.to_string(),
            problem: solution.problem.to_string(),
            solution: solution.text.to_string(),
            procedure: solution.procedure.as_ref().map(ToString::to_string),
            case: solution.number.as_ref().map(ToString::to_string),
            author: Person { id: solution.author.0, name: solution.author_name.to_string() },
            changed_at: moment(solution.changed_at, zone),
        }
    }
}

impl From<SolutionTexts> for NewSolution {
    fn from(texts: SolutionTexts) -> Self {
        Self { title: texts.title, problem: texts.problem, text: texts.solution, ..Self::default() }
    }
}

impl Bearer {
    async fn solution(&self, id: i64) -> Result<Solution, ApiError> {
        self.reader.solution(id).await?.ok_or_else(ApiError::not_found)
    }

    async fn shown(&self, id: i64) -> Result<Json<SolutionBody>, ApiError> {
        Ok(Json(SolutionBody::of(&self.solution(id).await?, &self.zone())))
    }

    async fn settle(&self, at: &IdPath, state: State, key: Key) -> Result<Json<SolutionBody>, ApiError> {
        let id = self.solution(at.id()?).await?.id;
        let settling = async {
            self.reader.settle_solution(id, state, self.now).await?;
            Ok(id)
        };
        self.once(key, settling).await?;
        self.shown(id).await
    }
}

/// The faults name the fields of the page's form; here they have the API's names.
fn renamed(error: StoreError) -> ApiError {
    let StoreError::Refused(mut refusal) = error else { return error.into() };
    for fault in &mut refusal.faults {
        fault.field = match &*fault.field {
            "titulo" => "title".into(),
            "problema" => "problem".into(),
            "solucion" => "solution".into(),
            other => other.into(),
        };
    }
    Failure::Refused(refusal).into()
}

/// Las soluciones, la más reciente primero; con `q`, las que tienen todas las palabras.
#[utoipa::path(get, operation_id = "list_solutions", path = "/api/v1/{institution}/solutions", tag = "soluciones", params(InstitutionPath, SolutionsAsked),
    responses((status = 200, description = "Una página de soluciones.", body = Page<SolutionBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<SolutionsAsked>,
) -> Result<Json<Page<SolutionBody>>, ApiError> {
    let words = asked.q.unwrap_or_default();
    if words.chars().count() > 500 {
        return Err(ApiError::malformed("q lleva hasta 500 caracteres."));
    }
    let (from, limit) = (cursor(asked.cursor.as_deref(), false)?, limit(asked.limit)?);
    let state = asked.state.map_or(State::Published, Into::into);
    let zone = bearer.zone();
    let page = bearer.reader.solutions(state, &plain(&words), from, limit).await?;
    Ok(Json(Page { items: page.rows.iter().map(|one| SolutionBody::of(one, &zone)).collect(), next: page.next }))
}

/// Una solución.
#[utoipa::path(get, operation_id = "get_solution", path = "/api/v1/{institution}/solutions/{id}", tag = "soluciones", params(IdPath),
    responses((status = 200, description = "La solución.", body = SolutionBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
) -> Result<Json<SolutionBody>, ApiError> {
    bearer.shown(at.id()?).await
}

/// Lo que puede servir antes de pedir: soluciones parecidas a lo que se escribe, y el procedimiento del que parece ser.
#[utoipa::path(get, operation_id = "list_likely_solutions", path = "/api/v1/{institution}/solutions/likely", tag = "soluciones", params(InstitutionPath, LikelyAsked),
    responses((status = 200, description = "Lo que se parece.", body = LikelyBody), ReadProblems))]
pub async fn likely(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<LikelyAsked>,
) -> Result<Json<LikelyBody>, ApiError> {
    let edition = bearer.house.edition().await?.edition;
    let code = asked.procedure.unwrap_or_default();
    let likely = alike::find(&bearer.reader, &edition, &plain(&asked.text), &code).await?;
    let zone = bearer.zone();
    Ok(Json(LikelyBody {
        solutions: likely.solutions.iter().map(|one| SolutionBody::of(one, &zone)).collect(),
        procedure: likely.procedure.map(|(code, title)| LikelyProcedure { code, title }),
    }))
}

/// La última solución escrita de un caso, si la hay; para el personal que atiende.
#[utoipa::path(get, operation_id = "list_case_solutions", path = "/api/v1/{institution}/cases/{number}/solutions", tag = "soluciones", params(CasePath),
    responses((status = 200, description = "La solución.", body = Page<SolutionBody>), ReadProblems))]
pub async fn of_case(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
) -> Result<Json<Page<SolutionBody>>, ApiError> {
    let view = bearer.see(&at.number).await?;
    let found = bearer.reader.solution_of_case(&view.case.number).await?;
    let zone = bearer.zone();
    Ok(Json(Page { items: found.iter().map(|one| SolutionBody::of(one, &zone)).collect(), next: None }))
}

/// Escribe como borrador lo que enseñó un caso terminado: quien lo atiende.
#[utoipa::path(post, operation_id = "write_solution", path = "/api/v1/{institution}/cases/{number}/solutions", tag = "soluciones", params(CasePath, KeyHeader),
    request_body = SolutionTexts, responses((status = 201, description = "La solución, en borrador.", body = SolutionBody,
        headers(("Location" = String, description = "La dirección de la solución."))), WriteProblems))]
pub async fn write(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<SolutionTexts>,
) -> Result<impl IntoResponse, ApiError> {
    let view = bearer.see(&at.number).await?;
    let id = bearer.reader.learn(&view, body.into(), key.into_key(), bearer.now).await.map_err(renamed)?;
    let location = bearer.address(&format!("/solutions/{id}"));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], bearer.shown(id).await?))
}

/// Cambia los textos: quien la escribió mientras es borrador; después, una jefatura.
#[utoipa::path(post, operation_id = "change_solution", path = "/api/v1/{institution}/solutions/{id}", tag = "soluciones", params(IdPath, KeyHeader),
    request_body = SolutionTexts, responses((status = 200, description = "La solución como quedó.", body = SolutionBody), WriteProblems))]
pub async fn change(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    Sent { body, key }: Sent<SolutionTexts>,
) -> Result<Json<SolutionBody>, ApiError> {
    let kept = bearer.solution(at.id()?).await?;
    let procedure = kept.procedure.as_deref().unwrap_or_default().to_owned();
    let changing = async {
        let new = NewSolution { procedure, ..body.into() };
        bearer.reader.change_solution(kept.id, new, bearer.now).await.map_err(renamed)?;
        Ok(kept.id)
    };
    bearer.once(key, changing).await?;
    bearer.shown(kept.id).await
}

/// Publica una solución para toda la institución: una jefatura.
#[utoipa::path(post, operation_id = "publish_solution", path = "/api/v1/{institution}/solutions/{id}/publications", tag = "soluciones", params(IdPath, KeyHeader),
    responses((status = 200, description = "La solución como quedó.", body = SolutionBody), WriteProblems))]
pub async fn publish(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    key: Key,
) -> Result<Json<SolutionBody>, ApiError> {
    bearer.settle(&at, State::Published, key).await
}

/// Retira una solución: una jefatura. Vuelve a publicarse igual.
#[utoipa::path(post, operation_id = "withdraw_solution", path = "/api/v1/{institution}/solutions/{id}/withdrawals", tag = "soluciones", params(IdPath, KeyHeader),
    responses((status = 200, description = "La solución como quedó.", body = SolutionBody), WriteProblems))]
pub async fn withdraw(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    key: Key,
) -> Result<Json<SolutionBody>, ApiError> {
    bearer.settle(&at, State::Withdrawn, key).await
}
