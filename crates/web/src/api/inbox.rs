//! The inbox: what waits for the person of the token, tab by tab, with the counts of all tabs.

use super::{
    bearer::Bearer,
    cases::filters,
    input::Asked,
    page::{CaseChannel, CaseStatus, Row, cursor, limit, same},
    problem::{ApiError, ReadProblems},
    work::InstitutionPath,
};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use store::{InboxQuery, Tab};
use utoipa::{IntoParams, ToSchema};

/// Una pestaña de la bandeja.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InboxTab {
    /// Me esperan a mí, o a quien suplo.
    #[default]
    Mine,
    /// Esperan a un puesto que ocupo.
    Post,
    /// Esperan a un puesto, sin persona asignada.
    Unassigned,
    DueToday,
    Overdue,
    /// Con el plazo detenido.
    Waiting,
    /// Todos los abiertos que puedo ver.
    AllOpen,
    /// Esperan a una persona ausente o de baja: para jefaturas y quienes ven todos los casos.
    Absent,
}

same!(InboxTab, Tab: Mine Post Unassigned DueToday Overdue Waiting AllOpen Absent);

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InboxAsked {
    /// Sin decirla, `mine`.
    pub tab: Option<InboxTab>,
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
    #[param(pattern = r"^-?[0-9]{1,18}\.[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

/// La bandeja, por vencimiento.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboxBody {
    pub tab: InboxTab,
    pub items: Vec<Row>,
    /// El cursor de la página siguiente; sin él, no hay más.
    pub next: Option<String>,
    pub counts: CountsBody,
}

/// Cuántos casos hay en cada pestaña.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsBody {
    pub mine: i64,
    pub post: i64,
    pub unassigned: i64,
    pub due_today: i64,
    pub overdue: i64,
    pub waiting: i64,
    pub all_open: i64,
    /// 0 para quien no puede ver esa pestaña.
    pub absent: i64,
}

/// La bandeja de la persona del token.
#[utoipa::path(get, operation_id = "get_inbox", path = "/api/v1/{institution}/inbox", tag = "bandeja", params(InstitutionPath, InboxAsked),
    responses((status = 200, description = "Una página de la bandeja.", body = InboxBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<InboxAsked>,
) -> Result<Json<InboxBody>, ApiError> {
    let tab = asked.tab.unwrap_or_default();
    let query = InboxQuery {
        tab: tab.into(),
        limit: limit(asked.limit)?,
        cursor: cursor(asked.cursor.as_deref(), true)?.map(ToString::to_string),
        filters: filters(asked.q, asked.status, asked.procedure, asked.unit, asked.channel)?,
    };
    let zone = bearer.zone();
    let page = bearer.reader.inbox(&query).await?;
    let counts = bearer.reader.counts().await?;
    Ok(Json(InboxBody {
        tab,
        items: page.rows.iter().map(|row| Row::of(row, &zone)).collect(),
        next: page.next,
        counts: CountsBody {
            mine: counts.mine,
            post: counts.post,
            unassigned: counts.unassigned,
            due_today: counts.due_today,
            overdue: counts.overdue,
            waiting: counts.waiting,
            all_open: counts.all_open,
            absent: counts.absent,
        },
    }))
}
