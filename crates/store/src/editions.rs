//! Editions of the manual: their sources as uploaded, their states, and whom each procedure reaches.

use crate::{
    error::DbError,
    hash, time,
    tx::{Row, Tx, statements},
};
use engine::{Name, actor::PersonId};
use jiff::Timestamp;
use manual::{
    edition::Edition,
    finding::{Finding, Severity},
    organization::Scope,
    procedure::Procedure,
    source::SourceFile,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The files an edition is made of, exactly as uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// Of the institution: `manual.kdl`, `procedimientos/…`.
    pub files: Vec<SourceFile>,
    /// Calendars it may use.
    pub shared: Vec<SourceFile>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditionState {
    Draft,
    /// New cases begin under it; there is at most one.
    Published,
    /// Its cases finish under it.
    Retired,
    /// Never to be published.
    Withdrawn,
}

impl EditionState {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Retired => "retired",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn from_code(code: &str) -> Result<Self, DbError> {
        [Self::Draft, Self::Published, Self::Retired, Self::Withdrawn]
            .into_iter()
            .find(|state| state.code() == code)
            .ok_or_else(|| DbError::Broken(format!("edition state «{code}»")))
    }
}

/// An edition without its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionRow {
    pub id: i64,
    /// Title and edition, as on the title page.
    pub name: Name,
    pub state: EditionState,
    pub sha256: Name,
    pub uploaded_by: PersonId,
    pub uploaded_at: Timestamp,
    pub published_by: Option<PersonId>,
    pub published_at: Option<Timestamp>,
    pub retired_at: Option<Timestamp>,
}

statements! {
    INSERT: [Text, Text, Text, Int, Int] => [Int],
        "INSERT INTO editions (name, state, sources, sha256, uploaded_by, uploaded_at)
         VALUES ($1, 'draft', $2, $3, $4, $5) RETURNING id";
    SOURCES: [Int] => [Text], "SELECT sources FROM editions WHERE id = $1";
    ONE: [Int] => [Int, Text, Text, Text, Int, Int, Int, Int, Int],
        "SELECT id, name, state, sha256, uploaded_by, uploaded_at, published_by, published_at, retired_at
         FROM editions WHERE id = $1 /*lock*/";
    SEEN: [Int] => [Int, Text, Text, Text, Int, Int, Int, Int, Int],
        "SELECT id, name, state, sha256, uploaded_by, uploaded_at, published_by, published_at, retired_at
         FROM editions WHERE id = $1";
    LIST: [] => [Int, Text, Text, Text, Int, Int, Int, Int, Int],
        "SELECT id, name, state, sha256, uploaded_by, uploaded_at, published_by, published_at, retired_at
         FROM editions ORDER BY id DESC LIMIT 500";
    CURRENT: [] => [Int], "SELECT id FROM editions WHERE state = 'published' ORDER BY id DESC LIMIT 1";
    RETIRE: [Int] => [Int], "UPDATE editions SET state = 'retired', retired_at = $1 WHERE state = 'published' RETURNING id";
    PUBLISH: [Int, Int, Int] => [],
        "UPDATE editions SET state = 'published', published_by = $2, published_at = $3 WHERE id = $1";
    WITHDRAW: [Int] => [], "UPDATE editions SET state = 'withdrawn' WHERE id = $1";
    REACH: [Int, Text, Text, Text] => [],
        "INSERT INTO reach (edition, procedure, holder, unit) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
}

/// Reads an edition from its sources; what is wrong comes out as findings.
pub(crate) fn read(sources: &Sources) -> (Option<Edition>, Vec<Finding>) {
    let outcome = manual::read::read(&sources.files, &sources.shared);
    (outcome.edition, outcome.findings)
}

/// The edition, where no finding of the reader or the linter forbids to publish it.
pub(crate) fn publishable(sources: &Sources) -> Result<Edition, Vec<Finding>> {
    let outcome = manual::read::read(&sources.files, &sources.shared);
    let findings = manual::check::check_reading(&outcome);
    match (outcome.edition, findings) {
        (Some(edition), findings) if findings.iter().all(|finding| finding.severity != Severity::Error) => Ok(edition),
        (_, findings) => Err(findings),
    }
}

fn edition_row(row: &Row) -> Result<EditionRow, DbError> {
    Ok(EditionRow {
        id: row.int(0)?,
        name: row.name(1)?,
        state: EditionState::from_code(row.text(2)?)?,
        sha256: row.name(3)?,
        uploaded_by: PersonId(row.int(4)?),
        uploaded_at: time::moment(row.int(5)?)?,
        published_by: row.int_opt(6)?.map(PersonId),
        published_at: time::moment_opt(row.int_opt(7)?)?,
        retired_at: time::moment_opt(row.int_opt(8)?)?,
    })
}

/// Keeps the sources of an edition as a draft.
pub(crate) fn insert(
    tx: &Tx<'_>,
    edition: &Edition,
    sources: &Sources,
    by: PersonId,
    now: Timestamp,
) -> Result<EditionRow, DbError> {
    let text = serde_json::to_string(sources).map_err(DbError::broken)?;
    let sha256 = hash::sha256_hex(text.as_bytes());
    let name = format!("{} · {}", edition.title_page.title, edition.title_page.edition);
    let values = [name.into(), text.into(), sha256.into(), by.into(), now.into()];
    let id = tx.row(&INSERT, &values)?.ok_or_else(|| DbError::broken("no number for the edition"))?.int(0)?;
    for procedure in &edition.procedures {
        for (holder, unit) in reach(procedure) {
            tx.run(&REACH, &[id.into(), (&procedure.code).into(), holder.into(), unit.into()])?;
        }
    }
    load_row(tx, id)?.ok_or_else(|| DbError::broken("the edition is gone"))
}

/// The posts whose holders take part in a procedure: (role, unit or nothing).
fn reach(procedure: &Procedure) -> BTreeSet<(&str, &str)> {
    let mut reach = BTreeSet::new();
    for responsible in procedure.steps.iter().flat_map(|step| &step.responsibles) {
        if responsible.scope == Scope::Requester {
            continue;
        }
        reach.insert((&*responsible.role, ""));
        if let Some(routing) = &procedure.routing {
            for part in routing.routes.iter().flat_map(|route| &route.parts).chain(&routing.otherwise) {
                if part.role == responsible.role {
                    reach.insert((&*part.holder, part.unit.as_deref().unwrap_or_default()));
                }
            }
        }
    }
    reach
}

pub(crate) fn load_row(tx: &Tx<'_>, id: i64) -> Result<Option<EditionRow>, DbError> {
    tx.row(&SEEN, &[id.into()])?.map(|row| edition_row(&row)).transpose()
}

pub(crate) fn lock_row(tx: &Tx<'_>, id: i64) -> Result<Option<EditionRow>, DbError> {
    tx.row(&ONE, &[id.into()])?.map(|row| edition_row(&row)).transpose()
}

pub(crate) fn sources(tx: &Tx<'_>, id: i64) -> Result<Option<Sources>, DbError> {
    tx.row(&SOURCES, &[id.into()])?.map(|row| row.json(0)).transpose()
}

pub(crate) fn list(tx: &Tx<'_>) -> Result<Vec<EditionRow>, DbError> {
    tx.rows(&LIST, &[])?.iter().map(edition_row).collect()
}

/// The edition under which new cases begin.
pub(crate) fn current(tx: &Tx<'_>) -> Result<Option<i64>, DbError> {
    tx.row(&CURRENT, &[])?.map(|row| row.int(0)).transpose()
}

/// What `current` will ask.
pub(crate) fn foresee_current(tx: &Tx<'_>) {
    tx.foresee(&CURRENT, Vec::new());
}

/// Publishes an edition and retires the one before; gives the number of the one retired.
pub(crate) fn publish(tx: &Tx<'_>, id: i64, by: PersonId, now: Timestamp) -> Result<Option<i64>, DbError> {
    let retired = tx.row(&RETIRE, &[now.into()])?.map(|row| row.int(0)).transpose()?;
    tx.run(&PUBLISH, &[id.into(), by.into(), now.into()])?;
    Ok(retired)
}

pub(crate) fn withdraw(tx: &Tx<'_>, id: i64) -> Result<(), DbError> {
    tx.run(&WITHDRAW, &[id.into()]).map(|_| ())
}
