//! The calendar in force: its rules, the days it takes of a year, and the signed changes.

use super::super::{
    bearer::Bearer,
    input::Asked,
    page::{Person, moment},
    problem::{ApiError, ReadProblems},
    work::InstitutionPath,
};
use crate::administration::calendar::{behind, days_off};
use axum::{Extension, Json};
use engine::{
    calendar::{Calendar, Day, FIRST_YEAR, Hours, LAST_YEAR, Off, words},
    refusal::Refusal,
};
use jiff::tz::TimeZone;
use manual::calendar_rules::{Interval, OfficeHours};
use serde::{Deserialize, Serialize};
use store::calendars::{CalendarOrder, CalendarVersion};
use utoipa::{IntoParams, ToSchema};

/// Signed changes told with the calendar.
const ORDERS: usize = 50;

/// El calendario vigente.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarBody {
    pub version: u32,
    pub name: String,
    pub year: i16,
    /// El horario de la oficina.
    pub hours: Vec<HoursBody>,
    /// Las oficinas con horario propio.
    pub offices: Vec<OfficeBody>,
    /// Lo que llega después del cierre cuenta desde el día hábil siguiente.
    pub late_arrival_counts_next_day: bool,
    /// Los días inhábiles y de horario reducido del año.
    pub days: Vec<DayOffBody>,
    /// Los cambios firmados, el más reciente primero: hasta 50.
    pub changes: Vec<CalendarActBody>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HoursBody {
    /// 1 es lunes y 7, domingo.
    pub weekdays: Vec<u8>,
    pub intervals: Vec<IntervalBody>,
}

/// De una hora a otra: `08:00`.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntervalBody {
    pub from: String,
    pub to: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeBody {
    /// El código de su unidad.
    pub unit: String,
    pub name: String,
    /// Su semana, en palabras.
    pub week: String,
}

/// Un día que algo quita, todo o en parte.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayOffBody {
    #[schema(format = Date)]
    pub date: String,
    pub name: String,
    /// Qué clase de día es, en palabras.
    pub kind: String,
    /// Las horas que quita; ninguna: todo el día.
    pub hours: Option<IntervalBody>,
    /// La regla de la que sale, en palabras.
    pub rule: Option<String>,
    pub source: Option<String>,
    #[schema(format = Date)]
    pub published: Option<String>,
    /// La institución lo decretó aparte de las reglas: se puede quitar.
    pub decreed: bool,
}

/// Un cambio firmado; lo que movió está en `calendar/changes/{version}`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarActBody {
    pub version: u32,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: Person,
    /// Qué cambió, en palabras.
    pub what: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct YearQuery {
    /// Sin él, el de hoy.
    #[param(minimum = 1950, maximum = 2199)]
    pub year: Option<i16>,
}

impl IntervalBody {
    fn of(interval: Interval) -> Self {
        let hour = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        Self { from: hour(interval.from), to: hour(interval.to) }
    }
}

impl HoursBody {
    fn of(hours: &OfficeHours) -> Self {
        Self {
            weekdays: hours.weekdays.clone(),
            intervals: hours.intervals.iter().copied().map(IntervalBody::of).collect(),
        }
    }
}

impl DayOffBody {
    fn of(version: &CalendarVersion, day: &Day, off: &Off) -> Self {
        let (rule, decreed) = behind(version, day, off);
        Self {
            date: day.date.to_string(),
            name: off.name.to_string(),
            kind: words::kind(off.kind).to_string(),
            hours: off.hours.map(IntervalBody::of),
            rule: rule.map(|rule| words::rule(&rule.when)),
            source: off.source.as_ref().map(ToString::to_string),
            published: rule.and_then(|rule| rule.published).map(|day| day.to_string()),
            decreed: decreed.is_some(),
        }
    }
}

impl CalendarActBody {
    fn of(order: &CalendarOrder, zone: &TimeZone) -> Self {
        Self {
            version: order.version,
            at: moment(order.at, zone),
            by: Person { id: order.by.0, name: order.name.to_string() },
            what: words::opening(&order.change.words()),
        }
    }
}

/// El calendario vigente: su horario, los días inhábiles de un año con su regla y su fuente, y los cambios firmados.
#[utoipa::path(get, operation_id = "get_calendar", path = "/api/v1/{institution}/administration/calendar", tag = "administración", params(InstitutionPath, YearQuery),
    responses((status = 200, description = "El calendario.", body = CalendarBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<YearQuery>,
) -> Result<Json<CalendarBody>, ApiError> {
    let year = asked.year.unwrap_or_else(|| bearer.today().year());
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Err(ApiError::malformed(format!("year va de {FIRST_YEAR} a {LAST_YEAR}.")));
    }
    let admin = bearer.admin().await?;
    let (Some((number, version)), Some(calendar)) = (admin.calendar().await?, bearer.house.store.calendar().await?)
    else {
        return Err(Refusal::missing("El calendario viene con el manual: publique la primera edición.").into());
    };
    let (zone, orders) = (bearer.zone(), admin.calendar_orders(ORDERS).await?);
    let days = days_off(&calendar, year);
    Ok(Json(CalendarBody {
        version: number,
        name: calendar.name().to_string(),
        year,
        hours: version.rules.hours.iter().map(HoursBody::of).collect(),
        offices: offices(&version, &calendar),
        late_arrival_counts_next_day: version.rules.late_arrival_counts_next_day,
        days: days.iter().map(|(day, off)| DayOffBody::of(&version, day, off)).collect(),
        changes: orders.iter().map(|order| CalendarActBody::of(order, &zone)).collect(),
    }))
}

fn offices(version: &CalendarVersion, calendar: &Calendar) -> Vec<OfficeBody> {
    let body = |office: &manual::calendar_rules::Office| OfficeBody {
        unit: office.unit.to_string(),
        name: office.name.to_string(),
        week: calendar.of(&Hours::Of(office.unit.clone())).week(),
    };
    version.rules.offices.iter().map(body).collect()
}
