//! Official letters: the register, writing down what comes in, and drafting, numbering and delivering what goes out.

use super::{
    bearer::Bearer,
    case::AttachmentBody,
    files::{is_multipart, print, read_multipart},
    input::{Asked, Key, Sent, plain, read_json},
    page::{Page, Person, cursor, limit, moment, same},
    problem::{ApiError, ReadProblems, WriteProblems},
    work::{CasePath, InstitutionPath, KeyHeader},
};
use crate::state::App;
use axum::{
    Extension, Json,
    extract::{FromRequest, Path, Request},
    http::{StatusCode, header},
    response::IntoResponse,
};
use engine::{Name, event::Attached};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use store::{
    correspondence::{Correspondence, Incoming, Outgoing},
    letters::{Delivery, Direction, Letter, LetterFilters, LetterState, LetterText},
};
use utoipa::{IntoParams, ToSchema};

/// Si el oficio llegó o salió.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterDirection {
    Incoming,
    Outgoing,
}

/// En qué va un oficio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterStatus {
    Received,
    Draft,
    Numbered,
    Delivered,
    Voided,
}

same!(LetterDirection, Direction: Incoming Outgoing);
same!(LetterStatus, LetterState: Received Draft Numbered Delivered Voided);

/// Un oficio.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterBody {
    pub id: i64,
    pub direction: LetterDirection,
    /// El número de entrada, o el del oficio enviado; un borrador no lo tiene.
    pub number: Option<String>,
    pub state: LetterStatus,
    /// La unidad que lo recibe o lo envía.
    pub unit: String,
    /// Cuándo llegó, o se redactó.
    #[schema(format = DateTime)]
    pub at: String,
    /// El día de su recepción, de su número o de su borrador.
    #[schema(format = Date)]
    pub day: String,
    /// El caso al que pertenece.
    pub case: Option<String>,
    pub registered_by: Person,
    pub their_number: String,
    #[schema(format = Date)]
    pub dated: Option<String>,
    /// Del remitente o del destinatario.
    pub institution: String,
    pub department: String,
    pub person: String,
    pub folios: Option<u32>,
    /// Si trae firma y sello.
    pub sealed: Option<bool>,
    pub seal_remark: String,
    pub subject: String,
    pub summary: String,
    pub signed_by: String,
    pub approved_by: String,
    pub copies: String,
    #[schema(format = Date)]
    pub delivered_on: Option<String>,
    pub delivered_to: Option<String>,
    pub void_reason: Option<String>,
    pub files: Vec<AttachmentBody>,
}

/// Un oficio que se ingresa o se redacta.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLetter {
    pub direction: LetterDirection,
    /// Una de las unidades cuya correspondencia lleva la persona del token.
    pub unit: String,
    pub subject: String,
    pub institution: Option<String>,
    pub department: Option<String>,
    pub person: Option<String>,
    pub summary: Option<String>,
    /// El caso al que pertenece.
    pub case: Option<String>,
    /// El número que le puso el remitente.
    pub their_number: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub dated: Option<Date>,
    pub folios: Option<u32>,
    /// Si trae firma y sello: de lo que llega hay que decirlo.
    pub sealed: Option<bool>,
    pub seal_remark: Option<String>,
    /// Cuándo se recibió; sin decirlo, ahora.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub received_at: Option<Timestamp>,
    pub signed_by: Option<String>,
    /// Quién da el Vo.Bo.
    pub approved_by: Option<String>,
    pub copies: Option<String>,
}

/// Un oficio con sus archivos.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLetterWithFiles {
    /// El oficio, en JSON: la parte que va primero.
    #[schema(value_type = NewLetter)]
    pub letter: NewLetter,
    /// Un escaneo o un anexo.
    #[schema(format = Binary, content_media_type = "application/octet-stream", nullable = false)]
    pub file: Option<String>,
}

/// Un borrador como debe quedar: lo que no se diga queda vacío.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterDraft {
    /// Una de las unidades cuya correspondencia lleva la persona del token.
    pub unit: String,
    pub subject: String,
    pub institution: Option<String>,
    pub department: Option<String>,
    pub person: Option<String>,
    pub summary: Option<String>,
    pub signed_by: Option<String>,
    /// Quién da el Vo.Bo.
    pub approved_by: Option<String>,
    pub copies: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NumberBody {
    /// Quién lo firma, con su puesto.
    pub signed_by: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryBody {
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Quién lo recibió.
    pub to: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidBody {
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterLinkBody {
    /// El número del caso.
    pub case: String,
}

/// Lo que acota el registro.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LettersQuery {
    /// Palabras: números, remitente, destinatario o asunto.
    #[param(max_length = 500)]
    pub q: Option<String>,
    pub direction: Option<LetterDirection>,
    pub state: Option<LetterStatus>,
    /// El código de la unidad que lo recibe o lo envía.
    pub unit: Option<String>,
    /// Desde este día.
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Hasta este día.
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// El `next` de la página anterior.
    #[param(pattern = "^[0-9]{1,18}$")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct LetterPath {
    /// La institución: `igss`, `seprem` …
    pub institution: String,
    /// El `id` del oficio.
    pub letter: String,
}

/// A letter with or without files.
pub struct Writing {
    body: NewLetter,
    files: Vec<Attached>,
    key: Key,
}

impl FromRequest<App> for Writing {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        if !is_multipart(request.headers()) {
            let Sent { body, key } = Sent::from_request(request, app).await?;
            return Ok(Self { body, files: Vec::new(), key });
        }
        let bearer = request.extensions().get::<Bearer>().cloned().ok_or_else(ApiError::not_found)?;
        let key = Key::of(&request)?;
        // Nothing is kept for somebody who may not write letters.
        bearer.reader.correspondence()?;
        let parts = read_multipart(request, &["letter"], &bearer).await?;
        let text = parts
            .text("letter")
            .ok_or_else(|| ApiError::malformed("Falta la parte «letter» con el oficio en JSON."))?;
        let (body, canonical) = read_json(text.as_bytes())?;
        let key = key.with(&canonical).with(&print(&parts.files));
        Ok(Self { body, files: parts.files.iter().map(Attached::from).collect(), key })
    }
}

fn show_body(letter: &Letter, zone: &TimeZone) -> LetterBody {
    let text = letter.text.clone();
    let named = |name: &Option<Name>| name.as_ref().map(ToString::to_string);
    LetterBody {
        id: letter.id,
        direction: letter.direction.into(),
        number: named(&letter.number),
        state: letter.state.into(),
        unit: letter.unit.to_string(),
        at: moment(letter.at, zone),
        day: letter.day.to_string(),
        case: named(&letter.case),
        registered_by: Person { id: letter.by.0, name: letter.by_name.to_string() },
        their_number: text.their_number,
        dated: text.dated.map(|date| date.to_string()),
        institution: text.institution,
        department: text.department,
        person: text.person,
        folios: text.folios,
        sealed: text.sealed,
        seal_remark: text.seal_remark,
        subject: text.subject,
        summary: text.summary,
        signed_by: text.signed_by,
        approved_by: text.approved_by,
        copies: text.copies,
        delivered_on: letter.delivery.as_ref().map(|given| given.on.to_string()),
        delivered_to: letter.delivery.as_ref().map(|given| given.to.to_string()),
        void_reason: named(&letter.void_reason),
        files: letter.files.iter().map(AttachmentBody::from).collect(),
    }
}

impl Bearer {
    pub(super) async fn letter(&self, id: &str) -> Result<Letter, ApiError> {
        let id = id.parse().map_err(|_| ApiError::not_found())?;
        self.reader.letter(id).await?.ok_or_else(ApiError::not_found)
    }

    /// A letter this person reads, and the hands to do something to it.
    pub(super) async fn desk(&self, id: &str) -> Result<(Correspondence, Letter), ApiError> {
        let letter = self.letter(id).await?;
        Ok((self.reader.correspondence()?, letter))
    }
}

/// El registro de correspondencia, del más nuevo al más viejo: lo que la persona del token puede leer.
#[utoipa::path(get, operation_id = "list_letters", path = "/api/v1/{institution}/letters", tag = "correspondencia", params(InstitutionPath, LettersQuery),
    responses((status = 200, description = "Una página del registro.", body = Page<LetterBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<LettersQuery>,
) -> Result<Json<Page<LetterBody>>, ApiError> {
    let limit = limit(asked.limit)?;
    let from = cursor(asked.cursor.as_deref(), false)?.map(ToString::to_string);
    if asked.q.as_ref().is_some_and(|q| q.chars().count() > 500) {
        return Err(ApiError::malformed("q lleva hasta 500 caracteres."));
    }
    let text = |text: Option<String>| text.map(|text| plain(&text)).filter(|text| !text.trim().is_empty());
    let filters = LetterFilters {
        direction: asked.direction.map(Into::into),
        unit: text(asked.unit),
        state: asked.state.map(Into::into),
        from: asked.from,
        to: asked.to,
        text: text(asked.q),
    };
    let page = bearer.reader.letters(&filters, from.as_deref(), limit).await?;
    let zone = bearer.zone();
    Ok(Json(Page { items: page.rows.iter().map(|letter| show_body(letter, &zone)).collect(), next: page.next }))
}

/// Los oficios de un caso: los que lo abrieron, llegaron o salieron; para quienes lo atienden.
#[utoipa::path(get, operation_id = "list_case_letters", path = "/api/v1/{institution}/cases/{number}/letters", tag = "correspondencia", params(CasePath),
    responses((status = 200, description = "Los oficios.", body = Page<LetterBody>), ReadProblems))]
pub async fn of_case(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
) -> Result<Json<Page<LetterBody>>, ApiError> {
    let view = bearer.see(&at.number).await?;
    let letters = bearer.reader.letters_of_case(&view.case.number).await?;
    let zone = bearer.zone();
    Ok(Json(Page { items: letters.iter().map(|letter| show_body(letter, &zone)).collect(), next: None }))
}

/// Un oficio.
#[utoipa::path(get, operation_id = "get_letter", path = "/api/v1/{institution}/letters/{letter}", tag = "correspondencia", params(LetterPath),
    responses((status = 200, description = "El oficio.", body = LetterBody), ReadProblems))]
pub async fn show(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<LetterPath>,
) -> Result<Json<LetterBody>, ApiError> {
    Ok(Json(show_body(&bearer.letter(&at.letter).await?, &bearer.zone())))
}

/// Ingresa un oficio recibido, o redacta el borrador de uno que saldrá. Con archivos, como `multipart/form-data`.
#[utoipa::path(post, operation_id = "write_letter", path = "/api/v1/{institution}/letters", tag = "correspondencia", params(InstitutionPath, KeyHeader),
    request_body(content((NewLetter = "application/json"), (NewLetterWithFiles = "multipart/form-data"))),
    responses((status = 201, description = "El oficio.", body = LetterBody,
        headers(("Location" = String, description = "La dirección del oficio."))), WriteProblems))]
pub async fn write(
    Extension(bearer): Extension<Bearer>,
    Writing { body, files, key }: Writing,
) -> Result<impl IntoResponse, ApiError> {
    let desk = bearer.reader.correspondence()?;
    let unit: Name = body.unit.as_str().into();
    let case = body.case.as_deref().map(Name::from);
    let text = LetterText {
        their_number: body.their_number.unwrap_or_default(),
        dated: body.dated,
        institution: body.institution.unwrap_or_default(),
        department: body.department.unwrap_or_default(),
        person: body.person.unwrap_or_default(),
        folios: body.folios,
        sealed: body.sealed,
        seal_remark: body.seal_remark.unwrap_or_default(),
        subject: body.subject,
        summary: body.summary.unwrap_or_default(),
        signed_by: body.signed_by.unwrap_or_default(),
        approved_by: body.approved_by.unwrap_or_default(),
        copies: body.copies.unwrap_or_default(),
    };
    let letter = match body.direction {
        LetterDirection::Incoming => {
            let received_at = body.received_at.unwrap_or(bearer.now);
            desk.receive(Incoming { unit, text, files, received_at, case }, key.into_key()).await?
        }
        LetterDirection::Outgoing => desk.draft(Outgoing { unit, text, files, case }, key.into_key()).await?,
    };
    let location = bearer.address(&format!("/letters/{}", letter.id));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(show_body(&letter, &bearer.zone()))))
}

/// Cambia los textos de un borrador.
#[utoipa::path(post, operation_id = "change_letter", path = "/api/v1/{institution}/letters/{letter}", tag = "correspondencia", params(LetterPath, KeyHeader),
    request_body = LetterDraft, responses((status = 200, description = "El oficio como quedó.", body = LetterBody), WriteProblems))]
pub async fn change(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<LetterPath>,
    Sent { body, key }: Sent<LetterDraft>,
) -> Result<Json<LetterBody>, ApiError> {
    let (desk, letter) = bearer.desk(&at.letter).await?;
    let text = LetterText {
        institution: body.institution.unwrap_or_default(),
        department: body.department.unwrap_or_default(),
        person: body.person.unwrap_or_default(),
        subject: body.subject,
        summary: body.summary.unwrap_or_default(),
        signed_by: body.signed_by.unwrap_or_default(),
        approved_by: body.approved_by.unwrap_or_default(),
        copies: body.copies.unwrap_or_default(),
        ..LetterText::default()
    };
    let changed = Outgoing { unit: body.unit.as_str().into(), text, files: Vec::new(), case: None };
    let letter = desk.change(letter.id, changed, key.into_key()).await?;
    Ok(Json(show_body(&letter, &bearer.zone())))
}

/// Numera un borrador: toma el número que sigue en su unidad y año.
#[utoipa::path(post, operation_id = "number_letter", path = "/api/v1/{institution}/letters/{letter}/numbers", tag = "correspondencia", params(LetterPath, KeyHeader),
    request_body = NumberBody, responses((status = 200, description = "El oficio como quedó.", body = LetterBody), WriteProblems))]
pub async fn number(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<LetterPath>,
    Sent { body, key }: Sent<NumberBody>,
) -> Result<Json<LetterBody>, ApiError> {
    let (desk, letter) = bearer.desk(&at.letter).await?;
    let letter = desk.number(letter.id, body.signed_by, Vec::new(), key.into_key()).await?;
    Ok(Json(show_body(&letter, &bearer.zone())))
}

/// Registra la entrega de un oficio numerado.
#[utoipa::path(post, operation_id = "deliver_letter", path = "/api/v1/{institution}/letters/{letter}/deliveries", tag = "correspondencia", params(LetterPath, KeyHeader),
    request_body = DeliveryBody, responses((status = 200, description = "El oficio como quedó.", body = LetterBody), WriteProblems))]
pub async fn deliver(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<LetterPath>,
    Sent { body, key }: Sent<DeliveryBody>,
) -> Result<Json<LetterBody>, ApiError> {
    let (desk, letter) = bearer.desk(&at.letter).await?;
    let delivery = Delivery { on: body.on, to: body.to.into() };
    let letter = desk.deliver(letter.id, delivery, Vec::new(), key.into_key()).await?;
    Ok(Json(show_body(&letter, &bearer.zone())))
}

/// Anula un oficio: su número queda en el registro, con la razón.
#[utoipa::path(post, operation_id = "void_letter", path = "/api/v1/{institution}/letters/{letter}/voidings", tag = "correspondencia", params(LetterPath, KeyHeader),
    request_body = VoidBody, responses((status = 200, description = "El oficio como quedó.", body = LetterBody), WriteProblems))]
pub async fn void(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<LetterPath>,
    Sent { body, key }: Sent<VoidBody>,
) -> Result<Json<LetterBody>, ApiError> {
    let (desk, letter) = bearer.desk(&at.letter).await?;
    let letter = desk.void(letter.id, body.reason, key.into_key()).await?;
    Ok(Json(show_body(&letter, &bearer.zone())))
}

/// Liga un oficio a un caso.
#[utoipa::path(post, operation_id = "link_letter", path = "/api/v1/{institution}/letters/{letter}/links", tag = "correspondencia", params(LetterPath, KeyHeader),
    request_body = LetterLinkBody, responses((status = 200, description = "El oficio como quedó.", body = LetterBody), WriteProblems))]
pub async fn link(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<LetterPath>,
    Sent { body, key }: Sent<LetterLinkBody>,
) -> Result<Json<LetterBody>, ApiError> {
    let (desk, letter) = bearer.desk(&at.letter).await?;
    let letter = desk.link(letter.id, body.case.as_str().into(), key.into_key()).await?;
    Ok(Json(show_body(&letter, &bearer.zone())))
}
