//! The editions of the manual as data: which ruled when, who uploaded and published each, and what changes between two.

use super::{
    bearer::Bearer,
    input::Asked,
    page::{Page, Person, moment, same},
    problem::{ApiError, ReadProblems},
    work::{IdPath, InstitutionPath},
};
use crate::editorial;
use axum::{Extension, Json, extract::Path};
use engine::{Name, actor::PersonId};
use jiff::tz::TimeZone;
use manual::compare::{self, Change, Fate, Part, ProcedureChange, ProcedureFate, Redline};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::editions::{EditionRow, EditionState as State};
use utoipa::{IntoParams, ToSchema};

/// En qué va una edición.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EditionState {
    /// Por publicar: la ve quien administra.
    Draft,
    /// Vigente: con ella empiezan los casos nuevos.
    Published,
    /// Anterior: sus casos terminan con ella.
    Retired,
    /// Nunca se publicó ni se publicará: la ve quien administra.
    Withdrawn,
}

same!(EditionState, State: Draft Published Retired Withdrawn);

/// Una edición del manual.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditionBody {
    pub id: i64,
    /// El título y la edición, como en la carátula.
    pub name: String,
    pub state: EditionState,
    /// De los archivos, como se subieron.
    pub sha256: String,
    pub uploaded_by: Person,
    #[schema(format = DateTime)]
    pub uploaded_at: String,
    pub published_by: Option<Person>,
    #[schema(format = DateTime)]
    pub published_at: Option<String>,
    /// Hasta cuándo rigió.
    #[schema(format = DateTime)]
    pub retired_at: Option<String>,
}

/// Qué fue de una parte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FateName {
    Added,
    Removed,
    Changed,
}

/// Algo que se dice de otro modo.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaidChange {
    pub what: String,
    /// Lo que decía; nada, si no estaba.
    pub before: Option<String>,
    /// Lo que dice; nada, si se quitó.
    pub after: Option<String>,
}

/// Un puesto o un formulario que cambia.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartChange {
    pub name: String,
    pub fate: FateName,
    /// De lo nuevo y de lo suprimido: lo que dice o decía, una línea por cosa.
    pub lines: Vec<String>,
    pub changes: Vec<SaidChange>,
}

/// Un paso que cambia.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepFate {
    pub number: u16,
    pub fate: FateName,
    pub lines: Vec<String>,
    pub changes: Vec<SaidChange>,
}

/// Un procedimiento que cambia, paso a paso.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureFateBody {
    pub code: String,
    pub title: String,
    pub fate: FateName,
    /// Cuántos pasos tiene el que se agrega o se suprime.
    pub size: Option<usize>,
    /// Fuera de sus pasos.
    pub changes: Vec<SaidChange>,
    pub steps: Vec<StepFate>,
}

/// Lo que cambia de una edición a otra.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedlineBody {
    /// Las dos dicen lo mismo.
    pub same: bool,
    /// La carátula, el calendario y las normas.
    pub manual: Vec<SaidChange>,
    pub roles: Vec<PartChange>,
    pub forms: Vec<PartChange>,
    pub procedures: Vec<ProcedureFateBody>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RedlineQuery {
    /// El `id` de la edición de la que se parte; sin él, la vigente.
    pub from: Option<i64>,
}

impl EditionBody {
    #[must_use]
    pub fn of(row: &EditionRow, names: &BTreeMap<PersonId, Name>, zone: &TimeZone) -> Self {
        let person =
            |id: PersonId| Person { id: id.0, name: names.get(&id).map(ToString::to_string).unwrap_or_default() };
        Self {
            id: row.id,
            name: row.name.to_string(),
            state: row.state.into(),
            sha256: row.sha256.to_string(),
            uploaded_by: person(row.uploaded_by),
            uploaded_at: moment(row.uploaded_at, zone),
            published_by: row.published_by.map(person),
            published_at: row.published_at.map(|at| moment(at, zone)),
            retired_at: row.retired_at.map(|at| moment(at, zone)),
        }
    }
}

impl From<Redline> for RedlineBody {
    fn from(redline: Redline) -> Self {
        Self {
            same: redline.is_empty(),
            manual: said(redline.manual),
            roles: redline.roles.into_iter().map(part).collect(),
            forms: redline.forms.into_iter().map(part).collect(),
            procedures: redline.procedures.into_iter().map(procedure).collect(),
        }
    }
}

fn said(changes: Vec<Change>) -> Vec<SaidChange> {
    let one = |change: Change| SaidChange { what: change.what, before: change.before, after: change.after };
    changes.into_iter().map(one).collect()
}

fn fate(fate: Fate) -> (FateName, Vec<String>, Vec<SaidChange>) {
    match fate {
        Fate::Added(lines) => (FateName::Added, lines, Vec::new()),
        Fate::Removed(lines) => (FateName::Removed, lines, Vec::new()),
        Fate::Changed(changes) => (FateName::Changed, Vec::new(), said(changes)),
    }
}

fn part(part: Part) -> PartChange {
    let (fate, lines, changes) = fate(part.fate);
    PartChange { name: part.name, fate, lines, changes }
}

fn procedure(change: ProcedureChange) -> ProcedureFateBody {
    let (became, size, changes, steps) = match change.fate {
        ProcedureFate::Added { steps } => (FateName::Added, Some(steps), Vec::new(), Vec::new()),
        ProcedureFate::Removed { steps } => (FateName::Removed, Some(steps), Vec::new(), Vec::new()),
        ProcedureFate::Changed { changes, steps } => (FateName::Changed, None, changes, steps),
    };
    let step = |step: compare::StepChange| {
        let (fate, lines, changes) = fate(step.fate);
        StepFate { number: step.number.0, fate, lines, changes }
    };
    ProcedureFateBody {
        code: change.code.to_string(),
        title: change.title.to_string(),
        fate: became,
        size,
        changes: said(changes),
        steps: steps.into_iter().map(step).collect(),
    }
}

impl Bearer {
    async fn edition_rows(&self) -> Result<Vec<EditionBody>, ApiError> {
        let rows = self.reader.editions().await?;
        let names = editorial::names(&self.house.store, &rows).await?;
        let zone = self.zone();
        Ok(rows.iter().map(|row| EditionBody::of(row, &names, &zone)).collect())
    }
}

/// Las ediciones del manual, la más reciente primero. Los borradores y las retiradas los ve quien administra.
#[utoipa::path(get, operation_id = "list_editions", path = "/api/v1/{institution}/editions", tag = "manual", params(InstitutionPath),
    responses((status = 200, description = "Las ediciones.", body = Page<EditionBody>), ReadProblems))]
pub async fn list(Extension(bearer): Extension<Bearer>) -> Result<Json<Page<EditionBody>>, ApiError> {
    Ok(Json(Page { items: bearer.edition_rows().await?, next: None }))
}

/// Una edición del manual.
#[utoipa::path(get, operation_id = "get_edition", path = "/api/v1/{institution}/editions/{id}", tag = "manual", params(IdPath),
    responses((status = 200, description = "La edición.", body = EditionBody), ReadProblems))]
pub async fn show(Extension(bearer): Extension<Bearer>, Path(at): Path<IdPath>) -> Result<Json<EditionBody>, ApiError> {
    let id = at.id()?;
    let found = bearer.edition_rows().await?.into_iter().find(|row| row.id == id);
    found.map(Json).ok_or_else(ApiError::not_found)
}

/// Lo que cambia de una edición (`from`) a esta, paso a paso.
#[utoipa::path(get, operation_id = "compare_editions", path = "/api/v1/{institution}/editions/{id}/redline", tag = "manual", params(IdPath, RedlineQuery),
    responses((status = 200, description = "Lo que cambia.", body = RedlineBody), ReadProblems))]
pub async fn redline(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    Asked(asked): Asked<RedlineQuery>,
) -> Result<Json<RedlineBody>, ApiError> {
    let to = at.id()?;
    let from = match asked.from {
        Some(from) => from,
        None => bearer.house.edition().await?.id,
    };
    let (old, new) = editorial::pair(&bearer.house.store, &bearer.reader, from, to).await?;
    Ok(Json(compare::compare(&old, &new).into()))
}
