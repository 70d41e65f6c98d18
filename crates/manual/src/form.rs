//! A form of the manual: code, version and typed fields.

use crate::{Name, field::Field};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// The printed code, e.g. `DI-Frm_001`; forms without one get a code of ours.
    pub code: Name,
    pub title: Name,
    /// As printed: "15/01/2020", "04".
    pub version: Option<Name>,
    /// The form belongs to another institution (DIACO's SUA is MINECO's).
    pub owner: Option<Name>,
    pub fields: Vec<Field>,
    /// The notes at the foot.
    pub notes: Vec<Name>,
}
