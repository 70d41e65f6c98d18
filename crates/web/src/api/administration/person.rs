//! Acts upon one person's account: removal and return, a password, the second factor, the sessions.

use super::{
    super::{
        acts::Secret,
        bearer::Bearer,
        input::{Key, Sent},
        problem::{ApiError, WriteProblems},
        terms::ReasonBody,
        work::{IdPath, KeyHeader},
    },
    people::{AccountDetailBody, detail, find},
};
use crate::{
    administration::people::{self as rules, Given},
    state::App,
};
use axum::{
    Extension, Json,
    extract::{Path, State},
};
use engine::refusal::Refusal;
use serde::{Deserialize, Serialize};
use store::{Admin, people::Person};
use utoipa::ToSchema;

/// La contraseña que se da a una persona.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    /// Sin ella, el sistema da una.
    #[schema(value_type = Option<String>, min_length = 10, max_length = 128)]
    pub password: Option<Secret>,
}

/// La contraseña quedó cambiada.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordAnswerBody {
    /// La que el sistema dio: solo aquí y solo esta vez. Ninguna si venía en la solicitud, o si se repite la misma clave
    /// de idempotencia.
    pub password: Option<String>,
}

/// Cuántas sesiones terminaron.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndedSessionsBody {
    pub ended: u64,
}

/// Da de baja a una persona: desde ese momento no puede hacer nada; sus sesiones y sus tokens terminan. Nadie se da de
/// baja a sí mismo.
#[utoipa::path(post, operation_id = "deactivate_account", path = "/api/v1/{institution}/administration/people/{id}/deactivations", tag = "administración", params(IdPath, KeyHeader),
    request_body = ReasonBody, responses((status = 200, description = "La persona como quedó.", body = AccountDetailBody), WriteProblems))]
pub async fn deactivate(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    Sent { body, key }: Sent<ReasonBody>,
) -> Result<Json<AccountDetailBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let person = find(&admin, at.id()?).await?;
    let reason = rules::leaving(person.id, bearer.reader.person().id, &body.reason)?;
    admin.deactivate(person.id, reason, bearer.now).await?;
    Ok(Json(detail(&bearer, &admin, person.id.0).await?))
}

/// Vuelve a dar de alta a una persona, con los puestos que aún tenga; sus sesiones y tokens de antes siguen terminados.
#[utoipa::path(post, operation_id = "reactivate_account", path = "/api/v1/{institution}/administration/people/{id}/reactivations", tag = "administración", params(IdPath, KeyHeader),
    responses((status = 200, description = "La persona como quedó.", body = AccountDetailBody), WriteProblems))]
pub async fn reactivate(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    key: Key,
) -> Result<Json<AccountDetailBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let person = find(&admin, at.id()?).await?;
    admin.reactivate(person.id, bearer.now).await?;
    Ok(Json(detail(&bearer, &admin, person.id.0).await?))
}

/// Somebody else's account: a token that is lost must not take over that of its own person.
async fn others(bearer: &Bearer, admin: &Admin, at: &IdPath) -> Result<Person, ApiError> {
    let person = find(admin, at.id()?).await?;
    if person.id == bearer.reader.person().id {
        let text =
            "Un token no cambia la contraseña ni el segundo factor de su propia persona: entre a la página, en Cuenta.";
        return Err(Refusal::forbidden(text).into());
    }
    Ok(person)
}

/// Da una contraseña a otra persona, que la cambia al entrar; sus sesiones terminan.
#[utoipa::path(post, operation_id = "set_account_password", path = "/api/v1/{institution}/administration/people/{id}/passwords", tag = "administración", params(IdPath, KeyHeader),
    request_body = PasswordBody, responses((status = 200, description = "Quedó cambiada.", body = PasswordAnswerBody), WriteProblems))]
pub async fn set_password(
    State(app): State<App>,
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    Sent { body, key }: Sent<PasswordBody>,
) -> Result<Json<PasswordAnswerBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let person = others(&bearer, &admin, &at).await?;
    if admin.done_before().await?.is_some() {
        return Ok(Json(PasswordAnswerBody { password: None }));
    }
    let about = [&*person.login, &*person.name, bearer.house.code.as_str()];
    let given = body.password.as_ref().map(Secret::text);
    let Given { password, hash, drawn } = rules::password(&app, given, about, "La contraseña no se cambió.").await??;
    let set = admin.set_password(person.id, hash, bearer.now).await?;
    Ok(Json(PasswordAnswerBody { password: Some(password).filter(|_| drawn && !set.again) }))
}

/// Quita el segundo factor de otra persona que lo perdió; sus sesiones terminan.
#[utoipa::path(post, operation_id = "remove_account_second_factor", path = "/api/v1/{institution}/administration/people/{id}/second-factor/removals", tag = "administración", params(IdPath, KeyHeader),
    responses((status = 200, description = "La persona como quedó.", body = AccountDetailBody), WriteProblems))]
pub async fn remove_second_factor(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    key: Key,
) -> Result<Json<AccountDetailBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let person = others(&bearer, &admin, &at).await?;
    admin.remove_totp(person.id, bearer.now).await?;
    Ok(Json(detail(&bearer, &admin, person.id.0).await?))
}

/// Termina todas las sesiones de una persona.
#[utoipa::path(post, operation_id = "end_account_sessions", path = "/api/v1/{institution}/administration/people/{id}/sessions/ends", tag = "administración", params(IdPath, KeyHeader),
    responses((status = 200, description = "Cuántas terminaron.", body = EndedSessionsBody), WriteProblems))]
pub async fn end_sessions(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    key: Key,
) -> Result<Json<EndedSessionsBody>, ApiError> {
    let admin = bearer.admin().await?.under(key.into_key());
    let person = find(&admin, at.id()?).await?;
    Ok(Json(EndedSessionsBody { ended: admin.end_sessions(person.id, bearer.now).await? }))
}
