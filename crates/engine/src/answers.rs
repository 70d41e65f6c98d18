//! What a step or an opening asks for, checked against what was given: everything wrong is told at once.

use crate::{
    Name,
    case::Case,
    command::Attach,
    identity::{self, Verdict},
    refusal::Fault,
    value::{Value, Values, find},
};
use manual::{
    edition::Edition,
    field::{Field, Kind, OnlyIf},
    organization::Country,
    procedure::{AttachmentRule, Opening, Step},
};

/// Longest text a field takes, in characters.
pub const LONGEST_TEXT: usize = 20_000;

/// All the fields an opening asks for: its form's and its own.
pub fn opening_fields<'e>(opening: &'e Opening, edition: &'e Edition) -> impl Iterator<Item = &'e Field> + Clone {
    form_fields(opening.form.as_ref(), edition).chain(&opening.fields)
}

/// All the fields a step asks for: its form's and its own.
pub fn step_fields<'e>(step: &'e Step, edition: &'e Edition) -> impl Iterator<Item = &'e Field> + Clone {
    form_fields(step.form.as_ref(), edition).chain(&step.fields)
}

fn form_fields<'e>(form: Option<&Name>, edition: &'e Edition) -> impl Iterator<Item = &'e Field> + Clone {
    form.and_then(|code| edition.form(code)).map(|form| form.fields.as_slice()).unwrap_or_default().iter()
}

/// Checks the values given and returns them normalised; what is wrong goes to `faults`.
/// `known` are the values given earlier in the case: a required field already filled need not be given again.
pub fn check_values<'e>(
    fields: impl Iterator<Item = &'e Field> + Clone,
    given: &Values,
    known: &Values,
    overrides: &[(Name, Name)],
    attached: &dyn Fn(&str) -> bool,
    edition: &Edition,
    faults: &mut Vec<Fault>,
) -> Values {
    let mut accepted = Values::new();
    for (key, _) in given {
        if !fields.clone().any(|field| field.key == *key) {
            faults.push(Fault::new(key.clone(), format!("Aquí no se pide el dato «{key}».")));
        }
    }
    for field in fields {
        let applies = field.only_if.as_ref().is_none_or(|only_if| holds(only_if, given, known));
        let value = find(given, &field.key).filter(|value| !value.is_blank());
        match value {
            _ if !applies => {}
            _ if matches!(field.kind, Kind::Signature { .. }) => {}
            None if matches!(field.kind, Kind::File) => {
                if field.required && !attached(&field.label) && !attached(&field.key) {
                    faults.push(Fault::new(field.key.clone(), format!("Falta adjuntar «{}».", field.label)));
                }
            }
            None => {
                let filled_before = find(known, &field.key).is_some_and(|value| !value.is_blank());
                if field.required && !filled_before {
                    faults.push(Fault::new(field.key.clone(), format!("Falta «{}».", field.label)));
                }
            }
            Some(value) => {
                if let Some(value) = check_value(field, value, overrides, edition, faults) {
                    accepted.push((field.key.clone(), value));
                }
            }
        }
    }
    accepted
}

fn holds(only_if: &OnlyIf, given: &Values, known: &Values) -> bool {
    let value = find(given, &only_if.key).or_else(|| find(known, &only_if.key));
    match value {
        Some(Value::Text(text)) => only_if.values.contains(text),
        Some(Value::List(items)) => items.iter().any(|item| only_if.values.contains(item)),
        Some(Value::Flag(flag)) => only_if.values.iter().any(|value| &**value == if *flag { "si" } else { "no" }),
        _ => false,
    }
}

fn check_value(
    field: &Field,
    value: &Value,
    overrides: &[(Name, Name)],
    edition: &Edition,
    faults: &mut Vec<Fault>,
) -> Option<Value> {
    let country = edition.institution.country;
    let mut refuse = |message: String| {
        faults.push(Fault::new(field.key.clone(), format!("{}: {message}", field.label)));
        None
    };
    match (&field.kind, value) {
        (Kind::Text | Kind::LongText | Kind::Asset, Value::Text(text)) => {
            if text.chars().count() > LONGEST_TEXT {
                return refuse(format!("el texto pasa de {LONGEST_TEXT} caracteres; adjúntelo como archivo."));
            }
            if matches!(field.kind, Kind::Text) && text.chars().any(|c| c == '\n') {
                return refuse("escriba una sola línea.".into());
            }
            Some(Value::Text(text.trim().into()))
        }
        (Kind::Number { least, greatest }, value) => {
            let number = match value {
                Value::Number(number) => Some(*number),
                Value::Text(text) => text.trim().replace(',', "").parse().ok(),
                _ => None,
            };
            match number.filter(|number: &f64| number.is_finite()) {
                None => refuse("escriba un número.".into()),
                Some(number) if least.is_some_and(|least| number < least) => {
                    refuse(format!("el menor valor es {}.", least.unwrap_or_default()))
                }
                Some(number) if greatest.is_some_and(|greatest| number > greatest) => {
                    refuse(format!("el mayor valor es {}.", greatest.unwrap_or_default()))
                }
                Some(number) => Some(Value::Number(number)),
            }
        }
        (Kind::Date, Value::Text(text)) => match read_date(text) {
            Some(date) => Some(Value::Text(date.to_string().into())),
            None => refuse("escriba la fecha como dd/mm/aaaa.".into()),
        },
        (Kind::DateTime, Value::Text(text)) => match text.trim().replace(' ', "T").parse::<jiff::civil::DateTime>() {
            Ok(moment) => Some(Value::Text(moment.strftime("%Y-%m-%dT%H:%M").to_string().into())),
            Err(_) => refuse("escriba la fecha y la hora como aaaa-mm-dd hh:mm.".into()),
        },
        (Kind::Choice(choices), Value::Text(text)) => {
            match choices.iter().find(|choice| choice.key == *text || choice.label == *text) {
                Some(choice) => Some(Value::Text(choice.key.clone())),
                None => refuse(format!("elija {}.", options(choices))),
            }
        }
        (Kind::Choices(choices), Value::List(_) | Value::Text(_)) => {
            let items: Vec<Name> = match value {
                Value::List(items) => items.clone(),
                Value::Text(text) => vec![text.clone()],
                _ => Vec::new(),
            };
            let mut keys = Vec::new();
            for item in &items {
                match choices.iter().find(|choice| choice.key == *item || choice.label == *item) {
                    Some(choice) => keys.push(choice.key.clone()),
                    None => return refuse(format!("elija entre {}.", options(choices))),
                }
            }
            Some(Value::List(keys))
        }
        (Kind::YesNo, Value::Flag(flag)) => Some(Value::Flag(*flag)),
        (Kind::YesNo, Value::Text(text)) => match text.trim().to_lowercase().as_str() {
            "si" | "sí" | "on" | "true" => Some(Value::Flag(true)),
            "no" | "false" => Some(Value::Flag(false)),
            _ => refuse("responda sí o no.".into()),
        },
        (Kind::Unit, Value::Text(text)) => {
            if edition.units.is_empty() || edition.units.iter().any(|unit| unit.code == *text || unit.name == *text) {
                Some(Value::Text(text.clone()))
            } else {
                refuse("elija una unidad del organigrama.".into())
            }
        }
        (Kind::Person, Value::Text(text)) => Some(Value::Text(text.trim().into())),
        (Kind::File, Value::Text(_) | Value::List(_)) => Some(value.clone()),
        (Kind::Email | Kind::Phone | Kind::Nit | Kind::Cui | Kind::Dui, Value::Text(text)) => {
            let verdict = match (&field.kind, country) {
                (Kind::Email, _) => identity::email(text),
                (Kind::Phone, country) => identity::phone(text, country),
                (Kind::Nit, Country::Guatemala) => identity::nit_gt(text),
                (Kind::Nit, Country::ElSalvador) => identity::nit_sv(text),
                (Kind::Cui, _) => identity::cui(text),
                _ => identity::dui(text),
            };
            match verdict {
                Verdict::Valid { normalized, .. } => Some(Value::Text(normalized.into())),
                Verdict::Doubtful { normalized, why, .. } => {
                    let reason = overrides.iter().find(|(key, _)| *key == field.key).map(|(_, reason)| reason.trim());
                    if reason.is_some_and(|reason| !reason.is_empty()) {
                        return Some(Value::Text(normalized.into()));
                    }
                    faults.push(Fault {
                        can_override: true,
                        ..Fault::new(
                            field.key.clone(),
                            format!("{}: {why} Corríjalo o, si así está en el documento, use «usar de todos modos» y escriba la razón.", field.label),
                        )
                    });
                    None
                }
                Verdict::Malformed { why } => refuse(why),
            }
        }
        (Kind::Table(columns), Value::Rows(rows)) => {
            let mut accepted = Vec::new();
            for (index, row) in rows.iter().enumerate() {
                let mut row_faults = Vec::new();
                let values =
                    check_values(columns.iter(), row, &Vec::new(), overrides, &|_| false, edition, &mut row_faults);
                for fault in row_faults {
                    faults.push(Fault {
                        field: format!("{}.{}.{}", field.key, index + 1, fault.field).into(),
                        message: format!("{}, fila {}: {}", field.label, index + 1, fault.message),
                        ..fault
                    });
                }
                accepted.push(values);
            }
            Some(Value::Rows(accepted))
        }
        _ => refuse("el dato no tiene la forma que se pide.".into()),
    }
}

/// `2026-11-22` or `22/11/2026`.
#[must_use]
pub fn read_date(text: &str) -> Option<jiff::civil::Date> {
    let text = text.trim();
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let mut parts = text.split('/');
    let day: i8 = parts.next()?.parse().ok()?;
    let month: i8 = parts.next()?.parse().ok()?;
    let year: i16 = parts.next()?.parse().ok()?;
    if parts.next().is_some() || !(1000..=9999).contains(&year) {
        return None;
    }
    jiff::civil::Date::new(year, month, day).ok()
}

fn options(choices: &[manual::field::Choice]) -> String {
    let labels: Vec<&str> = choices.iter().map(|choice| &*choice.label).collect();
    crate::authority::list(&labels, "o")
}

/// What must be attached and is not.
pub fn check_attachments(
    rules: &[AttachmentRule],
    given: &Values,
    known: &Values,
    attached: &dyn Fn(&str) -> bool,
    faults: &mut Vec<Fault>,
) {
    for rule in rules {
        let applies = rule.only_if.as_ref().is_none_or(|only_if| holds(only_if, given, known));
        if rule.required && applies && !attached(&rule.label) {
            faults.push(Fault::new("attachment", format!("Falta adjuntar «{}».", rule.label)));
        }
    }
}

/// Whether something was attached under a label.
#[must_use]
pub fn is_attached(case: Option<&Case>, now: &[Attach], label: &str) -> bool {
    now.iter().any(|attach| attach.label.as_deref() == Some(label))
        || case.is_some_and(|case| case.attachments.iter().any(|attached| attached.label.as_deref() == Some(label)))
}
