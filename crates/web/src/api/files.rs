//! Files of a case: attached as multipart or as the raw body, downloaded by their content's hash.

use super::{
    bearer::Bearer,
    case::AttachmentBody,
    input::{Asked, Key, plain},
    problem::{ApiError, ReadProblems, WriteProblems},
    work::{CasePath, KeyHeader},
};
use crate::{
    failure::Failure,
    form::{FILE_BYTES, FILES, FORM_BYTES, safe_file_name},
};
use axum::{
    Extension, Json,
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, Path, Request},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::{Name, command::Attach, event::Attached};
use futures_util::{Stream, TryStreamExt};
use serde::Deserialize;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use store::{Request as Submit, StoreError};
use tokio_util::io::{ReaderStream, StreamReader};
use utoipa::{IntoParams, ToSchema};

/// What came as multipart: the texts by name, and the files already kept.
pub struct Parts {
    texts: Vec<(String, String)>,
    pub files: Vec<Attach>,
}

impl Parts {
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.iter().rev().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
    }
}

/// Un archivo con su requisito.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachForm {
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    pub file: String,
    /// El requisito que cumple.
    #[schema(nullable = false)]
    pub label: Option<String>,
    /// `false`: no lo ve quien solicita.
    #[schema(nullable = false)]
    pub public: Option<bool>,
}

/// Del archivo que va como cuerpo; con multipart no hace falta.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RawQuery {
    /// El nombre del archivo; sin él, «archivo».
    pub name: Option<String>,
    /// El requisito que cumple.
    pub label: Option<String>,
    /// `false`: no lo ve quien solicita.
    pub public: Option<bool>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct FilePath {
    /// La institución: `igss`, `seprem` …
    pub institution: String,
    /// El número del caso.
    pub number: String,
    /// El SHA-256 del contenido.
    pub sha256: String,
}

#[must_use]
pub fn is_multipart(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(text.trim().to_ascii_lowercase()).filter(|text| !text.is_empty())
}

/// What tells one set of files from another.
#[must_use]
pub fn print(files: &[Attach]) -> String {
    let told: Vec<_> =
        files.iter().map(|file| (&*file.sha256, &*file.name, file.label.as_deref(), file.public)).collect();
    serde_json::to_string(&told).unwrap_or_default()
}

/// Reads a multipart body within limits: files under `file` or `file:<label>`, kept as they come, and the texts known.
///
/// # Errors
/// Malformed or too large.
pub async fn read_multipart(request: Request, known: &[&str], bearer: &Bearer) -> Result<Parts, ApiError> {
    read_parts(request, known, bearer, FILES).await
}

/// The same with so many files at most.
///
/// # Errors
/// Malformed or too large.
pub async fn read_parts(request: Request, known: &[&str], bearer: &Bearer, most: usize) -> Result<Parts, ApiError> {
    let incomplete = |_| ApiError::malformed("El envío multipart llegó incompleto o mal formado.");
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|_| ApiError::malformed("El envío multipart no dice su separador (boundary)."))?;
    let mut parts = Parts { texts: Vec::new(), files: Vec::new() };
    let mut bytes = 0;
    while let Some(mut field) = multipart.next_field().await.map_err(incomplete)? {
        let name = plain(field.name().unwrap_or_default());
        let file_name = field.file_name().map(ToString::to_string);
        if let Some(file_name) = file_name.filter(|_| name == "file" || name.starts_with("file:")) {
            if parts.files.len() == most {
                return Err(Failure::TooLarge(format!("Un envío lleva hasta {most} archivos.")).into());
            }
            let kind = field.content_type().map(ToString::to_string);
            let label = name.strip_prefix("file:").filter(|label| !label.is_empty()).map(Name::from);
            parts.files.push(keep(field, &file_name, kind.as_deref(), label, bearer).await?);
            continue;
        }
        if !known.contains(&&*name) {
            return Err(ApiError::malformed(format!(
                "No se conoce la parte «{name}»; se admiten: file, file:<requisito>, {}.",
                known.join(", ")
            )));
        }
        let mut text = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(incomplete)? {
            bytes += chunk.len();
            if bytes > FORM_BYTES {
                return Err(Failure::TooLarge("Los textos del envío pasan de 1 MiB.".into()).into());
            }
            text.extend_from_slice(&chunk);
        }
        parts.texts.push((name, String::from_utf8_lossy(&text).into_owned()));
    }
    Ok(parts)
}

/// Keeps one file. A stream that breaks off is the sender's fault, not the disk's.
async fn keep<E>(
    stream: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
    name: &str,
    media_type: Option<&str>,
    label: Option<Name>,
    bearer: &Bearer,
) -> Result<Attach, ApiError>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let broken = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&broken);
    let stream = stream.map_err(move |error| {
        seen.store(true, Ordering::Relaxed);
        std::io::Error::other(error)
    });
    let kept = bearer.house.store.put_blob(StreamReader::new(stream), FILE_BYTES, bearer.now).await;
    let blob = match kept {
        Ok(blob) => blob,
        Err(StoreError::Refused(refusal)) => return Err(Failure::TooLarge(refusal.message).into()),
        Err(_) if broken.load(Ordering::Relaxed) => {
            return Err(ApiError::malformed("El archivo llegó incompleto."));
        }
        Err(error) => return Err(error.into()),
    };
    if blob.size == 0 {
        return Err(Failure::Invalid("El archivo está vacío.".into()).into());
    }
    let kind: String =
        media_type.unwrap_or("application/octet-stream").chars().filter(char::is_ascii_graphic).take(100).collect();
    Ok(Attach {
        name: safe_file_name(name).into(),
        sha256: blob.sha256.into(),
        size: blob.size,
        media_type: kind.into(),
        label,
        public: true,
    })
}

/// The one file of a request, as multipart or as the raw body, and the key under which it comes.
///
/// # Errors
/// Malformed or too large.
pub(super) async fn one_file(request: Request, bearer: &Bearer) -> Result<(Attach, Key), ApiError> {
    let key = Key::of(&request)?;
    let (parts, body) = request.into_parts();
    let query = Asked::<RawQuery>::read(&parts.uri)?.0;
    let given =
        |text: Option<&str>| text.map(plain).filter(|text| !text.trim().is_empty()).map(|text| Name::from(text.trim()));
    let mut file = if is_multipart(&parts.headers) {
        let mut sent = read_multipart(Request::from_parts(parts, body), &["label", "public"], bearer).await?;
        let label = sent.text("label").map(ToString::to_string);
        let public = match sent.text("public").map(str::trim) {
            None | Some("true" | "1") => true,
            Some("false" | "0") => false,
            Some(_) => return Err(ApiError::malformed("«public» es true o false.")),
        };
        let (Some(file), None) = (sent.files.pop(), sent.files.pop()) else {
            return Err(ApiError::malformed("Envíe un archivo, y solo uno, en la parte «file»."));
        };
        Attach { label: given(label.as_deref()).or(file.label.clone()), public, ..file }
    } else {
        let Some(kind) = media_type(&parts.headers) else {
            let detail = "Diga el Content-Type del archivo, o envíelo como multipart/form-data.";
            return Err(ApiError::contract(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        };
        let name = query.name.as_deref().unwrap_or_default();
        keep(body.into_data_stream(), name, Some(&kind), None, bearer).await?
    };
    if let Some(label) = given(query.label.as_deref()) {
        file.label = Some(label);
    }
    file.public &= query.public.unwrap_or(true);
    let key = key.with(&print(std::slice::from_ref(&file)));
    Ok((file, key))
}

/// A file kept here, as a download.
///
/// # Errors
/// It is missing or cannot be read.
pub(super) async fn serve(bearer: &Bearer, sha256: &str, name: &str, size: u64) -> Result<Response, ApiError> {
    let missing = |error: String| ApiError::from(Failure::Internal(format!("attachment {sha256}: {error}")));
    let file = bearer.house.store.blobs().read(sha256).await.map_err(|error| missing(error.to_string()))?;
    let file = file.ok_or_else(|| missing("the file is missing".into()))?;
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_string()),
        (header::CONTENT_LENGTH, size.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"))),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_string()),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(file))).into_response())
}

/// Adjunta un archivo: como multipart, o como el cuerpo con su nombre en la consulta.
#[utoipa::path(post, operation_id = "attach_file", path = "/api/v1/{institution}/cases/{number}/attachments", tag = "archivos", params(CasePath, RawQuery, KeyHeader),
    request_body(content((AttachForm = "multipart/form-data"), (Vec<u8> = "application/octet-stream"))),
    responses((status = 201, description = "El archivo adjuntado.", body = AttachmentBody,
        headers(("Location" = String, description = "La dirección del archivo."))), WriteProblems))]
pub async fn attach(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    request: Request,
) -> Result<impl IntoResponse, ApiError> {
    // Nothing is kept for a case the person may not see.
    bearer.see(&at.number).await?;
    let (file, key) = one_file(request, &bearer).await?;
    let location = bearer.address(&format!("/cases/{}/attachments/{}", at.number, file.sha256));
    let answer = AttachmentBody::from(&Attached::from(&file));
    bearer.submit(Some(at.number.as_str().into()), Submit::Attach(file), key).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(answer)))
}

/// Descarga un archivo del caso.
#[utoipa::path(get, operation_id = "get_file", path = "/api/v1/{institution}/cases/{number}/attachments/{sha256}", tag = "archivos", params(FilePath),
    responses((status = 200, description = "El contenido.", body = Vec<u8>, content_type = "application/octet-stream"), ReadProblems))]
pub async fn download(Extension(bearer): Extension<Bearer>, Path(at): Path<FilePath>) -> Result<Response, ApiError> {
    let view = bearer.see(&at.number).await?;
    let attached =
        view.case.attachments.iter().find(|one| *one.sha256 == *at.sha256).ok_or_else(ApiError::not_found)?;
    serve(&bearer, &at.sha256, &attached.name, attached.size).await
}
