//! The list of a step: its points are ticked by who attends, and the obligatory ones must be done before the step ends.

use super::{Decision, standing};
use crate::{
    Name,
    authority::{Capacity, on_step},
    case::{Case, Standing},
    event::{By, Event},
    refusal::{Fault, Refusal},
    world::World,
};
use manual::procedure::Step;

/// Ticks the points given and takes the tick from the others.
pub fn decide(case: &Case, done: &[Name], world: &World<'_>) -> Result<Decision, Refusal> {
    let (standing, step) = standing(case, world)?;
    if step.checks.is_empty() {
        return Err(Refusal::conflict(format!("El paso {} no lleva lista de puntos.", step.number)));
    }
    let capacity = on_step(case, step, standing, world)?;
    let mut faults = Vec::new();
    let events = ticks(case, step, standing, Some(done), &capacity, world, &mut faults);
    if let Some(fault) = faults.first() {
        return Err(Refusal::invalid(fault.message.clone()).with(faults));
    }
    if events.is_empty() {
        return Err(Refusal::conflict("La lista ya está así."));
    }
    Ok(Decision { events, effects: Vec::new() })
}

/// The events that bring the list to what is given.
pub fn ticks(
    case: &Case,
    step: &Step,
    standing: &Standing,
    done: Option<&[Name]>,
    capacity: &Capacity,
    world: &World<'_>,
    faults: &mut Vec<Fault>,
) -> Vec<(By, Event)> {
    let Some(done) = done else { return Vec::new() };
    for item in done {
        if !step.checks.iter().any(|point| point.text == *item) {
            faults.push(Fault::new("check", format!("La lista del paso {} no tiene el punto «{item}».", step.number)));
        }
    }
    step.checks
        .iter()
        .filter_map(|point| {
            let (was, is) = (case.check(&point.text).is_some(), done.contains(&point.text));
            let (step, visit) = (step.number, standing.visit);
            let event = Event::Checked { step, visit, item: point.text.clone(), done: is };
            (was != is).then(|| (capacity.by(world.actor), event))
        })
        .collect()
}

/// The obligatory points that are not done.
pub fn missing(case: &Case, step: &Step, done: Option<&[Name]>, faults: &mut Vec<Fault>) {
    for point in step.checks.iter().filter(|point| point.required) {
        let is_done = match done {
            Some(done) => done.contains(&point.text),
            None => case.check(&point.text).is_some(),
        };
        if !is_done {
            faults.push(Fault::new("check", format!("Falta revisar: {}.", point.text.trim_end_matches('.'))));
        }
    }
}
