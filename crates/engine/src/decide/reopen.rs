//! Reopening an ended case: it stands again on the last step it stood on.

use super::{Decision, reason_given};
use crate::{
    Name,
    authority::{as_chief, as_self},
    case::{Case, Ending},
    clocks,
    event::Event,
    refusal::Refusal,
    world::World,
};

pub fn decide(case: &Case, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    let Some(ended) = &case.ended else {
        return Err(Refusal::conflict(format!("El caso {} sigue abierto.", case.number)));
    };
    if case.merged.is_some() {
        return Err(Refusal::conflict(super::ended_text(case)));
    }
    let by = if ended.how == Ending::Finished && case.requester.person == world.actor.person {
        as_self(world.actor)
    } else {
        as_chief("Reabrir el caso", world)?
    };
    reason_given(reason, "por la que se reabre")?;
    let last = case.legs.last().map(|leg| leg.step).or(world.procedure.first().map(|step| step.number));
    let step = last
        .and_then(|number| world.procedure.step(number))
        .ok_or_else(|| Refusal::conflict("El paso en que terminó el caso ya no existe en su edición."))?;
    let to = clocks::entering(Some(case), step, case.requester.unit.as_ref(), world)?;
    // All its clocks run on from where they began, with their pauses and extensions.
    let mut running = case.clone();
    for clock in running.clocks.iter_mut().filter(|clock| !clock.apart) {
        clock.stopped = None;
    }
    running.clocks.retain(|clock| !clock.apart);
    let dues = clocks::recomputed(&running, None, None, world)?;
    Ok(Decision::one(by, Event::Reopened { reason: reason.clone(), to, dues }))
}
