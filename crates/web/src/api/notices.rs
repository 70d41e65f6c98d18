//! The bell over the API: the notices of the person of the token, and how that person wants to be told.

use super::{
    bearer::Bearer,
    input::{Asked, Sent},
    page::{Page, cursor, limit, moment, same},
    problem::{ApiError, ReadProblems, WriteProblems},
    work::{InstitutionPath, KeyHeader},
};
use axum::{Extension, Json};
use engine::refusal::{Fault, Refusal};
use manual::notice::Kind;
use serde::{Deserialize, Serialize};
use store::preferences::{Preferences, Way};
use utoipa::{IntoParams, ToSchema};

/// The hours at which a digest may leave, as on the page.
const HOURS: std::ops::RangeInclusive<i8> = 6..=18;

/// Un aviso.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeBody {
    pub id: i64,
    #[schema(format = DateTime)]
    pub at: String,
    pub text: String,
    /// El caso del que habla.
    pub case: Option<String>,
    /// Cuándo se leyó; sin leer, nada.
    #[schema(format = DateTime)]
    pub read_at: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoticesQuery {
    /// Solo los que no se han leído.
    pub unread: Option<bool>,
    /// El `next` de la página anterior.
    #[param(pattern = "^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

/// Qué se da por leído.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingBody {
    /// El `id` de un aviso; sin él, todos.
    #[schema(minimum = 1)]
    pub notice: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReadBody {
    /// Cuántos no estaban leídos.
    pub marked: i64,
}

/// The kinds a person chooses a way for: those of the manual but for the digest, which is a way itself.
macro_rules! kinds {
    ($($name:ident)*) => {
        /// Una clase de aviso.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum NoticeKind { $($name),* }

        impl NoticeKind {
            const ALL: &[Self] = &[$(Self::$name),*];

            const fn kind(self) -> Kind {
                match self { $(Self::$name => Kind::$name),* }
            }
        }
    };
}

kinds!(Assigned Post Needed Comment Mention Term Ended Rating Registered Progress);

/// Cómo llega: en la página y por correo, en la página y en el resumen del día, solo en la página, o nada.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeWay {
    Mail,
    Digest,
    Page,
    Nothing,
}

same!(NoticeWay, Way: Mail Digest Page Nothing);

/// Cómo llega una clase de aviso.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WayBody {
    pub kind: NoticeKind,
    pub way: NoticeWay,
}

/// Cómo quiere la persona que se le avise.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreferencesBody {
    /// Todas las clases, cada una una vez.
    pub ways: Vec<WayBody>,
    /// La hora local del resumen.
    pub digest_hour: i8,
    /// El correo que no es urgente espera a que abra la institución.
    pub office_hours: bool,
    /// Si de esta institución sale correo y la persona tiene a dónde.
    pub reached_by_mail: bool,
}

/// Lo que cambia; lo que no se diga queda como está.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPreferences {
    #[schema(max_items = 10)]
    pub ways: Option<Vec<WayBody>>,
    #[schema(minimum = 6, maximum = 18)]
    pub digest_hour: Option<i8>,
    pub office_hours: Option<bool>,
}

/// Los avisos de la persona del token, el más reciente primero.
#[utoipa::path(get, operation_id = "list_notices", path = "/api/v1/{institution}/notices", tag = "avisos", params(InstitutionPath, NoticesQuery),
    responses((status = 200, description = "Una página de avisos.", body = Page<NoticeBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<NoticesQuery>,
) -> Result<Json<Page<NoticeBody>>, ApiError> {
    let limit = limit(asked.limit)?;
    let from = cursor(asked.cursor.as_deref(), false)?;
    let page = bearer.reader.notices(asked.unread.unwrap_or_default(), from, limit).await?;
    let zone = bearer.zone();
    let body = |notice: &store::notices::Notice| NoticeBody {
        id: notice.id,
        at: moment(notice.at, &zone),
        text: notice.text.to_string(),
        case: notice.case.as_ref().map(ToString::to_string),
        read_at: notice.read_at.map(|at| moment(at, &zone)),
    };
    Ok(Json(Page { items: page.rows.iter().map(body).collect(), next: page.next }))
}

/// Da por leído un aviso, o todos.
#[utoipa::path(post, operation_id = "read_notices", path = "/api/v1/{institution}/notices/readings", tag = "avisos", params(InstitutionPath, KeyHeader),
    request_body = ReadingBody, responses((status = 200, description = "Cuántos no estaban leídos.", body = ReadBody), WriteProblems))]
pub async fn read(
    Extension(bearer): Extension<Bearer>,
    Sent { body, key }: Sent<ReadingBody>,
) -> Result<Json<ReadBody>, ApiError> {
    let marking = async {
        if let Some(id) = body.notice {
            bearer.reader.case_of_notice(id).await?.ok_or_else(ApiError::not_found)?;
        }
        let marked = bearer.reader.mark_read(body.notice, bearer.now).await?;
        Ok(i64::try_from(marked).unwrap_or(i64::MAX))
    };
    Ok(Json(ReadBody { marked: bearer.once(key, marking).await? }))
}

async fn shown(bearer: &Bearer) -> Result<Json<PreferencesBody>, ApiError> {
    let kept = bearer.reader.preferences().await?;
    let ways = NoticeKind::ALL.iter().map(|kind| WayBody { kind: *kind, way: kept.way(kind.kind()).into() });
    Ok(Json(PreferencesBody {
        ways: ways.collect(),
        digest_hour: kept.digest_hour,
        office_hours: kept.office_hours,
        reached_by_mail: bearer.house.store.sends_mail() && !bearer.reader.person().email.is_empty(),
    }))
}

/// Cómo quiere la persona del token que se le avise.
#[utoipa::path(get, operation_id = "get_preferences", path = "/api/v1/{institution}/preferences", tag = "avisos", params(InstitutionPath),
    responses((status = 200, description = "Las preferencias.", body = PreferencesBody), ReadProblems))]
pub async fn preferences(Extension(bearer): Extension<Bearer>) -> Result<Json<PreferencesBody>, ApiError> {
    shown(&bearer).await
}

/// Cambia cómo se avisa a la persona del token.
#[utoipa::path(post, operation_id = "set_preferences", path = "/api/v1/{institution}/preferences", tag = "avisos", params(InstitutionPath, KeyHeader),
    request_body = NewPreferences, responses((status = 200, description = "Las preferencias como quedaron.", body = PreferencesBody), WriteProblems))]
pub async fn prefer(
    Extension(bearer): Extension<Bearer>,
    Sent { body, key }: Sent<NewPreferences>,
) -> Result<Json<PreferencesBody>, ApiError> {
    let ways = body.ways.unwrap_or_default();
    if body.digest_hour.is_some_and(|hour| !HOURS.contains(&hour)) {
        return Err(wrong("digest_hour", "La hora del resumen va de 6 a 18."));
    }
    let twice = |place: usize, one: &WayBody| ways[..place].iter().any(|before| before.kind == one.kind);
    if ways.len() > NoticeKind::ALL.len() || ways.iter().enumerate().any(|(place, one)| twice(place, one)) {
        return Err(wrong("ways", "Cada clase de aviso va una sola vez."));
    }
    let changing = async {
        let kept = bearer.reader.preferences().await?;
        let wanted = Preferences {
            ways: ways.iter().map(|one| (one.kind.kind(), one.way.into())).collect(),
            digest_hour: body.digest_hour.unwrap_or(kept.digest_hour),
            office_hours: body.office_hours.unwrap_or(kept.office_hours),
        };
        bearer.reader.set_preferences(wanted).await?;
        Ok(0)
    };
    bearer.once(key, changing).await?;
    shown(&bearer).await
}

fn wrong(field: &str, message: &str) -> ApiError {
    Refusal::invalid(message).with(vec![Fault::new(field, message)]).into()
}
