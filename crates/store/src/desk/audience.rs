//! With whom something of one's desk is shared: nobody, those of a post, those of a unit, the whole institution.

use crate::{error::StoreError, reader::Reader};
use engine::{Name, refusal::Refusal};

/// What stands in place of a case's number with the keys of the desk.
pub(super) const DESK: &str = "escritorio";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// Only its owner.
    #[default]
    Private,
    /// Those who hold this post today.
    Post(Name),
    /// Those of the unit with this code.
    Unit(Name),
    Institution,
}

impl Audience {
    /// The word in the database and in forms.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Private => "privada",
            Self::Post(_) => "puesto",
            Self::Unit(_) => "unidad",
            Self::Institution => "institucion",
        }
    }

    /// The post or unit meant; empty where none is.
    #[must_use]
    pub fn aim(&self) -> &str {
        match self {
            Self::Post(aim) | Self::Unit(aim) => aim,
            Self::Private | Self::Institution => "",
        }
    }

    #[must_use]
    pub fn from_code(code: &str, aim: &str) -> Option<Self> {
        Some(match code {
            "privada" => Self::Private,
            "puesto" if !aim.is_empty() => Self::Post(aim.into()),
            "unidad" if !aim.is_empty() => Self::Unit(aim.into()),
            "institucion" => Self::Institution,
            _ => return None,
        })
    }
}

impl Reader {
    /// Whether this person holds a post of jefatura of the edition in force.
    pub async fn leads(&self) -> Result<bool, StoreError> {
        let Some((_, edition)) = self.store.current_edition().await? else { return Ok(false) };
        Ok(self.posts().iter().any(|post| edition.role(&post.role).is_some_and(|role| role.chief)))
    }

    /// Refuses to share beyond what is one's own: a post held, one's unit; the institution is for those who lead it.
    pub(crate) async fn may_share(&self, audience: &Audience) -> Result<(), StoreError> {
        let allowed = match audience {
            Audience::Private => true,
            Audience::Post(role) => self.posts().iter().any(|post| post.role == *role),
            Audience::Unit(unit) => self.person.unit.as_ref() == Some(unit),
            Audience::Institution => self.person.administrator || self.leads().await?,
        };
        if allowed {
            return Ok(());
        }
        let words = match audience {
            Audience::Institution => "Con toda la institución comparte quien tiene un puesto de jefatura o administra.",
            _ => "Solo puede compartir con su propio puesto o su propia unidad.",
        };
        Err(Refusal::forbidden(words).into())
    }
}
