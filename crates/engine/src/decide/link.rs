//! Tying a case to another, and untying it: only who attends or oversees both.

use super::{Decision, reason_given};
use crate::{
    Name,
    authority::{as_chief, as_self, attends},
    case::Case,
    command::{Neighbour, Other},
    effect::Effect,
    event::{By, Event},
    refusal::{Fault, Refusal},
    tie::TieKind,
    world::World,
};

/// Most ties one case holds.
pub const MOST_TIES: usize = 100;
/// Most cases above one another.
pub const MOST_ABOVE: usize = 20;

pub fn link(
    case: &Case,
    kind: TieKind,
    other: &Other,
    reason: Option<&Name>,
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    let by = handler(case, "Enlazar un caso", world)?;
    if kind == TieKind::SplitFrom {
        return Err(Refusal::invalid("Un caso queda como separado de otro cuando se abre desde él, no después."));
    }
    let seen = known(case, other)?;
    let (number, its) = (&case.number, &seen.case.number);
    if let Some(merged) = &seen.case.merged {
        return Err(about(Refusal::conflict(format!(
            "El caso {its} está unido al {}: enlácelo con ese.",
            merged.into
        ))));
    }
    if case.merged.is_some() {
        return Err(Refusal::conflict(super::ended_text(case)));
    }
    if let Some(tie) = case.tie(its) {
        let what = tie.kind.label().to_lowercase();
        return Err(about(Refusal::conflict(format!("El caso {number} ya está enlazado: {what} {its}."))));
    }
    if let Some(tie) = seen.case.tie(number) {
        let what = tie.kind.label().to_lowercase();
        return Err(about(Refusal::conflict(format!("El caso {its} ya está enlazado: {what} {number}."))));
    }
    if case.ties.len() >= MOST_TIES {
        return Err(Refusal::conflict(format!("El caso {number} ya tiene {MOST_TIES} enlaces; quite alguno.")));
    }
    if kind == TieKind::ChildOf {
        may_be_part(case, seen)?;
    }
    let reason = reason.map(|reason| reason.trim()).filter(|reason| !reason.is_empty()).map(Name::from);
    Ok(told(by, Event::Linked { kind, other: its.clone(), reason }, its))
}

/// One parent, and none of those above is itself a part of the case.
fn may_be_part(case: &Case, seen: &Neighbour) -> Result<(), Refusal> {
    let (number, its) = (&case.number, &seen.case.number);
    if let Some(parent) = case.parent() {
        return Err(about(Refusal::conflict(format!(
            "El caso {number} ya es parte del {parent}. Quite ese enlace para ponerlo en otro."
        ))));
    }
    if seen.above.contains(number) {
        return Err(about(Refusal::conflict(format!(
            "El caso {its} es parte del {number}: uno quedaría dentro del otro."
        ))));
    }
    if seen.above.len() >= MOST_ABOVE {
        return Err(about(Refusal::conflict(format!("El caso {its} ya está {MOST_ABOVE} niveles adentro de otros."))));
    }
    Ok(())
}

pub fn unlink(case: &Case, other: &Name, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    let by = handler(case, "Quitar un enlace de un caso", world)?;
    let Some(tie) = case.tie(other.trim()) else {
        let typed: String = other.trim().chars().take(40).collect();
        return Err(Refusal::conflict(format!("El caso {} no tiene un enlace suyo con el {typed}.", case.number)));
    };
    reason_given(reason, "por la que se quita el enlace")?;
    Ok(told(by, Event::Unlinked { kind: tie.kind, other: tie.other.clone(), reason: reason.clone() }, &tie.other))
}

/// Opened from another case: tied to it in the same act.
pub fn at_opening(decision: &mut Decision, by: &By, from: &Other) -> Result<(), Refusal> {
    let Some(seen) = &from.seen else { return Err(unknown(&from.number)) };
    let other = seen.case.number.clone();
    decision.events.push((by.clone(), Event::Linked { kind: TieKind::SplitFrom, other: other.clone(), reason: None }));
    decision.effects.push(Effect::Echo { to: other });
    Ok(())
}

fn told(by: By, event: Event, other: &Name) -> Decision {
    Decision { events: vec![(by, event)], effects: vec![Effect::Echo { to: other.clone() }] }
}

/// Whoever attends the case, or a chief.
pub(super) fn handler(case: &Case, what: &str, world: &World<'_>) -> Result<By, Refusal> {
    if attends(case, world.procedure, world.actor) {
        return Ok(as_self(world.actor));
    }
    as_chief(&format!("{what} que usted no atiende"), world)
}

/// The other case: not this one, and within the actor's reach.
pub(super) fn known<'o>(case: &Case, other: &'o Other) -> Result<&'o Neighbour, Refusal> {
    if *other.number == *case.number {
        return Err(about(Refusal::invalid("Escriba el número de otro caso: este es el mismo.")));
    }
    other.seen.as_deref().ok_or_else(|| unknown(&other.number))
}

fn unknown(number: &str) -> Refusal {
    about(Refusal::invalid(format!("No hay ningún caso «{number}» entre los que usted atiende o supervisa.")))
}

/// The same sentence beside the field of the other's number.
pub(super) fn about(refusal: Refusal) -> Refusal {
    let fault = Fault::new("other", refusal.message.clone());
    refusal.with(vec![fault])
}
