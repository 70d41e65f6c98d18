//! What the person of the token has left half written: about a case, form by form, and in the requests not yet sent.

use super::{
    bearer::Bearer,
    input::{Key, Sent},
    page::{Page, moment},
    problem::{ApiError, ReadProblems, WriteProblems},
    work::{CasePath, KeyHeader, missing},
};
use axum::{Extension, Json, extract::Path, http::StatusCode};
use serde::{Deserialize, Serialize};
use store::desk::{Draft, drafts::NEW};
use utoipa::{IntoParams, ToSchema};

/// The form that opens a case, as the pages name it.
const OPENING: &str = "solicitudes";
/// Never kept: what seals a form of the pages, and what signs.
const DROPPED: [&str; 3] = ["sello", "clave", "contrasena"];

/// El formulario de un caso.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftForm {
    /// El paso.
    Cumplimientos,
    /// La respuesta a quien solicita.
    Comentarios,
    /// La nota interna.
    Notas,
}

/// Un campo, con el nombre que tiene en la página: `nota`, `texto`, `asunto`, `d.<clave>`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftField {
    pub name: String,
    pub text: String,
}

/// Un borrador.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftBody {
    pub form: String,
    pub fields: Vec<DraftField>,
    #[schema(format = DateTime)]
    pub at: String,
}

/// Lo escrito en un formulario del caso; sin campos, se borra.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseDraftBody {
    pub form: DraftForm,
    pub fields: Vec<DraftField>,
}

/// Lo escrito en una solicitud que no se ha enviado; sin campos, se borra.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningDraftBody {
    pub fields: Vec<DraftField>,
}

/// Where the draft of an opening is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ProcedurePath {
    /// La institución: `igss`, `seprem` …
    pub institution: String,
    /// El código del procedimiento.
    pub code: String,
}

impl DraftForm {
    const fn noun(self) -> &'static str {
        match self {
            Self::Cumplimientos => "cumplimientos",
            Self::Comentarios => "comentarios",
            Self::Notas => "notas",
        }
    }
}

impl Bearer {
    async fn drafts_at(&self, place: &str) -> Result<Json<Page<DraftBody>>, ApiError> {
        let zone = self.zone();
        let body = |draft: Draft| DraftBody {
            form: draft.form,
            fields: draft.pairs.into_iter().map(|(name, text)| DraftField { name, text }).collect(),
            at: moment(draft.at, &zone),
        };
        let drafts = self.reader.drafts(place).await?;
        Ok(Json(Page { items: drafts.into_iter().map(body).collect(), next: None }))
    }

    async fn keep_draft(
        &self,
        place: &str,
        form: &str,
        fields: Vec<DraftField>,
        key: Key,
    ) -> Result<StatusCode, ApiError> {
        if fields.len() > 500 {
            return Err(missing("fields", "Un borrador lleva hasta 500 campos."));
        }
        let pairs: Vec<(String, String)> = fields
            .into_iter()
            .filter(|field| !DROPPED.contains(&field.name.as_str()) && !field.text.trim().is_empty())
            .map(|field| (field.name, field.text))
            .collect();
        let keeping = async {
            self.reader.keep_draft(place, form, &pairs, self.now).await?;
            Ok(0)
        };
        self.once(key, keeping).await?;
        Ok(StatusCode::NO_CONTENT)
    }

    /// Where drafts of a procedure are kept; nothing else is kept there.
    async fn opening_place(&self, code: &str) -> Result<String, ApiError> {
        let edition = self.house.edition().await?.edition;
        let procedure = edition.procedure(code).ok_or_else(ApiError::not_found)?;
        Ok(format!("{NEW}{}", procedure.code))
    }
}

/// Los borradores de la persona del token sobre un caso.
#[utoipa::path(get, operation_id = "list_drafts", path = "/api/v1/{institution}/cases/{number}/drafts", tag = "casos", params(CasePath),
    responses((status = 200, description = "Los borradores.", body = Page<DraftBody>), ReadProblems))]
pub async fn of_case(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
) -> Result<Json<Page<DraftBody>>, ApiError> {
    let view = bearer.see(&at.number).await?;
    bearer.drafts_at(&view.case.number).await
}

/// Guarda un borrador sobre un caso, en lugar del anterior.
#[utoipa::path(post, operation_id = "keep_draft", path = "/api/v1/{institution}/cases/{number}/drafts", tag = "casos", params(CasePath, KeyHeader),
    request_body = CaseDraftBody, responses((status = 204, description = "Queda guardado."), WriteProblems))]
pub async fn keep_of_case(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<CaseDraftBody>,
) -> Result<StatusCode, ApiError> {
    let view = bearer.see(&at.number).await?;
    bearer.keep_draft(&view.case.number, body.form.noun(), body.fields, key).await
}

/// El borrador de una solicitud que la persona del token no ha enviado; se borra al enviarla, o a los catorce días.
#[utoipa::path(get, operation_id = "list_opening_drafts", path = "/api/v1/{institution}/procedures/{code}/drafts", tag = "casos", params(ProcedurePath),
    responses((status = 200, description = "El borrador, si lo hay.", body = Page<DraftBody>), ReadProblems))]
pub async fn of_opening(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<ProcedurePath>,
) -> Result<Json<Page<DraftBody>>, ApiError> {
    let place = bearer.opening_place(&at.code).await?;
    bearer.drafts_at(&place).await
}

/// Guarda el borrador de una solicitud, en lugar del anterior.
#[utoipa::path(post, operation_id = "keep_opening_draft", path = "/api/v1/{institution}/procedures/{code}/drafts", tag = "casos", params(ProcedurePath, KeyHeader),
    request_body = OpeningDraftBody, responses((status = 204, description = "Queda guardado."), WriteProblems))]
pub async fn keep_of_opening(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<ProcedurePath>,
    Sent { body, key }: Sent<OpeningDraftBody>,
) -> Result<StatusCode, ApiError> {
    let place = bearer.opening_place(&at.code).await?;
    bearer.keep_draft(&place, OPENING, body.fields, key).await
}
