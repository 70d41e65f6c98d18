//! The published solutions of the institution.

use super::{
    bearer::Bearer,
    input::Asked,
    page::{Page, moment},
    problem::{ApiError, ReadProblems},
    work::InstitutionPath,
};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use store::knowledge::SolutionState;
use utoipa::{IntoParams, ToSchema};

/// Una solución publicada.
#[derive(Debug, Serialize, ToSchema)]
pub struct SolutionBody {
    pub id: i64,
    pub title: String,
    pub problem: String,
    pub solution: String,
    /// El código del procedimiento.
    pub procedure: Option<String>,
    /// El caso del que salió; solo para el personal que atiende.
    pub case: Option<String>,
    #[schema(format = DateTime)]
    pub changed_at: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SolutionsAsked {
    /// Palabras, con tildes o sin ellas; la última puede ser el comienzo de una.
    #[param(max_length = 500)]
    pub q: Option<String>,
    /// El `next` de la página anterior.
    #[param(pattern = r"^[0-9]{1,18}$")]
    pub cursor: Option<String>,
}

/// Las soluciones publicadas, la más reciente primero; con `q`, las que tienen todas las palabras.
#[utoipa::path(get, operation_id = "list_solutions", path = "/api/v1/{institution}/solutions", tag = "manual", params(InstitutionPath, SolutionsAsked),
    responses((status = 200, description = "Una página de soluciones.", body = Page<SolutionBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<SolutionsAsked>,
) -> Result<Json<Page<SolutionBody>>, ApiError> {
    let words = asked.q.unwrap_or_default();
    if words.chars().count() > 500 {
        return Err(ApiError::malformed("q lleva hasta 500 caracteres."));
    }
    let cursor = asked.cursor.as_deref();
    if cursor.is_some_and(|cursor| {
        cursor.is_empty() || cursor.len() > 18 || !cursor.bytes().all(|byte| byte.is_ascii_digit())
    }) {
        return Err(ApiError::malformed("Ese cursor no es de esta lista."));
    }
    let zone = bearer.zone();
    let page = bearer.reader.solutions(SolutionState::Published, &words, cursor, 0).await?;
    let body = |solution: &store::knowledge::Solution| SolutionBody {
        id: solution.id,
        title: solution.title.to_string(),
        problem: solution.problem.to_string(),
        solution: solution.text.to_string(),
        procedure: solution.procedure.as_ref().map(ToString::to_string),
        case: solution.number.as_ref().map(ToString::to_string),
        changed_at: moment(solution.changed_at, &zone),
    };
    Ok(Json(Page { items: page.rows.iter().map(body).collect(), next: page.next }))
}
