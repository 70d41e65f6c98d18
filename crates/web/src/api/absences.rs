//! Absences with who stands in, and what each person has in hand: for whoever administers and for chiefs.

use super::{
    bearer::Bearer,
    input::{Asked, Sent},
    page::{Page, Person, moment},
    problem::{ApiError, ReadProblems, WriteProblems},
    work::{IdPath, InstitutionPath, KeyHeader, missing},
};
use axum::{Extension, Json, extract::Path, http::StatusCode, response::IntoResponse};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{Admin, StoreError, people::Substitution};
use utoipa::{IntoParams, ToSchema};

/// Casos de una persona en una respuesta, a lo sumo.
const MOST: usize = 500;

/// Una ausencia, con quien suple.
#[derive(Debug, Serialize, ToSchema)]
pub struct AbsenceBody {
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
pub struct NewAbsenceBody {
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

/// El último día de una ausencia.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbsenceEndBody {
    #[schema(value_type = String, format = Date)]
    pub last_day: Date,
}

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

impl From<Substitution> for AbsenceBody {
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

impl Bearer {
    /// The hands of one who administers.
    ///
    /// # Errors
    /// Forbidden for everybody else.
    pub(super) async fn admin(&self) -> Result<Admin, ApiError> {
        Ok(self.house.store.admin(self.reader.person().id).await?)
    }

    /// The same for looking: to everybody else it is not there.
    ///
    /// # Errors
    /// Not found; or the store cannot be read.
    pub(super) async fn admin_looks(&self) -> Result<Admin, ApiError> {
        match self.house.store.admin(self.reader.person().id).await {
            Err(StoreError::Refused(_)) => Err(ApiError::not_found()),
            admin => Ok(admin?),
        }
    }

    fn today(&self) -> Date {
        self.now.to_zoned(self.zone()).date()
    }
}

/// Las ausencias de hoy y las próximas: para quien administra.
#[utoipa::path(get, operation_id = "list_absences", path = "/api/v1/{institution}/absences", tag = "personas", params(InstitutionPath),
    responses((status = 200, description = "Las ausencias.", body = Page<AbsenceBody>), ReadProblems))]
pub async fn list(Extension(bearer): Extension<Bearer>) -> Result<Json<Page<AbsenceBody>>, ApiError> {
    let rows = bearer.admin_looks().await?.substitutions(bearer.today()).await?;
    Ok(Json(Page { items: rows.into_iter().map(Into::into).collect(), next: None }))
}

/// Registra una ausencia con quien suple: para quien administra.
#[utoipa::path(post, operation_id = "register_absence", path = "/api/v1/{institution}/absences", tag = "personas", params(InstitutionPath, KeyHeader),
    request_body = NewAbsenceBody, responses((status = 201, description = "La ausencia.", body = AbsenceBody), WriteProblems))]
pub async fn create(
    Extension(bearer): Extension<Bearer>,
    Sent { body, key }: Sent<NewAbsenceBody>,
) -> Result<impl IntoResponse, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let (absent, deputy) = (bearer.person(&body.absent, "absent").await?, bearer.person(&body.deputy, "deputy").await?);
    let reason = body.reason.trim();
    if reason.is_empty() {
        return Err(missing("reason", "Diga la razón: vacaciones, comisión, suspensión…"));
    }
    let days = (body.since, body.until);
    let id = admin.name_substitute(absent, deputy, days, reason.to_owned(), bearer.now).await?;
    let rows = admin.substitutions(body.since.min(bearer.today())).await?;
    let made = rows.into_iter().find(|row| row.id == id).ok_or_else(ApiError::not_found)?;
    Ok((StatusCode::CREATED, Json(AbsenceBody::from(made))))
}

/// Termina una ausencia: dice su último día. Para quien administra.
#[utoipa::path(post, operation_id = "end_absence", path = "/api/v1/{institution}/absences/{id}/ends", tag = "personas", params(IdPath, KeyHeader),
    request_body = AbsenceEndBody, responses((status = 204, description = "Termina ese día."), WriteProblems))]
pub async fn end(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    Sent { body, .. }: Sent<AbsenceEndBody>,
) -> Result<StatusCode, ApiError> {
    bearer.admin().await?.end_substitution(at.id()?, body.last_day, bearer.now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Los casos abiertos asignados a una persona: los propios, o los de cualquiera para una jefatura. Para entregarlos,
/// `POST batches` con `hand_over`.
#[utoipa::path(get, operation_id = "list_charges", path = "/api/v1/{institution}/charges", tag = "personas", params(InstitutionPath, ChargesQuery),
    responses((status = 200, description = "Hasta 500 casos, por orden de llegada.", body = Page<ChargeBody>), ReadProblems))]
pub async fn charges(
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
