//! What each person has in hand: for oneself and for chiefs.

use super::{
    bearer::Bearer,
    input::Asked,
    page::{Page, moment},
    problem::{ApiError, ReadProblems},
    work::InstitutionPath,
};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Casos de una persona en una respuesta, a lo sumo.
const MOST: usize = 500;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChargesQuery {
    /// El usuario de la persona; sin él, la del token.
    pub of: Option<String>,
}

/// Un caso abierto asignado a una persona.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChargeBody {
    pub number: String,
    pub subject: String,
    /// El código del procedimiento.
    pub procedure: String,
    /// Los puestos con que lo tiene.
    pub roles: Vec<String>,
    #[schema(format = DateTime)]
    pub due: Option<String>,
}

/// Los casos abiertos asignados a una persona: los propios, o los de cualquiera para una jefatura. Para entregarlos,
/// `POST batches` con `hand_over`.
#[utoipa::path(get, operation_id = "list_charges", path = "/api/v1/{institution}/charges", tag = "personas", params(InstitutionPath, ChargesQuery),
    responses((status = 200, description = "Hasta 500 casos, por orden de llegada.", body = Page<ChargeBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<ChargesQuery>,
) -> Result<Json<Page<ChargeBody>>, ApiError> {
    let zone = bearer.zone();
    let of = match asked.of.as_deref() {
        Some(login) if login.chars().any(char::is_control) => return Err(ApiError::not_found()),
        Some(login) => bearer.person(login, "of").await.map_err(|_| ApiError::not_found())?,
        None => bearer.reader.person().id,
    };
    let body = |charge: store::Charge| ChargeBody {
        number: charge.number.to_string(),
        subject: charge.subject.to_string(),
        procedure: charge.procedure.to_string(),
        roles: charge.roles.iter().map(ToString::to_string).collect(),
        due: charge.due.map(|due| moment(due, &zone)),
    };
    let charges = bearer.reader.charges(of, MOST).await?;
    Ok(Json(Page { items: charges.into_iter().map(body).collect(), next: None }))
}
