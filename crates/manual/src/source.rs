//! The text of a manual's files, as whoever loads them hands it in: a relative path and its words.

use crate::finding::{At, Finding, Severity};
use serde::{Deserialize, Serialize};

/// One `.kdl` file of a manual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Relative to the institution's folder: `procedimientos/DTS-01.kdl`.
    pub path: String,
    pub text: String,
}

impl SourceFile {
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// Takes the bytes of a file. What is not UTF-8 is kept as far as it can be shown, and the finding says how to save it.
    /// The finding's file is 0: whoever gathers several files sets its position.
    #[must_use]
    pub fn from_bytes(path: impl Into<String>, bytes: &[u8]) -> (Self, Option<Finding>) {
        let path = path.into();
        let refused = |message: &str, offset: usize| Finding {
            rule: "codificacion",
            severity: Severity::Error,
            message: message.to_owned(),
            help: Some("Guarde el archivo como «UTF-8» (sin BOM) y vuelva a revisar.".into()),
            reading: None,
            at: At { file: 0, offset: u32::try_from(offset).unwrap_or(u32::MAX), length: 0 },
            label: "aquí deja de ser UTF-8".into(),
        };
        if bytes.len() > crate::limits::FILE_BYTES {
            // Not even looked at: the text would be thrown away.
            let mut finding = refused(&too_big(&path, bytes.len()), 0);
            finding.rule = "limite";
            finding.help = Some("Divida el archivo: un procedimiento o un formulario por archivo.".into());
            finding.label = "archivo demasiado grande".into();
            return (Self { path, text: String::new() }, Some(finding));
        }
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || looks_like_utf16(bytes) {
            let finding = refused(&format!("«{path}» está guardado como UTF-16 («Unicode»)."), 0);
            return (Self { path, text: String::new() }, Some(finding));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => (Self::new(path, text.strip_prefix('\u{feff}').unwrap_or(text)), None),
            Err(broken) => {
                let offset = broken.valid_up_to();
                let byte = bytes.get(offset).copied().map_or('?', char::from);
                let finding = refused(
                    &format!("«{path}» no está en UTF-8: parece Latin-1 o Windows-1252 (la letra «{byte}»)."),
                    offset,
                );
                (Self { path, text: as_latin1(bytes) }, Some(finding))
            }
        }
    }
}

/// The text with each byte that is not UTF-8 taken as Latin-1, so that the rest of the file can still be read and checked.
fn as_latin1(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().copied().map(char::from));
    }
    text
}

/// UTF-16 without its mark: every second byte of a Spanish text is zero.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(64)];
    head.len() >= 4 && head.iter().filter(|byte| **byte == 0).take(64).count() * 3 >= head.len()
}

pub(crate) fn too_big(path: &str, bytes: usize) -> String {
    format!("«{path}» mide {} KiB; el límite es {} KiB.", bytes / 1024, crate::limits::FILE_BYTES / 1024)
}

/// Where a byte of a text stands for a person: line and column, both from 1, the column in characters.
#[must_use]
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let offset = floor_char(text, offset);
    let before = &text[..offset];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}

/// The nearest place at or before `offset` where a character begins.
#[must_use]
pub fn floor_char(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_of_utf8_is_dropped_and_other_encodings_are_named() {
        let (file, finding) = SourceFile::from_bytes("a.kdl", b"\xEF\xBB\xBFnumeracion \"x\"");
        assert_eq!((file.text.as_str(), finding), ("numeracion \"x\"", None));
        let (_, finding) = SourceFile::from_bytes("a.kdl", b"\xFF\xFEn\0u\0");
        assert!(finding.expect("UTF-16").message.contains("UTF-16"));
        let (_, finding) = SourceFile::from_bytes("a.kdl", b"n\0u\0m\0e\0");
        assert!(finding.expect("UTF-16 without mark").message.contains("UTF-16"));
        let (file, finding) = SourceFile::from_bytes("a.kdl", b"glosario \"Instituci\xF3n\"");
        let finding = finding.expect("Latin-1");
        assert!(finding.message.contains("Latin-1") && finding.message.contains('ó'), "{}", finding.message);
        assert_eq!((finding.at.offset, file.text.as_str()), (19, "glosario \"Institución\""));
        let (file, finding) = SourceFile::from_bytes("a.kdl", &vec![b'"'; 10_000_000]);
        assert_eq!((finding.expect("limit").rule, file.text.len()), ("limite", 0));
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(line_and_column("ñu\nmás allá", 8), (2, 4));
        assert_eq!(line_and_column("ab", 99), (1, 3));
    }
}
