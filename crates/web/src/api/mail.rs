//! The mail desk over the API: what came, what a person makes of what was set aside, and what left.

use super::{
    bearer::Bearer,
    files::serve,
    input::{Asked, Key, Sent},
    page::{Page, cursor, limit, moment, same},
    problem::{ApiError, ReadProblems, WriteProblems},
    work::{CasePath, InstitutionPath, KeyHeader},
};
use axum::{
    Extension, Json,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::{
    mail_desk::{MailRow, ReceivedRow, ReceivedView, Sending},
    mailbox::Became,
    telling::Delivery,
};
use utoipa::{IntoParams, ToSchema};

/// Rows of a page nobody gave a length.
const USUAL: usize = 50;

/// Qué se hizo con un correo que llegó.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceivedState {
    Waiting,
    Opened,
    Noted,
    Aside,
    Ignored,
    Discarded,
}

/// Qué fue de un correo que sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SentState {
    Queued,
    Sent,
    Failed,
    Returned,
    Unneeded,
}

same!(ReceivedState, Became: Waiting Opened Noted Aside Ignored Discarded);
same!(SentState, Sending: Queued Sent Failed Returned Unneeded);

/// Un correo que llegó.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedBody {
    pub id: i64,
    #[schema(format = DateTime)]
    pub at: String,
    /// La dirección de quien dice enviarlo; vacía si no lo dice.
    pub sender: String,
    pub sender_name: String,
    pub subject: String,
    /// Lo que abre un correo a la dirección a la que llegó.
    pub procedure: Option<String>,
    pub state: ReceivedState,
    /// Por qué se apartó, se ignoró o se descartó.
    pub reason: String,
    pub case: Option<String>,
    /// Quién lo resolvió; nadie, si fue el sistema.
    pub settled_by: Option<String>,
    #[schema(format = DateTime)]
    pub settled_at: Option<String>,
    pub size: i64,
}

/// Un archivo de un correo.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailFileBody {
    pub name: String,
    pub media_type: String,
    pub sha256: String,
    pub size: u64,
}

/// Un archivo que quedó solo en el mensaje original.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOutBody {
    pub name: String,
    pub why: String,
}

/// Un correo que llegó, con lo que dice.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailBody {
    #[serde(flatten)]
    pub mail: ReceivedBody,
    /// Lo que escribió la persona, sin citas ni firma.
    pub text: String,
    pub files: Vec<MailFileBody>,
    pub left_out: Vec<LeftOutBody>,
    /// El usuario de la única persona activa con esa dirección.
    pub login: Option<String>,
}

/// Un correo que sale.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentBody {
    pub id: i64,
    pub to: String,
    pub subject: String,
    pub case: Option<String>,
    pub state: SentState,
    pub attempts: i64,
    #[schema(format = DateTime)]
    pub queued_at: String,
    #[schema(format = DateTime)]
    pub not_before: String,
    #[schema(format = DateTime)]
    pub settled_at: Option<String>,
    /// Las palabras del servidor, o por qué no salió.
    pub detail: String,
}

/// Un correo que causó un caso.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseMailBody {
    /// El nombre de la persona.
    pub to: String,
    pub subject: String,
    pub state: SentState,
    #[schema(format = DateTime)]
    pub queued_at: String,
    #[schema(format = DateTime)]
    pub not_before: String,
    #[schema(format = DateTime)]
    pub settled_at: Option<String>,
    pub detail: String,
}

/// Cómo está el correo.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailStatusBody {
    /// Correos apartados.
    pub aside: i64,
    /// Correos que no salieron.
    pub failed: i64,
    /// Correos que esperan salir.
    pub queued: i64,
    pub troubles: Vec<MailTroubleBody>,
}

/// Un buzón que no se puede leer.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailTroubleBody {
    pub mailbox: String,
    #[schema(format = DateTime)]
    pub at: String,
    pub trouble: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReceivedQuery {
    pub state: Option<ReceivedState>,
    /// El `next` de la página anterior.
    #[param(pattern = "^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SentQuery {
    pub state: Option<SentState>,
    /// El `next` de la página anterior.
    #[param(pattern = "^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MailPath {
    /// La institución: `igss`, `seprem` …
    pub institution: String,
    /// El `id` del correo.
    pub mail: String,
}

/// El caso que se abre de un correo.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenFromMail {
    /// El código del procedimiento.
    pub procedure: String,
    /// El usuario de la persona a cuyo nombre se abre; sin decirlo, la del token.
    pub on_behalf_of: Option<String>,
}

/// El caso en que se anota un correo.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteFromMail {
    /// El número del caso.
    pub case: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscardBody {
    pub reason: String,
}

fn row(row: &ReceivedRow, zone: &TimeZone) -> ReceivedBody {
    let named = |name: &Option<engine::Name>| name.as_ref().map(ToString::to_string);
    ReceivedBody {
        id: row.id,
        at: moment(row.at, zone),
        sender: row.sender.clone(),
        sender_name: row.sender_name.clone(),
        subject: row.subject.clone(),
        procedure: named(&row.procedure),
        state: row.became.into(),
        reason: row.reason.clone(),
        case: named(&row.case),
        settled_by: named(&row.by),
        settled_at: row.settled_at.map(|at| moment(at, zone)),
        size: row.size,
    }
}

fn whole(view: &ReceivedView, zone: &TimeZone) -> MailBody {
    let letter = &view.letter;
    let file = |file: &store::mailbox::KeptFile| MailFileBody {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        sha256: file.sha256.clone(),
        size: file.size,
    };
    MailBody {
        mail: row(&view.row, zone),
        text: letter.text.clone(),
        files: letter.files.iter().map(file).collect(),
        left_out: letter
            .left_out
            .iter()
            .map(|(name, why)| LeftOutBody { name: name.clone(), why: why.clone() })
            .collect(),
        login: view.person.as_ref().map(|person| person.login.to_string()),
    }
}

fn sent_row(row: &MailRow, zone: &TimeZone) -> SentBody {
    SentBody {
        id: row.id,
        to: row.address.clone(),
        subject: row.subject.clone(),
        case: row.case.as_ref().map(ToString::to_string),
        state: row.sending.into(),
        attempts: row.attempts,
        queued_at: moment(row.created_at, zone),
        not_before: moment(row.not_before, zone),
        settled_at: row.settled_at.map(|at| moment(at, zone)),
        detail: row.detail.clone(),
    }
}

fn delivery(mail: &Delivery, zone: &TimeZone) -> CaseMailBody {
    CaseMailBody {
        to: mail.to.to_string(),
        subject: mail.subject.clone(),
        state: Sending::from_code(&mail.state).unwrap_or(Sending::Queued).into(),
        queued_at: moment(mail.queued_at, zone),
        not_before: moment(mail.not_before, zone),
        settled_at: mail.settled_at.map(|at| moment(at, zone)),
        detail: mail.detail.clone(),
    }
}

fn length(asked: Option<u16>) -> Result<usize, ApiError> {
    Ok(match limit(asked)? {
        0 => USUAL,
        limit => limit,
    })
}

impl Bearer {
    async fn mail(&self, id: &str) -> Result<ReceivedView, ApiError> {
        let id = id.parse().map_err(|_| ApiError::not_found())?;
        self.reader.received_mail(id).await?.ok_or_else(ApiError::not_found)
    }

    /// Does something to a mail, once a key, and shows it as it is then.
    async fn settled<T, E: Into<ApiError>>(
        &self,
        id: i64,
        key: Key,
        act: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<MailBody, ApiError> {
        let settling = async {
            act.await.map_err(Into::into)?;
            Ok(id)
        };
        self.once(key, settling).await?;
        Ok(whole(&self.mail(&id.to_string()).await?, &self.zone()))
    }
}

/// Lo que llegó por correo, lo más reciente primero. Para quienes reciben solicitudes, administran o auditan.
#[utoipa::path(get, operation_id = "list_received_mails", path = "/api/v1/{institution}/mails/received", tag = "correo", params(InstitutionPath, ReceivedQuery),
    responses((status = 200, description = "Una página de correos.", body = Page<ReceivedBody>), ReadProblems))]
pub async fn received(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<ReceivedQuery>,
) -> Result<Json<Page<ReceivedBody>>, ApiError> {
    let (limit, from) = (length(asked.limit)?, cursor(asked.cursor.as_deref(), false)?);
    let page = bearer.reader.received(asked.state.map(Into::into), from, limit).await?;
    let zone = bearer.zone();
    Ok(Json(Page { items: page.rows.iter().map(|one| row(one, &zone)).collect(), next: page.next }))
}

/// Un correo que llegó.
#[utoipa::path(get, operation_id = "get_received_mail", path = "/api/v1/{institution}/mails/received/{mail}", tag = "correo", params(MailPath),
    responses((status = 200, description = "El correo.", body = MailBody), ReadProblems))]
pub async fn one(Extension(bearer): Extension<Bearer>, Path(at): Path<MailPath>) -> Result<Json<MailBody>, ApiError> {
    Ok(Json(whole(&bearer.mail(&at.mail).await?, &bearer.zone())))
}

/// El mensaje como llegó, byte por byte.
#[utoipa::path(get, operation_id = "get_mail_original", path = "/api/v1/{institution}/mails/received/{mail}/original", tag = "correo", params(MailPath),
    responses((status = 200, description = "El mensaje.", body = Vec<u8>, content_type = "application/octet-stream"), ReadProblems))]
pub async fn original(Extension(bearer): Extension<Bearer>, Path(at): Path<MailPath>) -> Result<Response, ApiError> {
    let mail = bearer.mail(&at.mail).await?;
    let size = u64::try_from(mail.row.size).unwrap_or_default();
    serve(&bearer, &mail.raw, &format!("correo-{}.eml", mail.row.id), size).await
}

/// Lo que pide que alguien mire el correo: lo apartado, lo que no salió, y los buzones que no se pueden leer.
#[utoipa::path(get, operation_id = "get_mail_status", path = "/api/v1/{institution}/mails/status", tag = "correo", params(InstitutionPath),
    responses((status = 200, description = "Cómo está el correo.", body = MailStatusBody), ReadProblems))]
pub async fn status(Extension(bearer): Extension<Bearer>) -> Result<Json<MailStatusBody>, ApiError> {
    let counts = bearer.reader.mail_counts().await?;
    let zone = bearer.zone();
    let troubles = bearer.reader.mailbox_troubles().await?.into_iter();
    Ok(Json(MailStatusBody {
        aside: counts.aside,
        failed: counts.failed,
        queued: counts.queued,
        troubles: troubles
            .map(|(mailbox, at, trouble)| MailTroubleBody { mailbox, at: moment(at, &zone), trouble })
            .collect(),
    }))
}

/// Abre un caso de un correo apartado o ignorado.
#[utoipa::path(post, operation_id = "open_from_mail", path = "/api/v1/{institution}/mails/received/{mail}/cases", tag = "correo", params(MailPath, KeyHeader),
    request_body = OpenFromMail, responses((status = 201, description = "El correo como quedó, con su caso.", body = MailBody,
        headers(("Location" = String, description = "La dirección del caso."))), WriteProblems))]
pub async fn open(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<MailPath>,
    Sent { body, key }: Sent<OpenFromMail>,
) -> Result<impl IntoResponse, ApiError> {
    let id = bearer.mail(&at.mail).await?.row.id;
    let person = match &body.on_behalf_of {
        Some(login) => Some(bearer.person(login, "on_behalf_of").await?),
        None => None,
    };
    let opening = Box::pin(bearer.reader.open_from_mail(id, &body.procedure, person, bearer.now));
    let mail = bearer.settled(id, key, opening).await?;
    let number = mail.mail.case.as_deref().unwrap_or_default();
    let location = bearer.address(&format!("/cases/{number}"));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(mail)))
}

/// Anota un correo apartado o ignorado en un caso, con sus archivos.
#[utoipa::path(post, operation_id = "note_from_mail", path = "/api/v1/{institution}/mails/received/{mail}/notes", tag = "correo", params(MailPath, KeyHeader),
    request_body = NoteFromMail, responses((status = 200, description = "El correo como quedó.", body = MailBody), WriteProblems))]
pub async fn note(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<MailPath>,
    Sent { body, key }: Sent<NoteFromMail>,
) -> Result<Json<MailBody>, ApiError> {
    let id = bearer.mail(&at.mail).await?.row.id;
    let noting = Box::pin(bearer.reader.note_from_mail(id, &body.case, bearer.now));
    bearer.settled(id, key, noting).await.map(Json)
}

/// Descarta un correo apartado o ignorado, por una razón que queda escrita.
#[utoipa::path(post, operation_id = "discard_mail", path = "/api/v1/{institution}/mails/received/{mail}/discards", tag = "correo", params(MailPath, KeyHeader),
    request_body = DiscardBody, responses((status = 200, description = "El correo como quedó.", body = MailBody), WriteProblems))]
pub async fn discard(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<MailPath>,
    Sent { body, key }: Sent<DiscardBody>,
) -> Result<Json<MailBody>, ApiError> {
    let id = bearer.mail(&at.mail).await?.row.id;
    let discarding = Box::pin(bearer.reader.discard_mail(id, &body.reason, bearer.now));
    bearer.settled(id, key, discarding).await.map(Json)
}

/// Lo que salió y lo que espera salir por correo, lo más reciente primero.
#[utoipa::path(get, operation_id = "list_sent_mails", path = "/api/v1/{institution}/mails/sent", tag = "correo", params(InstitutionPath, SentQuery),
    responses((status = 200, description = "Una página de correos.", body = Page<SentBody>), ReadProblems))]
pub async fn sent(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<SentQuery>,
) -> Result<Json<Page<SentBody>>, ApiError> {
    let (limit, from) = (length(asked.limit)?, cursor(asked.cursor.as_deref(), false)?);
    let page = bearer.reader.mails(asked.state.map(Into::into), from, limit).await?;
    let zone = bearer.zone();
    Ok(Json(Page { items: page.rows.iter().map(|one| sent_row(one, &zone)).collect(), next: page.next }))
}

/// Los últimos correos que causó un caso, cada uno con su suerte; para quienes lo atienden.
#[utoipa::path(get, operation_id = "list_case_mails", path = "/api/v1/{institution}/cases/{number}/mails", tag = "correo", params(CasePath),
    responses((status = 200, description = "Los correos, el más reciente primero.", body = Page<CaseMailBody>), ReadProblems))]
pub async fn of_case(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
) -> Result<Json<Page<CaseMailBody>>, ApiError> {
    let view = bearer.see(&at.number).await?;
    let mails = bearer.reader.deliveries(&view).await?;
    let zone = bearer.zone();
    Ok(Json(Page { items: mails.iter().map(|mail| delivery(mail, &zone)).collect(), next: None }))
}

/// Se envía un correo a quien tiene el token, para ver que el correo sale; qué fue de él está en los enviados.
#[utoipa::path(post, operation_id = "test_mail", path = "/api/v1/{institution}/administration/mails/tests", tag = "administración", params(InstitutionPath, KeyHeader),
    responses((status = 204, description = "Espera salir."), WriteProblems))]
pub async fn test(Extension(bearer): Extension<Bearer>, key: Key) -> Result<StatusCode, ApiError> {
    let key = key.into_key().map_or_else(|| bearer.now.to_string(), |key| key.key);
    bearer.house.try_mail(bearer.reader.person(), &key, bearer.now).await?;
    Ok(StatusCode::NO_CONTENT)
}
