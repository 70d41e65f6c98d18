//! The clocks of a case: when each falls due, computed from the events and the calendar, never counted up.

use crate::{
    Name,
    case::{Case, Pause},
    event::{Due, Entered, STEP_CLOCK},
    refusal::Refusal,
    world::World,
};
use jiff::Timestamp;
use manual::{
    organization::Scope,
    procedure::{ClockEnd, ClockStart, Step, StepNo},
    term::Term,
};

/// The clocks that start with the opening.
pub fn at_opening(world: &World<'_>) -> Result<Vec<Due>, Refusal> {
    starting(world, ClockStart::Opening)
}

/// The clocks that start when the case first reaches a step.
pub fn on_reaching(case: &Case, step: StepNo, world: &World<'_>) -> Result<Vec<Due>, Refusal> {
    let mut dues = starting(world, ClockStart::Step(step))?;
    dues.retain(|due| case.clock(&due.clock).is_none());
    Ok(dues)
}

fn starting(world: &World<'_>, start: ClockStart) -> Result<Vec<Due>, Refusal> {
    world
        .procedure
        .clocks
        .iter()
        .filter(|clock| clock.from == start)
        .map(|clock| Ok(Due { clock: clock.name.clone(), at: due_from(world.now, clock.term, world)? }))
        .collect()
}

/// The clocks that stop when a step is completed.
#[must_use]
pub fn stopping(case: &Case, step: StepNo, world: &World<'_>) -> Vec<Name> {
    world
        .procedure
        .clocks
        .iter()
        .filter(|clock| clock.until == ClockEnd::Step(step))
        .filter(|clock| case.clock(&clock.name).is_some_and(|state| state.stopped.is_none()))
        .map(|clock| clock.name.clone())
        .collect()
}

/// Standing on a step from now on: the visit, the due date of its own term, and the unit its role depends on.
pub fn entering(
    case: Option<&Case>,
    step: &Step,
    requester_unit: Option<&Name>,
    world: &World<'_>,
) -> Result<Entered, Refusal> {
    let visit = case.map_or(1, |case| case.visits(step.number) + 1);
    let due = step.term.map(|term| due_from(world.now, term, world)).transpose()?;
    let mut unit = None;
    if let Some(asked) = requester_unit {
        let depends = step.responsibles.iter().find(|responsible| responsible.scope == Scope::RequesterUnit);
        if let Some(responsible) = depends
            && world.directory.anyone_holds(&responsible.role, Some(asked))
        {
            unit = Some(asked.clone());
        }
    }
    Ok(Entered { step: step.number, visit, due, unit })
}

/// All the running due dates of a case, anew: after a pause, an extension or a change of the calendar.
pub fn recomputed(
    case: &Case,
    pending: Option<&Pause>,
    extra: Option<&Name>,
    world: &World<'_>,
) -> Result<Vec<Due>, Refusal> {
    let mut dues = Vec::new();
    for state in case.clocks.iter().filter(|state| state.stopped.is_none()) {
        let Some(rule) = world.procedure.clocks.iter().find(|clock| clock.name == state.name) else { continue };
        let extras = state.extra.iter().chain(extra);
        let at = with_pauses(state.started, rule.term, &state.pauses, pending, extras, world)?;
        dues.push(Due { clock: state.name.clone(), at });
    }
    if let Some(standing) = &case.standing
        && standing.due.is_some()
        && let Some(term) = world.procedure.step(standing.step).and_then(|step| step.term)
    {
        let at = with_pauses(standing.since, term, &standing.pauses, pending, extra.into_iter(), world)?;
        dues.push(Due { clock: STEP_CLOCK.into(), at });
    }
    Ok(dues)
}

fn with_pauses<'n>(
    from: Timestamp,
    term: Term,
    pauses: &[Pause],
    pending: Option<&Pause>,
    extra: impl Iterator<Item = &'n Name>,
    world: &World<'_>,
) -> Result<Timestamp, Refusal> {
    let pauses: Vec<(Timestamp, Option<Timestamp>)> =
        pauses.iter().chain(pending).map(|pause| (pause.from, pause.to)).collect();
    let extra: Vec<Term> = extra.filter_map(|text| text.parse().ok()).collect();
    world.calendar.due_at_with_pauses(from, &term, &pauses, &extra).map_err(|error| uncountable(&error))
}

fn due_from(from: Timestamp, term: Term, world: &World<'_>) -> Result<Timestamp, Refusal> {
    world.calendar.due_at(from, &term).map_err(|error| uncountable(&error))
}

fn uncountable(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::conflict(format!("El plazo no se puede calcular: {error} Revise el calendario de la institución."))
}
