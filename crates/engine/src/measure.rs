//! What a case measures: whether it was attended within its term, and how long it stood on each step.

use crate::case::{Case, Ending};
use jiff::{SignedDuration, Timestamp};
use manual::procedure::StepNo;

/// The service as DIACO's manual (4.1) judges it; the others use the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Conformity {
    Conforms,
    DoesNotConform,
    /// Counted apart, for a cause the definition names.
    Excluded,
    /// Still open within its term, cancelled, or without any term.
    NotJudged,
}

/// Whether the case was attended within all its terms.
#[must_use]
pub fn conformity(case: &Case, now: Timestamp) -> Conformity {
    if case.clocks.is_empty() || case.ended.as_ref().is_some_and(|ended| ended.how == Ending::Cancelled) {
        return Conformity::NotJudged;
    }
    if !case.exclusions.is_empty() {
        return Conformity::Excluded;
    }
    let late = case.clocks.iter().any(|clock| clock.stopped.unwrap_or(now) > clock.due);
    let running = case.clocks.iter().any(|clock| clock.stopped.is_none());
    match (late, running) {
        (true, _) => Conformity::DoesNotConform,
        (false, true) => Conformity::NotJudged,
        (false, false) => Conformity::Conforms,
    }
}

/// How long the case stood on each step, stay by stay, in order; the present stay up to `now`.
#[must_use]
pub fn stays(case: &Case, now: Timestamp) -> Vec<(StepNo, SignedDuration)> {
    let past = case.legs.iter().map(|leg| (leg.step, leg.at.duration_since(leg.since)));
    let present = case.standing.iter().map(|standing| (standing.step, now.duration_since(standing.since)));
    past.chain(present).collect()
}
