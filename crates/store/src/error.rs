//! What can go wrong with the memory, and the Spanish sentence a person reads then.

use engine::refusal::Refusal;

/// The memory cannot be written (or read) now: disk full, read-only, a lost connection. Trying again later may work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Unavailable {
    pub text: &'static str,
    /// For the log and the operator, never for a page.
    pub detail: String,
}

/// What a page says when nothing can be written.
pub const CANNOT_WRITE: &str =
    "En este momento no se puede guardar. Lo que usted envió no quedó registrado; vuelva a intentarlo en unos minutos.";
/// What a page says when nothing can be read.
pub const CANNOT_READ: &str =
    "En este momento no se puede consultar la información. Vuelva a intentarlo en unos minutos.";
/// What a page says when the answer of the database to a commit was lost.
pub const UNKNOWN_OUTCOME: &str =
    "Algo falló al guardar y no se sabe si quedó registrado. Consulte el caso antes de volver a enviarlo.";

/// A failure at the level of the database; refusals of the business are none of these.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DbError {
    #[error("{0}")]
    Unavailable(Unavailable),
    /// The connection was lost at the commit.
    #[error("the outcome of the commit is unknown: {0}")]
    UnknownOutcome(String),
    /// A unique constraint refused the row.
    #[error("duplicate: {0}")]
    Duplicate(String),
    /// The file of the database is not what was written to it.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// A statement or a stored row is not what this program expects.
    #[error("{0}")]
    Broken(String),
}

impl DbError {
    pub(crate) fn cannot_write(detail: impl std::fmt::Display) -> Self {
        Self::Unavailable(Unavailable { text: CANNOT_WRITE, detail: detail.to_string() })
    }

    pub(crate) fn cannot_read(detail: impl std::fmt::Display) -> Self {
        Self::Unavailable(Unavailable { text: CANNOT_READ, detail: detail.to_string() })
    }

    pub(crate) fn broken(detail: impl std::fmt::Display) -> Self {
        Self::Broken(detail.to_string())
    }
}

/// Why something other than a case's command was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Said in Spanish, with a kind that maps to 403, 409, 422 or 404.
    #[error("{0}")]
    Refused(Refusal),
    #[error("{0}")]
    Unavailable(Unavailable),
    /// Whether it was written is not known.
    #[error("{}", UNKNOWN_OUTCOME)]
    UnknownOutcome,
    /// A defect, of the program or of the data: its text is for the log.
    #[error("{0}")]
    Broken(String),
}

/// Why a submission was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SubmitError {
    /// The engine (or the store, for a person or a case that is not there) refuses, in Spanish.
    #[error("{0}")]
    Refused(Refusal),
    /// The same key came before with another content.
    #[error("Esa clave de envío ya se usó con otro contenido. Vuelva a abrir la página y envíe de nuevo.")]
    KeyReused,
    /// The case has moved on since the version the caller saw.
    #[error(
        "El caso cambió mientras usted lo veía (versión {found}; usted vio la {expected}). Revíselo y vuelva a enviar."
    )]
    Stale { expected: u32, found: u32 },
    #[error("{0}")]
    Unavailable(Unavailable),
    /// The connection was lost at the commit, and no key was given to find out what became of it.
    #[error("{}", UNKNOWN_OUTCOME)]
    UnknownOutcome,
    /// A defect, of the program or of the data: its text is for the log.
    #[error("{0}")]
    Broken(String),
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "the database was written by a newer version (schema {found}; this program knows up to {known}): install that version or restore a backup"
    )]
    Newer { found: i64, known: i64 },
    #[error("the database belongs to the institution «{found}», not to «{expected}»")]
    OtherInstitution { found: String, expected: String },
    #[error("the schema name «{0}» is not valid: lowercase letters, digits and _ only")]
    BadSchema(String),
    #[error("the database cannot be opened: {0}")]
    Io(String),
    /// In Spanish, with what to do: it is the administrator of the server who reads it.
    #[error("{0}")]
    Postgres(String),
    #[error("migration {number} failed: {detail}")]
    Migration { number: i64, detail: String },
}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(unavailable) => Self::Unavailable(unavailable),
            DbError::Damaged(detail) => Self::Unavailable(Unavailable { text: CANNOT_READ, detail }),
            DbError::UnknownOutcome(_) => Self::UnknownOutcome,
            DbError::Duplicate(detail) | DbError::Broken(detail) => Self::Broken(detail),
        }
    }
}

impl From<DbError> for SubmitError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(unavailable) => Self::Unavailable(unavailable),
            DbError::Damaged(detail) => Self::Unavailable(Unavailable { text: CANNOT_READ, detail }),
            DbError::UnknownOutcome(_) => Self::UnknownOutcome,
            DbError::Duplicate(detail) | DbError::Broken(detail) => Self::Broken(detail),
        }
    }
}

impl From<StoreError> for SubmitError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => Self::Refused(refusal),
            StoreError::Unavailable(unavailable) => Self::Unavailable(unavailable),
            StoreError::UnknownOutcome => Self::UnknownOutcome,
            StoreError::Broken(detail) => Self::Broken(detail),
        }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Refusal> for SubmitError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DbError> for OpenError {
    fn from(error: DbError) -> Self {
        Self::Io(error.to_string())
    }
}
