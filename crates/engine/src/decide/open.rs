//! Opening a case: may this person ask for this procedure, and is everything the opening needs there?

use super::{Decision, complete, entrust, link, perform, prioritize};
use crate::{
    Name,
    actor::{Party, Post, holds},
    answers::{check_attachments, check_values, is_attached, opening_fields},
    authority::{as_self, holds_any, list},
    clocks,
    command::{Complete, Open, Weight},
    event::{Attached, Event, Grounds, Opened, Outsider, Priority},
    refusal::{Fault, Refusal},
    value::{Value, find},
    world::World,
};
use manual::organization::Scope;

/// Longest subject, in characters.
pub const LONGEST_SUBJECT: usize = 200;

pub fn decide(command: &Open, world: &World<'_>) -> Result<Decision, Refusal> {
    let procedure = world.procedure;
    let outsider = outsider(command, world);
    let requester = requester(command, outsider.as_ref(), world)?;
    may_ask(command, outsider.as_ref(), world)?;

    let mut faults = Vec::new();
    let subject = command.subject.trim();
    if subject.is_empty() {
        faults.push(Fault::new("subject", "Falta el asunto."));
    } else if subject.chars().count() > LONGEST_SUBJECT {
        faults.push(Fault::new("subject", format!("El asunto pasa de {LONGEST_SUBJECT} caracteres.")));
    }
    check_outsider(outsider.as_ref(), world, &mut faults);
    if command.description.chars().count() > crate::answers::LONGEST_TEXT {
        faults.push(Fault::new("description", "La descripción es demasiado larga; adjúntela como archivo."));
    }
    let attached = |label: &str| is_attached(None, &command.attachments, label);
    let none = Vec::new();
    let fields = opening_fields(&procedure.opening, world.edition);
    let values =
        check_values(fields, &command.values, &none, &command.overrides, &attached, world.edition, &mut faults);
    check_attachments(&procedure.opening.attachments, &values, &none, &attached, &mut faults);
    if !faults.is_empty() {
        return Err(Refusal::invalid(format!("La solicitud de {} está incompleta o tiene errores.", procedure.title))
            .with(faults));
    }

    let (priority, grounds) = weigh(command, world)?;
    let first = procedure
        .first()
        .ok_or_else(|| Refusal::conflict(format!("El procedimiento {} no tiene pasos.", procedure.code)))?;
    let by = as_self(world.actor);
    let opened = Opened {
        number: command.number.clone(),
        procedure: procedure.code.clone(),
        edition: command.edition,
        calendar: world.calendar.version(),
        subject: subject.into(),
        description: command.description.clone(),
        channel: command.channel,
        priority,
        values,
        overrides: command.overrides.clone(),
        to: clocks::entering(None, first, requester.unit.as_ref(), world)?,
        clocks: clocks::at_opening(&command.values, requester.unit.as_ref(), world)?,
        requester,
    };
    let mut decision = Decision::one(by.clone(), Event::Opened(Box::new(opened)));
    if grounds.is_some() {
        decision.events.push((by.clone(), Event::Prioritized { priority, grounds, reason: None }));
    }
    if let Some(outsider) = &outsider {
        let contact = outsider.contact.as_ref().map(|contact| Name::from(contact.trim()));
        let contact = contact.filter(|contact| !contact.is_empty());
        let told = Outsider { name: outsider.name.trim().into(), contact, unit: outsider.unit.clone() };
        decision.events.push((by.clone(), Event::AskedBy(told)));
    }
    for attach in &command.attachments {
        decision.events.push((by.clone(), Event::Attached(Attached::from(attach))));
    }
    if command.with_first_step && first.done_by_opening {
        with_first_step(&mut decision, first.number, world)?;
    }
    if let Some(to) = &command.assign {
        entrust::at_opening(&mut decision, to, world)?;
    }
    if let Some(from) = &command.from {
        link::at_opening(&mut decision, &by, from)?;
    }
    Ok(decision)
}

/// The priority at opening. Whoever only asks describes impact and urgency; they weigh once somebody who attends says so.
fn weigh(command: &Open, world: &World<'_>) -> Result<(Priority, Option<Grounds>), Refusal> {
    if let Some(weight) = &command.weight {
        if !holds_any(world.procedure, world.actor) {
            let message =
                "El impacto y la urgencia los fija quien registra o atiende la solicitud; describa el problema.";
            return Err(Refusal::forbidden(message));
        }
        return prioritize::weigh(weight, world);
    }
    let plain = Ok((command.priority, None));
    if world.edition.priority.is_none() || !holds_any(world.procedure, world.actor) {
        return plain;
    }
    let given = |key: &str| find(&command.values, key).and_then(Value::text).map(Name::from);
    match (given("impacto"), given("urgencia")) {
        (Some(impact), Some(urgency)) => {
            // The words of the opening's own fields need not be those of the matrix.
            prioritize::weigh(&Weight::Graded { impact, urgency }, world).or(plain)
        }
        _ => plain,
    }
}

/// For whom, where that person is not in the directory. What is opened from another case is for the one who asked for that
/// one, unless somebody is named.
fn outsider(command: &Open, world: &World<'_>) -> Option<Outsider> {
    if command.outsider.is_some() || command.on_behalf_of.is_some() {
        return command.outsider.clone();
    }
    let told = command.from.as_ref()?.seen.as_ref()?.case.outsider.clone()?;
    // The organisation may have changed since.
    Some(Outsider { unit: told.unit.filter(|unit| world.edition.unit(unit).is_some()), ..told })
}

/// In whose name the case runs. For somebody who is not in the directory that is whoever registers it.
fn requester(command: &Open, outsider: Option<&Outsider>, world: &World<'_>) -> Result<Party, Refusal> {
    match (&command.on_behalf_of, outsider) {
        (Some(_), Some(_)) => Err(Refusal::invalid(
            "Elija a la persona del directorio o escriba a quien no está en él; no las dos cosas.",
        )),
        (Some(candidate), None) if !candidate.active => {
            Err(Refusal::conflict(format!("{} está de baja; no se puede pedir a su nombre.", candidate.name)))
        }
        (Some(candidate), None) => Ok(candidate.party()),
        (None, Some(outsider)) => {
            let own = world.actor.party();
            Ok(Party { unit: outsider.unit.clone().or_else(|| own.unit.clone()), ..own })
        }
        (None, None) => Ok(world.actor.party()),
    }
}

fn check_outsider(outsider: Option<&Outsider>, world: &World<'_>, faults: &mut Vec<Fault>) {
    let Some(outsider) = outsider else { return };
    let too_long = |text: &str| text.chars().count() > LONGEST_SUBJECT;
    if outsider.name.trim().is_empty() {
        faults.push(Fault::new("outsider.name", "Escriba el nombre de quien lo pide."));
    } else if too_long(&outsider.name) || outsider.contact.as_deref().is_some_and(too_long) {
        faults.push(Fault::new(
            "outsider.name",
            format!("El nombre o el contacto pasa de {LONGEST_SUBJECT} caracteres."),
        ));
    }
    if outsider.unit.as_ref().is_some_and(|unit| world.edition.unit(unit).is_none()) {
        faults.push(Fault::new("outsider.unit", "Elija una unidad del organigrama."));
    }
}

/// Opening is the first step: done in the same act where the actor is its responsible, left standing where not.
fn with_first_step(
    decision: &mut Decision,
    first: manual::procedure::StepNo,
    world: &World<'_>,
) -> Result<(), Refusal> {
    let (case, _) = perform(None, decision.events.clone(), world.now)
        .map_err(|error| Refusal::conflict(format!("La apertura no se pudo registrar: {error}.")))?;
    if let Ok(done) = complete::decide(&case, &Complete::step(first), world) {
        decision.events.extend(done.events);
        decision.effects.extend(done.effects);
    }
    Ok(())
}

/// Who asks must hold one of the roles that may; whoever receives the request may register it in his name.
fn may_ask(command: &Open, outsider: Option<&Outsider>, world: &World<'_>) -> Result<(), Refusal> {
    let actor = world.actor;
    if actor.is_system() {
        return Ok(());
    }
    let everybody = world
        .procedure
        .requesters
        .iter()
        .any(|role| world.edition.role(role).is_some_and(|role| role.scope == Scope::Requester));
    let asks = |posts: &[Post]| everybody || held_among(world.procedure.requesters.iter(), posts);
    let himself = asks(&actor.posts) || actor.stands_in_for.iter().any(|deputed| asks(&deputed.posts));
    if outsider.is_some() && actor.posts.is_empty() {
        return Err(Refusal::forbidden("Solo el personal que atiende registra solicitudes a nombre de otra persona."));
    }
    let Some(candidate) = &command.on_behalf_of else {
        return if himself { Ok(()) } else { Err(not_his_to_ask(world)) };
    };
    if candidate.person == actor.person && himself {
        return Ok(());
    }
    if actor.posts.is_empty() {
        return Err(Refusal::forbidden("Solo el personal que atiende registra solicitudes a nombre de otra persona."));
    }
    let receives = world.procedure.first().is_some_and(|step| {
        held_among(step.role_names(), &actor.posts)
            || actor.stands_in_for.iter().any(|deputed| held_among(step.role_names(), &deputed.posts))
    });
    if himself || (receives && asks(&candidate.posts)) { Ok(()) } else { Err(not_his_to_ask(world)) }
}

fn held_among<'n>(mut roles: impl Iterator<Item = &'n Name>, posts: &[Post]) -> bool {
    roles.any(|role| holds(posts, role, None))
}

fn not_his_to_ask(world: &World<'_>) -> Refusal {
    let names: Vec<&str> = world.procedure.requesters.iter().map(|name| &**name).collect();
    Refusal::forbidden(format!(
        "{} ({}) solo lo puede pedir {}.",
        world.procedure.title,
        world.procedure.code,
        list(&names, "o")
    ))
    .under(world.procedure.norms.first().map(|norm| format!("Norma {}: {}", norm.number, norm.text)))
}
