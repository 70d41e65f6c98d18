//! Following a case without attending it: by oneself, or because a comment names one with `@`; and telling those who follow.

use super::Decision;
use crate::{
    Name,
    actor::{Candidate, PersonId},
    authority::{as_chief, as_self, attends, takes_part},
    case::Case,
    effect::Effect,
    event::Event,
    refusal::{Fault, Refusal},
    world::World,
};

/// Most persons one comment may name.
pub const MOST_MENTIONS: usize = 20;

pub fn watch(case: &Case, world: &World<'_>) -> Result<Decision, Refusal> {
    let actor = world.actor;
    if actor.is_system() {
        return Err(Refusal::forbidden("Los casos los siguen personas."));
    }
    if case.requester.person == actor.person {
        return Err(Refusal::conflict("Usted pidió el caso: ya recibe sus avisos."));
    }
    if case.watcher(actor.person).is_some() {
        return Err(Refusal::conflict(format!("Usted ya sigue el caso {}.", case.number)));
    }
    let chief = as_chief("Seguirlo", world).is_ok();
    if !chief && !takes_part(case, world.procedure, actor) {
        return Err(Refusal::forbidden(format!(
            "El caso {} lo siguen quienes participan en él, una jefatura, o quien ellos mencionen en un comentario.",
            case.number
        )));
    }
    let internal = chief || attends(case, world.procedure, actor);
    Ok(Decision::one(as_self(actor), Event::Watched { who: actor.party(), internal }))
}

pub fn unwatch(case: &Case, world: &World<'_>) -> Result<Decision, Refusal> {
    if case.watcher(world.actor.person).is_none() {
        return Err(Refusal::conflict(format!("Usted no sigue el caso {}.", case.number)));
    }
    Ok(Decision::one(as_self(world.actor), Event::Unwatched { who: world.actor.party() }))
}

/// Those a comment names follow the case from now on. Only who attends names others: it opens the case to them.
pub fn mention(
    case: &Case,
    mentions: &[Candidate],
    public: bool,
    world: &World<'_>,
    decision: &mut Decision,
) -> Result<(), Refusal> {
    let actor = world.actor;
    let may = attends(case, world.procedure, actor) || as_chief("Mencionar", world).is_ok();
    if !may || actor.is_system() {
        return Ok(());
    }
    if mentions.len() > MOST_MENTIONS {
        return Err(Refusal::invalid(format!("Un comentario menciona a {MOST_MENTIONS} personas como máximo.")));
    }
    let mut seen: Vec<PersonId> = vec![actor.person];
    for candidate in mentions {
        if seen.contains(&candidate.person) {
            continue;
        }
        seen.push(candidate.person);
        let text: Name = format!("{} le mencionó en el caso {}: {}", actor.name, case.number, case.subject).into();
        if candidate.person == case.requester.person {
            // Who asked sees what is public anyway, and nothing else.
            if public {
                decision.effects.push(Effect::Notify { person: candidate.person, text });
            }
            continue;
        }
        if !candidate.active || candidate.posts.is_empty() {
            let why = if candidate.active { "no ocupa ningún puesto" } else { "está de baja" };
            let message = format!(
                "{} no puede seguir el caso: {why}. Se menciona a personal de la institución o a quien solicitó.",
                candidate.name
            );
            return Err(Refusal::invalid(message.clone()).with(vec![Fault::new("text", message)]));
        }
        if !case.watcher(candidate.person).is_some_and(|watcher| watcher.internal) {
            let event = Event::Watched { who: candidate.party(), internal: true };
            decision.events.push((as_self(actor), event));
        }
        decision.effects.push(Effect::Notify { person: candidate.person, text });
    }
    Ok(())
}

/// Tells those who follow what has happened: one notice a decision, none to who did it or is told anyway.
pub fn tell(case: &Case, decision: &mut Decision, world: &World<'_>) {
    if case.watchers.is_empty() {
        return;
    }
    let Some((what, internal)) = decision.events.iter().find_map(|(_, event)| told(event)) else { return };
    let who = if world.actor.is_system() { "El sistema" } else { &*world.actor.name };
    let text: Name = format!("{who} {what} el caso {}: {}", case.number, case.subject).into();
    for watcher in &case.watchers {
        let known = decision
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Notify { person, .. } if *person == watcher.person));
        if watcher.person != world.actor.person && !known && (watcher.internal || !internal) {
            decision.effects.push(Effect::Notify { person: watcher.person, text: text.clone() });
        }
    }
}

/// What is worth telling, as the verb before "el caso", and whether only those who read what is internal are told.
const fn told(event: &Event) -> Option<(&'static str, bool)> {
    Some(match event {
        Event::Completed(completed) if completed.to.is_none() => ("terminó", false),
        Event::Completed(_) => ("avanzó", false),
        Event::SentBack { .. } => ("devolvió", false),
        Event::Commented { public, .. } => ("comentó", !*public),
        Event::Paused { .. } | Event::Halted { .. } => ("puso en espera", false),
        Event::Escalated(_) => ("escaló", false),
        Event::Resumed { .. } => ("reanudó", false),
        Event::Cancelled { .. } => ("anuló", false),
        Event::Reopened { .. } => ("reabrió", false),
        Event::Separated { .. } => ("separó de otro", false),
        _ => return None,
    })
}
