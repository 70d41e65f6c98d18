//! Continuing a case under another edition: allowed only if nothing it has walked was changed. Its terms are those of
//! the other edition from then on: what moves, begins or ends by that is recorded.

use super::{Decision, reason_given};
use crate::{
    Name,
    authority::as_chief,
    case::Case,
    clocks::{self, Frame},
    event::{Event, MovedDue},
    refusal::Refusal,
    world::World,
};

pub fn decide(case: &Case, to: i64, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    let by = as_chief("Pasar un caso a otra edición", world)?;
    if !case.is_open() {
        return Err(Refusal::conflict(super::ended_text(case)));
    }
    if to == case.edition {
        return Err(Refusal::conflict("El caso ya corre bajo esa edición."));
    }
    reason_given(reason, "del cambio de edición")?;
    let Some((edition, other)) = world.other else {
        return Err(Refusal::conflict(format!("La otra edición no tiene el procedimiento {}.", case.procedure)));
    };
    let mut walked: Vec<_> = case.legs.iter().map(|leg| leg.step).collect();
    walked.extend(case.standing.as_ref().map(|standing| standing.step));
    walked.sort_unstable();
    walked.dedup();
    for number in walked {
        let before = world.procedure.step(number);
        let after = other.step(number);
        let same = match (before, after) {
            (Some(before), Some(after)) => {
                before.responsibles == after.responsibles
                    && before.decision == after.decision
                    && before.next == after.next
                    && before.form == after.form
            }
            _ => false,
        };
        if !same {
            return Err(Refusal::conflict(format!(
                "El paso {number}, que el caso ya recorrió, es distinto en la otra edición; el caso debe terminar bajo la suya."
            )));
        }
    }
    let there = World { edition, procedure: other, other: None, ..*world };
    let frame = Frame::from(&there);
    let dropped = clocks::running(case).into_iter().filter(|clock| frame.rule(case, clock).is_none()).collect();
    let moved = clocks::recomputed(case, None, None, &there)?.into_iter().filter_map(|due| {
        let before = case.due_of(&due.clock).filter(|before| *before != due.at)?;
        Some(MovedDue { clock: due.clock, before, after: due.at })
    });
    let event = Event::Transferred {
        from: case.edition,
        to,
        reason: reason.clone(),
        moved: moved.collect(),
        joined: clocks::joining(case, &there)?,
        dropped,
    };
    Ok(Decision::one(by, event))
}
