//! Cancelling a case: an error or a duplicate. Its number is kept.

use super::{Decision, reason_given, standing};
use crate::{
    Name,
    authority::{as_chief, as_self},
    case::Case,
    event::Event,
    refusal::Refusal,
    world::World,
};

pub fn decide(case: &Case, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    standing(case, world)?;
    // Who asked may withdraw it while nobody has worked on it.
    let own = case.requester.person == world.actor.person || case.opened_by.person == world.actor.person;
    let untouched = case.legs.iter().all(|leg| leg.by.person == world.actor.person);
    let by = if own && untouched { as_self(world.actor) } else { as_chief("Anular un caso que ya se atiende", world)? };
    reason_given(reason, "de la anulación")?;
    Ok(Decision::one(by, Event::Cancelled { reason: reason.clone() }))
}
