//! Tokens: listed, made with their secret told once, revoked.

use super::{
    super::{
        bearer::Bearer,
        input::{Asked, Key, Sent},
        page::{Page, Person, limit, moment},
        people::TokenScope,
        problem::{ApiError, ReadProblems, WriteProblems},
        work::{IdPath, InstitutionPath, KeyHeader},
    },
    Created, ROWS, after, created, next, of,
};
use crate::{
    access::Scope,
    administration::{
        secrets,
        tokens::{self as rules, DAYS},
    },
    clock::digest,
    state::App,
};
use axum::{
    Extension, Json,
    extract::{Path, State},
};
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use store::{Admin, auth::ApiToken};
use utoipa::{IntoParams, ToSchema};

/// Un token: nunca con su secreto.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenBody {
    pub id: i64,
    /// Para qué es.
    pub name: String,
    /// A nombre de quién actúa.
    pub person: Person,
    /// Lo más que permite.
    pub scope: Option<TokenScope>,
    pub state: TokenState,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    Active,
    Expired,
    Revoked,
}

/// Un token por crear.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTokenBody {
    /// El usuario de la persona a cuyo nombre actúa.
    pub person: String,
    /// Para qué es: el sistema o el guion que lo usará.
    pub name: String,
    /// Sin él, `read`. Cada uno incluye los anteriores; `admin`, solo para quien administra.
    pub scope: Option<TokenScope>,
    /// El último día en que sirve, dentro de un año; sin él, 90 días.
    #[schema(value_type = Option<String>, format = Date)]
    pub expires: Option<Date>,
}

/// El token que se creó.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewTokenAnswerBody {
    pub token: TokenBody,
    /// El secreto: solo aquí y solo esta vez. Ninguno si se repite la misma clave de idempotencia: entonces revóquelo y
    /// cree otro.
    pub secret: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TokensQuery {
    /// Solo los de la persona con este `id`.
    #[param(minimum = 1)]
    pub person: Option<i64>,
    /// El `next` de la página anterior.
    #[param(pattern = "^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

async fn bodies(bearer: &Bearer, admin: &Admin, tokens: Vec<ApiToken>) -> Result<Vec<TokenBody>, ApiError> {
    let names = admin.names(tokens.iter().map(|token| token.person).collect()).await?;
    let zone = bearer.zone();
    let state = |token: &ApiToken| match token {
        token if token.revoked_at.is_some() => TokenState::Revoked,
        token if token.expires_at.is_some_and(|end| end <= bearer.now) => TokenState::Expired,
        _ => TokenState::Active,
    };
    let body = |token: ApiToken| TokenBody {
        id: token.id,
        name: token.name.to_string(),
        person: Person {
            id: token.person.0,
            name: names.get(&token.person).map(ToString::to_string).unwrap_or_default(),
        },
        scope: Scope::widest(&token.scope).map(TokenScope::from),
        state: state(&token),
        created_at: moment(token.created_at, &zone),
        expires_at: token.expires_at.map(|at| moment(at, &zone)),
        revoked_at: token.revoked_at.map(|at| moment(at, &zone)),
    };
    Ok(tokens.into_iter().map(body).collect())
}

async fn one(bearer: &Bearer, admin: &Admin, id: i64) -> Result<TokenBody, ApiError> {
    let mut found = admin.tokens_page(None, Some(id.saturating_add(1)), 1).await?;
    found.retain(|token| token.id == id);
    bodies(bearer, admin, found).await?.pop().ok_or_else(ApiError::not_found)
}

/// Los tokens, el más reciente primero; los revocados y vencidos también.
#[utoipa::path(get, operation_id = "list_tokens", path = "/api/v1/{institution}/administration/tokens", tag = "administración", params(InstitutionPath, TokensQuery),
    responses((status = 200, description = "Los tokens.", body = Page<TokenBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<TokensQuery>,
) -> Result<Json<Page<TokenBody>>, ApiError> {
    let rows = match limit(asked.limit)? {
        0 => ROWS,
        rows => rows,
    };
    let (admin, before) = (bearer.admin().await?, after(asked.cursor.as_deref())?);
    let mut tokens = admin.tokens_page(of(asked.person)?, before, rows + 1).await?;
    let next = next(&mut tokens, rows, |token| token.id);
    Ok(Json(Page { items: bodies(&bearer, &admin, tokens).await?, next }))
}

/// Un token.
#[utoipa::path(get, operation_id = "get_token", path = "/api/v1/{institution}/administration/tokens/{id}", tag = "administración", params(IdPath),
    responses((status = 200, description = "El token.", body = TokenBody), ReadProblems))]
pub async fn show(Extension(bearer): Extension<Bearer>, Path(at): Path<IdPath>) -> Result<Json<TokenBody>, ApiError> {
    let admin = bearer.admin().await?;
    Ok(Json(one(&bearer, &admin, at.id()?).await?))
}

/// Crea un token a nombre de una persona, con no más alcance que el que lo crea. Su secreto se responde una sola vez:
/// repetir la misma clave de idempotencia da el mismo token, sin el secreto.
#[utoipa::path(post, operation_id = "create_token", path = "/api/v1/{institution}/administration/tokens", tag = "administración", params(InstitutionPath, KeyHeader),
    request_body = NewTokenBody,
    responses((status = 201, description = "El token.", body = NewTokenAnswerBody,
        headers(("Location" = String, description = "La dirección del token."))), WriteProblems))]
pub async fn create(
    State(app): State<App>,
    Extension(bearer): Extension<Bearer>,
    Sent { body, key }: Sent<NewTokenBody>,
) -> Result<Created<NewTokenAnswerBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let (id, secret) = match admin.done_before().await? {
        Some(id) => (id, None),
        None => issue(&app, &bearer, &admin, body).await?,
    };
    let token = one(&bearer, &admin, id).await?;
    Ok(created(&bearer, "tokens", id, NewTokenAnswerBody { token, secret }))
}

async fn issue(
    app: &App,
    bearer: &Bearer,
    admin: &Admin,
    body: NewTokenBody,
) -> Result<(i64, Option<String>), ApiError> {
    let person = admin.person(bearer.person(&body.person, "person").await?).await?;
    let asked = rules::Asked {
        person: person.as_ref(),
        name: &body.name,
        scope: body.scope.map_or(Scope::Read, Scope::from),
        last: Some(body.expires.unwrap_or_else(|| bearer.today().saturating_add(DAYS.days()))),
        giver: Scope::widest(&bearer.scope).unwrap_or(Scope::Read),
    };
    let wanted = rules::wanted(asked, bearer.now, &bearer.zone())?;
    let secret = secrets::token(app.entropy());
    let words = (wanted.name.into(), wanted.scope.code().into());
    let made = admin.issue_token(wanted.person.id, digest(&secret), words, Some(wanted.expires), bearer.now).await?;
    Ok((made.number, Some(secret).filter(|_| !made.again)))
}

/// Revoca un token: desde ese momento no sirve. Un token puede revocarse a sí mismo; es lo último que hace.
#[utoipa::path(post, operation_id = "revoke_token", path = "/api/v1/{institution}/administration/tokens/{id}/revocations", tag = "administración", params(IdPath, KeyHeader),
    responses((status = 200, description = "El token como quedó.", body = TokenBody), WriteProblems))]
pub async fn revoke(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    key: Key,
) -> Result<Json<TokenBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let id = at.id()?;
    admin.revoke_token(id, bearer.now).await?;
    Ok(Json(one(&bearer, &admin, id).await?))
}
