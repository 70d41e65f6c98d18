//! Returning a case: by the branch that goes back or, where the step decides nothing, to where it came from.

use super::{Decision, complete, reason_given, standing};
use crate::{
    Name, authority::on_step, case::Case, clocks, command::Complete, event::Event, refusal::Refusal, world::World,
};
use manual::procedure::{StepNo, Target};

pub fn decide(
    case: &Case,
    number: StepNo,
    visit: Option<u16>,
    to: Option<StepNo>,
    reason: &Name,
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    let step = complete::stands_here(case, number, visit, world)?;
    reason_given(reason, "por la que se devuelve el caso")?;
    if let Some(decision) = &step.decision {
        let back: Vec<_> = decision
            .branches
            .iter()
            .filter(|branch| step.is_back(branch.target) && to.is_none_or(|to| branch.target == Target::Step(to)))
            .collect();
        if let [branch] = back.as_slice() {
            let answer = Complete {
                visit,
                answer: Some(branch.name.clone()),
                note: Some(reason.clone()),
                ..Complete::step(number)
            };
            return complete::decide(case, &answer, world);
        }
        return Err(Refusal::conflict(format!(
            "El paso {number} no tiene una devolución{}: responda «{}».",
            to.map(|to| format!(" al paso {to}")).unwrap_or_default(),
            decision.question
        )));
    }
    let (standing, _) = standing(case, world)?;
    let capacity = on_step(case, step, standing, world)?;
    let Some(came_from) = case.legs.last().map(|leg| leg.step) else {
        return Err(Refusal::conflict("El caso está en su primer paso: no hay a dónde devolverlo."));
    };
    if to.is_some_and(|to| to != came_from) {
        return Err(Refusal::conflict(format!("El caso llegó del paso {came_from}; solo puede devolverse allí.")));
    }
    let back = world
        .procedure
        .step(came_from)
        .ok_or_else(|| Refusal::conflict(format!("El paso {came_from} ya no existe en la edición del caso.")))?;
    let to = clocks::entering(Some(case), back, case.requester.unit.as_ref(), world)?;
    Ok(Decision::one(
        capacity.by(world.actor),
        Event::SentBack { from: number, visit: standing.visit, to, reason: reason.clone() },
    ))
}
