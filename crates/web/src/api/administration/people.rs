//! The people of the institution as whoever administers sees them: the list, one of them, a new one, and changes.

use super::{
    super::{
        acts::Secret,
        bearer::Bearer,
        input::{Asked, Sent, plain},
        page::{Page, limit, moment},
        problem::{ApiError, ReadProblems, WriteProblems},
        work::{IdPath, InstitutionPath, KeyHeader},
    },
    Created, ROWS, created, edition,
    posts::HeldPostBody,
};
use crate::{
    administration::{
        people::{self as rules, Given},
        posts::holds,
    },
    state::App,
};
use axum::{
    Extension, Json,
    extract::{Path, State},
};
use engine::actor::PersonId;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::{
    Admin,
    people::{Person, PersonFields},
};
use utoipa::{IntoParams, ToSchema};

/// Una persona, como la ve quien administra.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountBody {
    pub id: i64,
    pub login: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    /// El código de su unidad.
    pub unit: Option<String>,
    pub active: bool,
    pub administrator: bool,
    pub auditor: bool,
    pub has_password: bool,
    /// La contraseña se la dieron: la cambia al entrar.
    pub must_change_password: bool,
    pub second_factor: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// Una persona, con lo que tiene.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountDetailBody {
    #[serde(flatten)]
    pub account: AccountBody,
    /// Los puestos que ocupa hoy.
    pub posts: Vec<HeldPostBody>,
    pub open_sessions: usize,
}

/// Una persona por agregar.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccountBody {
    /// Letras sin tilde, números, punto, guion, guion bajo o @.
    pub login: String,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// El código de una unidad de la edición vigente.
    pub unit: Option<String>,
    pub administrator: Option<bool>,
    pub auditor: Option<bool>,
    /// La contraseña inicial; sin ella el sistema da una. La persona la cambia al entrar.
    #[schema(value_type = Option<String>, min_length = 10, max_length = 128)]
    pub password: Option<Secret>,
}

/// La persona que se agregó.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewAccountAnswerBody {
    pub person: AccountDetailBody,
    /// La contraseña que el sistema dio: solo aquí y solo esta vez. Ninguna si venía en la solicitud, o si se repite la
    /// misma clave de idempotencia: entonces dé otra con `passwords`.
    pub password: Option<String>,
}

/// Lo que cambia de una persona; lo que no se da, queda como está.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAccountBody {
    pub login: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// En blanco: sin unidad.
    pub unit: Option<String>,
    pub administrator: Option<bool>,
    pub auditor: Option<bool>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountsQuery {
    /// Parte del nombre o del usuario.
    #[param(max_length = 100)]
    pub q: Option<String>,
    /// El `next` de la página anterior.
    #[param(pattern = r"^[0-9]{1,18}\.")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

impl AccountBody {
    pub(super) fn of(person: &Person, zone: &TimeZone) -> Self {
        Self {
            id: person.id.0,
            login: person.login.to_string(),
            name: person.name.to_string(),
            email: person.email.clone(),
            phone: person.phone.clone(),
            unit: person.unit.as_ref().map(ToString::to_string),
            active: person.active,
            administrator: person.administrator,
            auditor: person.auditor,
            has_password: person.has_password,
            must_change_password: person.must_change_password,
            second_factor: person.has_totp,
            created_at: moment(person.created_at, zone),
        }
    }
}

/// A person who is there.
pub(super) async fn find(admin: &Admin, id: i64) -> Result<Person, ApiError> {
    admin.person(PersonId(id)).await?.ok_or_else(ApiError::not_found)
}

/// A person as kept now, with what belongs to him.
pub(super) async fn detail(bearer: &Bearer, admin: &Admin, id: i64) -> Result<AccountDetailBody, ApiError> {
    let person = find(admin, id).await?;
    let (posts, today) = (admin.posts(Some(person.id)).await?, bearer.today());
    Ok(AccountDetailBody {
        account: AccountBody::of(&person, &bearer.zone()),
        posts: posts.into_iter().filter(|post| holds(post, today)).map(Into::into).collect(),
        open_sessions: admin.sessions(person.id).await?.len(),
    })
}

/// Las personas de la institución, por nombre.
#[utoipa::path(get, operation_id = "list_accounts", path = "/api/v1/{institution}/administration/people", tag = "administración", params(InstitutionPath, AccountsQuery),
    responses((status = 200, description = "Las personas.", body = Page<AccountBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<AccountsQuery>,
) -> Result<Json<Page<AccountBody>>, ApiError> {
    let words = plain(asked.q.as_deref().unwrap_or_default());
    if words.chars().count() > 100 {
        return Err(ApiError::malformed("q lleva hasta 100 caracteres."));
    }
    let rows = match limit(asked.limit)? {
        0 => ROWS,
        rows => rows,
    };
    let (admin, zone) = (bearer.admin().await?, bearer.zone());
    let page = admin.people(words.trim(), cursor(asked.cursor.as_deref())?.as_deref(), rows).await?;
    Ok(Json(Page { items: page.rows.iter().map(|person| AccountBody::of(person, &zone)).collect(), next: page.next }))
}

/// A cursor of this list: the number and the name of the last person.
fn cursor(asked: Option<&str>) -> Result<Option<String>, ApiError> {
    let number = |text: &str| text.split_once('.').map(|(id, _)| id.to_owned());
    let good = |id: String| (1..=18).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
    if asked.is_some_and(|text| !number(text).is_some_and(good)) {
        return Err(ApiError::malformed("cursor no salió de esta lista: dé el «next» de la página anterior."));
    }
    Ok(asked.map(plain))
}

/// Una persona: sus datos, los puestos que ocupa hoy y cuántas sesiones tiene abiertas.
#[utoipa::path(get, operation_id = "get_account", path = "/api/v1/{institution}/administration/people/{id}", tag = "administración", params(IdPath),
    responses((status = 200, description = "La persona.", body = AccountDetailBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
) -> Result<Json<AccountDetailBody>, ApiError> {
    let admin = bearer.admin().await?;
    Ok(Json(detail(&bearer, &admin, at.id()?).await?))
}

/// Agrega a una persona. La contraseña que da el sistema se responde una sola vez: repetir la misma clave de
/// idempotencia da a la misma persona, como está ahora y sin la contraseña.
#[utoipa::path(post, operation_id = "create_account", path = "/api/v1/{institution}/administration/people", tag = "administración", params(InstitutionPath, KeyHeader),
    request_body = NewAccountBody,
    responses((status = 201, description = "La persona.", body = NewAccountAnswerBody,
        headers(("Location" = String, description = "La dirección de la persona."))), WriteProblems))]
pub async fn create(
    State(app): State<App>,
    Extension(bearer): Extension<Bearer>,
    Sent { body, key }: Sent<NewAccountBody>,
) -> Result<Created<NewAccountAnswerBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let (made, password) = match admin.done_before().await? {
        Some(id) => (id, None),
        None => make(&app, &bearer, &admin, body).await?,
    };
    let person = detail(&bearer, &admin, made).await?;
    Ok(created(&bearer, "people", made, NewAccountAnswerBody { person, password }))
}

async fn make(
    app: &App,
    bearer: &Bearer,
    admin: &Admin,
    body: NewAccountBody,
) -> Result<(i64, Option<String>), ApiError> {
    let asked = PersonFields {
        login: body.login,
        name: body.name,
        email: body.email.unwrap_or_default(),
        phone: body.phone.unwrap_or_default(),
        unit: body.unit,
        administrator: body.administrator.unwrap_or(false),
        auditor: body.auditor.unwrap_or(false),
    };
    let fields = rules::fields(&asked, edition(bearer).await?.as_deref(), None)?;
    let about = [fields.login.as_str(), fields.name.as_str(), bearer.house.code.as_str()];
    let given = body.password.as_ref().map(Secret::text);
    let Given { password, hash, drawn } = rules::password(app, given, about, "La persona no se agregó.").await??;
    let made = admin.welcome_person(fields, hash, bearer.now).await?;
    Ok((made.number, Some(password).filter(|_| drawn && !made.again)))
}

/// Cambia los datos de una persona; lo que no se da, queda como está.
#[utoipa::path(post, operation_id = "change_account", path = "/api/v1/{institution}/administration/people/{id}", tag = "administración", params(IdPath, KeyHeader),
    request_body = ChangeAccountBody, responses((status = 200, description = "La persona como quedó.", body = AccountDetailBody), WriteProblems))]
pub async fn change(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    Sent { body, key }: Sent<ChangeAccountBody>,
) -> Result<Json<AccountDetailBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let person = find(&admin, at.id()?).await?;
    let asked = PersonFields {
        login: body.login.unwrap_or_else(|| person.login.to_string()),
        name: body.name.unwrap_or_else(|| person.name.to_string()),
        email: body.email.unwrap_or_else(|| person.email.clone()),
        phone: body.phone.unwrap_or_else(|| person.phone.clone()),
        unit: body.unit.or_else(|| person.unit.as_deref().map(ToOwned::to_owned)),
        administrator: body.administrator.unwrap_or(person.administrator),
        auditor: body.auditor.unwrap_or(person.auditor),
    };
    let fields = rules::fields(&asked, edition(&bearer).await?.as_deref(), Some(&person))?;
    admin.change_person(person.id, fields, bearer.now).await?;
    Ok(Json(detail(&bearer, &admin, person.id.0).await?))
}
