//! Rating the service: only who asked, in the step that rates or once the case has ended, changeable for a short time.

use super::{Decision, complete};
use crate::{
    Name,
    authority::as_self,
    case::{Case, Ending},
    command::Complete,
    event::Event,
    refusal::Refusal,
    value::{Value, Values, find},
    world::World,
};
use jiff::SignedDuration;
use manual::{
    organization::Scope,
    procedure::{Procedure, Rates, StepNo},
};

/// How long a rating may be changed.
pub const CHANGEABLE: SignedDuration = SignedDuration::from_hours(12);

pub fn decide(case: &Case, conforms: bool, comment: Option<&Name>, world: &World<'_>) -> Result<Decision, Refusal> {
    if let Some(outsider) = &case.outsider
        && waiting_to_be_rated(case, world.procedure).is_none()
    {
        return Err(Refusal::conflict(format!(
            "{} no está en el directorio y no califica aquí: su conformidad consta en el papel que firma.",
            outsider.name
        )));
    }
    may(case, world)?;
    // Where the manual rates in a step, rating is completing that step: one act, one truth.
    if let Some((step, rates)) = waiting_to_be_rated(case, world.procedure) {
        let word = if conforms { "conforme" } else { "no-conforme" };
        let mut command = Complete::step(step);
        command.values.push((rates.field.clone(), Value::Text(word.into())));
        if let (Some(key), Some(comment)) = (&rates.comment, comment) {
            command.values.push((key.clone(), Value::Text(comment.clone())));
        }
        return complete::decide(case, &command, world);
    }
    if !case.ended.as_ref().is_some_and(|ended| ended.how == Ending::Finished) {
        return Err(Refusal::conflict("El servicio se califica cuando el caso ha finalizado."));
    }
    if case.unrated {
        return Err(Refusal::conflict("El caso quedó sin calificar: venció el plazo para hacerlo."));
    }
    if let Some(rating) = &case.rating
        && world.now.duration_since(rating.at) > CHANGEABLE
    {
        return Err(Refusal::conflict("La calificación ya no se puede cambiar: pasaron más de 12 horas."));
    }
    Ok(Decision::one(as_self(world.actor), Event::Rated { conforms, comment: comment.cloned() }))
}

/// The step on which the case waits to be rated.
#[must_use]
pub fn waiting_to_be_rated<'p>(case: &Case, procedure: &'p Procedure) -> Option<(StepNo, &'p Rates)> {
    let standing = case.standing.as_ref()?;
    let step = procedure.step(standing.step)?;
    Some((step.number, step.rates.as_ref()?))
}

/// The rating that the values of a step are.
pub fn given(rates: &Rates, values: &Values) -> Event {
    let text = |key: &str| find(values, key).and_then(Value::text);
    let comment = rates.comment.as_ref().and_then(|key| text(key)).filter(|text| !text.trim().is_empty());
    Event::Rated { conforms: text(&rates.field) == Some("conforme"), comment: comment.map(Name::from) }
}

/// Only who asked rates, and never who attended.
pub fn may(case: &Case, world: &World<'_>) -> Result<(), Refusal> {
    if world.actor.person != case.requester.person {
        return Err(Refusal::forbidden(format!(
            "El servicio solo lo califica quien lo pidió: {}.",
            case.requester.name
        )));
    }
    if case.legs.iter().any(|leg| leg.by.person == world.actor.person && !is_asking(leg, world)) {
        return Err(Refusal::forbidden("Quien atendió el caso no puede calificarlo."));
    }
    Ok(())
}

/// A leg walked as the one who asks, not as one who attends.
fn is_asking(leg: &crate::case::Leg, world: &World<'_>) -> bool {
    world.edition.role(&leg.role).is_some_and(|role| role.scope == Scope::Requester)
}
