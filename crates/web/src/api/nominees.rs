//! Whom the person of the token may name for the roles of a case's step, and whom the manual's rule proposes.

use super::{
    bearer::Bearer,
    page::Page,
    problem::{ApiError, ReadProblems},
    work::CasePath,
};
use crate::nominees::{Naming, Nominees, Offered};
use axum::{Extension, Json, extract::Path};
use serde::Serialize;
use utoipa::ToSchema;

/// Un puesto del paso en que está el caso, y a quién se puede nombrar.
#[derive(Debug, Serialize, ToSchema)]
pub struct NomineesBody {
    pub role: String,
    pub people: Vec<NomineeBody>,
    /// A quién propone la regla del manual, si la tiene y el puesto no tiene a nadie.
    pub proposed: Option<ProposedBody>,
}

/// Alguien a quien se puede nombrar.
#[derive(Debug, Serialize, ToSchema)]
pub struct NomineeBody {
    pub login: String,
    pub name: String,
    /// El puesto que ocupa, si no es el mismo.
    pub post: Option<String>,
}

/// A quién se propone. No se asigna solo.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedBody {
    pub login: String,
    pub why: String,
}

/// A quiénes puede nombrar la persona del token en el paso en que está el caso: al asignar, o al cumplirlo.
#[utoipa::path(get, operation_id = "list_nominees", path = "/api/v1/{institution}/cases/{number}/nominees", tag = "pasos", params(CasePath),
    responses((status = 200, description = "Puesto por puesto; ninguno, si no le toca nombrar a nadie.", body = Page<NomineesBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
) -> Result<Json<Page<NomineesBody>>, ApiError> {
    let view = bearer.see(&at.number).await?;
    let naming = Naming { view: &view, person: bearer.reader.person().id };
    let nominees = Nominees::load(&bearer.house.store, naming, bearer.now).await?;
    let zone = bearer.zone();
    let body = |(role, people): &(engine::Name, Vec<Offered>)| NomineesBody {
        role: role.to_string(),
        people: people
            .iter()
            .map(|one| NomineeBody {
                login: one.login.to_string(),
                name: one.name.to_string(),
                post: one.post.as_ref().map(ToString::to_string),
            })
            .collect(),
        proposed: nominees
            .proposal(&view, role, &zone)
            .map(|(one, why)| ProposedBody { login: one.login.to_string(), why }),
    };
    Ok(Json(Page { items: nominees.offered.iter().map(body).collect(), next: None }))
}
