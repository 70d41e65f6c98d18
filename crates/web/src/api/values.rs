//! Values of fields in JSON: text, numbers, yes or no, lists of choices and the rows of a table.

use engine::{
    Name,
    value::{Value, Values},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Ref, RefOr, Type,
        schema::{AnyOfBuilder, ArrayBuilder, ObjectBuilder, Schema},
    },
};

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Datum {
    Flag(bool),
    Number(f64),
    Text(String),
    List(Vec<String>),
    Rows(Vec<BTreeMap<String, Cell>>),
}

/// El dato de una celda.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Cell {
    Flag(bool),
    Number(f64),
    Text(String),
    List(Vec<String>),
}

/// Values by the key of their field; `null` is as if it had not been given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Data(BTreeMap<String, Option<Datum>>);

impl PartialSchema for Datum {
    /// Any of them, not one: an empty list is as well one of texts as one of rows.
    fn schema() -> RefOr<Schema> {
        let one = |kind: Type| ObjectBuilder::new().schema_type(kind);
        let cells = ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(Cell::schema()));
        AnyOfBuilder::new()
            .item(one(Type::Boolean))
            .item(one(Type::Number))
            .item(one(Type::String))
            .item(ArrayBuilder::new().items(one(Type::String)))
            .item(ArrayBuilder::new().items(cells))
            .description(Some(
                "El dato de un campo: sí o no, número, texto, varias opciones, o las filas de una tabla.",
            ))
            .into()
    }
}

impl ToSchema for Datum {}

impl PartialSchema for Data {
    fn schema() -> RefOr<Schema> {
        let null = ObjectBuilder::new().schema_type(Type::Null);
        let datum = AnyOfBuilder::new().item(null).item(Ref::from_schema_name("Datum"));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(RefOr::T(Schema::AnyOf(datum.build()))))
            .description(Some("Los datos, por la clave de su campo; `null` es como no darlo."))
            .into()
    }
}

impl ToSchema for Data {}

#[must_use]
pub fn into_values(data: Data) -> Values {
    data.0.into_iter().filter_map(|(key, datum)| Some((key.into(), into_value(datum?)))).collect()
}

fn into_value(datum: Datum) -> Value {
    match datum {
        Datum::Flag(flag) => Value::Flag(flag),
        Datum::Number(number) => Value::Number(number),
        Datum::Text(text) => Value::Text(text.into()),
        Datum::List(items) => Value::List(names(items)),
        Datum::Rows(rows) => Value::Rows(
            rows.into_iter()
                .map(|row| row.into_iter().map(|(key, cell)| (key.into(), cell.into())).collect())
                .collect(),
        ),
    }
}

impl From<Cell> for Value {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Flag(flag) => Self::Flag(flag),
            Cell::Number(number) => Self::Number(number),
            Cell::Text(text) => Self::Text(text.into()),
            Cell::List(items) => Self::List(names(items)),
        }
    }
}

fn names(items: Vec<String>) -> Vec<Name> {
    items.into_iter().map(Name::from).collect()
}

/// The other way: as the API answers them.
#[must_use]
pub fn from_values(values: &[(Name, Value)]) -> BTreeMap<String, Datum> {
    values.iter().map(|(key, value)| (key.to_string(), from_value(value))).collect()
}

fn from_value(value: &Value) -> Datum {
    match value {
        Value::Flag(flag) => Datum::Flag(*flag),
        Value::Number(number) => Datum::Number(*number),
        Value::Text(text) => Datum::Text(text.to_string()),
        Value::List(items) => Datum::List(items.iter().map(ToString::to_string).collect()),
        Value::Rows(rows) => {
            let cells =
                |row: &Vec<(Name, Value)>| row.iter().map(|(key, value)| (key.to_string(), cell(value))).collect();
            Datum::Rows(rows.iter().map(cells).collect())
        }
    }
}

/// A table has no tables inside: what would be one is shown as text.
fn cell(value: &Value) -> Cell {
    match value {
        Value::Flag(flag) => Cell::Flag(*flag),
        Value::Number(number) => Cell::Number(*number),
        Value::List(items) => Cell::List(items.iter().map(ToString::to_string).collect()),
        Value::Text(_) | Value::Rows(_) => Cell::Text(value.shown()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_both_ways() {
        let text =
            r#"{"alta":true,"bienes":[{"cantidad":2.0,"serie":"X1"}],"monto":1.5,"nombre":"Ñ","permisos":["a","b"]}"#;
        let values = into_values(serde_json::from_str(text).unwrap());
        assert_eq!(values[0].1, Value::Flag(true));
        assert_eq!(
            values[1].1,
            Value::Rows(vec![vec![
                ("cantidad".into(), Value::Number(2.0)),
                ("serie".into(), Value::Text("X1".into()))
            ]])
        );
        assert_eq!(serde_json::to_string(&from_values(&values)).unwrap(), text);
        assert_eq!(into_values(serde_json::from_str(r#"{"a":null}"#).unwrap()), Values::new());
        assert!(serde_json::from_str::<Data>(r#"{"a":{"b":1}}"#).is_err(), "an object is no value");
    }
}
