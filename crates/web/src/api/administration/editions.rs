//! A new edition of the manual on its way into force, for those who administer: uploaded and checked, seen beside the one in
//! force, published by a second person, or set aside.

use super::{
    super::{
        bearer::Bearer,
        editions::{EditionBody, RedlineBody},
        files::{print, read_parts},
        input::{Key, Sent},
        problem::{ApiError, FindingBody, ReadProblems, WriteProblems},
        work::{IdPath, InstitutionPath, KeyHeader, missing},
    },
    Created, created,
};
use crate::{editorial, form::EDITION_FILES};
use axum::{
    Extension, Json,
    extract::{Path, Request},
};
use engine::command::Attach;
use manual::{check::check_reading, compare, read, source::SourceFile};
use serde::{Deserialize, Serialize};
use store::{Admin, EditionError};
use utoipa::ToSchema;

/// Qué se sube.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EditionScope {
    /// El manual completo.
    Whole,
    /// Solo los archivos que cambian; los demás son los de la edición vigente.
    Changes,
}

/// Los archivos de una edición.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEdition {
    pub scope: EditionScope,
    /// Un `.kdl` del manual o un `.txt` de sus avisos, en UTF-8. La parte se repite: una por archivo, hasta 400.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    pub file: String,
}

/// Una edición como la ve quien la publica.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditionDeskBody {
    #[serde(flatten)]
    pub edition: EditionBody,
    pub procedures: usize,
    pub forms: usize,
    pub roles: usize,
    /// Los archivos de que está hecha.
    pub files: Vec<String>,
    pub findings: Vec<FindingBody>,
    /// El `id` de la vigente con que se compara; ninguna, si es esta o si no hay.
    pub against: Option<i64>,
    /// Lo que cambia frente a la vigente.
    pub redline: Option<RedlineBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditionWithdrawal {
    pub reason: String,
}

impl Bearer {
    /// Keeps the files as a draft, where their check finds no errors; gives its number.
    async fn keep(&self, admin: &Admin, files: &[Attach], whole: bool) -> Result<i64, ApiError> {
        let uploaded = editorial::gather(&self.house, admin, files, whole).await?;
        let files = uploaded.files();
        if !uploaded.sound() {
            return Err(ApiError::findings(&uploaded.findings, &files));
        }
        match admin.upload_edition(uploaded.sources, self.now).await {
            Ok((row, _)) => Ok(row.id),
            Err(EditionError::Findings(found)) => Err(ApiError::findings(&found, &files)),
            Err(EditionError::Store(error)) => Err(error.into()),
        }
    }

    async fn on_desk(&self, admin: &Admin, id: i64) -> Result<EditionDeskBody, ApiError> {
        let store = &self.house.store;
        let row = admin.editions().await?.into_iter().find(|row| row.id == id).ok_or_else(ApiError::not_found)?;
        let (edition, sources) = (store.edition(id).await?, admin.sources(id).await?);
        let (Some(edition), Some(sources)) = (edition, sources) else { return Err(ApiError::not_found()) };
        let names = editorial::names(store, std::slice::from_ref(&row)).await?;
        let found = check_reading(&read::read(&sources.files, &sources.shared));
        let files: Vec<SourceFile> = sources.files.into_iter().chain(sources.shared).collect();
        let in_force = store.current_edition().await?.filter(|(in_force, _)| *in_force != id);
        Ok(EditionDeskBody {
            edition: EditionBody::of(&row, &names, &self.zone()),
            procedures: edition.procedures.len(),
            forms: edition.forms.len(),
            roles: edition.roles.len(),
            findings: found.iter().map(|finding| FindingBody::of(finding, &files)).collect(),
            files: files.into_iter().map(|file| file.path).collect(),
            against: in_force.as_ref().map(|(id, _)| *id),
            redline: in_force.map(|(_, old)| compare::compare(&old, &edition).into()),
        })
    }
}

/// Sube una edición como borrador. Si la revisión halla errores no se guarda: 422, con los hallazgos.
#[utoipa::path(post, operation_id = "upload_edition", path = "/api/v1/{institution}/administration/editions", tag = "administración", params(InstitutionPath, KeyHeader),
    request_body(content = NewEdition, content_type = "multipart/form-data"),
    responses((status = 201, description = "El borrador, con sus advertencias y lo que cambia frente a la vigente.", body = EditionDeskBody,
        headers(("Location" = String, description = "La dirección de la edición."))), WriteProblems))]
pub async fn upload(
    Extension(bearer): Extension<Bearer>,
    request: Request,
) -> Result<Created<EditionDeskBody>, ApiError> {
    let admin = bearer.admin().await?;
    let key = Key::of(&request)?;
    let parts = read_parts(request, &["scope"], &bearer, EDITION_FILES).await?;
    let whole = match parts.text("scope").map(str::trim) {
        Some("whole") => true,
        Some("changes") => false,
        _ => {
            return Err(ApiError::malformed(
                "«scope» es whole, el manual completo, o changes, los archivos que cambian.",
            ));
        }
    };
    if parts.files.is_empty() {
        return Err(missing("file", "Envíe al menos un archivo .kdl en la parte «file»."));
    }
    let key = key.with(if whole { "whole" } else { "changes" }).with(&print(&parts.files));
    let admin = admin.under(key.into_key());
    // What stood in for the files not sent may be another edition by now: what the key made is not made anew.
    let id =
        if let Some(id) = admin.done_before().await? { id } else { bearer.keep(&admin, &parts.files, whole).await? };
    Ok(created(&bearer, "editions", id, bearer.on_desk(&admin, id).await?))
}

/// Una edición con sus hallazgos y lo que cambia frente a la vigente.
#[utoipa::path(get, operation_id = "review_edition", path = "/api/v1/{institution}/administration/editions/{id}", tag = "administración", params(IdPath),
    responses((status = 200, description = "La edición.", body = EditionDeskBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
) -> Result<Json<EditionDeskBody>, ApiError> {
    let admin = bearer.admin().await?;
    Ok(Json(bearer.on_desk(&admin, at.id()?).await?))
}

/// Publica una edición: los casos nuevos empiezan con ella. La publica otra persona que la que la subió, y se revisa otra vez.
#[utoipa::path(post, operation_id = "publish_edition", path = "/api/v1/{institution}/administration/editions/{id}/publications", tag = "administración", params(IdPath, KeyHeader),
    responses((status = 200, description = "La edición, vigente.", body = EditionDeskBody), WriteProblems))]
pub async fn publish(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    key: Key,
) -> Result<Json<EditionDeskBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let row = editorial::publish(&bearer.house, &admin, at.id()?, bearer.now).await?;
    Ok(Json(bearer.on_desk(&admin, row.id).await?))
}

/// Retira un borrador: nunca se publicará.
#[utoipa::path(post, operation_id = "withdraw_edition", path = "/api/v1/{institution}/administration/editions/{id}/withdrawals", tag = "administración", params(IdPath, KeyHeader),
    request_body = EditionWithdrawal, responses((status = 200, description = "La edición, retirada.", body = EditionDeskBody), WriteProblems))]
pub async fn withdraw(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    Sent { body, key }: Sent<EditionWithdrawal>,
) -> Result<Json<EditionDeskBody>, ApiError> {
    let (admin, id) = (bearer.admin().await?.under(key.into_key()), at.id()?);
    let reason = body.reason.trim();
    if reason.is_empty() {
        return Err(missing("reason", "Diga por qué se retira; queda en la bitácora."));
    }
    admin.withdraw_edition(id, reason.to_owned(), bearer.now).await?;
    Ok(Json(bearer.on_desk(&admin, id).await?))
}
