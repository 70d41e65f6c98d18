//! What people are told: the kinds of notice, the words of each as a plain text file of the institution, and its check.
//! A template has placeholders and nothing else: no conditions, no loops, nothing that runs.

use crate::{
    Name,
    finding::{At, Finding, Severity},
    source::SourceFile,
    words,
};
use serde::{Deserialize, Serialize};

/// The folder of an institution's own templates.
pub const FOLDER: &str = "avisos/";
/// Bytes of one template.
const LONGEST: usize = 20_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A case comes to a person.
    Assigned,
    /// A case comes to a post the person holds.
    Post,
    Comment,
    /// Named in a comment, or a case one follows has moved.
    Mention,
    /// One's own request needs something of oneself.
    Needed,
    /// One's own request has ended.
    Ended,
    /// A term runs out or has run out.
    Term,
    /// Somebody registered a request in one's name.
    Registered,
    /// What the manual says to tell, and what delays one's own request.
    Progress,
    /// Asked how the service was.
    Rating,
    /// The day's notices in one mail.
    Digest,
}

impl Kind {
    pub const ALL: [Self; 11] = [
        Self::Assigned,
        Self::Post,
        Self::Needed,
        Self::Comment,
        Self::Mention,
        Self::Term,
        Self::Ended,
        Self::Rating,
        Self::Registered,
        Self::Progress,
        Self::Digest,
    ];

    /// The word in files, addresses and the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Assigned => "asignado",
            Self::Post => "puesto",
            Self::Comment => "comentario",
            Self::Mention => "mencion",
            Self::Needed => "espera",
            Self::Ended => "final",
            Self::Term => "plazo",
            Self::Registered => "registro",
            Self::Progress => "avance",
            Self::Rating => "calificacion",
            Self::Digest => "resumen",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What a template may name: `{{numero}}`.
pub const FIELDS: [&str; 16] = [
    "persona",
    "institucion",
    "siglas",
    "numero",
    "asunto",
    "procedimiento",
    "solicitante",
    "estado",
    "paso",
    "quien",
    "texto",
    "comentario",
    "vence",
    "enlace",
    "calificar",
    "preferencias",
];

/// The subject and the text of one kind of notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub kind: Kind,
    pub subject: Name,
    pub body: Name,
}

/// Whether a file of a manual is the template of a notice.
#[must_use]
pub fn is_template(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "txt")
}

impl Template {
    /// The words where the institution has none of its own.
    #[must_use]
    pub fn built_in(kind: Kind) -> Self {
        let text = match kind {
            Kind::Assigned => include_str!("notice/asignado.txt"),
            Kind::Post => include_str!("notice/puesto.txt"),
            Kind::Comment => include_str!("notice/comentario.txt"),
            Kind::Mention => include_str!("notice/mencion.txt"),
            Kind::Needed => include_str!("notice/espera.txt"),
            Kind::Ended => include_str!("notice/final.txt"),
            Kind::Term => include_str!("notice/plazo.txt"),
            Kind::Registered => include_str!("notice/registro.txt"),
            Kind::Progress => include_str!("notice/avance.txt"),
            Kind::Rating => include_str!("notice/calificacion.txt"),
            Kind::Digest => include_str!("notice/resumen.txt"),
        };
        let (subject, body) = split(text).unwrap_or(("", text));
        Self { kind, subject: subject.into(), body: body.into() }
    }

    /// Reads a template of an institution; what is wrong with it goes to `findings`, and it is then not used.
    pub fn read(file: &SourceFile, number: u32, findings: &mut Vec<Finding>) -> Option<Self> {
        let before = findings.len();
        let mut wrong = |message: String, help: String, offset: usize, length: usize, label: &str| {
            let short = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            findings.push(Finding {
                rule: "aviso",
                severity: Severity::Error,
                message,
                help: Some(help),
                reading: None,
                at: At { file: number, offset: short(offset), length: short(length) },
                label: label.into(),
            });
        };
        let name = file.path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".txt")).unwrap_or_default();
        let kind = Kind::from_code(name);
        if kind.is_none() {
            let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
            let help = format!("Los avisos son: {}. Cada uno va en «{FOLDER}nombre.txt».", names.join(", "));
            wrong(format!("«{}» no es el texto de ningún aviso.", file.path), help, 0, 0, "este archivo");
        }
        if file.text.len() > LONGEST {
            let message = format!("«{}» es demasiado largo para un correo.", file.path);
            wrong(message, format!("Un aviso tiene hasta {LONGEST} letras."), 0, 0, "este archivo");
            return None;
        }
        for (offset, inside) in placeholders(&file.text) {
            match inside {
                None => wrong(
                    "Este campo no se cierra.".into(),
                    "Escriba el campo completo en una línea: {{numero}}".into(),
                    offset,
                    2,
                    "empieza aquí",
                ),
                Some(inside) if !FIELDS.contains(&inside.trim()) => {
                    let near = words::nearest(inside.trim(), FIELDS.iter().copied())
                        .map_or_else(String::new, |near| format!("¿Quiso decir «{near}»? "));
                    wrong(
                        format!("No hay ningún campo «{}» para los avisos.", inside.trim()),
                        format!("{near}Los campos son: {}.", FIELDS.join(", ")),
                        offset,
                        inside.len() + 4,
                        "campo desconocido",
                    );
                }
                Some(_) => {}
            }
        }
        let parts = split(&file.text);
        if parts.is_none_or(|(subject, body)| subject.is_empty() || body.trim().is_empty()) {
            wrong(
                "Un aviso empieza con «Asunto: …», y su texto sigue después de una línea en blanco.".into(),
                "Escriba en la primera línea, por ejemplo: Asunto: [{{numero}}] {{asunto}}".into(),
                0,
                file.text.lines().next().map_or(0, str::len),
                "la primera línea",
            );
        }
        let (subject, body) = parts?;
        if !subject.contains("{{numero}}") && kind.is_some_and(|kind| kind != Kind::Digest) {
            wrong(
                "Al asunto le falta el número del caso.".into(),
                "Agregue {{numero}}: así la persona lo encuentra, y su respuesta también.".into(),
                0,
                file.text.lines().next().map_or(0, str::len),
                "el asunto",
            );
        }
        (findings.len() == before).then_some(Self { kind: kind?, subject: subject.into(), body: body.into() })
    }

    /// Subject and text with the fields filled in. A line whose fields are all empty is left out.
    pub fn fill(&self, value: impl Fn(&str) -> String) -> (String, String) {
        let subject: String =
            filled(&self.subject, &value).0.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut body = String::new();
        for line in self.body.lines() {
            let (text, keep) = filled(line, &value);
            if keep {
                body.push_str(text.trim_end());
                body.push('\n');
            }
        }
        while body.contains("\n\n\n") {
            body = body.replace("\n\n\n", "\n\n");
        }
        (subject.split_whitespace().collect::<Vec<_>>().join(" "), body.trim().to_owned() + "\n")
    }
}

/// `Asunto: …`, and what follows it.
fn split(text: &str) -> Option<(&str, &str)> {
    let (first, rest) = text.split_once('\n')?;
    Some((first.strip_prefix("Asunto:")?.trim(), rest.trim_start_matches(['\r', '\n'])))
}

/// Where each placeholder begins, and what is inside; none where it is not closed in its line.
fn placeholders(text: &str) -> impl Iterator<Item = (usize, Option<&str>)> {
    text.match_indices("{{").map(move |(offset, _)| {
        let rest = &text[offset + 2..];
        let line = rest.lines().next().unwrap_or_default();
        (offset, line.find("}}").map(|end| &line[..end]))
    })
}

/// A line with its fields filled in, and whether it says something: it has no field, or one that is not empty.
fn filled(line: &str, value: &impl Fn(&str) -> String) -> (String, bool) {
    let (mut text, mut rest) = (String::with_capacity(line.len()), line);
    let (mut fields, mut given) = (0, 0);
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, next)) = after.split_once("}}") else { break };
        let value = value(inside.trim());
        fields += 1;
        given += usize::from(!value.is_empty());
        text.push_str(before);
        text.push_str(&value);
        rest = next;
    }
    text.push_str(rest);
    (text, fields == 0 || given > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_passes_its_own_check() {
        for kind in Kind::ALL {
            let built_in = Template::built_in(kind);
            let text = format!("Asunto: {}\n\n{}", built_in.subject, built_in.body);
            let mut findings = Vec::new();
            let file = SourceFile::new(format!("avisos/{}.txt", kind.code()), text);
            assert_eq!(Template::read(&file, 0, &mut findings), Some(built_in), "{findings:?}");
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
    }

    #[test]
    fn fields_are_filled_and_empty_lines_of_fields_left_out() {
        let template = Template {
            kind: Kind::Comment,
            subject: "[{{numero}}] {{ asunto }}".into(),
            body: "Hola, {{persona}}:\n\n{{comentario}}\nVence: {{vence}}\n{{enlace}}\n\nFin\n".into(),
        };
        let values = |field: &str| match field {
            "numero" => "2026-1".into(),
            "asunto" => "Sin\r\nBcc: x@y {{texto}}".into(),
            "persona" => "Ana".into(),
            _ => String::new(),
        };
        let (subject, body) = template.fill(values);
        assert_eq!(subject, "[2026-1] Sin Bcc: x@y {{texto}}", "one line, and what people wrote is never a field");
        assert_eq!(body, "Hola, Ana:\n\nFin\n");
    }

    #[test]
    fn each_fault_is_found_at_its_place() {
        let found = |path: &str, text: &str| {
            let mut findings = Vec::new();
            let read = Template::read(&SourceFile::new(path, text), 3, &mut findings);
            assert!(read.is_none());
            findings.into_iter().map(|finding| (finding.at.offset, finding.message)).collect::<Vec<_>>()
        };
        let unknown = found("avisos/final.txt", "Asunto: [{{numero}}]\n\nHola, {{persna}}.\n");
        assert_eq!(unknown, [(28, "No hay ningún campo «persna» para los avisos.".to_owned())]);
        assert!(found("avisos/final.txt", "Asunto: [{{numero}}]\n\nHola {{persona\n}}")[0].1.contains("no se cierra"));
        assert!(found("avisos/otro.txt", "Asunto: [{{numero}}]\n\nHola\n")[0].1.contains("ningún aviso"));
        assert!(found("avisos/final.txt", "Hola\n\n{{numero}}\n")[0].1.contains("«Asunto: …»"));
        assert!(found("avisos/final.txt", "Asunto: Terminó\n\nHola\n")[0].1.contains("falta el número"));
    }
}
