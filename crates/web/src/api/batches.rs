//! One act on many cases: done one by one, told one by one, and taken back for a while.

use super::{
    bearer::Bearer,
    handling::graded,
    input::{Key, Sent},
    page::{CasePriority, moment},
    problem::{ApiError, ReadProblems, WriteProblems},
    work::{IdPath, InstitutionPath, KeyHeader, missing},
};
use crate::bulk::{BACK, Hand, returnable};
use axum::{
    Extension, Json,
    extract::Path,
    http::{StatusCode, header},
    response::IntoResponse,
};
use engine::{Name, actor::PersonId, command::Weight};
use serde::{Deserialize, Serialize};
use store::{
    Charge,
    desk::{BatchAct, CaseState, batches::MOST},
};
use utoipa::ToSchema;

/// Qué se hace a cada caso.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BatchWord {
    /// La persona del token los toma.
    Take,
    /// Se asignan a `to`, con `reason`.
    Assign,
    /// Una nota interna con `text`.
    Note,
    /// Otra prioridad, con `reason`.
    Prioritize,
    /// Los casos de `of` pasan a `to`, con `reason`; sin `cases`, todos los que tiene.
    HandOver,
}

/// En qué quedó un caso del lote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BatchCaseState {
    Waiting,
    Done,
    Refused,
    /// Hecho, y después deshecho.
    Undone,
}

/// Lo que se pide para varios casos.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBatchBody {
    pub act: BatchWord,
    /// Los números, hasta 500.
    pub cases: Option<Vec<String>>,
    /// El usuario de quien entrega; sin él, la persona del token.
    pub of: Option<String>,
    /// El usuario a quien se asignan o se entregan.
    pub to: Option<String>,
    /// Al entregar, a quién va cada puesto, en lugar de `to`; los de un puesto que no se diga no se entregan.
    pub by_role: Option<Vec<RoleHandBody>>,
    pub reason: Option<String>,
    /// La nota interna.
    pub text: Option<String>,
    pub priority: Option<CasePriority>,
    pub impact: Option<String>,
    pub urgency: Option<String>,
}

/// Quién recibe los casos que se tienen con un puesto.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleHandBody {
    /// El puesto, como lo da `GET charges`.
    pub role: String,
    /// El usuario de quien los recibe.
    pub to: String,
}

/// Un lote, con lo que pasó con cada caso.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchBody {
    pub id: i64,
    pub act: BatchWord,
    #[schema(format = DateTime)]
    pub at: String,
    /// Cuándo se terminó de intentar; sin él, se interrumpió y puede continuar.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// Hasta cuándo se puede deshacer; sin él, no hay nada que se deshaga.
    #[schema(format = DateTime)]
    pub undo_until: Option<String>,
    pub cases: Vec<BatchCaseBody>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BatchCaseBody {
    pub number: String,
    pub state: BatchCaseState,
    /// Por qué se negó.
    pub detail: Option<String>,
}

impl Bearer {
    fn hand(&self) -> Hand<'_> {
        Hand { store: &self.house.store, reader: &self.reader, now: self.now }
    }

    async fn batch(&self, id: i64) -> Result<Json<BatchBody>, ApiError> {
        let batch = self.reader.batch(id).await?.ok_or_else(ApiError::not_found)?;
        let zone = self.zone();
        let end = batch.at + BACK;
        let undoable = self.now < end && returnable(&batch).next().is_some();
        Ok(Json(BatchBody {
            id: batch.id,
            act: match batch.act {
                BatchAct::Take => BatchWord::Take,
                BatchAct::Assign { .. } => BatchWord::Assign,
                BatchAct::Note { .. } => BatchWord::Note,
                BatchAct::Prioritize { .. } => BatchWord::Prioritize,
                BatchAct::HandOver { .. } => BatchWord::HandOver,
            },
            at: moment(batch.at, &zone),
            ended_at: batch.ended_at.map(|at| moment(at, &zone)),
            undo_until: undoable.then(|| moment(end, &zone)),
            cases: batch
                .cases
                .iter()
                .map(|case| BatchCaseBody {
                    number: case.number.to_string(),
                    state: match case.state {
                        CaseState::Waiting => BatchCaseState::Waiting,
                        CaseState::Done => BatchCaseState::Done,
                        CaseState::Refused => BatchCaseState::Refused,
                        CaseState::Undone => BatchCaseState::Undone,
                    },
                    detail: Some(case.detail.to_string()).filter(|detail| !detail.is_empty()),
                })
                .collect(),
        }))
    }

    /// Who receives the cases held under each of these roles.
    async fn hands(
        &self,
        to: Option<String>,
        by_role: Option<Vec<RoleHandBody>>,
        roles: Vec<Name>,
    ) -> Result<Vec<(Name, PersonId)>, ApiError> {
        match (to, by_role) {
            (Some(login), None) => {
                let to = self.person(&login, "to").await?;
                Ok(roles.into_iter().map(|role| (role, to)).collect())
            }
            (None, Some(chosen)) if !chosen.is_empty() => {
                let mut hands: Vec<(Name, PersonId)> = Vec::new();
                for one in chosen {
                    let role = roles.iter().find(|role| ***role == *one.role);
                    let text = "Ese puesto no es de los suyos, o va dos veces: vea «GET charges».";
                    let role = role.filter(|role| hands.iter().all(|(known, _)| known != *role));
                    let role = role.ok_or_else(|| missing("by_role", text))?.clone();
                    hands.push((role, self.person(&one.to, "by_role").await?));
                }
                Ok(hands)
            }
            _ => Err(missing("to", "Diga a quién se entregan los casos: en «to», o puesto por puesto en «by_role».")),
        }
    }

    async fn batch_act(&self, body: NewBatchBody) -> Result<(BatchAct, Vec<Name>), ApiError> {
        let given = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let reason = given(body.reason);
        let mut cases = body.cases;
        let act = match body.act {
            BatchWord::Take => BatchAct::Take,
            BatchWord::Assign => {
                let login = given(body.to).ok_or_else(|| missing("to", "Diga a quién se asignan los casos."))?;
                let to = self.person(&login, "to").await?;
                let name = self.house.store.person(to).await?.map_or_else(|| login.as_str().into(), |found| found.name);
                BatchAct::Assign { to, name, reason: reason.unwrap_or_default().into() }
            }
            BatchWord::Note => {
                let text = given(body.text).filter(|text| text.chars().count() <= 20_000);
                BatchAct::Note { text: text.ok_or_else(|| missing("text", "Escriba la nota interna."))?.into() }
            }
            BatchWord::Prioritize => {
                let weight = match (graded(body.impact, body.urgency), body.priority) {
                    (Some(graded), _) => graded,
                    (None, Some(priority)) => Weight::Plain(priority.into()),
                    (None, None) => return Err(missing("priority", "Diga la prioridad, o el impacto y la urgencia.")),
                };
                let reason = reason.ok_or_else(|| missing("reason", "Escriba la razón del cambio de prioridad."))?;
                BatchAct::Prioritize { weight, reason: reason.into() }
            }
            BatchWord::HandOver => {
                let of = match given(body.of) {
                    Some(login) => self.person(&login, "of").await?,
                    None => self.reader.person().id,
                };
                let reason = reason.ok_or_else(|| missing("reason", "Escriba la razón del traslado."))?;
                let charges = self.reader.charges(of, MOST).await?;
                let mut roles: Vec<Name> = charges.iter().flat_map(|charge| charge.roles.clone()).collect();
                roles.sort();
                roles.dedup();
                let to = self.hands(given(body.to), body.by_role, roles).await?;
                let handed = |charge: &&Charge| charge.roles.iter().any(|role| to.iter().any(|(one, _)| one == role));
                let all = || charges.iter().filter(handed).map(|charge| charge.number.to_string()).collect();
                cases = Some(cases.unwrap_or_else(all));
                BatchAct::HandOver { of, to, reason: reason.into() }
            }
        };
        let mut numbers: Vec<Name> = Vec::new();
        for number in cases.unwrap_or_default() {
            if !number.is_empty() && number.len() <= 60 && !numbers.iter().any(|known| **known == *number) {
                numbers.push(number.into());
            }
        }
        Ok((act, numbers))
    }
}

/// Hace un acto a varios casos, uno por uno: lo que se niega en uno no impide los demás.
#[utoipa::path(post, operation_id = "act_on_many", path = "/api/v1/{institution}/batches", tag = "bandeja", params(InstitutionPath, KeyHeader),
    request_body = NewBatchBody,
    responses((status = 201, description = "El lote, con lo que pasó con cada caso.", body = BatchBody,
        headers(("Location" = String, description = "La dirección del lote."))), WriteProblems))]
pub async fn create(
    Extension(bearer): Extension<Bearer>,
    Sent { body, key }: Sent<NewBatchBody>,
) -> Result<impl IntoResponse, ApiError> {
    bearer.only_staff()?;
    let (act, numbers) = bearer.batch_act(body).await?;
    let id = bearer.reader.begin_batch(act, numbers, key.into_key(), bearer.now).await?;
    bearer.hand().perform(id).await?;
    let location = bearer.address(&format!("/batches/{id}"));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], bearer.batch(id).await?))
}

/// Un lote de la persona del token.
#[utoipa::path(get, operation_id = "get_batch", path = "/api/v1/{institution}/batches/{id}", tag = "bandeja", params(IdPath),
    responses((status = 200, description = "El lote.", body = BatchBody), ReadProblems))]
pub async fn show(Extension(bearer): Extension<Bearer>, Path(at): Path<IdPath>) -> Result<Json<BatchBody>, ApiError> {
    bearer.batch(at.id()?).await
}

/// Continúa un lote que se interrumpió, sin repetir nada.
#[utoipa::path(post, operation_id = "resume_batch", path = "/api/v1/{institution}/batches/{id}/runs", tag = "bandeja", params(IdPath, KeyHeader),
    responses((status = 200, description = "El lote como quedó.", body = BatchBody), WriteProblems))]
pub async fn run(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    key: Key,
) -> Result<Json<BatchBody>, ApiError> {
    let id = at.id()?;
    let again = Box::pin(async {
        bearer.hand().perform(id).await?;
        Ok(id)
    });
    bearer.once(key, again).await?;
    bearer.batch(id).await
}

/// Deshace un lote, durante diez minutos: cada caso vuelve a quien lo tenía, o a la prioridad que tenía.
#[utoipa::path(post, operation_id = "undo_batch", path = "/api/v1/{institution}/batches/{id}/undo", tag = "bandeja", params(IdPath, KeyHeader),
    responses((status = 200, description = "El lote como quedó.", body = BatchBody), WriteProblems))]
pub async fn undo(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<IdPath>,
    key: Key,
) -> Result<Json<BatchBody>, ApiError> {
    let id = at.id()?;
    let again = Box::pin(async {
        bearer.hand().undo(id).await?;
        Ok(id)
    });
    bearer.once(key, again).await?;
    bearer.batch(id).await
}
