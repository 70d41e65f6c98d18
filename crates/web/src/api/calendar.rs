//! Days off decreed late: what a decree would move, the signature that makes it, and how far it has come.

use super::{
    acts::{Secret, proven},
    bearer::Bearer,
    input::{Asked, Sent},
    page::{Page, Person, moment},
    problem::{ApiError, ReadProblems, WriteProblems},
    work::{InstitutionPath, KeyHeader, missing},
};
use crate::clock::digest;
use axum::{
    Extension, Json,
    extract::Path,
    http::{StatusCode, header},
    response::IntoResponse,
};
use engine::refusal::Refusal;
use jiff::{civil::Date, tz::TimeZone};
use manual::calendar_rules::{DayOff, DayOffKind, Interval, When};
use serde::{Deserialize, Serialize};
use store::{
    Admin,
    calendars::{CalendarChange, Move},
    recount::Signature,
};
use utoipa::{IntoParams, ToSchema};

/// Rows of one page of what a change moved.
const ROWS: usize = 200;

/// Un cambio del calendario: un día que se decreta, o uno decretado que se quita.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBody {
    /// `true`: el día decretado con esa fecha y ese nombre se quita.
    pub revoke: Option<bool>,
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub name: String,
    /// La ley, el acuerdo o la resolución, con su número. Al decretar es obligatoria.
    pub source: Option<String>,
    /// Cuándo se publicó la fuente.
    #[schema(value_type = Option<String>, format = Date)]
    pub published: Option<Date>,
    /// Desde y hasta qué hora (`08:30`), si no es todo el día.
    pub from: Option<String>,
    pub to: Option<String>,
    /// Si el día detiene los plazos.
    pub stops_deadlines: Option<bool>,
    /// El código de la única unidad donde rige.
    pub office: Option<String>,
    /// Por qué se quita. Al quitar es obligatoria.
    pub reason: Option<String>,
}

/// El cambio que se firma.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedChangeBody {
    pub change: ChangeBody,
    /// La `version` de la vista previa que se firma: si el calendario cambió desde entonces, 409.
    pub version: u32,
    /// La contraseña de la persona del token: la firma es de nivel 1.
    #[schema(value_type = Option<String>, max_length = 128)]
    pub password: Option<Secret>,
}

/// Un vencimiento que cambia.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveBody {
    pub case: String,
    /// La clave del plazo; `paso`, el del paso en que está.
    pub clock: String,
    #[schema(format = DateTime)]
    pub before: String,
    #[schema(format = DateTime)]
    pub after: String,
}

/// Lo que un cambio movería.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewBody {
    /// La versión del calendario vigente: va con la firma.
    pub version: u32,
    /// SHA-256 de lo que se firmaría.
    pub digest: String,
    pub open_cases: usize,
    /// Casos de los que cambia algún vencimiento.
    pub cases: usize,
    /// Los primeros 1,000.
    pub moved: Vec<MoveBody>,
}

/// Un cambio firmado, y cómo va.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarOrderBody {
    pub version: u32,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: Person,
    /// Qué cambió, en palabras.
    pub what: String,
    /// Casos abiertos al firmar.
    pub open_cases: i64,
    /// Los que aún no se han calculado de nuevo.
    pub waiting: i64,
    /// Casos que cambiaron de fecha.
    pub cases: i64,
    pub moved: Page<MoveBody>,
}

/// Where a signed change is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct VersionPath {
    /// La institución: `igss`, `seprem` …
    pub institution: String,
    /// La versión del calendario que el cambio hizo.
    pub version: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MovesQuery {
    /// El `next` de la página anterior.
    pub cursor: Option<String>,
}

/// SHA-256 of what is signed: the change and the version of the calendar it was seen on.
#[must_use]
pub fn fingerprint(change: &CalendarChange, seen: u32) -> String {
    digest(&format!("calendario={seen}\n{}", serde_json::to_string(change).unwrap_or_default()))
}

/// `08:30` in minutes of the day.
#[must_use]
pub fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

impl MoveBody {
    fn of(moved: &Move, zone: &TimeZone) -> Self {
        Self {
            case: moved.case.to_string(),
            clock: moved.clock.to_string(),
            before: moment(moved.before, zone),
            after: moment(moved.after, zone),
        }
    }
}

async fn change(admin: &Admin, body: ChangeBody) -> Result<CalendarChange, ApiError> {
    let given = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let name = body.name.trim();
    if body.revoke == Some(true) {
        let decreed = admin.calendar().await?.map(|(_, rules)| rules.decreed).unwrap_or_default();
        let same = |day: &&DayOff| day.when == When::Once { date: body.date } && &*day.name == name;
        let day = decreed.iter().find(same).cloned();
        let day = day.ok_or_else(|| Refusal::conflict("Ese día no está entre los decretados."))?;
        let reason = given(body.reason).ok_or_else(|| missing("reason", "Escriba la razón: queda en la bitácora."))?;
        return Ok(CalendarChange::Revoke { day, reason: reason.into() });
    }
    if name.is_empty() {
        return Err(missing("name", "Escriba el nombre del día."));
    }
    let source = given(body.source)
        .ok_or_else(|| missing("source", "Escriba la ley, el acuerdo o la resolución, con su número."))?;
    let hours = match (body.from.as_deref().map(minutes), body.to.as_deref().map(minutes)) {
        (None, None) => None,
        (Some(Some(from)), Some(Some(to))) if from < to => Some(Interval { from, to }),
        _ => return Err(missing("from", "Escriba las dos horas, la primera antes que la segunda; o ninguna.")),
    };
    Ok(CalendarChange::Decree(DayOff {
        name: name.into(),
        when: When::Once { date: body.date },
        hours,
        kind: if hours.is_some() { DayOffKind::ShortDay } else { DayOffKind::Decreed },
        closes_office: true,
        stops_deadlines: body.stops_deadlines.unwrap_or(false),
        source: Some(source.into()),
        published: body.published,
        since: None,
        until: None,
        office: given(body.office).map(Into::into),
    }))
}

/// Muestra qué vencimientos movería un cambio del calendario; no cambia nada. Para quien administra.
#[utoipa::path(post, operation_id = "preview_calendar_change", path = "/api/v1/{institution}/calendar/previews", tag = "plazos", params(InstitutionPath, KeyHeader),
    request_body = ChangeBody, responses((status = 200, description = "Lo que se movería.", body = PreviewBody), WriteProblems))]
pub async fn preview(
    Extension(bearer): Extension<Bearer>,
    Sent { body, .. }: Sent<ChangeBody>,
) -> Result<Json<PreviewBody>, ApiError> {
    let admin = bearer.admin().await?;
    let change = change(&admin, body).await?;
    let zone = bearer.zone();
    let preview = admin.preview_calendar(change.clone(), bearer.now).await?;
    Ok(Json(PreviewBody {
        version: preview.version,
        digest: fingerprint(&change, preview.version),
        open_cases: preview.open_cases,
        cases: preview.cases,
        moved: preview.moved.iter().take(1_000).map(|moved| MoveBody::of(moved, &zone)).collect(),
    }))
}

/// Firma un cambio del calendario: los casos abiertos se calculan de nuevo, los terminados no. Para quien administra.
#[utoipa::path(post, operation_id = "sign_calendar_change", path = "/api/v1/{institution}/calendar/changes", tag = "plazos", params(InstitutionPath, KeyHeader),
    request_body = SignedChangeBody,
    responses((status = 201, description = "El cambio, y cómo va.", body = CalendarOrderBody,
        headers(("Location" = String, description = "La dirección del cambio."))), WriteProblems))]
pub async fn sign(
    Extension(bearer): Extension<Bearer>,
    Sent { body, key }: Sent<SignedChangeBody>,
) -> Result<impl IntoResponse, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let level = u8::from(proven(&bearer, body.password.as_ref()).await?);
    if level == 0 {
        return Err(missing("password", "Un cambio del calendario se firma: dé su contraseña."));
    }
    let change = match change(&admin, body.change).await {
        Ok(change) => change,
        // Sent again under its key after it was done: a day is taken away only once.
        Err(error) => match admin.done_before().await? {
            Some(version) => return answer(&bearer, u32::try_from(version).unwrap_or_default()).await,
            None => return Err(error),
        },
    };
    let signature = Signature { level, digest: fingerprint(&change, body.version).into() };
    let version = admin.change_calendar(change, body.version, signature, bearer.now).await?;
    answer(&bearer, version).await
}

async fn answer(
    bearer: &Bearer,
    version: u32,
) -> Result<(StatusCode, [(header::HeaderName, String); 1], Json<CalendarOrderBody>), ApiError> {
    let location = bearer.address(&format!("/calendar/changes/{version}"));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(order(bearer, version, None).await?)))
}

/// Un cambio firmado del calendario: cómo va, y lo que movió. Para quien administra.
#[utoipa::path(get, operation_id = "get_calendar_change", path = "/api/v1/{institution}/calendar/changes/{version}", tag = "plazos", params(VersionPath, MovesQuery),
    responses((status = 200, description = "El cambio.", body = CalendarOrderBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<VersionPath>,
    Asked(asked): Asked<MovesQuery>,
) -> Result<Json<CalendarOrderBody>, ApiError> {
    let version = at.version.parse().map_err(|_| ApiError::not_found())?;
    Ok(Json(order(&bearer, version, asked.cursor.as_deref()).await?))
}

async fn order(bearer: &Bearer, version: u32, cursor: Option<&str>) -> Result<CalendarOrderBody, ApiError> {
    let admin = bearer.admin().await?;
    let progress = admin.calendar_progress(version).await?.ok_or_else(ApiError::not_found)?;
    let zone = bearer.zone();
    let moves = admin.calendar_moves(version, cursor, ROWS).await?;
    Ok(CalendarOrderBody {
        version,
        at: moment(progress.order.at, &zone),
        by: Person { id: progress.order.by.0, name: progress.order.name.to_string() },
        what: engine::calendar::words::opening(&progress.order.change.words()),
        open_cases: progress.order.open_cases,
        waiting: progress.waiting,
        cases: progress.cases,
        moved: Page { items: moves.rows.iter().map(|moved| MoveBody::of(moved, &zone)).collect(), next: moves.next },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_the_day_are_read_in_minutes() {
        assert_eq!(minutes("08:30"), Some(510));
        assert_eq!(minutes("08:30:00"), Some(510));
        for wrong in ["24:00", "8", "aa:bb", "10:7"] {
            assert_eq!(minutes(wrong), None, "{wrong}");
        }
    }
}
