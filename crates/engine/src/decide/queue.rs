//! First come, first served, where the procedure says so: nobody takes a case while an older one of the same queue waits.

use crate::{
    authority::{Capacity, waits},
    case::Case,
    event::{By, Event},
    refusal::Refusal,
    world::World,
};
use manual::{
    organization::Scope,
    procedure::{ArrivalOrder, Step},
};

/// Refuses to attend this case under a role while an older one waits for the same post.
pub fn in_turn(case: &Case, role: &str, world: &World<'_>) -> Result<(), Refusal> {
    let Some(order) = &world.procedure.arrival_order else { return Ok(()) };
    let older = waits(case, world.procedure)
        .iter()
        .filter(|wait| &*wait.role == role && wait.person.is_none())
        .find_map(|wait| world.directory.waits_longer(case, wait));
    match older {
        None => Ok(()),
        Some(older) => Err(Refusal::conflict(format!(
            "Se atiende por orden de llegada: antes está el caso {older}, que sigue en espera. Tome ese primero; una \
             jefatura puede asignar este fuera de orden, con la razón."
        ))
        .under(norm(order, world))),
    }
}

/// Attending a step nobody has taken is taking it, and must be in turn as well.
pub fn taken_by_attending(
    case: &Case,
    step: &Step,
    capacity: &Capacity,
    world: &World<'_>,
) -> Result<Option<(By, Event)>, Refusal> {
    let mine = step.responsibles.iter().find(|one| one.role == capacity.role);
    let asks = mine.is_none_or(|one| one.scope == Scope::Requester);
    let free = case.assignee(&capacity.role).is_none() && capacity.as_superior.is_none();
    if world.procedure.arrival_order.is_none() || asks || !free || world.actor.is_system() {
        return Ok(None);
    }
    in_turn(case, &capacity.role, world)?;
    let event = Event::Assigned { role: capacity.role.clone(), to: world.actor.party(), reason: None };
    Ok(Some((capacity.by(world.actor), event)))
}

fn norm(order: &ArrivalOrder, world: &World<'_>) -> Option<String> {
    let number = order.norm.as_ref()?;
    let own = world.procedure.norms.iter().find(|norm| norm.number == *number);
    let norm = own.or_else(|| world.edition.norms.iter().find(|norm| norm.number == *number))?;
    Some(format!("{}, norma {}: {}", world.procedure.code, norm.number, norm.text))
}
