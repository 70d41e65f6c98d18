//! The calendar has changed by a signed act: the due dates of an open case are computed anew, and what moves is recorded.

use super::{Decision, reason_given};
use crate::{
    Name,
    authority::as_self,
    case::Case,
    clocks,
    event::{Event, MovedDue},
    refusal::Refusal,
    world::World,
};

pub fn decide(case: &Case, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    if !world.actor.is_system() {
        return Err(Refusal::forbidden(
            "Los vencimientos los vuelve a calcular el sistema cuando alguien que administra firma un cambio del calendario.",
        ));
    }
    if !case.is_open() {
        return Err(Refusal::conflict("Los casos terminados conservan sus fechas."));
    }
    if world.calendar.version() == case.calendar {
        return Err(Refusal::conflict("El caso ya está calculado con ese calendario."));
    }
    reason_given(reason, "del nuevo cálculo")?;
    let dues = clocks::recomputed(case, None, None, world)?;
    let moved = dues.into_iter().filter_map(|due| {
        let before = case.due_of(&due.clock).filter(|before| *before != due.at)?;
        Some(MovedDue { clock: due.clock, before, after: due.at })
    });
    Ok(Decision::one(
        as_self(world.actor),
        Event::Recounted { calendar: world.calendar.version(), reason: reason.clone(), moved: moved.collect() },
    ))
}
