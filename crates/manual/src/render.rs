//! Findings as a person reads them, with a picture of the place, and as a program reads them.

use crate::{
    finding::{Finding, Severity},
    source::{SourceFile, floor_char, line_and_column},
};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use serde::Serialize;
use std::fmt::{self, Write};

/// Findings shown with their picture; beyond these a line each is enough, and quick.
const PICTURES: usize = 100;

/// Bytes of text shown before and after the place: a paragraph on one line would fill the screen.
const AROUND: usize = 240;

/// The findings as text, with a summary at the end. `files` are the institution's followed by the shared ones, as they were read.
#[must_use]
pub fn render(findings: &[Finding], files: &[SourceFile], color: bool) -> String {
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(120).with_links(false).with_context_lines(1);
    let mut text = String::new();
    let mut said_before = None;
    for (index, finding) in findings.iter().enumerate() {
        let picture = Picture::new(finding, files);
        if index >= PICTURES || handler.render_report(&mut text, &picture).is_err() {
            let place = Place::of(finding, files);
            let _ = writeln!(
                text,
                "  {}: {} ({}:{}:{})",
                picture.title, finding.message, place.file, place.line, place.column
            );
        }
        if let Some(help) = &finding.help {
            let _ = writeln!(text, "  ayuda: {help}");
        }
        // One reading may explain a dozen findings; it is read once.
        match &finding.reading {
            Some(reading) if said_before == Some(reading) => text.push_str("  lectura: la misma.\n"),
            Some(reading) => {
                let _ = writeln!(text, "  lectura: {reading}");
            }
            None => {}
        }
        said_before = finding.reading.as_ref();
        text.push('\n');
    }
    text.push_str(&summary(findings));
    text.push('\n');
    text
}

/// "2 errores y 1 advertencia."
#[must_use]
pub fn summary(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = findings.len() - errors;
    let count = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    match (errors, warnings) {
        (0, 0) => "Sin hallazgos.".to_owned(),
        (0, _) => format!("Sin errores; {}.", count(warnings, "advertencia", "advertencias")),
        (_, 0) => format!("{}.", count(errors, "error", "errores")),
        _ => format!("{} y {}.", count(errors, "error", "errores"), count(warnings, "advertencia", "advertencias")),
    }
}

/// The findings as a JSON array: file, line, column, rule, severity, message, help, reading.
#[must_use]
pub fn to_json(findings: &[Finding], files: &[SourceFile]) -> String {
    let placed: Vec<Placed<'_>> = findings
        .iter()
        .map(|finding| Placed {
            place: Place::of(finding, files),
            rule: finding.rule,
            severity: if finding.severity == Severity::Error { "error" } else { "warning" },
            message: &finding.message,
            help: finding.help.as_deref(),
            reading: finding.reading.as_deref(),
        })
        .collect();
    // Strings and numbers only: there is nothing in it that JSON cannot say.
    serde_json::to_string_pretty(&placed).unwrap_or_else(|_| "[]".to_owned())
}

/// Where a finding is, as people count: from line and column 1.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Place<'a> {
    pub file: &'a str,
    pub line: usize,
    pub column: usize,
}

#[derive(Serialize)]
struct Placed<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    reading: Option<&'a str>,
}

impl<'a> Place<'a> {
    #[must_use]
    pub fn of(finding: &Finding, files: &'a [SourceFile]) -> Self {
        let file = usize::try_from(finding.at.file).ok().and_then(|index| files.get(index));
        let offset = usize::try_from(finding.at.offset).unwrap_or(usize::MAX);
        let (line, column) = file.map_or((1, 1), |file| line_and_column(&file.text, offset));
        Self { file: file.map_or("manual", |file| &file.path), line, column }
    }
}

/// A finding as miette draws it.
#[derive(Debug)]
struct Picture<'a> {
    title: String,
    message: &'a str,
    severity: Severity,
    source: Option<Window<'a>>,
    label: LabeledSpan,
}

/// The piece of a file around a place, with the numbers the whole file gives it.
#[derive(Debug)]
struct Window<'a> {
    file: &'a SourceFile,
    from: usize,
    to: usize,
}

impl<'a> Picture<'a> {
    fn new(finding: &'a Finding, files: &'a [SourceFile]) -> Self {
        let word = if finding.severity == Severity::Error { "error" } else { "advertencia" };
        let file = usize::try_from(finding.at.file)
            .ok()
            .and_then(|index| files.get(index))
            .filter(|file| !file.text.is_empty());
        let text = file.map_or("", |file| &file.text);
        let start = floor_char(text, usize::try_from(finding.at.offset).unwrap_or(usize::MAX));
        let end = floor_char(text, start.saturating_add(usize::try_from(finding.at.length).unwrap_or(0).min(AROUND)));
        // A place of several lines is drawn by its first one: the rest would push the message off the screen.
        let length = text[start..end].find('\n').unwrap_or(end - start);
        Self {
            title: format!("{word} {}", finding.rule),
            message: &finding.message,
            severity: finding.severity,
            source: file.map(|file| Window::around(file, start, start + length)),
            label: LabeledSpan::new(Some(finding.label.clone()).filter(|label| !label.is_empty()), start, length),
        }
    }
}

impl<'a> Window<'a> {
    /// The line before, the place and the line after, as far as they are not too long.
    fn around(file: &'a SourceFile, start: usize, end: usize) -> Self {
        let text = &file.text;
        let reach = floor_char(text, start.saturating_sub(AROUND));
        let line = text[reach..start].rfind('\n').map(|newline| reach + newline);
        let before = line.and_then(|line| text[reach..line].rfind('\n')).map(|newline| reach + newline + 1);
        let from = if reach == 0 { before.unwrap_or(0) } else { before.or(line.map(|line| line + 1)).unwrap_or(reach) };
        let limit = floor_char(text, end.saturating_add(AROUND));
        let mut newlines = text[end..limit].match_indices('\n').map(|(newline, _)| end + newline);
        let to = match (newlines.next(), newlines.next()) {
            (_, Some(second)) => second,
            (Some(_), None) if limit == text.len() => limit,
            (Some(first), None) => first,
            (None, None) => limit,
        };
        Self { file, from, to }
    }
}

impl SourceCode for Window<'_> {
    fn read_span<'s>(
        &'s self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'s> + 's>, MietteError> {
        let text = &self.file.text;
        let end = span.offset().saturating_add(span.len());
        // Without context the piece is asked for its line and column only.
        let (from, to) = if before == 0 && after == 0 { (span.offset(), end) } else { (self.from, self.to) };
        let piece = text.get(from..to).ok_or(MietteError::OutOfBounds)?;
        let (line, column) = line_and_column(text, from);
        let lines = piece.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let contents = MietteSpanContents::new_named(
            self.file.path.clone(),
            piece.as_bytes(),
            (from, to - from).into(),
            line - 1,
            column - 1,
            lines,
        );
        Ok(Box::new(contents))
    }
}

impl fmt::Display for Picture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl std::error::Error for Picture<'_> {}

impl Diagnostic for Picture<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.title))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(if self.severity == Severity::Error { miette::Severity::Error } else { miette::Severity::Warning })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.source.as_ref()?;
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::At;

    fn sample() -> (Vec<Finding>, Vec<SourceFile>) {
        let text = "procedimiento \"P\" \"T\" {\n    paso 1 \"Jefe\" sigue=9 { actividad \"a\" }\n}\n";
        let finding = Finding {
            rule: "salto-colgante",
            severity: Severity::Error,
            message: "El paso 1 sigue al paso 9, que no existe.".into(),
            help: Some("Revise el número.".into()),
            reading: None,
            at: At { file: 0, offset: 28, length: 21 },
            label: "no lleva a ninguna parte".into(),
        };
        (vec![finding], vec![SourceFile::new("procedimientos/p.kdl", text)])
    }

    #[test]
    fn a_finding_is_drawn_at_its_place() {
        let (findings, files) = sample();
        let text = render(&findings, &files, false);
        for part in [
            "error salto-colgante",
            "El paso 1 sigue al paso 9",
            "procedimientos/p.kdl:2:5",
            "paso 1 \"Jefe\" sigue=9",
            "no lleva a ninguna parte",
            "ayuda: Revise el número.",
            "1 error.",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(!text.contains('\u{1b}'));
        assert!(render(&findings, &files, true).contains('\u{1b}'));
    }

    #[test]
    fn json_says_the_same() {
        let (findings, files) = sample();
        let json: serde_json::Value = serde_json::from_str(&to_json(&findings, &files)).expect("json");
        assert_eq!(
            json,
            serde_json::json!([{
                "file": "procedimientos/p.kdl", "line": 2, "column": 5, "rule": "salto-colgante", "severity": "error",
                "message": "El paso 1 sigue al paso 9, que no existe.", "help": "Revise el número.", "reading": null,
            }])
        );
    }

    #[test]
    fn a_place_outside_every_text_is_still_told() {
        let (mut findings, mut files) = sample();
        findings[0].at = At { file: 7, offset: u32::MAX, length: u32::MAX };
        assert!(render(&findings, &files, false).contains("El paso 1"));
        findings[0].at.file = 0;
        assert!(render(&findings, &files, false).contains("El paso 1"));
        files[0].text.clear();
        assert!(render(&findings, &files, false).contains("El paso 1"));
        assert_eq!(render(&[], &files, false), "Sin hallazgos.\n");
    }
}
