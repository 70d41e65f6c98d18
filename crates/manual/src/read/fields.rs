//! Reads forms and fields, wherever fields are written: forms, openings and steps.

use super::{
    context::Context,
    keys::{self, FieldContents, property as p},
    node::Node,
    shape::Shape,
};
use crate::{
    Name,
    field::{Choice, Field, Kind, OnlyIf},
    form::Form,
    limits,
    places::Spot,
    procedure::AttachmentRule,
};

pub fn form(context: &mut Context, node: Node<'_>, index: usize) -> Option<Form> {
    let (code, title) = (node.text(0)?, node.text(1)?);
    context.put(Spot::Form, &[index], node.at());
    let mut fields = Vec::new();
    let mut add = |context: &mut Context, line: Node<'_>, section: Option<&Name>| {
        if let Some(field) = field(context, line, section, false) {
            context.put(Spot::FormField, &[index, fields.len()], line.at());
            fields.push(field);
        }
    };
    for line in node.lines() {
        if line.key() == keys::FIELD.key {
            add(context, line, None);
        } else if line.key() == keys::SECTION.key {
            let section = line.text(0);
            for inner in line.all(&keys::FIELD) {
                add(context, inner, section.as_ref());
            }
        }
    }
    let count = fields.iter().map(count_of).sum();
    context.limit(node.at(), count, limits::FIELDS, "campos en un formulario");
    fields.truncate(limits::FIELDS);
    Some(Form {
        code,
        title,
        version: node.property_text(p::VERSION),
        owner: node.property_text(p::OF),
        fields,
        notes: node.texts_of(&keys::NOTE),
    })
}

fn count_of(field: &Field) -> usize {
    match &field.kind {
        Kind::Table(columns) => 1 + columns.len(),
        _ => 1,
    }
}

/// The `campo` lines of an opening or a step.
pub fn loose(context: &mut Context, node: Node<'_>, spot: Spot, numbers: &[usize]) -> Vec<Field> {
    let mut fields = Vec::new();
    for line in node.all(&keys::FIELD) {
        if let Some(field) = field(context, line, None, false) {
            let mut key = numbers.to_vec();
            key.push(fields.len());
            context.put(spot, &key, line.at());
            fields.push(field);
        }
    }
    context.limit(node.at(), fields.len(), limits::FIELDS, "campos");
    fields.truncate(limits::FIELDS);
    fields
}

fn field(context: &mut Context, line: Node<'_>, section: Option<&Name>, in_table: bool) -> Option<Field> {
    let (key, label) = (line.text(0)?, line.text(1)?);
    if !key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_') {
        let help =
            "Use minúsculas sin tilde, cifras y guiones: «fecha-solicitud». La etiqueta va después, entre comillas.";
        context.invalid(line.at(), format!("«{key}» no sirve de clave de un campo."), help);
    }
    let word = line.property_text(p::TYPE).unwrap_or_else(|| keys::FIELD_TYPES[0].into());
    let choices: Vec<Choice> = line
        .all(&keys::CHOICE)
        .filter_map(|choice| Some(Choice { key: choice.text(0)?, label: choice.text(1)? }))
        .collect();
    let columns: Vec<Field> = if in_table {
        Vec::new()
    } else {
        line.all(&keys::FIELD).filter_map(|column| field(context, column, None, true)).collect()
    };
    let contents = FieldContents {
        least: line.property(p::LEAST).and_then(super::node::Value::number),
        greatest: line.property(p::GREATEST).and_then(super::node::Value::number),
        choices,
        columns,
        role: line.property_text(p::OF).unwrap_or_default(),
    };
    let kind = keys::field_type(&word, contents).unwrap_or(Kind::Text);
    check_contents(context, line, &word, &kind, in_table);
    Some(Field {
        key,
        label,
        kind,
        required: line.flag(p::REQUIRED).unwrap_or(false),
        only_if: only_if(context, line),
        help: line.property_text(p::HELP),
        ground: line.property_text(p::GROUND),
        class: line.property_text(p::CLASS).and_then(|word| keys::class(&word)).unwrap_or_default(),
        section: section.cloned(),
    })
}

fn check_contents(context: &mut Context, line: Node<'_>, word: &str, kind: &Kind, in_table: bool) {
    let has = |shape: &'static Shape| line.one(shape).is_some();
    match kind {
        Kind::Choice(choices) | Kind::Choices(choices) if choices.is_empty() => {
            context.missing(
                line.at(),
                format!("Al campo de tipo «{word}» le faltan sus opciones."),
                "Escriba: { opcion \"clave\" \"Etiqueta\"; … }",
            );
        }
        Kind::Choice(choices) | Kind::Choices(choices) => {
            for (index, choice) in choices.iter().enumerate() {
                if choices[..index].iter().any(|before| before.key == choice.key) {
                    context.sink.error(
                        "duplicado",
                        line.at(),
                        format!("La opción «{}» aparece dos veces.", choice.key),
                        "Deje una sola.",
                        "aquí",
                    );
                }
            }
        }
        Kind::Table(_) if in_table => {
            context.invalid(line.at(), "Una tabla no puede contener otra tabla.".into(), "Sepárelas en dos campos.");
        }
        Kind::Table(columns) if columns.is_empty() => {
            context.missing(
                line.at(),
                "A la tabla le faltan sus columnas.".into(),
                "Escriba sus columnas como líneas «campo» entre llaves.",
            );
        }
        Kind::Signature { role } if role.is_empty() => {
            context.missing(
                line.at(),
                "El campo de firma no dice de quién.".into(),
                "Escriba: tipo=\"firma\" de=\"Director\"",
            );
        }
        Kind::Number { least: Some(least), greatest: Some(greatest) } if least > greatest => {
            context.invalid(line.at(), format!("El mínimo ({least}) es mayor que el máximo ({greatest})."), "");
        }
        _ => {}
    }
    let choosing = matches!(kind, Kind::Choice(_) | Kind::Choices(_));
    if has(&keys::CHOICE) && !choosing {
        context.invalid(
            line.at(),
            format!("Un campo de tipo «{word}» no lleva opciones."),
            "Escriba tipo=\"opcion\" u «opciones».",
        );
    }
    if has(&keys::FIELD) && !matches!(kind, Kind::Table(_)) {
        context.invalid(line.at(), format!("Un campo de tipo «{word}» no lleva columnas."), "Escriba tipo=\"tabla\".");
    }
    let numeric = matches!(kind, Kind::Number { .. });
    if !numeric && (line.property(p::LEAST).is_some() || line.property(p::GREATEST).is_some()) {
        context.invalid(
            line.at(),
            "Solo un campo de tipo «numero» lleva mínimo y máximo.".into(),
            "Escriba tipo=\"numero\".",
        );
    }
}

/// `solo-si="tipo" valores="alta|baja"`; without `valores`, the other field must say yes.
pub fn only_if(context: &mut Context, line: Node<'_>) -> Option<OnlyIf> {
    let Some(key) = line.property_text(p::ONLY_IF) else {
        if let Some(values) = line.property(p::VALUES) {
            context.missing(
                values.at,
                "«valores=» necesita «solo-si=».".into(),
                "Ejemplo: solo-si=\"tipo\" valores=\"alta|baja\"",
            );
        }
        return None;
    };
    let values = match line.property_text(p::VALUES) {
        Some(text) => text.split('|').map(str::trim).filter(|word| !word.is_empty()).map(Name::from).collect(),
        None => vec!["si".into()],
    };
    Some(OnlyIf { key, values })
}

/// The `adjunta` lines of an opening or a step.
pub fn attachments(context: &mut Context, node: Node<'_>, spot: Spot, numbers: &[usize]) -> Vec<AttachmentRule> {
    let mut rules = Vec::new();
    for line in node.all(&keys::ATTACHMENT) {
        let Some(label) = line.text(0) else { continue };
        let mut key = numbers.to_vec();
        key.push(rules.len());
        context.put(spot, &key, line.at());
        rules.push(AttachmentRule {
            label,
            required: line.flag(p::REQUIRED).unwrap_or(false),
            only_if: only_if(context, line),
        });
    }
    rules
}
