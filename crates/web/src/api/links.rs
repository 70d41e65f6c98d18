//! How cases are tied to one another: related, duplicate, part of another, merged and separated again.

use super::{
    bearer::Bearer,
    case::CaseBody,
    input::Sent,
    page::CaseStatus,
    problem::{ApiError, ReadProblems, WriteProblems},
    terms::ReasonBody,
    work::{CasePath, KeyHeader},
};
use axum::{Extension, Json, extract::Path};
use engine::{Name, tie::TieKind};
use serde::{Deserialize, Serialize};
use store::{Linked, Request, ties::Bond};
use utoipa::ToSchema;

/// Los casos enlazados con uno.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinksBody {
    pub items: Vec<LinkedBody>,
}

/// Un caso enlazado con otro.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkedBody {
    pub number: String,
    pub kind: BondName,
    /// El enlace es del caso consultado; si no, es del otro: `child_of` dice entonces que el otro es parte de este.
    pub own: bool,
    /// El otro sigue abierto.
    pub open: bool,
    /// Su asunto, si está al alcance de la persona del token.
    pub subject: Option<String>,
    pub status: Option<CaseStatus>,
}

/// Qué es un caso del otro.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BondName {
    Related,
    DuplicateOf,
    ChildOf,
    SplitFrom,
    /// Se sigue en el otro.
    MergedInto,
}

/// Cómo se enlaza un caso con otro; `split_from` resulta de abrirlo desde él.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkName {
    Related,
    DuplicateOf,
    ChildOf,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    pub kind: LinkName,
    /// El número del otro caso.
    pub other: String,
    pub reason: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlinkBody {
    /// El número del otro caso.
    pub other: String,
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// El número del caso en que se sigue.
    pub into: String,
    pub reason: String,
}

/// Los casos enlazados con este, lo diga este o el otro.
#[utoipa::path(get, operation_id = "list_links", path = "/api/v1/{institution}/cases/{number}/links", tag = "casos", params(CasePath),
    responses((status = 200, description = "Los casos enlazados.", body = LinksBody), ReadProblems))]
pub async fn list(Extension(bearer): Extension<Bearer>, Path(at): Path<CasePath>) -> Result<Json<LinksBody>, ApiError> {
    let view = bearer.see(&at.number).await?;
    let items = bearer.reader.linked(&view).await?.into_iter().map(LinkedBody::from).collect();
    Ok(Json(LinksBody { items }))
}

/// Enlaza el caso con otro. La persona del token atiende o supervisa los dos.
#[utoipa::path(post, operation_id = "link_case", path = "/api/v1/{institution}/cases/{number}/links", tag = "casos", params(CasePath, KeyHeader),
    request_body = LinkBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn link(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<LinkBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let kind = match body.kind {
        LinkName::Related => TieKind::Related,
        LinkName::DuplicateOf => TieKind::DuplicateOf,
        LinkName::ChildOf => TieKind::ChildOf,
    };
    let request = Request::Link { kind, other: body.other.into(), reason: body.reason.map(Name::from) };
    Ok(Json(bearer.act(&at.number, request, key).await?))
}

/// Quita un enlace que es de este caso.
#[utoipa::path(post, operation_id = "unlink_case", path = "/api/v1/{institution}/cases/{number}/links/removals", tag = "casos", params(CasePath, KeyHeader),
    request_body = UnlinkBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn unlink(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<UnlinkBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let request = Request::Unlink { other: body.other.into(), reason: body.reason.into() };
    Ok(Json(bearer.act(&at.number, request, key).await?))
}

/// Une el caso a otro que trata lo mismo: este termina y se sigue en el otro.
#[utoipa::path(post, operation_id = "merge_case", path = "/api/v1/{institution}/cases/{number}/merges", tag = "casos", params(CasePath, KeyHeader),
    request_body = MergeBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn merge(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<MergeBody>,
) -> Result<Json<CaseBody>, ApiError> {
    let request = Request::Merge { into: body.into.into(), reason: body.reason.into() };
    Ok(Json(bearer.act(&at.number, request, key).await?))
}

/// Deshace la unión: el caso sigue donde estaba.
#[utoipa::path(post, operation_id = "separate_case", path = "/api/v1/{institution}/cases/{number}/separations", tag = "casos", params(CasePath, KeyHeader),
    request_body = ReasonBody, responses((status = 200, description = "El caso como quedó.", body = CaseBody), WriteProblems))]
pub async fn separate(
    Extension(bearer): Extension<Bearer>,
    Path(at): Path<CasePath>,
    Sent { body, key }: Sent<ReasonBody>,
) -> Result<Json<CaseBody>, ApiError> {
    Ok(Json(bearer.act(&at.number, Request::Separate { reason: body.reason.into() }, key).await?))
}

impl From<Linked> for LinkedBody {
    fn from(one: Linked) -> Self {
        let (subject, status) =
            one.seen.map(|(subject, status)| (subject.to_string(), CaseStatus::from(status))).unzip();
        Self { number: one.number.to_string(), kind: one.bond.into(), own: one.holds, open: one.open, subject, status }
    }
}

impl From<Bond> for BondName {
    fn from(bond: Bond) -> Self {
        match bond {
            Bond::Tie(TieKind::Related) => Self::Related,
            Bond::Tie(TieKind::DuplicateOf) => Self::DuplicateOf,
            Bond::Tie(TieKind::ChildOf) => Self::ChildOf,
            Bond::Tie(TieKind::SplitFrom) => Self::SplitFrom,
            Bond::Merged => Self::MergedInto,
        }
    }
}
