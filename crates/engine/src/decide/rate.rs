//! Rating the service: only who asked, once the case has ended, and changeable for a short time.

use super::Decision;
use crate::{
    Name,
    authority::as_self,
    case::{Case, Ending},
    event::Event,
    refusal::Refusal,
    world::World,
};
use jiff::SignedDuration;
use manual::organization::Scope;

/// How long a rating may be changed.
pub const CHANGEABLE: SignedDuration = SignedDuration::from_hours(12);

pub fn decide(case: &Case, conforms: bool, comment: Option<&Name>, world: &World<'_>) -> Result<Decision, Refusal> {
    if world.actor.person != case.requester.person {
        return Err(Refusal::forbidden(format!(
            "El servicio solo lo califica quien lo pidió: {}.",
            case.requester.name
        )));
    }
    if let Some(outsider) = &case.outsider {
        return Err(Refusal::conflict(format!(
            "{} no está en el directorio y no califica aquí: su conformidad consta en el papel que firma.",
            outsider.name
        )));
    }
    if !case.ended.as_ref().is_some_and(|ended| ended.how == Ending::Finished) {
        return Err(Refusal::conflict("El servicio se califica cuando el caso ha finalizado."));
    }
    if case.legs.iter().any(|leg| leg.by.person == world.actor.person && !is_asking(leg, world)) {
        return Err(Refusal::forbidden("Quien atendió el caso no puede calificarlo."));
    }
    if let Some(rating) = &case.rating
        && world.now.duration_since(rating.at) > CHANGEABLE
    {
        return Err(Refusal::conflict("La calificación ya no se puede cambiar: pasaron más de 12 horas."));
    }
    Ok(Decision::one(as_self(world.actor), Event::Rated { conforms, comment: comment.cloned() }))
}

/// A leg walked as the one who asks, not as one who attends.
fn is_asking(leg: &crate::case::Leg, world: &World<'_>) -> bool {
    world.edition.role(&leg.role).is_some_and(|role| role.scope == Scope::Requester)
}
