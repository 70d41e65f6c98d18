//! Who stands in for whom, for which days and why.

use super::{
    super::{
        bearer::Bearer,
        input::Sent,
        page::{Page, Person},
        problem::{ApiError, ReadProblems, WriteProblems},
        work::{IdPath, InstitutionPath, KeyHeader},
    },
    Created, created,
    posts::LastDayBody,
};
use crate::administration::posts::{self as rules, Absence, AskedAbsence};
use axum::{Extension, Json, extract::Path};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{Admin, people::Substitution};
use utoipa::ToSchema;

/// Una ausencia, con quien suple.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubstitutionBody {
    pub id: i64,
    pub absent: Person,
    pub deputy: Person,
    /// El primer día y el último, los dos incluidos.
    #[schema(format = Date)]
    pub since: String,
    #[schema(format = Date)]
    pub until: String,
    pub reason: String,
}

/// Una ausencia por registrar.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSubstitutionBody {
    /// El usuario de quien se ausenta.
    pub absent: String,
    /// El usuario de quien suple.
    pub deputy: String,
    #[schema(value_type = String, format = Date)]
    pub since: Date,
    #[schema(value_type = String, format = Date)]
    pub until: Date,
    pub reason: String,
}

impl From<Substitution> for SubstitutionBody {
    fn from(one: Substitution) -> Self {
        Self {
            id: one.id,
            absent: Person { id: one.absent.0, name: one.absent_name.to_string() },
            deputy: Person { id: one.deputy.0, name: one.deputy_name.to_string() },
            since: one.since.to_string(),
            until: one.until.to_string(),
            reason: one.reason,
        }
    }
}

async fn one(admin: &Admin, id: i64) -> Result<SubstitutionBody, ApiError> {
    let found = admin.substitutions(Date::ZERO).await?.into_iter().find(|row| row.id == id);
    found.map(Into::into).ok_or_else(ApiError::not_found)
}

/// Las suplencias de hoy y las próximas.
#[utoipa::path(get, operation_id = "list_substitutions", path = "/api/v1/{institution}/administration/substitutions", tag = "administración", params(InstitutionPath),
    responses((status = 200, description = "Las suplencias.", body = Page<SubstitutionBody>), ReadProblems))]
pub async fn list(Extension(bearer): Extension<Bearer>) -> Result<Json<Page<SubstitutionBody>>, ApiError> {
    let rows = bearer.admin().await?.substitutions(bearer.today()).await?;
    Ok(Json(Page { items: rows.into_iter().map(Into::into).collect(), next: None }))
}

/// Una suplencia, también si ya terminó.
#[utoipa::path(get, operation_id = "get_substitution", path = "/api/v1/{institution}/administration/substitutions/{id}", tag = "administración", params(IdPath),
    responses((status = 200, description = "La suplencia.", body = SubstitutionBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
) -> Result<Json<SubstitutionBody>, ApiError> {
    Ok(Json(one(&bearer.admin().await?, at.id()?).await?))
}

/// Registra una ausencia con quien suple.
#[utoipa::path(post, operation_id = "name_substitute", path = "/api/v1/{institution}/administration/substitutions", tag = "administración", params(InstitutionPath, KeyHeader),
    request_body = NewSubstitutionBody,
    responses((status = 201, description = "La suplencia.", body = SubstitutionBody,
        headers(("Location" = String, description = "La dirección de la suplencia."))), WriteProblems))]
pub async fn name(
    Extension(bearer): Extension<Bearer>,
    Sent { body, key }: Sent<NewSubstitutionBody>,
) -> Result<Created<SubstitutionBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let asked = AskedAbsence {
        absent: Some(bearer.person(&body.absent, "absent").await?),
        deputy: Some(bearer.person(&body.deputy, "deputy").await?),
        since: Some(body.since),
        until: Some(body.until),
        reason: &body.reason,
    };
    let Absence { absent, deputy, days, reason } = rules::absence(asked)?;
    let id = admin.name_substitute(absent, deputy, days, reason, bearer.now).await?;
    let made = one(&admin, id).await?;
    Ok(created(&bearer, "substitutions", id, made))
}

/// Termina una suplencia: dice su último día.
#[utoipa::path(post, operation_id = "end_substitution", path = "/api/v1/{institution}/administration/substitutions/{id}/ends", tag = "administración", params(IdPath, KeyHeader),
    request_body = LastDayBody, responses((status = 200, description = "La suplencia como quedó.", body = SubstitutionBody), WriteProblems))]
pub async fn end(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    Sent { body, key }: Sent<LastDayBody>,
) -> Result<Json<SubstitutionBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let id = at.id()?;
    admin.end_substitution(id, body.last_day, bearer.now).await?;
    Ok(Json(one(&admin, id).await?))
}
