//! The files of a case: adding to them, and taking one away to read.

use super::{act, page, refused::about};
use crate::{failure::Failure, form::Sent, state::Visitor};
use axum::{
    Extension,
    body::Body,
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use engine::{command::Attach, event::Attached};
use std::fmt::Write;
use store::{CaseView, Request};
use tokio_util::io::ReaderStream;

/// `POST /{institution}/casos/{number}/adjuntos`
pub async fn create(
    Extension(visitor): Extension<Visitor>,
    Path((_, number)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Failure> {
    let view = page::seen(&visitor, &number).await?;
    let done = attach(&visitor, &view, &sent).await;
    act::finish(&visitor, &number, "adjuntos", sent, done).await
}

async fn attach(visitor: &Visitor, view: &CaseView, sent: &Sent) -> Result<(), Failure> {
    if sent.files.is_empty() {
        return Err(about("archivo", "Elija el archivo que quiere adjuntar; uno vacío no cuenta."));
    }
    let internal = sent.flag("interno") && view.attends;
    for (index, file) in sent.files.iter().enumerate() {
        let request = Request::Attach(Attach { public: !internal, ..file.attach.clone() });
        act::submit(visitor, view, request, act::part_key(sent, &format!("archivo{index}"))).await?;
    }
    Ok(())
}

/// `GET /{institution}/casos/{number}/adjuntos/{sha256}`: only what is attached to a case the visitor sees, only as a
/// download, and shut in should a browser open it all the same.
pub async fn download(
    Extension(visitor): Extension<Visitor>,
    Path((_, number, sha256)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let view = page::seen(&visitor, &number).await?;
    let attached =
        view.case.attachments.iter().find(|attached| *attached.sha256 == *sha256).ok_or(Failure::NotFound)?;
    serve(&visitor, attached).await
}

/// A kept file as a download: whoever calls has judged that the visitor may have it.
///
/// # Errors
/// The content is not there, or cannot be read.
pub async fn serve(visitor: &Visitor, attached: &Attached) -> Result<Response, Failure> {
    let sha256 = &attached.sha256;
    let file = visitor.house.store.blobs().read(sha256).await.map_err(|error| Failure::Internal(error.to_string()))?;
    let file = file.ok_or_else(|| Failure::Internal(format!("the content of {sha256} is missing")))?;
    let body = Body::from_stream(ReaderStream::new(file));
    let plain = HeaderValue::from_static("application/octet-stream");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_str(&attached.media_type).unwrap_or_else(|_| plain.clone())),
        (header::CONTENT_LENGTH, HeaderValue::from(attached.size)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition(attached)).unwrap_or(plain)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, body).into_response())
}

/// RFC 6266: a plain name for old browsers, and the true one in UTF-8.
fn disposition(attached: &Attached) -> String {
    let plain: String = attached
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' })
        .collect();
    let mut encoded = String::new();
    for byte in attached.name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_accents_and_quotes_travels_whole_and_safe() {
        let attached = Attached {
            name: "boleta \"ñ\".pdf".into(),
            sha256: "0".into(),
            size: 1,
            media_type: "application/pdf".into(),
            label: None,
            public: true,
        };
        assert_eq!(
            disposition(&attached),
            "attachment; filename=\"boleta ___.pdf\"; filename*=UTF-8''boleta%20%22%C3%B1%22.pdf"
        );
    }
}
