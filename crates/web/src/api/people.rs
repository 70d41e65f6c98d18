//! Who the token's person is, and the persons an official may name in a case.

use super::{
    bearer::Bearer,
    input::{Asked, plain},
    page::{Page, Person},
    problem::{ApiError, ReadProblems},
    work::InstitutionPath,
};
use crate::{access::Scope, failure::Failure};
use axum::{Extension, Json};
use engine::actor::Post;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The most persons one answer names.
const MOST: usize = 50;

/// La persona del token.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeBody {
    pub id: i64,
    pub login: String,
    pub name: String,
    /// El código de su unidad.
    pub unit: Option<String>,
    pub administrator: bool,
    pub auditor: bool,
    /// Los puestos que ocupa hoy.
    pub posts: Vec<PostBody>,
    /// Las personas ausentes a quienes suple hoy.
    pub stands_in_for: Vec<Person>,
    /// Lo que el token permite.
    pub scopes: Vec<TokenScope>,
    pub institution: InstitutionBody,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PostBody {
    pub role: String,
    pub unit: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    Read,
    Write,
    #[serde(rename = "admin")]
    Administer,
}

impl From<TokenScope> for Scope {
    fn from(scope: TokenScope) -> Self {
        match scope {
            TokenScope::Read => Self::Read,
            TokenScope::Write => Self::Write,
            TokenScope::Administer => Self::Administer,
        }
    }
}

impl From<Scope> for TokenScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::Write => Self::Write,
            Scope::Administer => Self::Administer,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InstitutionBody {
    pub code: String,
    pub name: String,
    /// La zona horaria de todas las fechas.
    pub zone: Option<String>,
}

/// Alguien a quien se puede nombrar.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonBody {
    pub login: String,
    pub name: String,
    /// El código de su unidad.
    pub unit: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeopleQuery {
    /// Palabras del nombre, el usuario o el correo, con tildes o sin ellas.
    #[param(max_length = 100)]
    pub q: Option<String>,
    /// Solo quienes ocupan este puesto.
    pub role: Option<String>,
}

/// Quién es la persona del token y qué puede.
#[utoipa::path(get, operation_id = "get_me", path = "/api/v1/{institution}/me", tag = "personas", params(InstitutionPath),
    responses((status = 200, description = "La persona.", body = MeBody), ReadProblems))]
pub async fn me(Extension(bearer): Extension<Bearer>) -> Result<Json<MeBody>, ApiError> {
    let (person, actor, face) = (bearer.reader.person(), bearer.reader.actor(), bearer.house.face());
    let scopes = Scope::ALL.into_iter().filter(|scope| scope.allowed_by(&bearer.scope));
    Ok(Json(MeBody {
        id: person.id.0,
        login: person.login.to_string(),
        name: person.name.to_string(),
        unit: person.unit.as_ref().map(ToString::to_string),
        administrator: person.administrator,
        auditor: person.auditor,
        posts: actor.posts.iter().map(PostBody::from).collect(),
        stands_in_for: actor
            .stands_in_for
            .iter()
            .map(|deputed| Person { id: deputed.person.0, name: deputed.name.to_string() })
            .collect(),
        scopes: scopes.map(TokenScope::from).collect(),
        institution: InstitutionBody {
            code: bearer.house.code.clone(),
            name: face.name.clone(),
            zone: face.zone.iana_name().map(ToString::to_string),
        },
    }))
}

/// Las personas activas que tienen todas esas palabras en el nombre, el usuario o el correo; con `role`, solo las que
/// ocupan hoy ese puesto. Solo para el personal que atiende.
#[utoipa::path(get, operation_id = "list_people", path = "/api/v1/{institution}/people", tag = "personas", params(InstitutionPath, PeopleQuery),
    responses((status = 200, description = "Hasta 50 personas, por nombre.", body = Page<PersonBody>), ReadProblems))]
pub async fn list(
    Extension(bearer): Extension<Bearer>,
    Asked(asked): Asked<PeopleQuery>,
) -> Result<Json<Page<PersonBody>>, ApiError> {
    if !bearer.is_staff() {
        return Err(Failure::Forbidden("La lista de personas es para el personal que atiende.".into()).into());
    }
    let words = asked.q.unwrap_or_default();
    if words.chars().count() > 100 {
        return Err(ApiError::malformed("q lleva hasta 100 caracteres."));
    }
    let words = plain(&words);
    let people = match asked.role.as_deref() {
        Some(role) => bearer.reader.people_in(role, &words, MOST).await?,
        None => bearer.reader.people(&words, MOST).await?,
    };
    Ok(Json(Page { items: people.into_iter().map(PersonBody::from).collect(), next: None }))
}

impl From<&Post> for PostBody {
    fn from(post: &Post) -> Self {
        Self { role: post.role.to_string(), unit: post.unit.as_ref().map(ToString::to_string) }
    }
}

impl From<store::people::Person> for PersonBody {
    fn from(person: store::people::Person) -> Self {
        Self {
            login: person.login.to_string(),
            name: person.name.to_string(),
            unit: person.unit.as_ref().map(ToString::to_string),
        }
    }
}
