//! The journal of administration: who did what and when, as data and in words.

use super::{
    super::{
        bearer::Bearer,
        input::Asked,
        page::{Page, Person, limit, moment},
        problem::{ApiError, ReadProblems},
        work::InstitutionPath,
    },
    ROWS, after, next,
};
use crate::administration::sentences;
use axum::{Extension, Json};
use engine::{Name, actor::PersonId};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::journal::{AdminAct, AdminEntry};
use utoipa::{IntoParams, ToSchema};

/// Un acto de la administración.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminActBody {
    pub n: u32,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: Person,
    /// El token con que se hizo; ninguno: por la página, o antes de que esto se anotara.
    pub token: Option<i64>,
    /// Qué clase de acto es: `person_created`, `post_given`, `token_revoked` …
    pub kind: String,
    /// Qué hizo, en palabras.
    pub what: String,
    /// A quiénes nombra.
    pub people: Vec<Person>,
    /// El SHA-256 de este acto y del anterior.
    pub hash: String,
    /// El acto cuadra con su cadena.
    pub intact: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JournalQuery {
    /// El `next` de la página anterior.
    #[param(pattern = "^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

/// Los actos de la administración, el más reciente primero.
#[utoipa::path(get, operation_id = "list_administration_acts", path = "/api/v1/{institution}/administration/journal", tag = "administración", params(InstitutionPath, JournalQuery),
    responses((status = 200, description = "Los actos.", body = Page<AdminActBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<JournalQuery>,
) -> Result<Json<Page<AdminActBody>>, ApiError> {
    let rows = match limit(asked.limit)? {
        0 => ROWS,
        rows => rows,
    };
    let before = after(asked.cursor.as_deref())?.map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    let (admin, zone) = (bearer.admin().await?, bearer.zone());
    let mut acts = admin.acts(before, rows + 1).await?;
    let next = next(&mut acts, rows, |act| i64::from(act.recorded.n));
    let names = sentences::names(&admin, &acts).await?;
    Ok(Json(Page { items: acts.iter().map(|entry| body(entry, &names, &zone)).collect(), next }))
}

fn body(entry: &AdminEntry, names: &BTreeMap<PersonId, Name>, zone: &TimeZone) -> AdminActBody {
    let (act, called) = (&entry.recorded, |person| sentences::called(names, person));
    let named = sentences::named(&act.act);
    AdminActBody {
        n: act.n,
        at: moment(act.at, zone),
        by: Person { id: act.by.0, name: act.name.to_string() },
        token: act.token,
        kind: kind(&act.act),
        what: format!("{} {}", act.name, sentences::sentence(&act.act, zone, called)),
        people: named.into_iter().map(|person| Person { id: person.0, name: called(person) }).collect(),
        hash: entry.hash.clone(),
        intact: entry.intact,
    }
}

/// The name of a kind, as the journal keeps it.
fn kind(act: &AdminAct) -> String {
    let value = serde_json::to_value(act).unwrap_or_default();
    value.as_object().and_then(|act| act.keys().next().cloned()).unwrap_or_default()
}
