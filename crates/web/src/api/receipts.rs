//! What the person of the token has asked for, and the receipt of a request: what was promised when it was opened.

use super::{
    bearer::Bearer,
    case::OutsiderBody,
    input::Asked,
    page::{CaseChannel, Page, Person, Row, cursor, limit, moment},
    problem::{ApiError, ReadProblems},
    work::{CasePath, InstitutionPath},
};
use crate::because::promised;
use axum::{Extension, Json, extract::Path};
use engine::clocks::Frame;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// La constancia de recepción de una solicitud.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptBody {
    pub number: String,
    pub institution: String,
    /// La dependencia que atiende.
    pub dependency: String,
    #[schema(format = DateTime)]
    pub opened_at: String,
    pub channel: CaseChannel,
    /// El código del procedimiento.
    pub procedure: String,
    pub title: String,
    pub subject: String,
    pub requester: Person,
    /// Quien lo pide, si no está en el directorio.
    pub outsider: Option<OutsiderBody>,
    pub registered_by: Person,
    /// Los nombres de los archivos.
    pub attachments: Vec<String>,
    /// Los plazos como se prometieron al abrir, aunque después se hayan detenido o ampliado.
    pub promises: Vec<PromiseBody>,
}

/// Un plazo como se prometió.
#[derive(Debug, Serialize, ToSchema)]
pub struct PromiseBody {
    /// La clave del plazo en el manual.
    pub clock: String,
    /// El término, como lo da el manual.
    pub term: Option<String>,
    #[schema(format = DateTime)]
    pub due: String,
    pub because: Vec<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RequestsQuery {
    /// El `next` de la página anterior.
    #[param(pattern = "^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

/// Lo que la persona del token ha pedido, del más nuevo al más viejo.
#[utoipa::path(get, operation_id = "list_requests", path = "/api/v1/{institution}/requests", tag = "casos", params(InstitutionPath, RequestsQuery),
    responses((status = 200, description = "Una página de casos.", body = Page<Row>), ReadProblems))]
pub async fn requests(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<RequestsQuery>,
) -> Result<Json<Page<Row>>, ApiError> {
    let (limit, from) = (limit(asked.limit)?, cursor(asked.cursor.as_deref(), false)?);
    let page = bearer.reader.requests(from, limit).await?;
    Ok(Json(Page::of(&page, &bearer.zone())))
}

/// La constancia de un caso.
#[utoipa::path(get, operation_id = "get_receipt", path = "/api/v1/{institution}/cases/{number}/receipt", tag = "casos", params(CasePath),
    responses((status = 200, description = "La constancia.", body = ReceiptBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
) -> Result<Json<ReceiptBody>, ApiError> {
    let view = bearer.see(&at.number).await?;
    let (case, zone, face) = (&view.case, bearer.zone(), bearer.house.face());
    let calendar = bearer.house.store.calendar_version(case.calendar).await?;
    let (edition, procedure) = (&*view.edition, view.procedure());
    let frame = calendar.as_deref().map(|calendar| Frame { edition, procedure, calendar });
    let promises = promised(case, frame.as_ref()).into_iter().map(|promise| PromiseBody {
        clock: promise.clock.to_string(),
        term: promise.term,
        due: moment(promise.due, &zone),
        because: promise.because,
    });
    Ok(Json(ReceiptBody {
        number: case.number.to_string(),
        institution: face.name.clone(),
        dependency: face.dependency.clone(),
        opened_at: moment(case.opened_at, &zone),
        channel: case.channel.into(),
        procedure: procedure.code.to_string(),
        title: procedure.title.to_string(),
        subject: case.subject.to_string(),
        requester: (&case.requester).into(),
        outsider: case.outsider.as_ref().map(OutsiderBody::from),
        registered_by: (&case.opened_by).into(),
        attachments: case.attachments.iter().map(|file| file.name.to_string()).collect(),
        promises: promises.collect(),
    }))
}
