//! Posts: who holds which, given and ended; and the units of the edition in force.

use super::{
    super::{
        bearer::Bearer,
        input::{Asked, Sent, plain},
        page::{Page, Person, limit},
        problem::{ApiError, ReadProblems, WriteProblems},
        work::{IdPath, InstitutionPath, KeyHeader},
    },
    Created, ROWS, after, created, edition, next, of,
};
use crate::administration::posts as rules;
use axum::{Extension, Json, extract::Path};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{
    Admin,
    people::{PostRow, PostsAsked},
};
use utoipa::{IntoParams, ToSchema};

/// Un puesto dado a una persona.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldPostBody {
    pub id: i64,
    pub person: Person,
    pub role: String,
    /// El código de la unidad; ninguna: toda la institución.
    pub unit: Option<String>,
    /// El primer día y el último, los dos incluidos.
    #[schema(format = Date)]
    pub since: String,
    #[schema(format = Date)]
    pub until: Option<String>,
}

/// Un puesto por dar.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPostBody {
    /// El usuario de la persona.
    pub person: String,
    /// El puesto, como está escrito en la edición vigente.
    pub role: String,
    pub unit: Option<String>,
    /// Sin él, desde hoy.
    #[schema(value_type = Option<String>, format = Date)]
    pub since: Option<Date>,
    /// Sin él, sin fecha de término.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
}

/// El último día de lo que termina.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LastDayBody {
    /// El último día; con el de ayer, termina ya.
    #[schema(value_type = String, format = Date)]
    pub last_day: Date,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PostsQuery {
    /// Solo los de la persona con este `id`.
    #[param(minimum = 1)]
    pub person: Option<i64>,
    pub role: Option<String>,
    /// `true`: también los terminados.
    pub ended: Option<bool>,
    /// El `next` de la página anterior.
    #[param(pattern = "^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

/// Una unidad de la edición vigente.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitBody {
    pub code: String,
    pub name: String,
    /// El código de la unidad de la que depende.
    pub parent: Option<String>,
}

impl From<PostRow> for HeldPostBody {
    fn from(post: PostRow) -> Self {
        Self {
            id: post.id,
            person: Person { id: post.person.0, name: post.person_name.to_string() },
            role: post.role.to_string(),
            unit: post.unit.as_ref().map(ToString::to_string),
            since: post.since.to_string(),
            until: post.until.map(|day| day.to_string()),
        }
    }
}

/// Los puestos dados, en el orden en que se dieron: los de hoy y los próximos; con `ended`, también los terminados.
#[utoipa::path(get, operation_id = "list_posts", path = "/api/v1/{institution}/administration/posts", tag = "administración", params(InstitutionPath, PostsQuery),
    responses((status = 200, description = "Los puestos.", body = Page<HeldPostBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<PostsQuery>,
) -> Result<Json<Page<HeldPostBody>>, ApiError> {
    let rows = match limit(asked.limit)? {
        0 => ROWS,
        rows => rows,
    };
    let wanted = PostsAsked {
        of: of(asked.person)?,
        role: plain(asked.role.as_deref().unwrap_or_default()),
        held_from: (asked.ended != Some(true)).then(|| bearer.today()),
        after: after(asked.cursor.as_deref())?.unwrap_or_default(),
    };
    let mut posts = bearer.admin().await?.posts_page(wanted, rows + 1).await?;
    let next = next(&mut posts, rows, |post| post.id);
    Ok(Json(Page { items: posts.into_iter().map(Into::into).collect(), next }))
}

/// Un puesto dado.
#[utoipa::path(get, operation_id = "get_post", path = "/api/v1/{institution}/administration/posts/{id}", tag = "administración", params(IdPath),
    responses((status = 200, description = "El puesto.", body = HeldPostBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
) -> Result<Json<HeldPostBody>, ApiError> {
    Ok(Json(one(&bearer.admin().await?, at.id()?).await?))
}

async fn one(admin: &Admin, id: i64) -> Result<HeldPostBody, ApiError> {
    let asked = PostsAsked { after: id.saturating_sub(1), ..PostsAsked::default() };
    let found = admin.posts_page(asked, 1).await?.into_iter().find(|post| post.id == id);
    found.map(Into::into).ok_or_else(ApiError::not_found)
}

/// Da un puesto de la edición vigente a una persona.
#[utoipa::path(post, operation_id = "give_post", path = "/api/v1/{institution}/administration/posts", tag = "administración", params(InstitutionPath, KeyHeader),
    request_body = NewPostBody,
    responses((status = 201, description = "El puesto.", body = HeldPostBody,
        headers(("Location" = String, description = "La dirección del puesto."))), WriteProblems))]
pub async fn give(
    Extension(bearer): Extension<Bearer>,
    Sent { body, key }: Sent<NewPostBody>,
) -> Result<Created<HeldPostBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    // A post that was given under the key stays given, whatever the edition says now.
    let id = if let Some(id) = admin.done_before().await? { id } else { assign(&bearer, &admin, body).await? };
    let post = one(&admin, id).await?;
    Ok(created(&bearer, "posts", id, post))
}

async fn assign(bearer: &Bearer, admin: &Admin, body: NewPostBody) -> Result<i64, ApiError> {
    let asked = rules::Asked {
        person: Some(bearer.person(&body.person, "person").await?),
        role: &body.role,
        unit: body.unit.as_deref(),
        since: Some(body.since.unwrap_or_else(|| bearer.today())),
        until: body.until,
    };
    let post = rules::given(asked, edition(bearer).await?.as_deref())?;
    Ok(admin.give_post(post.person, post.role, post.unit, post.since, post.until, bearer.now).await?)
}

/// Termina un puesto: dice su último día.
#[utoipa::path(post, operation_id = "end_post", path = "/api/v1/{institution}/administration/posts/{id}/ends", tag = "administración", params(IdPath, KeyHeader),
    request_body = LastDayBody, responses((status = 200, description = "El puesto como quedó.", body = HeldPostBody), WriteProblems))]
pub async fn end(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    Sent { body, key }: Sent<LastDayBody>,
) -> Result<Json<HeldPostBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let id = at.id()?;
    admin.end_post(id, body.last_day, bearer.now).await?;
    Ok(Json(one(&admin, id).await?))
}

/// Las unidades de la edición vigente, cada una con la unidad de la que depende.
#[utoipa::path(get, operation_id = "list_units", path = "/api/v1/{institution}/administration/units", tag = "administración", params(InstitutionPath),
    responses((status = 200, description = "Las unidades.", body = Page<UnitBody>), ReadProblems))]
pub async fn units(Extension(bearer): Extension<Bearer>) -> Result<Json<Page<UnitBody>>, ApiError> {
    let body = |unit: &manual::organization::Unit| UnitBody {
        code: unit.code.to_string(),
        name: unit.name.to_string(),
        parent: unit.parent.as_ref().map(ToString::to_string),
    };
    let units = edition(&bearer).await?.map(|edition| edition.units.iter().map(body).collect());
    Ok(Json(Page { items: units.unwrap_or_default(), next: None }))
}
