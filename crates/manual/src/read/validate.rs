//! Holds the nodes of a file against their shapes: unknown keys with the nearest known one, values of the wrong kind, lines given twice.

use super::{
    node::{Node, Value},
    shape::{Kind, Shape},
};
use crate::{
    finding::{At, Finding, Severity},
    limits,
    words::nearest,
};
use kdl::KdlValue;

/// Gathers the findings of one reading, up to a limit: a broken file should not bury the rest.
#[derive(Default)]
pub struct Sink {
    pub findings: Vec<Finding>,
}

impl Sink {
    pub fn put(
        &mut self,
        severity: Severity,
        rule: &'static str,
        at: At,
        message: String,
        help: impl Into<String>,
        label: impl Into<String>,
    ) {
        match self.findings.len() {
            n if n < limits::FINDINGS => {
                let help = Some(help.into()).filter(|help| !help.is_empty());
                self.findings.push(Finding { rule, severity, message, help, reading: None, at, label: label.into() });
            }
            n if n == limits::FINDINGS => self.findings.push(Finding {
                rule: "limite",
                severity: Severity::Error,
                message: format!("Hay más de {} hallazgos; los demás no se muestran.", limits::FINDINGS),
                help: Some("Corrija los primeros y vuelva a revisar.".into()),
                reading: None,
                at,
                label: "aquí".into(),
            }),
            _ => {}
        }
    }

    /// No more findings will be kept: what costs time to say may be left unsaid.
    pub fn is_full(&self) -> bool {
        self.findings.len() > limits::FINDINGS
    }

    pub fn error(
        &mut self,
        rule: &'static str,
        at: At,
        message: String,
        help: impl Into<String>,
        label: impl Into<String>,
    ) {
        self.put(Severity::Error, rule, at, message, help, label);
    }
}

/// Checks the lines of a node against those its shape knows, and each of them in turn.
pub fn lines<'a>(sink: &mut Sink, parent: &str, shape: &'static Shape, found: impl Iterator<Item = Node<'a>>) {
    let mut seen: Vec<(&'static str, At)> = Vec::new();
    for line in found {
        let Some(known) = shape.lines.iter().find(|known| known.key == line.key()) else {
            unknown_line(sink, parent, shape, line);
            continue;
        };
        if !known.repeats {
            if seen.iter().any(|(key, _)| *key == known.key) {
                let message = format!("«{}» aparece dos veces{}.", known.key, within(parent));
                sink.error("duplicado", line.at(), message, "Deje una sola línea.", "la segunda");
            }
            seen.push((known.key, line.at()));
        }
        node(sink, known, line);
    }
}

fn node(sink: &mut Sink, shape: &'static Shape, node: Node<'_>) {
    if node.has_type() {
        let help = "Quite el paréntesis y lo que contiene.";
        sink.error(
            "sintaxis",
            node.at(),
            format!("«{}» lleva una anotación entre paréntesis que aquí no dice nada.", shape.key),
            help,
            "aquí",
        );
    }
    let mut count = 0;
    for (index, value) in node.values().enumerate() {
        count += 1;
        match shape.values.get(index).copied().or(shape.rest) {
            Some(kind) => check_value(sink, shape.key, value, kind),
            None if index == shape.values.len() => {
                let message =
                    format!("Sobra un valor en «{}»: se esperaba{} {}.", shape.key, plural(index), amount(index));
                sink.error("valor-no-valido", value.at, message, "Bórrelo o revise las comillas.", "sobra");
            }
            None => {}
        }
    }
    if count < shape.least {
        let missing = shape.values[count];
        let message = format!("A «{}» le falta {}.", shape.key, describe(missing));
        sink.error("dato-faltante", node.at(), message, example(shape), "falta aquí");
    }
    let mut seen: Vec<&str> = Vec::new();
    for value in node.properties() {
        let name = value.name.unwrap_or_default();
        if seen.contains(&name) {
            sink.error(
                "duplicado",
                value.at,
                format!("«{name}=» aparece dos veces en la misma línea."),
                "Deje una sola.",
                "la segunda",
            );
        }
        if seen.len() < 64 {
            seen.push(name);
        }
        match shape
            .properties
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| *kind)
            .or(shape.other_properties)
        {
            Some(kind) => check_value(sink, name, value, kind),
            None => unknown_property(sink, shape, name, value.at),
        }
    }
    if shape.lines.is_empty() {
        if let Some(first) = node.lines().next() {
            let message = format!("«{}» no lleva nada entre llaves.", shape.key);
            sink.error("clave-desconocida", first.at(), message, "Mueva estas líneas fuera de las llaves.", "aquí");
        }
    } else {
        lines(sink, shape.key, shape, node.lines());
    }
}

fn check_value(sink: &mut Sink, key: &str, value: Value<'_>, kind: Kind) {
    if let Some(text) = value.raw().as_string()
        && text.chars().count() > limits::TEXT
    {
        let message =
            format!("El texto de «{key}» tiene {} caracteres; el límite es {}.", text.chars().count(), limits::TEXT);
        sink.error("limite", value.at, message, "Acórtelo o divídalo en varias líneas.", "demasiado largo");
        return;
    }
    if value.is(kind) {
        return;
    }
    let message = format!("«{key}» debe ser {}, y dice {}.", describe(kind), shown(value.raw()));
    let help = match (kind, value.raw()) {
        (Kind::Text, KdlValue::Integer(_) | KdlValue::Float(_) | KdlValue::Bool(_)) => {
            "Escríbalo entre comillas.".to_owned()
        }
        (Kind::Text, _) => "Escriba el texto o borre la línea.".to_owned(),
        (Kind::Flag, _) => "Escriba «#true» o «#false», sin comillas.".to_owned(),
        (Kind::Integer | Kind::Number | Kind::Step | Kind::Target | Kind::StepOr(_), KdlValue::String(_)) => {
            format!("Los números van sin comillas. {}", choices(kind, value.raw()))
        }
        (Kind::Term, KdlValue::String(_)) => {
            "Ejemplos: «3 días hábiles», «10 días», «8 horas hábiles», «72 horas», «2 meses», «2 meses antes», «primeros 10 días hábiles del mes siguiente»."
                .to_owned()
        }
        _ => choices(kind, value.raw()),
    };
    sink.error("valor-no-valido", value.at, message, help.trim(), "no vale aquí");
}

fn choices(kind: Kind, value: &KdlValue) -> String {
    match kind {
        Kind::Word(words) | Kind::StepOr(words) => {
            match value.as_string().and_then(|text| nearest(text, words.iter().copied())) {
                Some(near) => format!("¿Quiso decir «{near}»?"),
                None => format!("Se admite: {}.", list(words.iter().copied())),
            }
        }
        Kind::Target => "Se admite el número de un paso, «\"fin\"» o «\"rechazo\"».".to_owned(),
        _ => String::new(),
    }
}

fn unknown_line(sink: &mut Sink, parent: &str, shape: &'static Shape, line: Node<'_>) {
    if sink.is_full() {
        return;
    }
    let message = format!("No se conoce la clave «{}»{}.", clip(line.key()), within(parent));
    let known = shape.lines.iter().map(|known| known.key);
    let help = match nearest(line.key(), known.clone()) {
        Some(near) => format!("¿Quiso decir «{near}»?"),
        None if line.key().starts_with('"') => "Falta la clave al principio de la línea.".to_owned(),
        None => format!("Aquí se admite: {}.", list(known)),
    };
    sink.error("clave-desconocida", line.key_at(), message, help, "clave desconocida");
}

fn unknown_property(sink: &mut Sink, shape: &'static Shape, name: &str, at: At) {
    if sink.is_full() {
        return;
    }
    let message = format!("«{}» no lleva «{}=».", shape.key, clip(name));
    let known = shape.properties.iter().map(|(known, _)| *known);
    let help = match nearest(name, known.clone()) {
        Some(near) => format!("¿Quiso decir «{near}=»?"),
        None if shape.properties.is_empty() => "Esta línea no lleva propiedades.".to_owned(),
        None => format!("Se admite: {}.", list(known)),
    };
    sink.error("clave-desconocida", at, message, help, "clave desconocida");
}

fn within(parent: &str) -> String {
    if parent.is_empty() { String::new() } else { format!(" dentro de «{parent}»") }
}

fn list(words: impl Iterator<Item = &'static str>) -> String {
    words.map(|word| format!("«{word}»")).collect::<Vec<_>>().join(", ")
}

fn plural(count: usize) -> &'static str {
    if count > 1 { "n" } else { "" }
}

fn amount(count: usize) -> String {
    match count {
        0 => "ninguno".into(),
        1 => "uno".into(),
        many => many.to_string(),
    }
}

fn describe(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Scalar => "un texto entre comillas",
        Kind::Integer => "un número entero sin comillas",
        Kind::Number => "un número sin comillas",
        Kind::Flag => "sí o no («#true» o «#false»)",
        Kind::Word(_) => "una de las palabras conocidas",
        Kind::Step => "el número de un paso",
        Kind::Target => "el número de un paso, «fin» o «rechazo»",
        Kind::StepOr(_) => "el número de un paso o la palabra que corresponde",
        Kind::Date => "una fecha «AAAA-MM-DD»",
        Kind::DateTime => "una fecha con hora «AAAA-MM-DDTHH:MM»",
        Kind::MonthDay => "un mes y un día «MM-DD»",
        Kind::Interval => "un horario «HH:MM-HH:MM»",
        Kind::Weekdays => "días de la semana («lunes-viernes»)",
        Kind::Term => "un plazo",
    }
}

fn example(shape: &Shape) -> String {
    let values: Vec<&str> = shape
        .values
        .iter()
        .map(|kind| match kind {
            Kind::Text | Kind::Scalar | Kind::Word(_) => "\"…\"",
            Kind::Integer | Kind::Number | Kind::Step | Kind::Target | Kind::StepOr(_) => "1",
            Kind::Flag => "#true",
            Kind::Date => "\"2026-01-31\"",
            Kind::DateTime => "\"2026-01-31T08:00\"",
            Kind::MonthDay => "\"01-31\"",
            Kind::Interval => "\"08:00-16:00\"",
            Kind::Weekdays => "\"lunes-viernes\"",
            Kind::Term => "\"3 días hábiles\"",
        })
        .collect();
    format!("Se escribe: {} {}", shape.key, values.join(" "))
}

fn shown(value: &KdlValue) -> String {
    match value {
        KdlValue::String(text) if text.trim().is_empty() => "un texto vacío".into(),
        KdlValue::String(text) => format!("«{}»", clip(text)),
        KdlValue::Integer(number) => number.to_string(),
        KdlValue::Float(number) => number.to_string(),
        KdlValue::Bool(yes) => format!("#{yes}"),
        KdlValue::Null => "#null".into(),
    }
}

pub fn clip(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
