//! The way a case has walked, as its flowchart shows it; for pages and programs.

use documents::flowchart::{FlowchartOptions, Walked, WalkedArrow};
use engine::case::Case;

/// The steps and arrows walked, each with how many times, and the step on which the case stands.
#[must_use]
pub fn of(case: &Case) -> FlowchartOptions {
    let mut walked = Walked::default();
    for leg in &case.legs {
        *walked.steps.entry(leg.step).or_default() += 1;
        let same =
            |arrow: &&mut WalkedArrow| arrow.from == leg.step && arrow.branch == leg.answer && arrow.to == leg.target;
        match walked.arrows.iter_mut().find(same) {
            Some(arrow) => arrow.times += 1,
            None => {
                walked.arrows.push(WalkedArrow {
                    from: leg.step,
                    branch: leg.answer.clone(),
                    to: leg.target,
                    times: 1,
                });
            }
        }
    }
    let standing = case.standing.as_ref().map(|standing| standing.step);
    FlowchartOptions { walked, standing, ..FlowchartOptions::default() }
}
