//! A field of a form: what is asked, of which kind, and why it may be asked.

use crate::Name;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Stable key in values and in the API, e.g. `nit`.
    pub key: Name,
    /// The label as the printed form has it.
    pub label: Name,
    pub kind: Kind,
    pub required: bool,
    /// Asked (and required) only where another field of the same form has one of these values.
    pub only_if: Option<OnlyIf>,
    pub help: Option<Name>,
    /// The legal ground on which a required field is demanded (Decreto 5-2021).
    pub ground: Option<Name>,
    pub class: Class,
    /// Heading under which the printed form groups it.
    pub section: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlyIf {
    pub key: Name,
    pub values: Vec<Name>,
}

/// How the field is classified for access to information.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    #[default]
    Public,
    Confidential,
    Sensitive,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    LongText,
    Number {
        least: Option<f64>,
        greatest: Option<f64>,
    },
    Date,
    /// Date and hour.
    DateTime,
    /// One of the options.
    Choice(Vec<Choice>),
    /// Any of the options.
    Choices(Vec<Choice>),
    YesNo,
    /// A person of the institution, by login.
    Person,
    /// A unit of the institution, by code.
    Unit,
    /// An asset by its inventory number (número de bien).
    Asset,
    Email,
    Phone,
    /// Número de Identificación Tributaria (Guatemala, or El Salvador by the institution's country).
    Nit,
    /// Código Único de Identificación (Guatemala).
    Cui,
    /// Documento Único de Identidad (El Salvador).
    Dui,
    /// One or more attached files.
    File,
    /// A table: each row has these columns.
    Table(Vec<Field>),
    /// Signed by whoever holds this role.
    Signature {
        role: Name,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub key: Name,
    pub label: Name,
}
