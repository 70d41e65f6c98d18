//! How the parts of a manual are said in Spanish, on paper and on pages: where a step leads, what it issues, who signs, when a term runs.

use crate::flowchart::model::branch_word;
use manual::{
    Name,
    edition::Edition,
    field::{Field, Kind, OnlyIf},
    organization::Scope,
    procedure::{
        Acting, AttachmentRule, Cause, Clock, DocumentAct, DocumentVerb, Procedure, SignatureRule, Step, Target,
    },
};

/// `11/03/2026`
#[must_use]
pub fn day(date: jiff::civil::Date) -> String {
    date.strftime("%d/%m/%Y").to_string()
}

/// `11/03/2026 a las 14:05`
#[must_use]
pub fn moment(at: jiff::civil::DateTime) -> String {
    at.strftime("%d/%m/%Y a las %H:%M").to_string()
}

/// "continúa en el paso 5".
#[must_use]
pub fn leads(target: Target) -> String {
    match target {
        Target::Step(number) => format!("continúa en el paso {number}"),
        Target::End => "termina el procedimiento".into(),
        Target::Refusal => "termina con rechazo".into(),
    }
}

/// Which of several responsibles act, where there are several.
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

/// "Firma: Usuario, en Boleta de servicio (firma en papel)".
#[must_use]
pub fn signature(rule: &SignatureRule) -> String {
    let what = rule.document.as_ref().map(|document| format!(", en {document}")).unwrap_or_default();
    format!("Firma: {}{what} ({})", rule.role, level(rule.level))
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

/// "Fotocopia del DPI (si «Tipo» es Alta)".
#[must_use]
pub fn attachment(rule: &AttachmentRule, among: &[&Field]) -> String {
    match (&rule.only_if, rule.required) {
        (Some(only_if), _) => format!("{} ({})", rule.label, condition(only_if, among)),
        (None, true) => rule.label.to_string(),
        (None, false) => format!("{} (si la hay)", rule.label),
    }
}

/// "si «Tipo de solicitud» es Alta", with the label of the other field where it is among these.
#[must_use]
pub fn condition(only_if: &OnlyIf, among: &[&Field]) -> String {
    let other = among.iter().find(|field| field.key == only_if.key).copied();
    let label = other.map_or(&*only_if.key, |field| &*field.label);
    let values: Vec<String> = only_if.values.iter().map(|value| option_label(other, value)).collect();
    if values.is_empty() {
        format!("si «{label}» es Sí")
    } else {
        format!("si «{label}» es {}", values.join(" o "))
    }
}

/// A value as the form shows it: the words of the option, not its key.
#[must_use]
pub fn option_label(field: Option<&Field>, value: &str) -> String {
    match field.map(|field| &field.kind) {
        Some(Kind::Choice(choices) | Kind::Choices(choices)) => choices
            .iter()
            .find(|choice| &*choice.key == value)
            .map_or_else(|| value.to_owned(), |choice| choice.label.to_string()),
        Some(Kind::YesNo) | None => branch_word(value),
        Some(_) => value.to_owned(),
    }
}

/// "Resolver: 3 días hábiles, desde la apertura hasta el cierre (norma 4.1)".
#[must_use]
pub fn clock(clock: &Clock) -> String {
    let hours = clock.attention.words().map(|words| format!(", {words}")).unwrap_or_default();
    let warned: Vec<String> = clock.warnings.iter().map(|warning| format!("; aviso: {}", warning.words())).collect();
    format!(
        "{}: {}, {}{hours}{}",
        branch_word(&clock.name),
        clock.term,
        clock.span(),
        norm(clock.norm.as_ref()) + &warned.concat()
    )
}

/// The text of a cause, with its norm.
#[must_use]
pub fn cause(cause: &Cause) -> String {
    format!("{}{}", cause.words(), norm(cause.norm.as_ref()))
}

fn norm(number: Option<&Name>) -> String {
    number.map(|number| format!(" (norma {number})")).unwrap_or_default()
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

/// Who may ask for a procedure; a role that means whoever asks is explained.
#[must_use]
pub fn requesters(edition: &Edition, procedure: &Procedure) -> String {
    let said = |name: &Name| match edition.role(name).map(|role| role.scope) {
        Some(Scope::Requester) => format!("{name} (cualquier persona de la institución)"),
        _ => name.to_string(),
    };
    procedure.requesters.iter().map(said).collect::<Vec<_>>().join("; ")
}

/// The fields that opening asks for: those of its form, then its own.
#[must_use]
pub fn opening_fields<'e>(edition: &'e Edition, procedure: &'e Procedure) -> Vec<&'e Field> {
    let form = procedure.opening.form.as_deref().and_then(|code| edition.form(code));
    form.into_iter().flat_map(|form| &form.fields).chain(&procedure.opening.fields).collect()
}

/// The fields that a step asks for: those of its form, then its own.
#[must_use]
pub fn step_fields<'e>(edition: &'e Edition, step: &'e Step) -> Vec<&'e Field> {
    let form = step.form.as_deref().and_then(|code| edition.form(code));
    form.into_iter().flat_map(|form| &form.fields).chain(&step.fields).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use manual::{
        field::{Choice, Class},
        procedure::{Attention, ClockEnd, ClockStart, StepNo},
    };

    #[test]
    fn targets_documents_and_clocks_are_said_in_words() {
        assert_eq!(leads(Target::Step(StepNo(5))), "continúa en el paso 5");
        let act = DocumentAct { verb: DocumentVerb::Files, what: "boleta".into(), to: Some("el archivo".into()) };
        assert_eq!(document(&act), "Archiva: boleta, en el archivo");
        let term = "3 días hábiles".parse().expect("a term");
        let resolve = Clock {
            name: "resolver".into(),
            term,
            from: ClockStart::Opening,
            until: ClockEnd::Step(StepNo(4)),
            date: None,
            attention: Attention::Institution,
            warnings: Vec::new(),
            norm: Some("4.1".into()),
        };
        assert_eq!(clock(&resolve), "Resolver: 3 días hábiles, desde la apertura hasta el paso 4 (norma 4.1)");
    }

    #[test]
    fn a_condition_names_label_and_option() {
        let field = Field {
            key: "tipo".into(),
            label: "Tipo".into(),
            kind: Kind::Choice(vec![Choice { key: "alta".into(), label: "Alta de usuario".into() }]),
            required: true,
            only_if: None,
            help: None,
            ground: None,
            class: Class::Public,
            section: None,
        };
        let of =
            |values: &[&str]| OnlyIf { key: "tipo".into(), values: values.iter().map(|v| Name::from(*v)).collect() };
        assert_eq!(condition(&of(&["alta", "otro"]), &[&field]), "si «Tipo» es Alta de usuario o otro");
        assert_eq!(condition(&of(&[]), &[]), "si «tipo» es Sí");
    }
}
