//! Naming who attends in the act of opening: whoever receives a request at the telephone or the window goes through his
//! own receiving steps and leaves the case in the hands of a person, all in one act.

use super::{Decision, assign::may_hold, complete, perform, standing};
use crate::{
    actor::Candidate,
    authority::{as_chief, as_self, on_step},
    case::Case,
    command::Complete,
    effect::Effect,
    event::{By, Event},
    refusal::Refusal,
    world::World,
};
use manual::{
    organization::Scope,
    procedure::{Procedure, Step},
};

/// Steps of his own that a receiver may go through in the act of opening.
pub const OWN_STEPS: usize = 3;

pub(super) fn at_opening(decision: &mut Decision, to: &Candidate, world: &World<'_>) -> Result<(), Refusal> {
    let unlikely = |error| Refusal::conflict(format!("La apertura no se pudo registrar: {error}."));
    let (mut case, _) = perform(None, decision.events.clone(), world.now).map_err(unlikely)?;
    for _ in 0..=OWN_STEPS {
        let (_, step) = standing(&case, world)?;
        if let Some(role) = step
            .responsibles
            .iter()
            .find(|one| one.scope != Scope::Requester && may_hold(&case, &one.role, to, world).is_ok())
        {
            let by = who_names(&case, step, world)?;
            decision.events.push((by, Event::Assigned { role: role.role.clone(), to: to.party(), reason: None }));
            decision.effects.extend(told(&case, to, world));
            return Ok(());
        }
        // A question is answered by looking at the case, not while registering it.
        if step.decision.is_some() {
            break;
        }
        let named = step.assigns.iter().find(|role| may_hold(&case, role, to, world).is_ok());
        let assign = named.map(|role| (role.clone(), to.clone())).into_iter().collect();
        let done = complete::decide(&case, &Complete { assign, ..Complete::step(step.number) }, world)
            .map_err(|refusal| not_in_reach(to, step, refusal))?;
        let (after, _) = perform(Some(case), done.events.clone(), world.now).map_err(unlikely)?;
        decision.events.extend(done.events);
        decision.effects.extend(done.effects);
        case = after;
        if named.is_some() {
            decision.effects.extend(told(&case, to, world));
            return Ok(());
        }
    }
    let (_, step) = standing(&case, world)?;
    let posts = crate::authority::roles_in_words(step);
    Err(Refusal::invalid(format!(
        "{} no puede recibir el caso todavía: el paso {} corresponde a {posts}. Déjelo en el puesto o elija a otra persona.",
        to.name, step.number
    )))
}

/// The step between the one who registers and the one who is to attend cannot be done now.
fn not_in_reach(to: &Candidate, step: &Step, refusal: Refusal) -> Refusal {
    let message =
        format!("Antes de que lo reciba {} hay que cumplir el paso {}. {}", to.name, step.number, refusal.message);
    Refusal { message, ..refusal }
}

/// A chief, whoever could do the step himself, or whoever receives under this procedure.
fn who_names(case: &Case, step: &Step, world: &World<'_>) -> Result<By, Refusal> {
    if let Ok(by) = as_chief("Asignar", world) {
        return Ok(by);
    }
    let could = case.standing.as_ref().is_some_and(|standing| on_step(case, step, standing, world).is_ok());
    let brought = case.legs.iter().any(|leg| {
        leg.by.person == world.actor.person
            && world.edition.role(&leg.role).is_some_and(|role| role.scope != Scope::Requester)
    });
    if could || brought || receives(world.procedure, world) {
        return Ok(as_self(world.actor));
    }
    Err(Refusal::forbidden(format!(
        "Asignar a la persona que atiende {} corresponde a una jefatura o a quien recibe. Déjelo en el puesto.",
        world.procedure.code
    )))
}

/// Holds a post that the procedure names among those who ask, or at its first step.
fn receives(procedure: &Procedure, world: &World<'_>) -> bool {
    let first = procedure.first().into_iter().flat_map(Step::role_names);
    procedure.requesters.iter().chain(first).any(|role| {
        world.edition.role(role).is_some_and(|known| known.scope != Scope::Requester) && world.actor.holds(role, None)
    })
}

fn told(case: &Case, to: &Candidate, world: &World<'_>) -> Option<Effect> {
    let text = format!("Se le asignó el caso {}: {}", case.number, case.subject).into();
    (to.person != world.actor.person).then_some(Effect::Notify { person: to.person, text })
}
