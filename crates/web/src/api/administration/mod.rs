//! The administration over the API: what its pages do, for the programs of whoever administers. Every operation asks for
//! the scope `admin`.

pub mod people;
pub mod person;
pub mod posts;
pub mod substitutions;
pub mod sessions;
pub mod tokens;
pub mod calendar;
pub mod editions;
pub mod journal;

use super::{bearer::Bearer, problem::ApiError};
use axum::{
    Json,
    http::{StatusCode, header},
};
use engine::actor::PersonId;
use manual::edition::Edition;
use std::sync::Arc;

/// Rows of a page where none were asked for.
const ROWS: usize = 50;

/// What was made, and where it is.
type Created<T> = (StatusCode, [(header::HeaderName, String); 1], Json<T>);

fn created<T>(bearer: &Bearer, folder: &str, id: i64, body: T) -> Created<T> {
    let location = bearer.address(&format!("/administration/{folder}/{id}"));
    (StatusCode::CREATED, [(header::LOCATION, location)], Json(body))
}

/// The edition in force; an institution just set up has none yet.
async fn edition(bearer: &Bearer) -> Result<Option<Arc<Edition>>, ApiError> {
    Ok(bearer.house.store.current_edition().await?.map(|(_, edition)| edition))
}

/// Where a page of numbers goes on, which its last row tells, if there was one row more than asked for.
fn next<T>(rows: &mut Vec<T>, limit: usize, number: impl Fn(&T) -> i64) -> Option<String> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| more).map(|row| number(row).to_string())
}

/// The person a list is narrowed to.
fn of(asked: Option<i64>) -> Result<Option<PersonId>, ApiError> {
    if asked.is_some_and(|id| id < 1) {
        return Err(ApiError::malformed("person es el id de una persona: de 1 en adelante."));
    }
    Ok(asked.map(PersonId))
}

/// The number in a cursor of digits.
fn after(cursor: Option<&str>) -> Result<Option<i64>, ApiError> {
    Ok(super::page::cursor(cursor, false)?.and_then(|digits| digits.parse().ok()))
}
