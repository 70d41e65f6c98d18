//! What a person keeps to work with: saved views and ready answers, private or shared.

use super::{
    bearer::Bearer,
    input::Sent,
    page::Page,
    problem::{ApiError, ReadProblems, WriteProblems},
    work::{IdPath, InstitutionPath, KeyHeader, missing},
};
use axum::{Extension, Json, extract::Path, http::StatusCode, response::IntoResponse};
use engine::refusal::Refusal;
use serde::{Deserialize, Serialize};
use store::desk::{Audience, NewReply, NewView, Reply, View};
use utoipa::ToSchema;

/// Quién lo ve además de su dueño.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AudienceWord {
    #[default]
    Privada,
    /// Quienes ocupan un puesto que usted ocupa.
    Puesto,
    /// Su unidad.
    Unidad,
    /// Toda la institución: solo jefaturas y administradores.
    Institucion,
}

/// La lista que una vista filtra.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewList {
    Bandeja,
    Casos,
}

/// Una vista guardada.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewBody {
    pub id: i64,
    pub name: String,
    pub owner: String,
    pub list: String,
    /// Los filtros, como van en la dirección de la página.
    pub query: String,
    pub audience: AudienceWord,
    /// El puesto o la unidad, si se comparte con uno.
    pub aim: Option<String>,
}

/// Una vista por guardar.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewViewBody {
    pub name: String,
    pub list: ViewList,
    /// Los filtros, como van en la dirección de la página: `vista`, `procedimiento`, `estado`, `unidad`, `canal`, `q`.
    pub query: String,
    #[schema(nullable = false)]
    pub audience: Option<AudienceWord>,
    pub aim: Option<String>,
}

/// El nombre de una vista, y quién la ve.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewChange {
    pub name: String,
    #[schema(nullable = false)]
    pub audience: Option<AudienceWord>,
    pub aim: Option<String>,
}

/// Una respuesta preparada.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplyBody {
    pub id: i64,
    pub name: String,
    pub owner: String,
    /// Con sus variables: `{{numero}}`, `{{solicitante}}`, `{{asunto}}`, `{{vence}}`, `{{usuario}}`.
    pub text: String,
    pub audience: AudienceWord,
    /// El puesto o la unidad, si se comparte con uno.
    pub aim: Option<String>,
}

/// Una respuesta preparada por guardar.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReplyBody {
    pub name: String,
    pub text: String,
    #[schema(nullable = false)]
    pub audience: Option<AudienceWord>,
    pub aim: Option<String>,
}

fn audience(word: Option<AudienceWord>, aim: Option<String>) -> Result<Audience, ApiError> {
    let aim = aim.unwrap_or_default();
    Ok(match word.unwrap_or_default() {
        AudienceWord::Privada => Audience::Private,
        AudienceWord::Institucion => Audience::Institution,
        AudienceWord::Puesto | AudienceWord::Unidad if aim.trim().is_empty() => {
            return Err(missing("aim", "Diga en «aim» con qué puesto o unidad se comparte."));
        }
        AudienceWord::Puesto => Audience::Post(aim.trim().into()),
        AudienceWord::Unidad => Audience::Unit(aim.trim().into()),
    })
}

fn shared(audience: &Audience) -> (AudienceWord, Option<String>) {
    let word = match audience {
        Audience::Private => AudienceWord::Privada,
        Audience::Post(_) => AudienceWord::Puesto,
        Audience::Unit(_) => AudienceWord::Unidad,
        Audience::Institution => AudienceWord::Institucion,
    };
    (word, Some(audience.aim().to_owned()).filter(|aim| !aim.is_empty()))
}

/// Only filters that are known are kept, and never a page in the middle.
fn filters(query: &str) -> String {
    const KNOWN: [&str; 6] = ["vista", "procedimiento", "estado", "unidad", "canal", "q"];
    let mut kept = form_urlencoded::Serializer::new(String::new());
    for (key, text) in form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
        if KNOWN.contains(&&*key) && !text.is_empty() {
            kept.append_pair(&key, &text);
        }
    }
    kept.finish()
}

impl From<View> for ViewBody {
    fn from(view: View) -> Self {
        let (audience, aim) = shared(&view.audience);
        Self {
            id: view.id,
            name: view.name.to_string(),
            owner: view.owner_name.to_string(),
            list: view.place.to_string(),
            query: view.query.to_string(),
            audience,
            aim,
        }
    }
}

impl From<Reply> for ReplyBody {
    fn from(reply: Reply) -> Self {
        let (audience, aim) = shared(&reply.audience);
        Self {
            id: reply.id,
            name: reply.name.to_string(),
            owner: reply.owner_name.to_string(),
            text: reply.text.to_string(),
            audience,
            aim,
        }
    }
}

impl Bearer {
    /// Refuses those who attend nothing.
    ///
    /// # Errors
    /// Forbidden, in Spanish.
    pub(super) fn only_staff(&self) -> Result<(), ApiError> {
        if self.is_staff() {
            return Ok(());
        }
        Err(Refusal::forbidden("Esto es para el personal que atiende.").into())
    }

    async fn view(&self, id: i64) -> Result<Json<ViewBody>, ApiError> {
        let found = self.reader.views().await?.into_iter().find(|view| view.id == id);
        Ok(Json(found.ok_or_else(ApiError::not_found)?.into()))
    }

    async fn reply(&self, id: i64) -> Result<Json<ReplyBody>, ApiError> {
        let found = self.reader.replies().await?.into_iter().find(|reply| reply.id == id);
        Ok(Json(found.ok_or_else(ApiError::not_found)?.into()))
    }
}

/// Las vistas guardadas que la persona del token puede abrir.
#[utoipa::path(get, operation_id = "list_views", path = "/api/v1/{institution}/views", tag = "bandeja", params(InstitutionPath),
    responses((status = 200, description = "Las vistas, por nombre.", body = Page<ViewBody>), ReadProblems))]
pub async fn views(Extension(bearer): Extension<Bearer>) -> Result<Json<Page<ViewBody>>, ApiError> {
    let views = bearer.reader.views().await?;
    Ok(Json(Page { items: views.into_iter().map(Into::into).collect(), next: None }))
}

/// Guarda una vista.
#[utoipa::path(post, operation_id = "save_view", path = "/api/v1/{institution}/views", tag = "bandeja", params(InstitutionPath, KeyHeader),
    request_body = NewViewBody, responses((status = 201, description = "La vista.", body = ViewBody), WriteProblems))]
pub async fn save_view(
    Extension(bearer): Extension<Bearer>,
    Sent { body, key }: Sent<NewViewBody>,
) -> Result<impl IntoResponse, ApiError> {
    bearer.only_staff()?;
    let place = match body.list {
        ViewList::Bandeja => "bandeja",
        ViewList::Casos => "casos",
    };
    let audience = audience(body.audience, body.aim)?;
    let new = NewView { name: body.name, place: place.into(), query: filters(&body.query), audience };
    let id = bearer.reader.save_view(new, key.into_key(), bearer.now).await?;
    Ok((StatusCode::CREATED, bearer.view(id).await?))
}

/// Cambia el nombre de una vista propia, o quién la ve.
#[utoipa::path(post, operation_id = "change_view", path = "/api/v1/{institution}/views/{id}", tag = "bandeja", params(IdPath, KeyHeader),
    request_body = ViewChange, responses((status = 200, description = "La vista como quedó.", body = ViewBody), WriteProblems))]
pub async fn change_view(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    Sent { body, key }: Sent<ViewChange>,
) -> Result<Json<ViewBody>, ApiError> {
    bearer.only_staff()?;
    let (id, audience) = (at.id()?, audience(body.audience, body.aim)?);
    let changing = async {
        bearer.reader.change_view(id, &body.name, audience).await?;
        Ok(id)
    };
    bearer.once(key, changing).await?;
    bearer.view(id).await
}

/// Borra una vista propia; quien administra, cualquiera.
#[utoipa::path(delete, operation_id = "drop_view", path = "/api/v1/{institution}/views/{id}", tag = "bandeja", params(IdPath),
    responses((status = 204, description = "Ya no está."), WriteProblems))]
pub async fn drop_view(Extension(bearer): Extension<Bearer>, Path(at): Path<IdPath>) -> Result<StatusCode, ApiError> {
    bearer.only_staff()?;
    bearer.reader.drop_view(at.id()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Las respuestas preparadas que la persona del token puede usar.
#[utoipa::path(get, operation_id = "list_replies", path = "/api/v1/{institution}/replies", tag = "bandeja", params(InstitutionPath),
    responses((status = 200, description = "Las respuestas, por nombre.", body = Page<ReplyBody>), ReadProblems))]
pub async fn replies(Extension(bearer): Extension<Bearer>) -> Result<Json<Page<ReplyBody>>, ApiError> {
    let replies = bearer.reader.replies().await?;
    Ok(Json(Page { items: replies.into_iter().map(Into::into).collect(), next: None }))
}

/// Guarda una respuesta preparada.
#[utoipa::path(post, operation_id = "save_reply", path = "/api/v1/{institution}/replies", tag = "bandeja", params(InstitutionPath, KeyHeader),
    request_body = NewReplyBody, responses((status = 201, description = "La respuesta.", body = ReplyBody), WriteProblems))]
pub async fn save_reply(
    Extension(bearer): Extension<Bearer>,
    Sent { body, key }: Sent<NewReplyBody>,
) -> Result<impl IntoResponse, ApiError> {
    bearer.only_staff()?;
    let new = NewReply { name: body.name, text: body.text, audience: audience(body.audience, body.aim)? };
    let id = bearer.reader.save_reply(new, key.into_key(), bearer.now).await?;
    Ok((StatusCode::CREATED, bearer.reply(id).await?))
}

/// Cambia una respuesta preparada propia.
#[utoipa::path(post, operation_id = "change_reply", path = "/api/v1/{institution}/replies/{id}", tag = "bandeja", params(IdPath, KeyHeader),
    request_body = NewReplyBody, responses((status = 200, description = "La respuesta como quedó.", body = ReplyBody), WriteProblems))]
pub async fn change_reply(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    Sent { body, key }: Sent<NewReplyBody>,
) -> Result<Json<ReplyBody>, ApiError> {
    bearer.only_staff()?;
    let id = at.id()?;
    let new = NewReply { name: body.name, text: body.text, audience: audience(body.audience, body.aim)? };
    let changing = async {
        bearer.reader.change_reply(id, new).await?;
        Ok(id)
    };
    bearer.once(key, changing).await?;
    bearer.reply(id).await
}

/// Borra una respuesta preparada propia; quien administra, cualquiera.
#[utoipa::path(delete, operation_id = "drop_reply", path = "/api/v1/{institution}/replies/{id}", tag = "bandeja", params(IdPath),
    responses((status = 204, description = "Ya no está."), WriteProblems))]
pub async fn drop_reply(Extension(bearer): Extension<Bearer>, Path(at): Path<IdPath>) -> Result<StatusCode, ApiError> {
    bearer.only_staff()?;
    bearer.reader.drop_reply(at.id()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
