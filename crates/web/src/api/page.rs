//! What lists answer: pages with a cursor, rows of cases, and the moments of an institution as text.

use super::problem::ApiError;
use engine::{
    actor::Party,
    case::Status,
    event::{Channel, Priority},
};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use store::cases::CaseRow;
use utoipa::ToSchema;

/// The most rows of a page.
pub const LARGEST: usize = 200;

/// Una página de una lista.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// El cursor de la página siguiente; sin él, no hay más.
    pub next: Option<String>,
}

/// Un caso en una lista.
#[derive(Debug, Serialize, ToSchema)]
pub struct Row {
    pub number: String,
    /// El código del procedimiento.
    pub procedure: String,
    pub subject: String,
    pub status: CaseStatus,
    /// El estado, como se lee en las páginas.
    pub status_label: String,
    pub priority: CasePriority,
    pub requester: Person,
    #[schema(format = DateTime)]
    pub opened_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// El paso en que está; ninguno si terminó.
    pub step: Option<u16>,
    /// A quién espera; si se unió a otro caso, en cuál se sigue.
    pub waits_for: String,
    /// El vencimiento más próximo.
    #[schema(format = DateTime)]
    pub due: Option<String>,
    pub late: bool,
    pub paused: bool,
    pub version: u32,
    /// Por dónde entró.
    pub channel: CaseChannel,
}

/// Una persona, con el nombre que tenía entonces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    pub id: i64,
    pub name: String,
}

/// El estado de un caso.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum CaseStatus {
    #[serde(rename = "recibido")]
    Received,
    #[serde(rename = "asignado")]
    Assigned,
    #[serde(rename = "en_proceso")]
    InProgress,
    #[serde(rename = "en_espera")]
    Waiting,
    #[serde(rename = "en_duda")]
    InDoubt,
    #[serde(rename = "finalizado")]
    Finished,
    #[serde(rename = "rechazado")]
    Refused,
    #[serde(rename = "anulado")]
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CasePriority {
    Low,
    Normal,
    High,
    Urgent,
}

/// Por dónde entró la solicitud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseChannel {
    Portal,
    Phone,
    Window,
    Paper,
    Mail,
    Designation,
    Api,
    Schedule,
}

macro_rules! same {
    ($here:ident, $there:ident: $($name:ident)*) => {
        impl From<$there> for $here {
            fn from(value: $there) -> Self {
                match value { $($there::$name => Self::$name),* }
            }
        }
        impl From<$here> for $there {
            fn from(value: $here) -> Self {
                match value { $($here::$name => Self::$name),* }
            }
        }
    };
}
pub(super) use same;

same!(CaseStatus, Status: Received Assigned InProgress Waiting InDoubt Finished Refused Cancelled);
same!(CaseChannel, Channel: Portal Phone Window Paper Mail Designation Api Schedule);
same!(CasePriority, Priority: Low Normal High Urgent);

impl Row {
    #[must_use]
    pub fn of(row: &CaseRow, zone: &TimeZone) -> Self {
        Self {
            number: row.number.to_string(),
            procedure: row.procedure.to_string(),
            subject: row.subject.to_string(),
            status: row.status.into(),
            status_label: row.status.label().into(),
            priority: row.priority.into(),
            requester: Person { id: row.requester.0, name: row.requester_name.to_string() },
            opened_at: moment(row.opened_at, zone),
            updated_at: moment(row.updated_at, zone),
            step: row.step.map(|step| step.0),
            waits_for: row.waits_for.to_string(),
            due: row.due.map(|due| moment(due, zone)),
            late: row.late,
            paused: row.paused,
            version: row.version,
            channel: row.channel.into(),
        }
    }
}

impl Page<Row> {
    #[must_use]
    pub fn of(page: &store::Page<CaseRow>, zone: &TimeZone) -> Self {
        Self { items: page.rows.iter().map(|row| Row::of(row, zone)).collect(), next: page.next.clone() }
    }
}

impl From<&Party> for Person {
    fn from(party: &Party) -> Self {
        Self { id: party.person.0, name: party.name.to_string() }
    }
}

/// RFC 3339, with the institution's offset.
#[must_use]
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// How many rows were asked for; none: as many as the list gives by itself.
///
/// # Errors
/// Beyond what a page holds.
pub fn limit(asked: Option<u16>) -> Result<usize, ApiError> {
    match asked.map(usize::from) {
        None => Ok(0),
        Some(limit) if (1..=LARGEST).contains(&limit) => Ok(limit),
        Some(_) => Err(ApiError::malformed(format!("limit va de 1 a {LARGEST}."))),
    }
}

/// A cursor that the page before gave: digits, and one dot where the list has two keys.
///
/// # Errors
/// Anything else.
pub fn cursor(asked: Option<&str>, dotted: bool) -> Result<Option<&str>, ApiError> {
    let digits =
        |text: &str, longest: usize| (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let good = |text: &str| match (text.split_once('.'), dotted) {
        (Some((due, id)), true) => {
            digits(due.strip_prefix('-').unwrap_or(due), 19) && due.parse::<i64>().is_ok() && digits(id, 18)
        }
        (None, false) => digits(text, 18),
        _ => false,
    };
    if asked.is_some_and(|text| !good(text)) {
        return Err(ApiError::malformed("cursor no salió de esta lista: dé el «next» de la página anterior."));
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_carries_the_offset() {
        let zone = TimeZone::get("America/Guatemala").unwrap();
        assert_eq!(moment("2026-03-02T15:00:00Z".parse().unwrap(), &zone), "2026-03-02T09:00:00-06:00");
    }

    #[test]
    fn only_cursors_of_ours_pass() {
        assert!(cursor(None, true).is_ok() && cursor(Some("12"), false).is_ok() && cursor(Some("-1.5"), true).is_ok());
        for (wrong, dotted) in
            [("", false), ("1.5", false), ("12", true), ("a.1", true), ("1.", true), ("99999999999999999999", false)]
        {
            assert!(cursor(Some(wrong), dotted).is_err(), "{wrong}");
        }
        assert!(cursor(Some("9223372036854775807.1"), true).is_ok(), "those without due date");
        assert!(limit(Some(0)).is_err() && limit(Some(201)).is_err() && limit(Some(200)).is_ok());
    }

    #[test]
    fn the_words_of_the_states_are_the_engines() {
        for status in Status::ALL {
            assert_eq!(serde_json::to_value(CaseStatus::from(status)).unwrap(), status.code());
        }
    }
}
