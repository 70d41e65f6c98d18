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
    let dues = world
        .procedure
        .clocks
        .iter()
        .filter(|clock| case.clock(&clock.name).is_some())
        .map(|clock| {
            let state = case.clock(&clock.name).map_or(world.now, |state| state.started);
            world
                .calendar
                .due_at(state, &clock.term)
                .map(|at| crate::event::Due { clock: clock.name.clone(), at })
                .map_err(|error| Refusal::conflict(format!("El plazo no se puede calcular: {error}")))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Decision::one(by, Event::Reopened { reason: reason.clone(), to, dues }))
}
