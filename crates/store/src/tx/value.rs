//! The few kinds of value that go to a database and come back.

use crate::error::DbError;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Val {
    Null,
    Int(i64),
    Text(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(pub Vec<Val>);

impl Row {
    pub fn int(&self, column: usize) -> Result<i64, DbError> {
        match self.0.get(column) {
            Some(Val::Int(value)) => Ok(*value),
            other => Err(DbError::Broken(format!("column {column} is not a number: {other:?}"))),
        }
    }

    pub fn int_opt(&self, column: usize) -> Result<Option<i64>, DbError> {
        match self.0.get(column) {
            Some(Val::Null) => Ok(None),
            _ => self.int(column).map(Some),
        }
    }

    pub fn flag(&self, column: usize) -> Result<bool, DbError> {
        self.int(column).map(|value| value != 0)
    }

    pub fn text(&self, column: usize) -> Result<&str, DbError> {
        match self.0.get(column) {
            Some(Val::Text(value)) => Ok(value),
            other => Err(DbError::Broken(format!("column {column} is not a text: {other:?}"))),
        }
    }

    pub fn string(&self, column: usize) -> Result<String, DbError> {
        self.text(column).map(str::to_owned)
    }

    pub fn name(&self, column: usize) -> Result<engine::Name, DbError> {
        self.text(column).map(Into::into)
    }

    /// An empty text is none.
    pub fn name_opt(&self, column: usize) -> Result<Option<engine::Name>, DbError> {
        self.text_opt(column).map(|text| text.filter(|text| !text.is_empty()).map(Into::into))
    }

    pub fn text_opt(&self, column: usize) -> Result<Option<&str>, DbError> {
        match self.0.get(column) {
            Some(Val::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    pub fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T, DbError> {
        serde_json::from_str(self.text(column)?).map_err(DbError::broken)
    }
}

impl From<i64> for Val {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<usize> for Val {
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Val {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u16> for Val {
    fn from(value: u16) -> Self {
        Self::Int(value.into())
    }
}

impl From<bool> for Val {
    fn from(value: bool) -> Self {
        Self::Int(value.into())
    }
}

impl From<&str> for Val {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Val {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&String> for Val {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<&engine::Name> for Val {
    fn from(value: &engine::Name) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<engine::actor::PersonId> for Val {
    fn from(value: engine::actor::PersonId) -> Self {
        Self::Int(value.0)
    }
}

impl From<jiff::Timestamp> for Val {
    fn from(value: jiff::Timestamp) -> Self {
        Self::Int(value.as_microsecond())
    }
}

impl From<jiff::civil::Date> for Val {
    fn from(value: jiff::civil::Date) -> Self {
        Self::Text(value.to_string())
    }
}

impl<T: Into<Val>> From<Option<T>> for Val {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
