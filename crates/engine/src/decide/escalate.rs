//! Escalation: functional, to the next level or another area; hierarchical, to the superior, who decides or gives it back.

use super::{Decision, complete, reason_given, standing};
use crate::{
    Name,
    actor::{Candidate, holds},
    authority::{Capacity, as_chief, list, meant_posts, norm_of, on_step},
    case::Case,
    command::{Complete, EscalateTo},
    effect::Effect,
    event::{Escalated, EscalationKind, Event},
    refusal::{Fault, Refusal},
    world::World,
};
use manual::{
    organization::Scope,
    procedure::{Route, Step},
};

pub fn decide(case: &Case, to: &EscalateTo, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    let (standing, step) = standing(case, world)?;
    if case.paused.is_some() {
        return Err(Refusal::conflict("El caso está en espera; reanúdelo antes de escalarlo."));
    }
    let capacity = on_step(case, step, standing, world)?;
    reason_given(reason, "por la que se escala")?;
    match to {
        EscalateTo::Area(area) => functional(case, step, &capacity, area, reason, world),
        EscalateTo::Superior(person) => hierarchical(case, step, &capacity, person.as_ref(), reason, world),
    }
}

fn functional(
    case: &Case,
    step: &Step,
    capacity: &Capacity,
    area: &Name,
    reason: &Name,
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    let route = route(area, world)?;
    let visit = case.standing.as_ref().map_or(1, |standing| standing.visit);
    let mut escalated = Escalated {
        kind: EscalationKind::Functional,
        step: step.number,
        visit,
        from: capacity.role.clone(),
        to: named(route),
        unit: None,
        person: None,
        route: None,
        released: Vec::new(),
        reason: reason.clone(),
    };
    // Where the step itself asks for the area, escalating is answering it that way.
    let routing = world.procedure.routing.as_ref();
    let question = routing.and_then(|routing| routing.asked_at.iter().find(|question| question.step == step.number));
    if let Some(question) = question {
        let command = Complete {
            visit: Some(visit),
            answer: question.branch.clone(),
            note: Some(reason.clone()),
            route: Some(route.key.clone()),
            ..Complete::step(step.number)
        };
        let mut decision = complete::decide(case, &command, world)?;
        decision.events.insert(0, (capacity.by(world.actor), Event::Escalated(escalated)));
        return Ok(decision);
    }
    if case.route.as_ref() == Some(&route.key) {
        return Err(Refusal::conflict(format!("El caso ya está en {}.", route.label)));
    }
    if !step.responsibles.iter().any(|one| one.scope == Scope::Routed) {
        return Err(Refusal::conflict(format!(
            "El paso {} corresponde a {} en cualquier área: escálelo al superior.",
            step.number, capacity.role
        ))
        .under(norm_of(world.procedure, step)));
    }
    escalated.route = Some(route.key.clone());
    let is_routed = |role: &str| world.edition.role(role).is_some_and(|role| role.scope == Scope::Routed);
    escalated.released =
        case.assignees.iter().filter(|assignee| is_routed(&assignee.role)).map(|one| one.role.clone()).collect();
    let text: Name = format!("Se escaló a su área el caso {}: {}", case.number, case.subject).into();
    let mut after = case.clone();
    after.route.clone_from(&escalated.route);
    let mut decision = Decision::one(capacity.by(world.actor), Event::Escalated(escalated));
    for (role, unit) in meant_posts(&after, &capacity.role, world.procedure) {
        decision.effects.push(Effect::NotifyRole { role, unit, text: text.clone() });
    }
    Ok(decision)
}

/// The area as people call it, with its level where it has one.
fn named(route: &Route) -> Name {
    match route.level {
        Some(level) => format!("{} (nivel {level})", route.label).into(),
        None => route.label.clone(),
    }
}

fn route<'w>(area: &str, world: &World<'w>) -> Result<&'w Route, Refusal> {
    let Some(routing) = &world.procedure.routing else {
        return Err(Refusal::conflict(format!(
            "{} no tiene otras áreas a las que escalar: escálelo al superior.",
            world.procedure.code
        )));
    };
    routing.routes.iter().find(|route| &*route.key == area || &*route.label == area).ok_or_else(|| {
        let labels: Vec<&str> = routing.routes.iter().map(|route| &*route.label).collect();
        let message = format!("Diga a qué área se escala: {}.", list(&labels, "o"));
        Refusal::invalid(message.clone()).with(vec![Fault::new("area", message)])
    })
}

fn hierarchical(
    case: &Case,
    step: &Step,
    capacity: &Capacity,
    person: Option<&Candidate>,
    reason: &Name,
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    let (superior, unit) = superior_of(case, capacity, world)?;
    if let Some(candidate) = person {
        if !candidate.active {
            return Err(Refusal::conflict(format!("{} está de baja; elija a otra persona.", candidate.name)));
        }
        if !holds(&candidate.posts, &superior, unit.as_deref()) {
            return Err(Refusal::invalid(format!(
                "{} no es superior de {}: lo es {superior}.",
                candidate.name, capacity.role
            )));
        }
    } else if !world.directory.anyone_holds(&superior, unit.as_deref()) {
        return Err(Refusal::conflict(format!(
            "Nadie ocupa hoy el puesto de {superior}, superior de {}.",
            capacity.role
        )));
    }
    let text: Name = format!("Se le pide decidir en el caso {}: {}", case.number, case.subject).into();
    let effect = match person {
        Some(candidate) => Effect::Notify { person: candidate.person, text },
        None => Effect::NotifyRole { role: superior.clone(), unit: unit.clone(), text },
    };
    let escalated = Escalated {
        kind: EscalationKind::Hierarchical,
        step: step.number,
        visit: case.standing.as_ref().map_or(1, |standing| standing.visit),
        from: capacity.role.clone(),
        to: superior,
        unit,
        person: person.map(Candidate::party),
        route: None,
        released: Vec::new(),
        reason: reason.clone(),
    };
    let mut decision = Decision::one(capacity.by(world.actor), Event::Escalated(escalated));
    decision.effects.push(effect);
    Ok(decision)
}

/// The superior's post by the organisation chart, and the unit meant where the post is of several.
fn superior_of(case: &Case, capacity: &Capacity, world: &World<'_>) -> Result<(Name, Option<Name>), Refusal> {
    // Escalated once, it goes on upwards from the superior.
    let from = if let Some(superior) = &capacity.as_superior {
        superior.clone()
    } else {
        let posts = meant_posts(case, &capacity.role, world.procedure);
        let own = posts.iter().find(|(role, unit)| world.actor.holds(role, unit.as_deref()));
        own.or(posts.first()).map_or_else(|| capacity.role.clone(), |(role, _)| role.clone())
    };
    let role = world.edition.role(&from);
    let Some(superior) = role.and_then(|role| role.superior.clone()) else {
        return Err(Refusal::conflict(format!(
            "El manual no dice quién es el superior de {from}: no se puede escalar."
        )));
    };
    let routed = world.edition.role(&superior).is_some_and(|role| role.scope == Scope::Routed);
    if !routed {
        return Ok((superior, None));
    }
    // A post that is of several areas: the one of the case's area, or of the unit the role belongs to.
    if case.route.is_some()
        && let Some((holder, unit)) = meant_posts(case, &superior, world.procedure).into_iter().next()
    {
        return Ok((holder, unit));
    }
    Ok((superior, role.and_then(|role| role.unit.clone())))
}

pub fn give_back(case: &Case, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    let (standing, step) = standing(case, world)?;
    let Some(escalation) = case.with_superior() else {
        return Err(Refusal::conflict(format!("El caso {} no espera la decisión de un superior.", case.number)));
    };
    let by = match on_step(case, step, standing, world) {
        Ok(capacity) if capacity.as_superior.is_some() => capacity.by(world.actor),
        _ => as_chief("Devolver lo escalado", world)?,
    };
    reason_given(reason, "por la que se devuelve sin decidir")?;
    let mut decision = Decision::one(by, Event::EscalationReturned { reason: reason.clone() });
    if escalation.by.person != world.actor.person {
        decision.effects.push(Effect::Notify {
            person: escalation.by.person,
            text: format!("Le devolvieron el caso {} que escaló: {}", case.number, case.subject).into(),
        });
    }
    Ok(decision)
}
