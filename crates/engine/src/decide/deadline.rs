//! A due date or the moment of a warning has come: the system says so, and may be refused because the clock was stopped,
//! moved, answered or already told.

use super::Decision;
use crate::{
    Name,
    actor::SYSTEM,
    authority::{as_self, meant, waits},
    case::Case,
    clocks::{self, Frame},
    effect::{Audience, Effect, Tell, While},
    event::{By, Event},
    history::clock_name,
    refusal::Refusal,
    world::World,
};
use jiff::Timestamp;
use manual::{
    notice::Kind,
    organization::Scope,
    procedure::{ClockEnd, StepNo, Warning, WarningTime, WarningTo},
};

pub fn decide(case: &Case, clock: &Name, due: Timestamp, world: &World<'_>) -> Result<Decision, Refusal> {
    by_the_system(world)?;
    let apart = case.clock(clock).is_some_and(|state| state.apart);
    if !case.is_open() && !apart {
        return Err(Refusal::conflict("El caso ya terminó: el plazo no corre."));
    }
    if case.paused.is_some() {
        return Err(Refusal::conflict("El caso está en espera: el plazo no corre."));
    }
    let running_due = clocks::running(case).contains(clock).then(|| case.due_of(clock)).flatten();
    match running_due {
        None => return Err(Refusal::conflict(format!("El plazo «{clock}» no corre."))),
        Some(_) if case.has_passed(clock) => {
            return Err(Refusal::conflict(format!("El vencimiento de «{clock}» ya estaba registrado.")));
        }
        Some(running) if running != due => {
            return Err(Refusal::conflict(format!("El plazo «{clock}» vence en otra fecha.")));
        }
        Some(_) if world.now < due => return Err(Refusal::conflict(format!("El plazo «{clock}» aún no vence."))),
        Some(_) => {}
    }
    if apart {
        return lapsed(case, clock, due, world);
    }
    let mut decision = Decision::one(as_self(world.actor), Event::DeadlinePassed { clock: clock.clone(), due });
    let text: Name = format!("Venció {} del caso {}: {}", clock_name(clock), case.number, case.subject).into();
    for wait in waits(case, world.procedure) {
        decision.effects.push(match wait.person {
            Some(person) => Effect::Notify { person, text: text.clone() },
            None => Effect::NotifyRole { role: wait.holder, unit: wait.unit, text: text.clone() },
        });
    }
    at_due(case, clock, due, &text, world, &mut decision);
    Ok(decision)
}

/// The time to rate has run out, or a period after the end: an outcome of its own, nobody's lateness.
fn lapsed(case: &Case, clock: &Name, due: Timestamp, world: &World<'_>) -> Result<Decision, Refusal> {
    let rates = world.procedure.clock(clock).is_some_and(|clock| clock.until == ClockEnd::Rating);
    if rates && case.rating.is_some() {
        return Err(Refusal::conflict("El servicio ya se calificó: el plazo no corre."));
    }
    let waiting = case
        .standing
        .as_ref()
        .filter(|_| rates)
        .filter(|standing| world.procedure.step(standing.step).is_some_and(|step| step.rates.is_some()));
    let stay: Option<(StepNo, u16)> = waiting.map(|standing| (standing.step, standing.visit));
    let role = stay.and_then(|(step, _)| world.procedure.step(step)?.role_names().next().cloned());
    let by = By { role, ..as_self(world.actor) };
    let event = Event::Lapsed { clock: clock.clone(), due, unrated: rates, stay };
    let mut decision = Decision::one(by, event);
    let text: Name = if rates {
        format!("El caso {} terminó sin calificar: venció el plazo.", case.number).into()
    } else {
        format!("Venció el plazo «{clock}» del caso {}: {}", case.number, case.subject).into()
    };
    at_due(case, clock, due, &text, world, &mut decision);
    Ok(decision)
}

pub fn warn(case: &Case, clock: &Name, warning: u16, world: &World<'_>) -> Result<Decision, Refusal> {
    by_the_system(world)?;
    let frame = Frame::from(world);
    let alarms = clocks::alarms(case, &frame);
    let alarm = alarms.iter().find(|alarm| alarm.clock == *clock && alarm.warning == warning);
    let rule = frame.rule(case, clock);
    let declared = rule.as_ref().and_then(|rule| rule.warnings.get(usize::from(warning)));
    let (Some(alarm), Some(declared)) = (alarm, declared) else {
        return Err(Refusal::conflict(format!("El aviso del plazo «{clock}» ya se dio o ya no corresponde.")));
    };
    let due = alarm.due;
    if world.now < alarm.at {
        return Err(Refusal::conflict(format!("El aviso del plazo «{clock}» aún no sale.")));
    }
    let before = matches!(declared.when, WarningTime::Before(_));
    if before && world.now >= due {
        return Err(Refusal::conflict(format!("El plazo «{clock}» ya venció: el aviso no sirve.")));
    }
    let mut decision = Decision::one(as_self(world.actor), Event::Warned { clock: clock.clone(), due, warning });
    let date = crate::calendar::words::moment(world.calendar.time_zone().to_datetime(due));
    let what = clock_name(clock);
    let text: Name = if before {
        format!("Está por vencer {what} del caso {}: {date}. {}", case.number, case.subject).into()
    } else {
        format!("Sigue sin atenderse el caso {}: {what} venció el {date}. {}", case.number, case.subject).into()
    };
    tell(case, &declared.to, (clock, due), &text, world, &mut decision);
    Ok(decision)
}

fn by_the_system(world: &World<'_>) -> Result<(), Refusal> {
    if world.actor.is_system() {
        return Ok(());
    }
    Err(Refusal::forbidden("Los vencimientos los registra el sistema."))
}

/// Those the manual wants told at the very end of the term.
fn at_due(case: &Case, clock: &Name, due: Timestamp, text: &Name, world: &World<'_>, decision: &mut Decision) {
    let Some(rule) = Frame::from(world).rule(case, clock) else { return };
    let at_due = |warning: &&Warning| warning.when == WarningTime::AtDue && warning.to != WarningTo::Holder;
    for warning in rule.warnings.iter().filter(at_due) {
        tell(case, &warning.to, (clock, due), text, world, decision);
    }
}

/// Tells those whom a warning names. A notice that is late in leaving is dropped where the clock no longer runs towards
/// this due date; a period that only lapses stops by running out, and nothing makes its notice untrue.
fn tell(
    case: &Case,
    to: &WarningTo,
    (clock, due): (&Name, Timestamp),
    text: &Name,
    world: &World<'_>,
    decision: &mut Decision,
) {
    let whom = match to {
        WarningTo::Holder => waits(case, world.procedure),
        WarningTo::Role(role) => {
            let scope = world.edition.role(role).map_or(Scope::Post, |role| role.scope);
            meant(case, role, scope, world.procedure)
        }
    };
    let lapses = case.clock(clock).is_some_and(|state| state.apart);
    for wait in whom {
        let to = match wait.person {
            Some(person) => Audience::Person(person),
            None => Audience::Role { role: wait.holder, unit: wait.unit },
        };
        let effect = Effect::Tell(Box::new(Tell {
            kind: Kind::Term,
            to,
            by: SYSTEM,
            by_name: "El sistema".into(),
            text: text.clone(),
            words: None,
            while_so: (!lapses).then(|| While::Running { clock: clock.clone(), due }),
        }));
        if !decision.effects.contains(&effect) {
            decision.effects.push(effect);
        }
    }
}
