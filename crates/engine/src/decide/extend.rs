//! Longer terms and exclusions, only for the causes the definition names (DIACO 4.1 and 4.2).

use super::{
    Decision,
    pause::{named_cause, responsible_or_chief},
    reason_given, standing,
};
use crate::{
    Name,
    case::Case,
    clocks,
    event::Event,
    refusal::{Fault, Refusal},
    world::World,
};
use manual::term::Term;

pub fn extend(
    case: &Case,
    cause: &Name,
    by_term: &Name,
    reason: &Name,
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    let by = responsible_or_chief(case, "Ampliar el plazo", world)?;
    let cause = named_cause(&world.procedure.extensions, cause, "ampliar el plazo", world)?;
    reason_given(reason, "de la ampliación")?;
    let term: Term = by_term.parse().map_err(|error: manual::term::NotATerm| {
        Refusal::invalid(error.to_string()).with(vec![Fault::new("by", error.to_string())])
    })?;
    if case.paused.is_some() {
        return Err(Refusal::conflict("El caso está en espera; reanúdelo antes de ampliar el plazo."));
    }
    let text: Name = term.to_string().into();
    let dues = clocks::recomputed(case, None, Some(&text), world)?;
    if dues.is_empty() {
        return Err(Refusal::conflict("El caso no tiene ningún plazo corriendo."));
    }
    Ok(Decision::one(by, Event::Extended { cause: cause.key.clone(), by: text, reason: reason.clone(), dues }))
}

pub fn exclude(case: &Case, cause: &Name, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    standing(case, world)?;
    let by = responsible_or_chief(case, "Contar el caso aparte", world)?;
    let cause = named_cause(&world.procedure.exclusions, cause, "contarlo aparte", world)?;
    reason_given(reason, "de la exclusión")?;
    if case.exclusions.contains(&cause.key) {
        return Err(Refusal::conflict("El caso ya se cuenta aparte por esa causa."));
    }
    Ok(Decision::one(by, Event::Excluded { cause: cause.key.clone(), reason: reason.clone() }))
}
