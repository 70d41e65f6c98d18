//! Stopping and restarting the clocks of a case, only for the causes the definition names.

use super::{Decision, reason_given, standing};
use crate::{
    Name,
    authority::{as_chief, list, on_step},
    case::{Case, Pause},
    clocks,
    event::{By, Event},
    refusal::{Fault, Refusal},
    world::World,
};
use manual::procedure::Cause;

pub fn pause(
    case: &Case,
    cause: &Name,
    reason: &Name,
    evidence: Option<&Name>,
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    let by = responsible_or_chief(case, "Poner el caso en espera", world)?;
    if let Some(paused) = &case.paused {
        return Err(Refusal::conflict(format!("El caso ya está en espera: {}.", paused.reason)));
    }
    let cause = named_cause(&world.procedure.pauses, cause, "poner en espera", world)?;
    reason_given(reason, "de la espera")?;
    let evidence = grounds(case, cause, evidence)?;
    Ok(Decision::one(by, Event::Halted { cause: cause.key.clone(), reason: reason.clone(), evidence }))
}

pub fn resume(case: &Case, note: Option<&Name>, world: &World<'_>) -> Result<Decision, Refusal> {
    let Some(paused) = &case.paused else {
        return Err(Refusal::conflict(format!("El caso {} no está en espera.", case.number)));
    };
    let by = responsible_or_chief(case, "Reanudar el caso", world)?;
    let pending = Pause { from: paused.since, to: Some(world.now) };
    let dues = clocks::recomputed(case, Some(&pending), None, world)?;
    Ok(Decision::one(by, Event::Resumed { note: note.cloned(), dues }))
}

/// The step's responsible, or a chief.
pub(super) fn responsible_or_chief(case: &Case, what: &str, world: &World<'_>) -> Result<By, Refusal> {
    let (standing, step) = standing(case, world)?;
    match on_step(case, step, standing, world) {
        Ok(capacity) => Ok(capacity.by(world.actor)),
        Err(_) => as_chief(what, world),
    }
}

/// The cause, if the procedure names it.
pub(super) fn named_cause<'p>(
    causes: &'p [Cause],
    key: &str,
    what: &str,
    world: &World<'_>,
) -> Result<&'p Cause, Refusal> {
    causes.iter().find(|cause| &*cause.key == key).ok_or_else(|| {
        let texts: Vec<&str> = causes.iter().map(|cause| &*cause.text).collect();
        if texts.is_empty() {
            Refusal::conflict(format!("{} no prevé ninguna causa para {what}.", world.procedure.code))
        } else {
            Refusal::invalid(format!("Las causas para {what} en {} son: {}.", world.procedure.code, list(&texts, "y")))
        }
    })
}

/// What stands behind a cause: the document it asks for, attached or told where it is; and the case on the step where it
/// may be invoked.
pub(super) fn grounds(case: &Case, cause: &Cause, given: Option<&Name>) -> Result<Option<Name>, Refusal> {
    if let Some(step) = cause.step
        && case.standing.as_ref().is_none_or(|standing| standing.step != step)
    {
        return Err(Refusal::conflict(format!("«{}» solo se invoca en el paso {step}.", cause.text)));
    }
    let given = given.filter(|text| !text.trim().is_empty()).cloned();
    let Some(document) = &cause.evidence else { return Ok(given) };
    let attached = case.attachments.iter().rev().find(|attached| attached.label.as_ref() == Some(document));
    let found = given.or_else(|| attached.map(|attached| format!("{document}: {}", attached.name).into()));
    found.map(Some).ok_or_else(|| {
        let text = format!("Falta lo que lo respalda: {document}. Adjúntelo al caso o escriba dónde consta.");
        Refusal::invalid(text.clone()).with(vec![Fault::new("evidence", text)])
    })
}
