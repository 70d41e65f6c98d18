//! The calendar has changed: due dates of an open case are computed anew, by a recorded act.

use super::{Decision, reason_given};
use crate::{Name, authority::as_self, case::Case, clocks, event::Event, refusal::Refusal, world::World};

pub fn decide(case: &Case, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    if !case.is_open() {
        return Err(Refusal::conflict("Los casos terminados conservan sus fechas."));
    }
    if world.calendar.version() == case.calendar {
        return Err(Refusal::conflict("El caso ya está calculado con ese calendario."));
    }
    reason_given(reason, "del nuevo cálculo")?;
    let dues = clocks::recomputed(case, None, None, world)?;
    Ok(Decision::one(
        as_self(world.actor),
        Event::Recalculated { calendar: world.calendar.version(), reason: reason.clone(), dues },
    ))
}
