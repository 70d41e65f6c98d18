//! Reports over the API: the cases that ended in a period, with their totals.

use super::{
    bearer::Bearer,
    input::Asked,
    page::{CaseChannel, CaseStatus, cursor, limit, moment, same},
    problem::{ApiError, QuestionProblems},
    work::InstitutionPath,
};
use axum::{Extension, Json, http::StatusCode};
use engine::measure::{Conformity, Verdict};
use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use store::reports::{Period, ReportLine, ReportTotal};
use utoipa::{IntoParams, ToSchema};

/// Si se atendió dentro de sus plazos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportResult {
    Conforms,
    DoesNotConform,
    /// Tarde, por una causa que el manual cuenta aparte.
    Excluded,
    /// Sin plazo, o anulado.
    NotJudged,
    /// Sigue en otro caso.
    Merged,
}

/// Cómo lo calificó quien lo pidió.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportRating {
    Conforming,
    NotConforming,
    /// Venció el plazo para calificar.
    Unrated,
    None,
}

same!(ReportResult, Conformity: Conforms DoesNotConform Excluded NotJudged Merged);
same!(ReportRating, Verdict: Conforming NotConforming Unrated None);

/// Un caso que terminó en el período.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportRow {
    pub number: String,
    pub subject: String,
    /// El código del procedimiento.
    pub procedure: String,
    pub channel: CaseChannel,
    pub requester: String,
    /// El código de la unidad de quien solicitó.
    pub unit: String,
    #[schema(format = DateTime)]
    pub opened_at: String,
    /// Cuándo vencía el primero de sus plazos.
    #[schema(format = DateTime)]
    pub due: Option<String>,
    #[schema(format = DateTime)]
    pub ended_at: String,
    pub status: CaseStatus,
    pub result: ReportResult,
    /// Por qué se cuenta aparte.
    pub causes: Vec<String>,
    pub rating: ReportRating,
    pub comment: Option<String>,
}

/// Cuántos casos del período coinciden en todo esto.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportGroup {
    pub procedure: String,
    pub channel: CaseChannel,
    pub status: CaseStatus,
    pub result: ReportResult,
    pub rating: ReportRating,
    pub cases: i64,
}

/// Los casos terminados en un período.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportLineBody {
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub to: String,
    /// En el orden en que terminaron.
    pub items: Vec<ReportRow>,
    /// El cursor de la página siguiente; sin él, no hay más.
    pub next: Option<String>,
    /// De todo el período, no solo de esta página.
    pub totals: Vec<ReportGroup>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EndedAsked {
    /// El primer día; el período abarca hasta 366.
    #[param(value_type = String, format = Date)]
    pub from: Date,
    /// El último día.
    #[param(value_type = String, format = Date)]
    pub to: Date,
    /// El `next` de la página anterior.
    #[param(pattern = r"^-?[0-9]{1,18}\.[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

fn row(line: &ReportLine, zone: &TimeZone) -> ReportRow {
    ReportRow {
        number: line.number.to_string(),
        subject: line.subject.to_string(),
        procedure: line.procedure.to_string(),
        channel: line.channel.into(),
        requester: line.requester.to_string(),
        unit: line.unit.to_string(),
        opened_at: moment(line.opened_at, zone),
        due: line.due.map(|due| moment(due, zone)),
        ended_at: moment(line.ended_at, zone),
        status: line.how.into(),
        result: line.judged.into(),
        causes: line.causes.iter().map(ToString::to_string).collect(),
        rating: line.rated.into(),
        comment: line.comment.as_ref().map(ToString::to_string),
    }
}

fn group(total: &ReportTotal) -> ReportGroup {
    ReportGroup {
        procedure: total.procedure.to_string(),
        channel: total.channel.into(),
        status: total.how.into(),
        result: total.judged.into(),
        rating: total.rated.into(),
        cases: total.cases,
    }
}

/// Los casos que terminaron en un período, con sus totales: para jefaturas, auditoría y administración; para los demás no existe.
#[utoipa::path(get, operation_id = "report_ended", path = "/api/v1/{institution}/reports/ended", tag = "informes", params(InstitutionPath, EndedAsked),
    responses((status = 200, description = "Una página del informe.", body = ReportLineBody), QuestionProblems))]
pub async fn ended(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<EndedAsked>,
) -> Result<Json<ReportLineBody>, ApiError> {
    let limit = limit(asked.limit)?;
    let from = cursor(asked.cursor.as_deref(), true)?;
    let period = Period { from: asked.from, to: asked.to };
    let days = period.to.since(period.from).map_or(i32::MAX, |span| span.get_days());
    if !(0..366).contains(&days) {
        let detail = "«to» es el mismo día que «from» u otro posterior, hasta completar 366 días.";
        return Err(ApiError::contract(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    let totals = bearer.reader.ended_totals(period).await?;
    let page = bearer.reader.ended(period, from, limit).await?;
    let zone = bearer.zone();
    Ok(Json(ReportLineBody {
        from: period.from.to_string(),
        to: period.to.to_string(),
        items: page.rows.iter().map(|line| row(line, &zone)).collect(),
        next: page.next,
        totals: totals.iter().map(group).collect(),
    }))
}
