//! Files of an official letter: a scan that came later, an annex; and downloading them.

use super::{
    bearer::Bearer,
    case::AttachmentBody,
    files::{AttachForm, RawQuery, one_file, serve},
    letters::LetterPath,
    problem::{ApiError, ReadProblems, WriteProblems},
    work::KeyHeader,
};
use axum::{
    Extension, Json,
    extract::{Path, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::event::Attached;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ScanPath {
    /// La institución: `igss`, `seprem` …
    pub institution: String,
    /// El `id` del oficio.
    pub letter: String,
    /// El SHA-256 del contenido.
    pub sha256: String,
}

/// Adjunta un archivo a un oficio: como multipart, o como el cuerpo con su nombre en la consulta.
#[utoipa::path(post, operation_id = "attach_to_letter", path = "/api/v1/{institution}/letters/{letter}/attachments", tag = "correspondencia", params(LetterPath, RawQuery, KeyHeader),
    request_body(content((AttachForm = "multipart/form-data"), (Vec<u8> = "application/octet-stream"))),
    responses((status = 201, description = "El archivo adjuntado.", body = AttachmentBody,
        headers(("Location" = String, description = "La dirección del archivo."))), WriteProblems))]
pub async fn attach(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<LetterPath>,
    request: Request,
) -> Result<impl IntoResponse, ApiError> {
    // Nothing is kept for a letter the person may not read.
    let (desk, letter) = bearer.desk(&at.letter).await?;
    let (file, key) = one_file(request, &bearer).await?;
    let location = bearer.address(&format!("/letters/{}/attachments/{}", letter.id, file.sha256));
    let file = Attached::from(&file);
    let answer = AttachmentBody::from(&file);
    desk.attach(letter.id, vec![file], key.into_key()).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(answer)))
}

/// Descarga un archivo de un oficio.
#[utoipa::path(get, operation_id = "get_letter_file", path = "/api/v1/{institution}/letters/{letter}/attachments/{sha256}", tag = "correspondencia", params(ScanPath),
    responses((status = 200, description = "El contenido.", body = Vec<u8>, content_type = "application/octet-stream"), ReadProblems))]
pub async fn download(Extension(bearer): Extension<Bearer>, Path(at): Path<ScanPath>) -> Result<Response, ApiError> {
    let letter = bearer.letter(&at.letter).await?;
    let file = letter.files.iter().find(|file| *file.sha256 == *at.sha256).ok_or_else(ApiError::not_found)?;
    serve(&bearer, &file.sha256, &file.name, file.size).await
}
