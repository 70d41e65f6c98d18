//! What a decision may look at besides the case: the edition, the calendar, the moment, who acts and who holds what.

use crate::{actor::Actor, calendar::Calendar};
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
    /// The procedure of another edition, for moving the case there.
    pub other: Option<&'w Procedure>,
}

/// Who holds which post today.
pub trait Directory {
    /// Whether any active person holds the role: in that unit, or in every unit.
    fn anyone_holds(&self, role: &str, unit: Option<&str>) -> bool;
}

/// A directory in which every post is held, for tests and worked examples.
#[derive(Clone, Copy, Debug)]
pub struct Everyone;

impl Directory for Everyone {
    fn anyone_holds(&self, _: &str, _: Option<&str>) -> bool {
        true
    }
}
