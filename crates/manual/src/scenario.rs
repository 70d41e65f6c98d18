//! A worked example of a procedure: given, when, then. Run as a test, and printed in the manual.

use crate::{Name, finding::At, procedure::StepNo};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    pub title: Name,
    /// The procedure's code.
    pub procedure: Name,
    /// Local date and hour of the opening.
    pub opened: Option<jiff::civil::DateTime>,
    /// Values of the opening form, by key; what is missing is filled with samples.
    pub opening_values: Vec<(Name, Name)>,
    /// The answers to decisions, in the order in which they are met.
    pub answers: Vec<(StepNo, Name)>,
    /// Values given at a step.
    pub step_values: Vec<(StepNo, Name, Name)>,
    /// The steps walked, in order.
    pub path: Vec<StepNo>,
    /// The state at the end: `finalizado`, `rechazado`.
    pub state: Option<Name>,
    /// When the first clock falls due, local.
    pub due: Option<jiff::civil::DateTime>,
    #[serde(skip)]
    pub at: At,
}
