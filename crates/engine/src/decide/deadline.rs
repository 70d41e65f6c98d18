//! A due date has come: the system says so, and may be refused because the clock was stopped, moved or answered.

use super::Decision;
use crate::{
    Name,
    authority::{as_self, waits},
    case::Case,
    effect::Effect,
    event::{Event, STEP_CLOCK},
    refusal::Refusal,
    world::World,
};
use jiff::Timestamp;

pub fn decide(case: &Case, clock: &Name, due: Timestamp, world: &World<'_>) -> Result<Decision, Refusal> {
    if !world.actor.is_system() {
        return Err(Refusal::forbidden("Los vencimientos los registra el sistema."));
    }
    if !case.is_open() {
        return Err(Refusal::conflict("El caso ya terminó: el plazo no corre."));
    }
    if case.paused.is_some() {
        return Err(Refusal::conflict("El caso está en espera: el plazo no corre."));
    }
    let (running_due, passed) = if &**clock == STEP_CLOCK {
        let standing = case.standing.as_ref();
        (standing.and_then(|standing| standing.due), standing.is_some_and(|standing| standing.overdue))
    } else {
        match case.clock(clock) {
            Some(state) if state.stopped.is_none() => (Some(state.due), state.passed),
            _ => (None, false),
        }
    };
    match running_due {
        None => Err(Refusal::conflict(format!("El plazo «{clock}» no corre."))),
        Some(_) if passed => Err(Refusal::conflict(format!("El vencimiento de «{clock}» ya estaba registrado."))),
        Some(running) if running != due => Err(Refusal::conflict(format!("El plazo «{clock}» vence en otra fecha."))),
        Some(_) if world.now < due => Err(Refusal::conflict(format!("El plazo «{clock}» aún no vence."))),
        Some(_) => {
            let mut decision = Decision::one(as_self(world.actor), Event::DeadlinePassed { clock: clock.clone(), due });
            let text: Name = format!("Venció el plazo del caso {}: {}", case.number, case.subject).into();
            for wait in waits(case, world.procedure) {
                decision.effects.push(match wait.person {
                    Some(person) => Effect::Notify { person, text: text.clone() },
                    None => Effect::NotifyRole { role: wait.holder, unit: wait.unit, text: text.clone() },
                });
            }
            Ok(decision)
        }
    }
}
