//! The due dates of a case with the reasons for each: «¿por qué esta fecha?» for programs.

use super::{
    bearer::Bearer,
    page::{Page, moment},
    problem::{ApiError, ReadProblems},
    work::CasePath,
};
use crate::because::Telling;
use axum::{Extension, Json, extract::Path};
use serde::Serialize;
use utoipa::ToSchema;

/// Un plazo del caso, con las razones de su fecha.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueBody {
    /// La clave del plazo en el manual; `paso`, el del paso en que está.
    pub clock: String,
    pub name: String,
    /// El término, como lo da el manual.
    pub term: String,
    /// El número de la norma que lo da.
    pub norm: Option<String>,
    #[schema(format = DateTime)]
    pub due: String,
    /// Cuándo dejó de correr.
    #[schema(format = DateTime)]
    pub stopped: Option<String>,
    /// Una razón por línea: regla, edición, calendario, días saltados, esperas, prórrogas, recálculos.
    pub because: Vec<String>,
}

/// Los plazos del caso y por qué vence cada uno cuando vence.
#[utoipa::path(get, operation_id = "list_dues", path = "/api/v1/{institution}/cases/{number}/dues", tag = "plazos", params(CasePath),
    responses((status = 200, description = "Los plazos.", body = Page<DueBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
) -> Result<Json<Page<DueBody>>, ApiError> {
    let view = bearer.see(&at.number).await?;
    let zone = bearer.zone();
    let Some(calendar) = bearer.house.store.calendar_version(view.case.calendar).await? else {
        return Ok(Json(Page { items: Vec::new(), next: None }));
    };
    let lines = Telling { view: &view, calendar: &calendar, now: bearer.now, zone: &zone }.lines();
    let body = |line: crate::because::Line| DueBody {
        clock: line.clock.to_string(),
        name: line.name,
        term: line.term,
        norm: line.norm,
        due: moment(line.due, &zone),
        stopped: line.stopped.map(|at| moment(at, &zone)),
        because: line.because,
    };
    Ok(Json(Page { items: lines.into_iter().map(body).collect(), next: None }))
}
