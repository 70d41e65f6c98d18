//! Who attends: taking a step for oneself, and naming somebody else.

use super::{Decision, complete::meant_by_role, queue, reason_given, standing};
use crate::{
    Name,
    actor::{Candidate, Party},
    authority::{as_chief, on_step},
    case::Case,
    effect::Effect,
    event::Event,
    refusal::Refusal,
    world::World,
};
use manual::organization::Scope;

pub fn take(case: &Case, world: &World<'_>) -> Result<Decision, Refusal> {
    let (standing, step) = standing(case, world)?;
    let capacity = on_step(case, step, standing, world)?;
    if step
        .responsibles
        .iter()
        .any(|responsible| responsible.role == capacity.role && responsible.scope == Scope::Requester)
    {
        return Err(Refusal::conflict("Este paso es de quien solicita; no hace falta tomarlo."));
    }
    if case.assignee(&capacity.role).is_some_and(|assignee| assignee.person == world.actor.person) {
        return Err(Refusal::conflict(format!("El caso {} ya está a su cargo.", case.number)));
    }
    if let Some(escalation) = case.with_superior().filter(|_| capacity.as_superior.is_some()) {
        let by = &escalation.by.name;
        return Err(Refusal::conflict(format!(
            "El caso se escaló a usted para que decida: cumpla el paso o devuélvalo a {by}."
        )));
    }
    queue::in_turn(case, &capacity.role, world)?;
    let role = capacity.role.clone();
    Ok(Decision::one(capacity.by(world.actor), Event::Assigned { role, to: world.actor.party(), reason: None }))
}

pub fn assign(
    case: &Case,
    role: Option<&Name>,
    to: &Candidate,
    reason: Option<&Name>,
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    let (_, step) = standing(case, world)?;
    let role = match role {
        Some(role) => role.clone(),
        None => step.role_names().find(|role| meant_by_role(case, role, to, world)).cloned().ok_or_else(|| {
            Refusal::invalid(format!("{} no ocupa ninguno de los puestos del paso {}.", to.name, step.number))
        })?,
    };
    let known = world.procedure.steps.iter().flat_map(|step| &step.responsibles).find(|one| one.role == role);
    let Some(responsible) = known else {
        return Err(Refusal::invalid(format!("«{role}» no interviene en {}.", world.procedure.code)));
    };
    if responsible.scope == Scope::Requester {
        return Err(Refusal::conflict("El solicitante no se asigna: es quien pidió el caso."));
    }
    let current = case.assignee(&role);
    if current.is_some_and(|current| current.person == to.person) {
        return Err(Refusal::conflict(format!("El caso ya está asignado a {}.", to.name)));
    }
    // Handing over one's own work, or a chief's choice.
    let own = current.is_some_and(|current| current.person == world.actor.person);
    let by = if own { crate::authority::as_self(world.actor) } else { as_chief("Asignar", world)? };
    if current.is_some() {
        reason_given(reason.map_or("", |reason| reason), "del traslado")?;
    } else if reason.is_none_or(|reason| reason.trim().is_empty()) {
        // A chief may assign out of turn, and says why.
        queue::in_turn(case, &role, world)?;
    }
    may_hold(case, &role, to, world)?;
    // Who had it goes on seeing what becomes of it.
    let before = current
        .filter(|before| case.watcher(before.person).is_none_or(|watcher| !watcher.internal))
        .filter(|before| before.person != case.requester.person)
        .map(|before| Party { person: before.person, name: before.name.clone(), unit: None });
    let mut decision = Decision::one(by.clone(), Event::Assigned { role, to: to.party(), reason: reason.cloned() });
    if let Some(who) = before {
        decision.events.push((by, Event::Watched { who, internal: true }));
    }
    if to.person != world.actor.person {
        decision.effects.push(Effect::Notify {
            person: to.person,
            text: format!("Se le asignó el caso {}: {}", case.number, case.subject).into(),
        });
    }
    Ok(decision)
}

/// Whether a person may be named for a role of this case.
pub(super) fn may_hold(case: &Case, role: &str, candidate: &Candidate, world: &World<'_>) -> Result<(), Refusal> {
    if !candidate.active {
        return Err(Refusal::conflict(format!("{} está de baja; elija a otra persona.", candidate.name)));
    }
    if meant_by_role(case, role, candidate, world) {
        Ok(())
    } else {
        Err(Refusal::invalid(format!("{} no ocupa el puesto de {role}.", candidate.name)))
    }
}
