//! What a decision may look at besides the case: the edition, the calendar, the moment, who acts and who holds what.

use crate::{
    Name,
    actor::Actor,
    calendar::Calendar,
    case::{Case, Wait},
};
use jiff::Timestamp;
use manual::{edition::Edition, procedure::Procedure};

#[derive(Clone, Copy)]
pub struct World<'w> {
    pub edition: &'w Edition,
    pub procedure: &'w Procedure,
    pub calendar: &'w Calendar,
    pub now: Timestamp,
    pub actor: &'w Actor,
    pub directory: &'w dyn Directory,
    /// Another edition and its procedure, for moving the case there.
    pub other: Option<(&'w Edition, &'w Procedure)>,
}

/// What stands around the case: who holds which post today, and what else waits for it.
pub trait Directory {
    /// Whether any active person holds the role: in that unit, or in every unit.
    fn anyone_holds(&self, role: &str, unit: Option<&str>) -> bool;

    /// The number of the oldest case of the same procedure that arrived before this one and waits, with nobody assigned,
    /// for the same post.
    fn waits_longer(&self, _case: &Case, _wait: &Wait) -> Option<Name> {
        None
    }
}

/// A directory in which every post is held, for tests and worked examples.
#[derive(Clone, Copy, Debug)]
pub struct Everyone;

impl Directory for Everyone {
    fn anyone_holds(&self, _: &str, _: Option<&str>) -> bool {
        true
    }
}
