//! What a browser sends with a form: fields and files, within limits, and only with the form's own seal.

use crate::{
    clock::digest,
    failure::Failure,
    fields::Pairs,
    state::{App, KEY, SEAL, Visitor},
};
use axum::{
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use engine::{Name, command::Attach};
use futures_util::TryStreamExt;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use store::IdempotencyKey;
use subtle::ConstantTimeEq;

/// Bytes of a form without its files.
pub const FORM_BYTES: usize = 1024 * 1024;
/// Bytes of one file.
pub const FILE_BYTES: u64 = 25 * 1024 * 1024;
/// Files of one form.
pub const FILES: usize = 20;
/// Files of an edition of the manual, sent by an administrator: one a procedure, a form, an example.
pub const EDITION_FILES: usize = 400;
/// Bytes of a whole request with files.
pub const REQUEST_BYTES: usize = 110 * 1024 * 1024;
/// Fields with a password.
const PASSWORDS: [&str; 2] = ["contrasena", "repetida"];

/// A form that was sent by the person's own page.
#[derive(Debug)]
pub struct Sent {
    pub pairs: Pairs,
    pub files: Vec<SentFile>,
    path: String,
}

#[derive(Clone, Debug)]
pub struct SentFile {
    /// The requirement it answers, from a field named `archivo:<label>`.
    pub label: Option<Name>,
    pub attach: Attach,
}

impl Sent {
    /// What a form that only looks asks for in its address: it changes nothing and bears no seal.
    #[must_use]
    pub const fn looking(pairs: Pairs) -> Self {
        Self { pairs, files: Vec::new(), path: String::new() }
    }

    /// The last value sent under a name, trimmed; none where blank.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().rev().find(|(key, _)| key == name).map(|(_, text)| text.trim());
        found.filter(|text| !text.is_empty())
    }

    /// A number chosen from a list.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    #[must_use]
    pub fn name(&self, name: &str) -> Option<Name> {
        self.text(name).map(Name::from)
    }

    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// The same form sent twice is done once. Its fingerprint is kept in the database: a password must not be found from
    /// it by trying.
    #[must_use]
    pub fn idempotency(&self) -> Option<IdempotencyKey> {
        let key = self.text(KEY)?;
        let mut content = self.path.clone();
        for (name, text) in self.pairs.iter().filter(|(name, _)| name != SEAL && !PASSWORDS.contains(&name.as_str())) {
            content.push('\u{1f}');
            content.push_str(name);
            content.push('=');
            content.push_str(text);
        }
        for file in &self.files {
            content.push_str(&file.attach.sha256);
        }
        Some(IdempotencyKey {
            key: format!("form:{}", key.chars().take(80).collect::<String>()),
            fingerprint: digest(&content),
        })
    }
}

impl FromRequest<App> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let seal = match &visitor {
            Some(visitor) => visitor.seal.clone(),
            None => app.anonymous_seal(request.headers()).ok_or_else(expired)?,
        };
        let path = request.uri().path().to_string();
        let multipart = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("multipart/form-data"));
        let (pairs, files) = if multipart {
            let visitor = visitor.ok_or_else(|| Failure::Forbidden("Entre antes de enviar archivos.".into()))?;
            read_multipart(request, app, &visitor, &seal).await?
        } else {
            (read_urlencoded(request, app, &seal).await?, Vec::new())
        };
        Ok(Self { pairs, files, path })
    }
}

async fn read_urlencoded(request: Request, app: &App, seal: &str) -> Result<Pairs, Failure> {
    let urlencoded = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    if !urlencoded {
        return Err(Failure::Invalid("El formulario no llegó como se esperaba. Envíelo desde su página.".into()));
    }
    let body = axum::body::to_bytes(request.into_body(), FORM_BYTES).await.map_err(|_| {
        Failure::TooLarge("El formulario pasa de 1 MiB. Adjunte los textos largos como archivo.".into())
    })?;
    let _ = app;
    let pairs: Pairs = form_urlencoded::parse(&body).into_owned().map(|(key, text)| (key, clean(&text))).collect();
    let given = pairs.iter().find(|(key, _)| key == SEAL).map_or("", |(_, text)| text.as_str());
    check_seal(given, seal)?;
    Ok(pairs)
}

async fn read_multipart(
    request: Request,
    app: &App,
    visitor: &Visitor,
    seal: &str,
) -> Result<(Pairs, Vec<SentFile>), Failure> {
    let broken = |_| Failure::Invalid("El envío llegó incompleto. Inténtelo otra vez.".into());
    let manual = request.uri().path().ends_with("/administracion/ediciones");
    let mut multipart = Multipart::from_request(request, app)
        .await
        .map_err(|_| Failure::Invalid("El envío llegó incompleto. Inténtelo otra vez.".into()))?;
    let mut pairs = Pairs::new();
    let mut files = Vec::new();
    let mut bytes = 0;
    let most = if manual { EDITION_FILES } else { FILES };
    let mut sealed = false;
    while let Some(mut field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_string();
        let file_name = field.file_name().map(ToString::to_string);
        if let Some(file_name) = file_name {
            if !sealed {
                return Err(expired());
            }
            if file_name.is_empty() {
                continue;
            }
            if files.len() == most {
                return Err(Failure::TooLarge(format!("Un envío lleva hasta {most} archivos.")));
            }
            let media_type: String =
                field.content_type().unwrap_or("application/octet-stream").chars().take(100).collect();
            let cut = Arc::new(AtomicBool::new(false));
            let seen = Arc::clone(&cut);
            let stream = field.map_err(move |error| {
                seen.store(true, Ordering::Relaxed);
                std::io::Error::other(error)
            });
            let reader = tokio_util::io::StreamReader::new(stream);
            let kept = visitor.house.put_file(reader, FILE_BYTES, visitor.now).await;
            // A stream that breaks off is the sender's fault, not the disk's.
            let blob = match kept {
                Err(Failure::Unavailable(_)) if cut.load(Ordering::Relaxed) => {
                    return Err(Failure::Invalid("El envío llegó incompleto. Inténtelo otra vez.".into()));
                }
                kept => kept?,
            };
            if blob.size == 0 {
                continue;
            }
            let label = name.strip_prefix("archivo:").filter(|label| !label.is_empty()).map(Name::from);
            let attach = Attach {
                name: safe_file_name(&file_name).into(),
                sha256: blob.sha256.into(),
                size: blob.size,
                media_type: media_type.into(),
                label: label.clone(),
                public: true,
            };
            files.push(SentFile { label, attach });
        } else {
            let mut text = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(broken)? {
                bytes += chunk.len();
                if bytes > FORM_BYTES {
                    return Err(Failure::TooLarge("Los textos del formulario pasan de 1 MiB.".into()));
                }
                text.extend_from_slice(&chunk);
            }
            let text = clean(&String::from_utf8_lossy(&text));
            if name == SEAL {
                check_seal(&text, seal)?;
                sealed = true;
            }
            pairs.push((name, text));
        }
    }
    if sealed { Ok((pairs, files)) } else { Err(expired()) }
}

/// Control characters other than line breaks and tabs have no place in what people write; PostgreSQL refuses NUL.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

/// A name to show and to offer for download: no folders, no controls, no tricks of writing direction.
#[must_use]
pub fn safe_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(*c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .filter(|c| !matches!(*c, '"' | '<' | '>' | '|' | '*' | '?' | ':'))
        .collect();
    let kept: String = kept.trim_matches(['.', ' ']).chars().take(150).collect();
    if kept.is_empty() { "archivo".into() } else { kept }
}

fn check_seal(given: &str, seal: &str) -> Result<(), Failure> {
    if given.as_bytes().ct_eq(seal.as_bytes()).into() { Ok(()) } else { Err(expired()) }
}

fn expired() -> Failure {
    Failure::Forbidden(
        "El formulario caducó o no salió de su página. Vuelva a abrir la página y envíelo otra vez.".into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_leaves_no_print() {
        let print = |password: &str, text: &str| {
            let pairs = [(KEY, "k"), ("contrasena", password), ("nota", text)];
            Sent::looking(pairs.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec()).idempotency()
        };
        assert_eq!(print("Zafiro 17", "sí"), print("Otra", "sí"));
        assert_ne!(print("Zafiro 17", "sí"), print("Zafiro 17", "no"));
    }

    #[test]
    fn file_names_are_made_safe() {
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\boleta firmada.pdf", "boleta firmada.pdf"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("x\r\nSet-Cookie: a.pdf", "xSet-Cookie a.pdf"),
            ("...", "archivo"),
            ("ñandú.pdf", "ñandú.pdf"),
        ] {
            assert_eq!(safe_file_name(given), kept);
        }
        assert_eq!(safe_file_name(&"a".repeat(4096)).len(), 150);
    }
}
