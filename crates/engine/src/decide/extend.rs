//! Longer terms and exclusions, only for the causes the definition names (DIACO 4.1 and 4.2).

use super::{
    Decision,
    pause::{grounds, named_cause, responsible_or_chief},
    reason_given, standing,
};
use crate::{
    Name,
    case::Case,
    clocks,
    event::Event,
    refusal::{Fault, Refusal},
    value::{Value, Values, find},
    world::World,
};
use manual::{
    procedure::{Lengthens, Step},
    term::Term,
};

pub fn extend(
    case: &Case,
    cause: &Name,
    by_term: &Name,
    reason: &Name,
    evidence: Option<&Name>,
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    let by = responsible_or_chief(case, "Ampliar el plazo", world)?;
    if let Some(step) = world.procedure.steps.iter().find(|step| step.lengthens.is_some()) {
        return Err(Refusal::conflict(format!(
            "En {} el plazo se amplía al cumplir el paso {}, con su causa.",
            world.procedure.code, step.number
        )));
    }
    let event = prolonged(case, cause, by_term, reason, evidence, "by", world)?;
    Ok(Decision::one(by, event))
}

/// The extension that completing a step is: its cause, how much and why are fields of the step.
pub fn by_step(
    case: &Case,
    step: &Step,
    fields: &Lengthens,
    given: &Values,
    world: &World<'_>,
) -> Result<Event, Refusal> {
    let text = |key: &str| find(given, key).and_then(Value::text).map(Name::from).unwrap_or_default();
    let reason = text(&fields.reason);
    // The document that the step issues stands behind it, in the words just written.
    let document = step.documents.first().map(|document| format!("{} del paso {}", document.what, step.number).into());
    prolonged(case, &text(&fields.cause), &text(&fields.by), &reason, document.as_ref(), &fields.by, world)
}

fn prolonged(
    case: &Case,
    cause: &Name,
    by_term: &Name,
    reason: &Name,
    evidence: Option<&Name>,
    field: &str,
    world: &World<'_>,
) -> Result<Event, Refusal> {
    let cause = named_cause(&world.procedure.extensions, cause, "ampliar el plazo", world)?;
    reason_given(reason, "de la ampliación")?;
    let evidence = grounds(case, cause, evidence)?;
    let refused = |text: String| Refusal::invalid(text.clone()).with(vec![Fault::new(field, text)]);
    let term: Term = by_term.parse().map_err(|error: manual::term::NotATerm| refused(error.to_string()))?;
    if !term.runs_on() {
        return Err(refused(format!("«{term}» no es una ampliación. Escriba cuánto más: «2 días hábiles».")));
    }
    if case.paused.is_some() {
        return Err(Refusal::conflict("El caso está en espera; reanúdelo antes de ampliar el plazo."));
    }
    let judged = |name: &Name| !case.clock(name).is_some_and(|state| state.apart);
    let mut clocks: Vec<Name> = clocks::running(case).into_iter().filter(judged).collect();
    if let Some(only) = &cause.clock {
        clocks.retain(|name| name == only);
    }
    let by: Name = term.to_string().into();
    let mut dues = clocks::recomputed(case, None, Some((&by, &clocks)), world)?;
    dues.retain(|due| clocks.contains(&due.clock));
    if dues.is_empty() {
        return Err(Refusal::conflict("El caso no tiene ningún plazo corriendo que esa causa amplíe."));
    }
    Ok(Event::Prolonged { cause: cause.key.clone(), by, reason: reason.clone(), evidence, clocks, dues })
}

pub fn exclude(
    case: &Case,
    cause: &Name,
    reason: &Name,
    evidence: Option<&Name>,
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    standing(case, world)?;
    let by = responsible_or_chief(case, "Contar el caso aparte", world)?;
    let cause = named_cause(&world.procedure.exclusions, cause, "contarlo aparte", world)?;
    reason_given(reason, "de la exclusión")?;
    let evidence = grounds(case, cause, evidence)?;
    if case.exclusions.contains(&cause.key) {
        return Err(Refusal::conflict("El caso ya se cuenta aparte por esa causa."));
    }
    Ok(Decision::one(by, Event::SetApart { cause: cause.key.clone(), reason: reason.clone(), evidence }))
}
