//! How the parts of a manual are said on pages, beyond what paper says as well: what a field asks, how words are looked for.

pub use documents::{
    flowchart::model::branch_word as answer,
    words::{acting, condition, document, leads, scope, signature},
};
use engine::authority;
use manual::{
    field::{Choice, Class, Kind},
    organization::Scope,
    procedure::{Procedure, Step},
};

/// "Jefe de Infraestructura o Técnico".
#[must_use]
pub fn responsibles(step: &Step) -> String {
    authority::roles_in_words(step)
}

/// Whether everybody may ask for a procedure.
#[must_use]
pub fn open_to_all(procedure: &Procedure, role_scope: impl Fn(&str) -> Option<Scope>) -> bool {
    procedure.requesters.iter().any(|role| role_scope(role) == Some(Scope::Requester))
}

/// Letters as they are looked for: no case, no accents.
#[must_use]
pub fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|letter| match letter {
            'á' => 'a',
            'é' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' | 'ü' => 'u',
            'ñ' => 'n',
            letter => letter,
        })
        .collect()
}

/// Whether all the words of a query stand in a text.
#[must_use]
pub fn has_words(text: &str, query: &str) -> bool {
    let text = plain(text);
    plain(query).split_whitespace().all(|word| text.contains(word))
}

/// What a field expects, as a reader of the form understands it.
#[must_use]
pub fn kind(kind: &Kind) -> String {
    let options = |choices: &[Choice]| choices.iter().map(|choice| &*choice.label).collect::<Vec<_>>().join(" · ");
    match kind {
        Kind::Text => "texto".into(),
        Kind::LongText => "texto largo".into(),
        Kind::Number { least, greatest } => match (least, greatest) {
            (Some(least), Some(greatest)) => format!("número, de {least} a {greatest}"),
            (Some(least), None) => format!("número, desde {least}"),
            (None, Some(greatest)) => format!("número, hasta {greatest}"),
            (None, None) => "número".into(),
        },
        Kind::Date => "fecha".into(),
        Kind::DateTime => "fecha y hora".into(),
        Kind::Choice(choices) => format!("una opción: {}", options(choices)),
        Kind::Choices(choices) => format!("una o varias opciones: {}", options(choices)),
        Kind::YesNo => "sí o no".into(),
        Kind::Person => "persona de la institución".into(),
        Kind::Unit => "unidad de la institución".into(),
        Kind::Asset => "número de bien".into(),
        Kind::Email => "correo electrónico".into(),
        Kind::Phone => "teléfono".into(),
        Kind::Nit => "NIT".into(),
        Kind::Cui => "CUI (DPI)".into(),
        Kind::Dui => "DUI".into(),
        Kind::File => "archivo adjunto".into(),
        Kind::Table(columns) => {
            format!("tabla: {}", columns.iter().map(|column| &*column.label).collect::<Vec<_>>().join(" · "))
        }
        Kind::Signature { role } => format!("firma de {role}"),
    }
}

/// How a field is classified, where it is not public.
#[must_use]
pub const fn class(class: Class) -> Option<&'static str> {
    match class {
        Class::Public => None,
        Class::Confidential => Some("Confidencial"),
        Class::Sensitive => Some("Dato sensible"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_finds_without_accents_and_needs_all_its_words() {
        assert!(has_words("Soporte técnico DTS-02", "tecnico dts"));
        assert!(!has_words("Soporte técnico", "soporte remoto"));
        assert!(has_words("cualquier cosa", "  "));
    }
}
