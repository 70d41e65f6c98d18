//! The procedures in force: what may be asked for, what each opening asks, and the steps with their decisions.

use super::{
    asks::{Asks, CauseAsked, Destination},
    bearer::Bearer,
    case::ActingName,
    page::Page,
    problem::{ApiError, ReadProblems},
    work::InstitutionPath,
};
use crate::rights::{Right, right};
use axum::{Extension, Json, extract::Path};
use manual::{
    edition::Edition,
    procedure::{Norm, Procedure, Step},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Un procedimiento vigente.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureRow {
    pub code: String,
    pub title: String,
    /// El proceso al que pertenece.
    pub process: Option<String>,
    pub objective: Option<String>,
    /// Los puestos que pueden pedirlo.
    pub requesters: Vec<String>,
    /// La persona del token puede pedirlo.
    pub may_request: bool,
    pub steps: usize,
}

/// Un procedimiento vigente, paso a paso.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureBody {
    pub code: String,
    pub title: String,
    pub process: Option<String>,
    pub objective: Option<String>,
    pub scope: Option<String>,
    pub requesters: Vec<String>,
    pub may_request: bool,
    pub norms: Vec<NormBody>,
    /// Lo que se pide al abrir, además de asunto y descripción.
    pub opening: Asks,
    pub steps: Vec<StepBody>,
    pub terms: Vec<TermBody>,
    /// Las causas por las que un caso se pone en espera.
    pub pauses: Vec<CauseAsked>,
    /// Las causas por las que se amplía el plazo.
    pub extensions: Vec<CauseAsked>,
    /// Las causas por las que un caso se cuenta aparte.
    pub exclusions: Vec<CauseAsked>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NormBody {
    pub number: String,
    pub text: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StepBody {
    pub number: u16,
    pub activity: String,
    pub details: Option<String>,
    pub roles: Vec<String>,
    pub acting: ActingName,
    pub asks: Asks,
    /// A dónde va después, si no decide.
    pub next: Option<Destination>,
    pub term: Option<String>,
    pub norms: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TermBody {
    pub name: String,
    pub term: String,
    pub norm: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ProcedurePath {
    /// La institución: `igss`, `seprem` …
    pub institution: String,
    /// El código del procedimiento.
    pub code: String,
}

/// Los procedimientos vigentes.
#[utoipa::path(get, operation_id = "list_procedures", path = "/api/v1/{institution}/procedures", tag = "manual", params(InstitutionPath),
    responses((status = 200, description = "Los procedimientos, en el orden del manual.", body = Page<ProcedureRow>), ReadProblems))]
pub async fn list(Extension(bearer): Extension<Bearer>) -> Result<Json<Page<ProcedureRow>>, ApiError> {
    let edition = bearer.house.edition().await?.edition;
    let row = |procedure: &Procedure| ProcedureRow {
        code: procedure.code.to_string(),
        title: procedure.title.to_string(),
        process: procedure.process.as_ref().map(|process| process.code.to_string()),
        objective: procedure.objective.as_ref().map(ToString::to_string),
        requesters: procedure.requesters.iter().map(ToString::to_string).collect(),
        may_request: may_request(procedure, &edition, &bearer),
        steps: procedure.steps.len(),
    };
    Ok(Json(Page { items: edition.procedures.iter().map(row).collect(), next: None }))
}

/// Un procedimiento vigente.
#[utoipa::path(get, operation_id = "get_procedure", path = "/api/v1/{institution}/procedures/{code}", tag = "manual", params(ProcedurePath),
    responses((status = 200, description = "El procedimiento.", body = ProcedureBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<ProcedurePath>,
) -> Result<Json<ProcedureBody>, ApiError> {
    let edition = bearer.house.edition().await?.edition;
    let procedure = edition.procedure(&at.code).ok_or_else(ApiError::not_found)?;
    Ok(Json(ProcedureBody {
        code: procedure.code.to_string(),
        title: procedure.title.to_string(),
        process: procedure.process.as_ref().map(|process| process.code.to_string()),
        objective: procedure.objective.as_ref().map(ToString::to_string),
        scope: procedure.scope.as_ref().map(ToString::to_string),
        requesters: procedure.requesters.iter().map(ToString::to_string).collect(),
        may_request: may_request(procedure, &edition, &bearer),
        norms: procedure.norms.iter().map(NormBody::from).collect(),
        opening: Asks::of_opening(procedure, &edition),
        steps: procedure.steps.iter().map(|step| step_body(step, procedure, &edition)).collect(),
        terms: procedure
            .clocks
            .iter()
            .map(|clock| TermBody {
                name: clock.name.to_string(),
                term: clock.term.to_string(),
                norm: clock.norm.as_ref().map(ToString::to_string),
            })
            .collect(),
        pauses: procedure.pauses.iter().map(CauseAsked::from).collect(),
        extensions: procedure.extensions.iter().map(CauseAsked::from).collect(),
        exclusions: procedure.exclusions.iter().map(CauseAsked::from).collect(),
    }))
}

fn step_body(step: &Step, procedure: &Procedure, edition: &Edition) -> StepBody {
    StepBody {
        number: step.number.0,
        activity: step.activity.to_string(),
        details: step.details.as_ref().map(ToString::to_string),
        roles: step.role_names().map(ToString::to_string).collect(),
        acting: step.acting.into(),
        asks: Asks::of_step(step, procedure, edition, None),
        next: step.decision.is_none().then(|| step.next.into()),
        term: step.term.as_ref().map(ToString::to_string),
        norms: step.norms.iter().map(ToString::to_string).collect(),
    }
}

fn may_request(procedure: &Procedure, edition: &Edition, bearer: &Bearer) -> bool {
    right(&bearer.reader, edition, procedure) == Some(Right::Own)
}

impl From<&Norm> for NormBody {
    fn from(norm: &Norm) -> Self {
        Self { number: norm.number.to_string(), text: norm.text.to_string() }
    }
}
