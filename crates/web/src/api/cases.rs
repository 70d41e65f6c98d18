//! Cases: opening one, the list, one with all that may be seen of it, and its history.

use super::{
    acts::reasons,
    bearer::Bearer,
    case::{CaseBody, OutsiderBody},
    files, handling,
    input::{Asked, Key, Sent, plain},
    page::{CaseChannel, CasePriority, CaseStatus, Page, Person, Row, cursor, limit, moment},
    problem::{ApiError, ReadProblems, WriteProblems},
    values::{Data, into_values},
    work::{CasePath, InstitutionPath, KeyHeader},
};
use crate::state::App;
use axum::{
    Extension, Json,
    extract::{FromRequest, Path, Request},
    http::{StatusCode, header},
    response::IntoResponse,
};
use engine::{
    command::Attach,
    event::{Acted, Completed, Event, Outsider, Recorded},
    history::sentence,
};
use jiff::tz::TimeZone;
use manual::procedure::Procedure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Filters, OpenRequest, Request as Submit};
use utoipa::{IntoParams, ToSchema};

/// Una solicitud.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenBody {
    /// El código del procedimiento.
    pub procedure: String,
    pub subject: String,
    pub description: Option<String>,
    pub priority: Option<CasePriority>,
    /// El grado de impacto y el de urgencia, donde el manual deriva de ellos la prioridad; los da quien atiende.
    pub impact: Option<String>,
    pub urgency: Option<String>,
    /// Por dónde entró; sin decirlo, `api`.
    pub channel: Option<CaseChannel>,
    pub values: Option<Data>,
    /// La razón para usar un número cuya verificación no cuadra, por campo.
    pub overrides: Option<BTreeMap<String, String>>,
    /// El usuario de la persona para quien se pide.
    pub on_behalf_of: Option<String>,
    /// Quien lo pide, si no está en el directorio.
    pub outsider: Option<OutsiderBody>,
    /// El usuario de quien lo atenderá: lo nombra quien recibe, en el mismo acto.
    pub assign_to: Option<String>,
    /// El número del caso desde el que se abre: queda enlazado con él. Lo dice quien lo atiende o supervisa.
    /// Si aquel lo pidió alguien sin registro y no se dice a nombre de quién, este también es suyo.
    pub split_from: Option<String>,
}

/// Una solicitud con sus archivos.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenWithFiles {
    /// La solicitud, en JSON: la parte que va primero.
    #[schema(value_type = OpenBody)]
    pub case: OpenBody,
    /// Un archivo. La parte `file:<requisito>` cumple un requisito de la apertura.
    #[schema(format = Binary, content_media_type = "application/octet-stream", nullable = false)]
    pub file: Option<String>,
}

/// Lo que acota una lista de casos.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CasesQuery {
    /// Palabras: número, asunto, descripción, solicitante o datos.
    #[param(max_length = 500)]
    pub q: Option<String>,
    pub status: Option<CaseStatus>,
    /// El código del procedimiento.
    pub procedure: Option<String>,
    /// El código de la unidad de quien solicita.
    pub unit: Option<String>,
    /// Por dónde entró.
    pub channel: Option<CaseChannel>,
    /// El `next` de la página anterior.
    #[param(pattern = "^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

/// Algo que pasó en el caso.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventBody {
    /// 1, 2, 3 … en el caso.
    pub n: u32,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: Person,
    /// El puesto con que actuó.
    pub role: Option<String>,
    /// La persona ausente en cuyo lugar actuó.
    pub in_absence_of: Option<Person>,
    /// Qué fue: `opened`, `completed`, `commented` …
    pub kind: String,
    /// Lo mismo, en una frase.
    pub sentence: String,
    pub step: Option<u16>,
    pub visit: Option<u16>,
    pub answer: Option<String>,
    pub note: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// El `next` de la página anterior.
    #[param(pattern = "^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

/// A request with or without files.
pub struct Opening {
    body: OpenBody,
    attachments: Vec<Attach>,
    key: Key,
}

impl FromRequest<App> for Opening {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        if !files::is_multipart(request.headers()) {
            let Sent { body, key } = Sent::from_request(request, app).await?;
            return Ok(Self { body, attachments: Vec::new(), key });
        }
        let bearer = request.extensions().get::<Bearer>().cloned().ok_or_else(ApiError::not_found)?;
        let key = Key::of(&request)?;
        let parts = files::read_multipart(request, &["case"], &bearer).await?;
        let text =
            parts.text("case").ok_or_else(|| ApiError::malformed("Falta la parte «case» con la solicitud en JSON."))?;
        let (body, canonical) = super::input::read_json(text.as_bytes())?;
        let key = key.with(&canonical).with(&files::print(&parts.files));
        Ok(Self { body, attachments: parts.files, key })
    }
}

/// Abre un caso. Con archivos, se envía como `multipart/form-data`.
#[utoipa::path(post, operation_id = "open_case", path = "/api/v1/{institution}/cases", tag = "casos", params(InstitutionPath, KeyHeader),
    request_body(content((OpenBody = "application/json"), (OpenWithFiles = "multipart/form-data"))),
    responses((status = 201, description = "El caso abierto.", body = CaseBody,
        headers(("Location" = String, description = "La dirección del caso."))), WriteProblems))]
pub async fn open(
    Extension(bearer): Extension<Bearer>,
    Opening { body, attachments, key }: Opening,
) -> Result<impl IntoResponse, ApiError> {
    let on_behalf_of = match &body.on_behalf_of {
        Some(login) => Some(bearer.person(login, "on_behalf_of").await?),
        None => None,
    };
    let weight = handling::graded(body.impact, body.urgency);
    let assign = match &body.assign_to {
        Some(login) => Some(bearer.person(login, "assign_to").await?),
        None => None,
    };
    let outsider = body.outsider.map(|told| Outsider {
        name: told.name.into(),
        contact: told.contact.map(Into::into),
        unit: told.unit.filter(|unit| !unit.trim().is_empty()).map(Into::into),
    });
    let request = OpenRequest {
        weight,
        on_behalf_of,
        outsider,
        assign,
        from: body.split_from.map(Into::into),
        channel: body.channel.unwrap_or(CaseChannel::Api).into(),
        priority: body.priority.unwrap_or(CasePriority::Normal).into(),
        values: into_values(body.values.unwrap_or_default()),
        overrides: reasons(body.overrides),
        attachments,
        ..OpenRequest::new(body.procedure, body.subject, body.description.unwrap_or_default())
    };
    let submitted = bearer.submit(None, Submit::Open(Box::new(request)), key).await?;
    let location = bearer.address(&format!("/cases/{}", submitted.number));
    let case = bearer.answer(submitted).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(case)))
}

/// Los casos que la persona del token puede ver, del más nuevo al más viejo.
#[utoipa::path(get, operation_id = "list_cases", path = "/api/v1/{institution}/cases", tag = "casos", params(InstitutionPath, CasesQuery),
    responses((status = 200, description = "Una página de casos.", body = Page<Row>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<CasesQuery>,
) -> Result<Json<Page<Row>>, ApiError> {
    let limit = limit(asked.limit)?;
    let from = cursor(asked.cursor.as_deref(), false)?.map(ToString::to_string);
    let filters = filters(asked.q, asked.status, asked.procedure, asked.unit, asked.channel)?;
    let page = bearer.reader.cases(&filters, from.as_deref(), limit).await?;
    Ok(Json(Page::of(&page, &bearer.zone())))
}

pub(super) fn filters(
    q: Option<String>,
    status: Option<CaseStatus>,
    procedure: Option<String>,
    unit: Option<String>,
    channel: Option<CaseChannel>,
) -> Result<Filters, ApiError> {
    if q.as_ref().is_some_and(|q| q.chars().count() > 500) {
        return Err(ApiError::malformed("q lleva hasta 500 caracteres."));
    }
    let text = |text: Option<String>| text.map(|text| plain(&text)).filter(|text| !text.trim().is_empty());
    Ok(Filters {
        procedure: text(procedure),
        status: status.map(Into::into),
        unit: text(unit),
        channel: channel.map(Into::into),
        text: text(q),
    })
}

/// Un caso, con lo que su paso pide.
#[utoipa::path(get, operation_id = "get_case", path = "/api/v1/{institution}/cases/{number}", tag = "casos", params(CasePath),
    responses((status = 200, description = "El caso.", body = CaseBody), ReadProblems))]
pub async fn show(Extension(bearer): Extension<Bearer>, Path(at): Path<CasePath>) -> Result<Json<CaseBody>, ApiError> {
    let view = bearer.see(&at.number).await?;
    Ok(Json(bearer.show(&view)))
}

/// Lo que ha pasado en el caso, en orden.
#[utoipa::path(get, operation_id = "get_history", path = "/api/v1/{institution}/cases/{number}/history", tag = "casos", params(CasePath, HistoryQuery),
    responses((status = 200, description = "Una página de la bitácora del caso.", body = Page<EventBody>), ReadProblems))]
pub async fn history(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Asked(asked): Asked<HistoryQuery>,
) -> Result<Json<Page<EventBody>>, ApiError> {
    let limit = match limit(asked.limit)? {
        0 => 50,
        limit => limit,
    };
    let after: u64 = cursor(asked.cursor.as_deref(), false)?.and_then(|n| n.parse().ok()).unwrap_or(0);
    let view = bearer.see(&at.number).await?;
    let zone = bearer.zone();
    let later: Vec<&Recorded> = view.history.iter().filter(|recorded| u64::from(recorded.n) > after).collect();
    let items: Vec<EventBody> =
        later.iter().take(limit).map(|recorded| event(recorded, view.procedure(), &zone)).collect();
    let next = items.last().filter(|_| later.len() > limit).map(|last| last.n.to_string());
    Ok(Json(Page { items, next }))
}

fn event(recorded: &Recorded, procedure: &Procedure, zone: &TimeZone) -> EventBody {
    let by = &recorded.by;
    let (step, visit, answer, note) = match &recorded.event {
        Event::Completed(Completed { step, visit, answer, given, .. })
        | Event::Acted(Acted { step, visit, answer, given, .. }) => {
            (Some(step.0), Some(*visit), answer.clone(), given.note.clone())
        }
        Event::SentBack { from, visit, reason, .. } => (Some(from.0), Some(*visit), None, Some(reason.clone())),
        Event::Signed(signed) => (Some(signed.step.0), Some(signed.visit), None, None),
        _ => (None, None, None, None),
    };
    EventBody {
        n: recorded.n,
        at: moment(recorded.at, zone),
        by: Person { id: by.person.0, name: by.name.to_string() },
        role: by.role.as_ref().map(ToString::to_string),
        in_absence_of: by.in_absence_of.as_ref().map(Person::from),
        kind: kind(&recorded.event).into(),
        sentence: sentence(recorded, procedure),
        step,
        visit,
        answer: answer.as_ref().map(ToString::to_string),
        note: note.as_ref().map(ToString::to_string),
    }
}

const fn kind(event: &Event) -> &'static str {
    match event {
        Event::Opened(_) => "opened",
        Event::Acted(_) => "acted",
        Event::Completed(_) => "completed",
        Event::SentBack { .. } => "sent_back",
        Event::Assigned { .. } => "assigned",
        Event::Commented { .. } => "commented",
        Event::Attached(_) => "attached",
        Event::Paused { .. } => "paused",
        Event::Resumed { .. } => "resumed",
        Event::Extended { .. } => "extended",
        Event::Excluded { .. } => "excluded",
        Event::Cancelled { .. } => "cancelled",
        Event::Reopened { .. } => "reopened",
        Event::Signed(_) => "signed",
        Event::Rated { .. } => "rated",
        Event::DeadlinePassed { .. } => "deadline_passed",
        Event::EffectSettled { .. } => "effect_settled",
        Event::Moved { .. } => "moved",
        Event::Recalculated { .. } => "recalculated",
        Event::Recounted { .. } => "recounted",
        Event::Watched { .. } => "watched",
        Event::Unwatched { .. } => "unwatched",
        Event::Prioritized { .. } => "prioritized",
        Event::AskedBy(_) => "asked_by",
        Event::Halted { .. } => "halted",
        Event::Prolonged { .. } => "prolonged",
        Event::SetApart { .. } => "set_apart",
        Event::Redated { .. } => "redated",
        Event::Began { .. } => "began",
        Event::Lapsed { .. } => "lapsed",
        Event::Warned { .. } => "warned",
        Event::Escalated(_) => "escalated",
        Event::EscalationReturned { .. } => "escalation_returned",
        Event::Checked { .. } => "checked",
        Event::Linked { .. } => "linked",
        Event::Unlinked { .. } => "unlinked",
        Event::Merged { .. } => "merged",
        Event::Separated { .. } => "separated",
        Event::Echoed(_) => "echoed",
        Event::Transferred { .. } => "transferred",
    }
}
