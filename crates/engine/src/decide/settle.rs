//! What came of an effect outside; a doubt is settled by a person.

use super::Decision;
use crate::{
    Name,
    authority::{as_chief, as_self},
    case::Case,
    event::{Event, Outcome},
    refusal::Refusal,
    world::World,
};

pub fn decide(
    case: &Case,
    key: &Name,
    outcome: Outcome,
    detail: Option<&Name>,
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    let by = if world.actor.is_system() {
        as_self(world.actor)
    } else {
        if !case.doubts(key) {
            return Err(Refusal::conflict("No hay ninguna duda pendiente con esa clave."));
        }
        if !outcome.is_settled() {
            return Err(Refusal::invalid("Diga si se hizo o no se hizo."));
        }
        as_chief("Resolver lo que quedó en duda", world)?
    };
    Ok(Decision::one(by, Event::EffectSettled { key: key.clone(), outcome, detail: detail.cloned() }))
}
