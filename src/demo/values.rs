//! What a person writes into the fields of a form, so that it would pass at the window.

use super::{
    chance::Chance,
    words::{NEEDS, OFFICES, SENTENCES, SERVICES},
};
use engine::{
    identity,
    value::{Value, Values, find},
};
use jiff::civil::Date;
use manual::{
    edition::Edition,
    field::{Field, Kind, OnlyIf},
    organization::Country,
};

/// For whom and when it is written.
pub struct Writer<'w> {
    pub edition: &'w Edition,
    pub name: &'w str,
    pub login: &'w str,
    pub today: Date,
    /// In the form that opens a case; else in a step's.
    pub asks: bool,
}

/// Fills the fields that apply; those that are not required, more often than not.
pub fn fill<'f>(
    fields: impl Iterator<Item = &'f Field>,
    known: &Values,
    writer: &Writer<'_>,
    chance: &mut Chance,
) -> Values {
    let mut values = Values::new();
    for field in fields {
        let applies = field.only_if.as_ref().is_none_or(|only_if| holds(only_if, &values, known));
        let before = find(known, &field.key).is_some_and(|value| !value.is_blank());
        if !applies || (!field.required && (before || chance.percent(35))) {
            continue;
        }
        if let Some(value) = value(field, writer, chance) {
            values.push((field.key.clone(), value));
        }
    }
    values
}

/// Whether the field on which another hangs has one of the values.
pub fn holds(only_if: &OnlyIf, given: &Values, known: &Values) -> bool {
    match find(given, &only_if.key).or_else(|| find(known, &only_if.key)) {
        Some(Value::Text(text)) => only_if.values.contains(text),
        Some(Value::List(items)) => items.iter().any(|item| only_if.values.contains(item)),
        Some(Value::Flag(flag)) => only_if.values.iter().any(|value| &**value == if *flag { "si" } else { "no" }),
        _ => false,
    }
}

fn value(field: &Field, writer: &Writer<'_>, chance: &mut Chance) -> Option<Value> {
    let text = |words: String| Some(Value::Text(words.into()));
    match &field.kind {
        Kind::Text => text(line(field, writer, chance)),
        Kind::LongText => text((*chance.pick(if writer.asks { &NEEDS[..] } else { &SENTENCES[..] })?).to_owned()),
        Kind::Number { least, greatest } => {
            let drawn = f64::from(u32::try_from(chance.between(1, 20)).ok()?);
            Some(Value::Number(drawn.max(least.unwrap_or(drawn)).min(greatest.unwrap_or(f64::MAX))))
        }
        Kind::Date => text(writer.today.to_string()),
        Kind::DateTime => text(format!("{}T{:02}:{:02}", writer.today, chance.between(8, 15), chance.below(4) * 15)),
        Kind::Choice(choices) => chance.pick(choices).map(|choice| Value::Text(choice.key.clone())),
        Kind::Choices(choices) => chance.pick(choices).map(|choice| Value::List(vec![choice.key.clone()])),
        Kind::YesNo => Some(Value::Flag(chance.percent(80))),
        Kind::Person => text(writer.login.to_owned()),
        Kind::Unit => chance.pick(&writer.edition.units).map(|unit| Value::Text(unit.code.clone())),
        Kind::Asset => text(format!("{}-{}", chance.digits(2), chance.digits(5))),
        Kind::Email => text(format!("{}@ejemplo.org", writer.login)),
        Kind::Phone | Kind::Nit | Kind::Cui | Kind::Dui => {
            number(&field.kind, writer.edition.institution.country, chance).and_then(text)
        }
        Kind::Table(columns) => {
            let rows =
                (0..chance.between(1, 2)).map(|_| fill(columns.iter(), &Values::new(), writer, chance)).collect();
            Some(Value::Rows(rows))
        }
        Kind::File | Kind::Signature { .. } => None,
    }
}

/// A number whose check holds: digits are drawn until one passes.
fn number(kind: &Kind, country: Country, chance: &mut Chance) -> Option<String> {
    let valid = |text: &str| {
        let verdict = match (kind, country) {
            (Kind::Phone, country) => identity::phone(text, country),
            (Kind::Nit, Country::Guatemala) => identity::nit_gt(text),
            (Kind::Nit, Country::ElSalvador) => identity::nit_sv(text),
            (Kind::Cui, _) => identity::cui(text),
            _ => identity::dui(text),
        };
        matches!(verdict, identity::Verdict::Valid { .. })
    };
    (0..2_000)
        .map(|_| match (kind, country) {
            (Kind::Phone, _) => format!("{}{}", chance.pick(&["2", "7"]).unwrap_or(&"2"), chance.digits(7)),
            (Kind::Nit, Country::Guatemala) => chance.digits(8),
            (Kind::Cui, _) => format!("{}0101", chance.digits(9)),
            (Kind::Nit, Country::ElSalvador) | (_, _) => chance.digits(9),
        })
        .find(|text| valid(text))
}

/// One line, guessed from the field's name.
fn line(field: &Field, writer: &Writer<'_>, chance: &mut Chance) -> String {
    let key = field.key.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| key.contains(word));
    let mut one = |words: &[&str]| chance.pick(words).map_or_else(String::new, |word| (*word).to_owned());
    if says(&["marca"]) {
        one(&["Dell", "HP", "Lenovo", "Epson"])
    } else if says(&["modelo"]) {
        one(&["OptiPlex 3090", "ProDesk 400", "ThinkCentre M70", "L3250"])
    } else if says(&["color"]) {
        one(&["negro", "gris", "blanco"])
    } else if says(&["ubicacion", "lugar", "oficina"]) {
        one(&OFFICES)
    } else if says(&["sistema", "servicio", "recurso", "programa"]) {
        one(&SERVICES)
    } else if says(&["dependencia", "unidad", "area", "departamento"]) {
        chance.pick(&writer.edition.units).map_or_else(String::new, |unit| unit.name.to_string())
    } else if says(&["nombre", "persona", "responsable", "acompan", "recibe", "quien"]) {
        writer.name.to_owned()
    } else if says(&["autoriza", "aprueba", "jefe"]) {
        one(&["Jefatura de la unidad", "Subdirección", "Coordinación administrativa"])
    } else if says(&["puesto", "cargo"]) {
        one(&["Asistente", "Profesional", "Encargada de archivo", "Coordinador"])
    } else if says(&["serie", "codigo", "numero", "ticket", "oficio", "expediente"]) {
        format!("{}-{}", chance.digits(3), chance.digits(4))
    } else if writer.asks {
        one(&["Uso diario de la unidad", "Horario de oficina", "A partir del próximo lunes"])
    } else {
        one(&["Conforme a lo solicitado", "Según el formulario adjunto", "Sin observaciones"])
    }
}
