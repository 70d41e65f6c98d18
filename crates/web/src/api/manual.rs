//! The manual in force as data: its title page, responsibles, forms, norms, glossary and drawings.

use super::{
    asks::FieldAsked,
    bearer::Bearer,
    page::Page,
    problem::{ApiError, ReadProblems},
    procedures::{NormBody, ProcedurePath},
    work::{CasePath, InstitutionPath},
};
use crate::walked;
use axum::{
    Extension, Json,
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use documents::flowchart::{FlowchartOptions, flowchart_standalone};
use manual::{
    Name,
    edition::Edition,
    form::Form,
    organization::{Role, Scope},
    procedure::Procedure,
    uses::Fills,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// El manual vigente: su carátula.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManualBody {
    /// El `id` de la edición.
    pub edition_id: i64,
    pub institution: String,
    pub title: String,
    /// El código del documento.
    pub code: Option<String>,
    /// `Segunda edición`, `Versión 03` …
    pub edition: String,
    pub dependency: String,
    /// Como está impresa.
    pub date: Option<String>,
    pub approval: Option<String>,
    /// El puesto que la aprobó.
    pub approved_by: Option<String>,
    #[schema(format = Date)]
    pub in_force_since: Option<String>,
    pub repeals: Option<String>,
    pub pages: Option<u32>,
    /// El nombre del calendario.
    pub calendar: String,
    pub objective: Option<String>,
    pub scope: Option<String>,
    pub legal_base: Vec<String>,
    /// Otros documentos que el manual lista.
    pub listed_documents: Vec<String>,
    /// Lo que el original dice en dos partes de modo distinto.
    pub printed: Vec<PrintedBody>,
    /// Cómo se lee el original impreso.
    pub readings: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PrintedBody {
    pub place: String,
    pub text: String,
}

/// A quién se refiere un puesto en un caso.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleScope {
    /// A quien lo ocupa.
    Post,
    /// A quien solicita.
    Requester,
    /// A quien lo ocupa en la unidad de quien solicita.
    RequesterUnit,
    /// A quien diga el encaminamiento del procedimiento.
    Routed,
    /// A otra institución.
    External,
}

/// Un puesto del manual.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleBody {
    pub name: String,
    /// El código de su unidad.
    pub unit: Option<String>,
    pub unit_name: Option<String>,
    pub means: RoleScope,
    pub chief: bool,
    /// El nivel de soporte, de 1 a 3.
    pub level: Option<u8>,
    pub superior: Option<String>,
    /// Los códigos de los procedimientos que puede pedir.
    pub asks_for: Vec<String>,
    pub acts_in: Vec<ActsBody>,
}

/// Los pasos de un procedimiento en que actúa un puesto.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActsBody {
    /// El código del procedimiento.
    pub procedure: String,
    pub steps: Vec<u16>,
}

/// Un formulario del manual.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormRow {
    pub code: String,
    pub title: String,
    pub version: Option<String>,
    /// La institución a la que pertenece, si no es esta.
    pub owner: Option<String>,
    /// Cuántos campos tiene.
    pub size: usize,
    pub filled_in: Vec<FillsBody>,
}

/// Un formulario del manual, campo por campo.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormBody {
    #[serde(flatten)]
    pub form: FormRow,
    pub fields: Vec<FieldAsked>,
    /// Las notas al pie.
    pub notes: Vec<String>,
}

/// Dónde se llena un formulario.
#[derive(Debug, Serialize, ToSchema)]
pub struct FillsBody {
    /// El código del procedimiento.
    pub procedure: String,
    /// Al abrir el caso.
    pub opening: bool,
    pub steps: Vec<u16>,
}

/// Las normas del manual.
#[derive(Debug, Serialize, ToSchema)]
pub struct NormsBody {
    pub general: Vec<NormBody>,
    /// Las específicas, por procedimiento.
    pub procedures: Vec<ProcedureNorms>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureNorms {
    pub code: String,
    pub title: String,
    pub norms: Vec<NormBody>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TermMeaning {
    pub term: String,
    pub meaning: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct FormPath {
    /// La institución: `igss`, `seprem` …
    pub institution: String,
    /// El código del formulario.
    pub code: String,
}

impl From<Scope> for RoleScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Post => Self::Post,
            Scope::Requester => Self::Requester,
            Scope::RequesterUnit => Self::RequesterUnit,
            Scope::Routed => Self::Routed,
            Scope::External => Self::External,
        }
    }
}

fn texts(names: &[Name]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

fn text(name: Option<&Name>) -> Option<String> {
    name.map(ToString::to_string)
}

fn role_body(role: &Role, edition: &Edition) -> RoleBody {
    let unit = role.unit.as_deref().and_then(|code| edition.unit(code));
    let acts = edition.acts_of(&role.name);
    RoleBody {
        name: role.name.to_string(),
        unit: text(role.unit.as_ref()),
        unit_name: unit.map(|unit| unit.name.to_string()),
        means: role.scope.into(),
        chief: role.chief,
        level: role.level,
        superior: text(role.superior.as_ref()),
        asks_for: edition.asked_for_by(&role.name).map(|procedure| procedure.code.to_string()).collect(),
        acts_in: acts
            .iter()
            .map(|acts| ActsBody {
                procedure: acts.procedure.code.to_string(),
                steps: acts.steps.iter().map(|step| step.0).collect(),
            })
            .collect(),
    }
}

fn form_row(form: &Form, edition: &Edition) -> FormRow {
    let fills = |fills: &Fills<'_>| FillsBody {
        procedure: fills.procedure.code.to_string(),
        opening: fills.opening,
        steps: fills.steps.iter().map(|step| step.0).collect(),
    };
    FormRow {
        code: form.code.to_string(),
        title: form.title.to_string(),
        version: text(form.version.as_ref()),
        owner: text(form.owner.as_ref()),
        size: form.fields.len(),
        filled_in: edition.fillings_of(&form.code).iter().map(fills).collect(),
    }
}

fn drawing(procedure: &Procedure, options: &FlowchartOptions) -> Response {
    let svg = flowchart_standalone(procedure, options).into_iter().next().unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        // It carries its own style; nothing else of it may do anything.
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    ];
    (headers, svg).into_response()
}

/// La carátula del manual vigente.
#[utoipa::path(get, operation_id = "get_manual", path = "/api/v1/{institution}/manual", tag = "manual", params(InstitutionPath),
    responses((status = 200, description = "El manual.", body = ManualBody), ReadProblems))]
pub async fn show(Extension(bearer): Extension<Bearer>) -> Result<Json<ManualBody>, ApiError> {
    let in_force = bearer.house.edition().await?;
    let (edition, page) = (&in_force.edition, &in_force.edition.title_page);
    Ok(Json(ManualBody {
        edition_id: in_force.id,
        institution: edition.institution.name.to_string(),
        title: page.title.to_string(),
        code: text(page.code.as_ref()),
        edition: page.edition.to_string(),
        dependency: page.dependency.to_string(),
        date: text(page.date.as_ref()),
        approval: text(page.approval.as_ref()),
        approved_by: text(page.approved_by.as_ref()),
        in_force_since: page.in_force_since.map(|day| day.to_string()),
        repeals: text(page.repeals.as_ref()),
        pages: page.pages,
        calendar: edition.calendar.name.to_string(),
        objective: text(page.objective.as_ref()),
        scope: text(page.scope.as_ref()),
        legal_base: texts(&page.legal_base),
        listed_documents: texts(&edition.listed_documents),
        printed: edition
            .printed
            .iter()
            .map(|printed| PrintedBody { place: printed.place.to_string(), text: printed.text.to_string() })
            .collect(),
        readings: edition.readings.iter().map(|reading| reading.text.to_string()).collect(),
    }))
}

/// Los puestos del manual, con lo que piden y los pasos en que actúan.
#[utoipa::path(get, operation_id = "list_roles", path = "/api/v1/{institution}/manual/roles", tag = "manual", params(InstitutionPath),
    responses((status = 200, description = "Los puestos, en el orden del manual.", body = Page<RoleBody>), ReadProblems))]
pub async fn roles(Extension(bearer): Extension<Bearer>) -> Result<Json<Page<RoleBody>>, ApiError> {
    let edition = bearer.house.edition().await?.edition;
    Ok(Json(Page { items: edition.roles.iter().map(|role| role_body(role, &edition)).collect(), next: None }))
}

/// Los formularios del manual.
#[utoipa::path(get, operation_id = "list_forms", path = "/api/v1/{institution}/manual/forms", tag = "manual", params(InstitutionPath),
    responses((status = 200, description = "Los formularios, en el orden del manual.", body = Page<FormRow>), ReadProblems))]
pub async fn forms(Extension(bearer): Extension<Bearer>) -> Result<Json<Page<FormRow>>, ApiError> {
    let edition = bearer.house.edition().await?.edition;
    Ok(Json(Page { items: edition.forms.iter().map(|form| form_row(form, &edition)).collect(), next: None }))
}

/// Un formulario del manual.
#[utoipa::path(get, operation_id = "get_form", path = "/api/v1/{institution}/manual/forms/{code}", tag = "manual", params(FormPath),
    responses((status = 200, description = "El formulario.", body = FormBody), ReadProblems))]
pub async fn form(Extension(bearer): Extension<Bearer>, Path(at): Path<FormPath>) -> Result<Json<FormBody>, ApiError> {
    let edition = bearer.house.edition().await?.edition;
    let form = edition.form(&at.code).ok_or_else(ApiError::not_found)?;
    let fields = form.fields.iter().map(FieldAsked::from).collect();
    Ok(Json(FormBody { form: form_row(form, &edition), fields, notes: texts(&form.notes) }))
}

/// Las normas del manual: las generales y las de cada procedimiento.
#[utoipa::path(get, operation_id = "list_norms", path = "/api/v1/{institution}/manual/norms", tag = "manual", params(InstitutionPath),
    responses((status = 200, description = "Las normas.", body = NormsBody), ReadProblems))]
pub async fn norms(Extension(bearer): Extension<Bearer>) -> Result<Json<NormsBody>, ApiError> {
    let edition = bearer.house.edition().await?.edition;
    let with_norms = edition.procedures.iter().filter(|procedure| !procedure.norms.is_empty());
    Ok(Json(NormsBody {
        general: edition.norms.iter().map(NormBody::from).collect(),
        procedures: with_norms
            .map(|procedure| ProcedureNorms {
                code: procedure.code.to_string(),
                title: procedure.title.to_string(),
                norms: procedure.norms.iter().map(NormBody::from).collect(),
            })
            .collect(),
    }))
}

/// Las palabras del manual y lo que significan.
#[utoipa::path(get, operation_id = "list_glossary", path = "/api/v1/{institution}/manual/glossary", tag = "manual", params(InstitutionPath),
    responses((status = 200, description = "El glosario, en el orden del manual.", body = Page<TermMeaning>), ReadProblems))]
pub async fn glossary(Extension(bearer): Extension<Bearer>) -> Result<Json<Page<TermMeaning>>, ApiError> {
    let edition = bearer.house.edition().await?.edition;
    let entries = edition.glossary.iter();
    let items = entries.map(|entry| TermMeaning { term: entry.term.to_string(), meaning: entry.meaning.to_string() });
    Ok(Json(Page { items: items.collect(), next: None }))
}

/// El flujograma de un procedimiento vigente, en SVG.
#[utoipa::path(get, operation_id = "get_flowchart", path = "/api/v1/{institution}/procedures/{code}/flowchart", tag = "manual", params(ProcedurePath),
    responses((status = 200, description = "El dibujo.", body = String, content_type = "image/svg+xml"), ReadProblems))]
pub async fn flowchart(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<ProcedurePath>,
) -> Result<Response, ApiError> {
    let edition = bearer.house.edition().await?.edition;
    let procedure = edition.procedure(&at.code).ok_or_else(ApiError::not_found)?;
    Ok(drawing(procedure, &FlowchartOptions::default()))
}

/// El flujograma de un caso, en SVG: con lo recorrido y el paso en que está.
#[utoipa::path(get, operation_id = "get_case_flowchart", path = "/api/v1/{institution}/cases/{number}/flowchart", tag = "casos", params(CasePath),
    responses((status = 200, description = "El dibujo.", body = String, content_type = "image/svg+xml"), ReadProblems))]
pub async fn case_flowchart(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
) -> Result<Response, ApiError> {
    let view = bearer.see(&at.number).await?;
    Ok(drawing(view.procedure(), &walked::of(&view.case)))
}
