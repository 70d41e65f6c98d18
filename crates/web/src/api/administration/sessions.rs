//! Who is inside now.

use super::super::{
    bearer::Bearer,
    page::{Page, Person, moment},
    problem::{ApiError, ReadProblems},
    work::InstitutionPath,
};
use crate::access::IDLE;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// Sessions of one answer: more are never open at once in an institution of thousands.
const MOST: usize = 1_000;

/// Una sesión abierta en la página.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionBody {
    pub person: Person,
    #[schema(format = DateTime)]
    pub began_at: String,
    /// La última vez que se usó.
    #[schema(format = DateTime)]
    pub seen_at: String,
    /// Cuándo termina, pase lo que pase.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// La dirección desde la que entró.
    pub source: String,
    /// El navegador, como él se nombra.
    pub agent: String,
}

/// Las sesiones abiertas de todos, por el nombre de la persona: hasta 1,000. Se terminan por persona, con `sessions/ends`.
#[utoipa::path(get, operation_id = "list_sessions", path = "/api/v1/{institution}/administration/sessions", tag = "administración", params(InstitutionPath),
    responses((status = 200, description = "Las sesiones.", body = Page<SessionBody>), ReadProblems))]
pub async fn list(Extension(bearer): Extension<Bearer>) -> Result<Json<Page<SessionBody>>, ApiError> {
    let (admin, zone) = (bearer.admin().await?, bearer.zone());
    let since = bearer.now.saturating_sub(IDLE).unwrap_or(bearer.now);
    let open = admin.open_sessions(bearer.now, since, MOST).await?;
    let items = open.into_iter().map(|(name, session)| SessionBody {
        person: Person { id: session.person.0, name: name.to_string() },
        began_at: moment(session.created_at, &zone),
        seen_at: moment(session.seen_at, &zone),
        expires_at: moment(session.expires_at, &zone),
        source: session.source,
        agent: session.agent,
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}
