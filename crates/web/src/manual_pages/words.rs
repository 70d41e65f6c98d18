//! How the parts of a manual are said in Spanish: where a step leads, what it issues, who signs, what a field asks.

use engine::authority;
use manual::{
    Name,
    field::{Choice, Class, Field, Kind, OnlyIf},
    organization::Scope,
    procedure::{Acting, ClockEnd, ClockStart, DocumentAct, DocumentVerb, Procedure, SignatureRule, Step, Target},
};

/// "continúa en el paso 5".
#[must_use]
pub fn leads(target: Target) -> String {
    match target {
        Target::Step(number) => format!("continúa en el paso {number}"),
        Target::End => "termina el procedimiento".into(),
        Target::Refusal => "termina con rechazo".into(),
    }
}

/// The word of an answer as it begins a line: `si` is "Sí".
#[must_use]
pub fn answer(name: &str) -> String {
    documents::flowchart::model::branch_word(name)
}

/// "Jefe de Infraestructura o Técnico".
#[must_use]
pub fn responsibles(step: &Step) -> String {
    authority::roles_in_words(step)
}

/// Which of several act, where there are several.
#[must_use]
pub fn acting(step: &Step) -> Option<&'static str> {
    match step.acting {
        _ if step.responsibles.len() < 2 => None,
        Acting::One => Some("actúa quien corresponda"),
        Acting::Any => Some("basta uno"),
        Acting::All => Some("actúan todos"),
    }
}

/// "Emite: dictamen técnico, para la Unidad de Compras".
#[must_use]
pub fn document(act: &DocumentAct) -> String {
    let verb = match act.verb {
        DocumentVerb::Issues => "Emite",
        DocumentVerb::HandsOver => "Entrega",
        DocumentVerb::Files => "Archiva",
    };
    let to = match (&act.to, act.verb) {
        (Some(to), DocumentVerb::Files) => format!(", en {to}"),
        (Some(to), _) => format!(", para {to}"),
        (None, _) => String::new(),
    };
    format!("{verb}: {}{to}", act.what)
}

/// The least that serves as a signature.
#[must_use]
pub const fn level(level: u8) -> &'static str {
    match level {
        0 => "acuse en el sistema",
        1 => "firma simple, con contraseña",
        2 => "firma electrónica avanzada",
        _ => "firma en papel",
    }
}

#[must_use]
pub fn signature(rule: &SignatureRule) -> String {
    let what = rule.document.as_ref().map(|document| format!(" en {document}")).unwrap_or_default();
    format!("Firma {}{what} ({})", rule.role, level(rule.level))
}

/// Whom a role's name means, in words; nothing for a plain post.
#[must_use]
pub const fn scope(scope: Scope) -> Option<&'static str> {
    match scope {
        Scope::Post => None,
        Scope::Requester => Some("la persona para quien se abre el caso"),
        Scope::RequesterUnit => Some("quien ocupa el puesto en la unidad del solicitante"),
        Scope::Routed => Some("quien nombra el encaminamiento del procedimiento"),
        Scope::External => Some("otra institución; registra su respuesta quien tiene el puesto aquí"),
    }
}

/// "desde la apertura hasta el cierre".
#[must_use]
pub fn span(from: ClockStart, until: ClockEnd) -> String {
    let from = match from {
        ClockStart::Opening => "la apertura".to_owned(),
        ClockStart::Step(number) => format!("el paso {number}"),
    };
    let until = match until {
        ClockEnd::Closing => "el cierre".to_owned(),
        ClockEnd::Step(number) => format!("el paso {number}"),
    };
    format!("desde {from} hasta {until}")
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

/// "solo si «Tipo» es alta", with the label of the other field where it is among these.
#[must_use]
pub fn condition(only_if: &OnlyIf, among: &[Field]) -> String {
    let other = among.iter().find(|field| field.key == only_if.key);
    let label = other.map_or(&*only_if.key, |field| &*field.label);
    let values: Vec<String> = only_if.values.iter().map(|value| option_label(other, value)).collect();
    format!("solo si «{label}» es {}", values.join(" o "))
}

fn option_label(field: Option<&Field>, value: &Name) -> String {
    let Some(Kind::Choice(choices) | Kind::Choices(choices)) = field.map(|field| &field.kind) else {
        return answer(value);
    };
    choices.iter().find(|choice| choice.key == *value).map_or_else(|| answer(value), |choice| choice.label.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use manual::procedure::StepNo;

    #[test]
    fn targets_and_documents_are_said_in_words() {
        assert_eq!(leads(Target::Step(StepNo(5))), "continúa en el paso 5");
        assert_eq!(leads(Target::Refusal), "termina con rechazo");
        assert_eq!(answer("si"), "Sí");
        let act = DocumentAct { verb: DocumentVerb::Files, what: "boleta".into(), to: Some("el archivo".into()) };
        assert_eq!(document(&act), "Archiva: boleta, en el archivo");
        assert_eq!(span(ClockStart::Opening, ClockEnd::Step(StepNo(4))), "desde la apertura hasta el paso 4");
    }

    #[test]
    fn a_query_finds_without_accents_and_needs_all_its_words() {
        assert!(has_words("Soporte técnico DTS-02", "tecnico dts"));
        assert!(!has_words("Soporte técnico", "soporte remoto"));
        assert!(has_words("cualquier cosa", "  "));
    }

    #[test]
    fn a_condition_names_label_and_option() {
        let tipo = Field {
            key: "tipo".into(),
            label: "Tipo de solicitud".into(),
            kind: Kind::Choice(vec![Choice { key: "alta".into(), label: "Alta de usuario".into() }]),
            required: true,
            only_if: None,
            help: None,
            ground: None,
            class: Class::Public,
            section: None,
        };
        let only_if = OnlyIf { key: "tipo".into(), values: vec!["alta".into(), "otro".into()] };
        assert_eq!(condition(&only_if, &[tipo]), "solo si «Tipo de solicitud» es Alta de usuario o Otro");
    }
}
