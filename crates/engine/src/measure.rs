//! What a case measures: whether it was attended within its term, and how long it stood on each step.

use crate::{
    case::{Case, Ending},
    event::EscalationKind,
};
use jiff::{SignedDuration, Timestamp};
use manual::procedure::StepNo;

/// The service as DIACO's manual (4.1) judges it; the others use the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Conformity {
    /// Within the term.
    Conforms,
    /// Late.
    DoesNotConform,
    /// Late, and counted apart for a cause the definition names.
    Excluded,
    /// Still open within its term, cancelled, or without any term.
    NotJudged,
    /// Another case goes on with the same: this one is neither attended nor missed, whatever its terms.
    Merged,
}

impl Conformity {
    pub const ALL: [Self; 5] = [Self::Conforms, Self::DoesNotConform, Self::Excluded, Self::NotJudged, Self::Merged];

    /// The word in the API and in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Conforms => "conforme",
            Self::DoesNotConform => "no_conforme",
            Self::Excluded => "excluido",
            Self::NotJudged => "sin_juicio",
            Self::Merged => "unido",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Whether the case was attended within all its terms. The time to rate and the periods after the end say nothing of it.
#[must_use]
pub fn conformity(case: &Case, now: Timestamp) -> Conformity {
    if case.merged.is_some() {
        return Conformity::Merged;
    }
    let judged = || case.clocks.iter().filter(|clock| !clock.apart);
    if judged().next().is_none() || case.ended.as_ref().is_some_and(|ended| ended.how == Ending::Cancelled) {
        return Conformity::NotJudged;
    }
    // A paused clock stands where it stopped.
    let now = case.paused.as_ref().map_or(now, |paused| paused.since.min(now));
    let late = judged().any(|clock| clock.stopped.unwrap_or(now) > clock.due);
    let running = judged().any(|clock| clock.stopped.is_none());
    match (late, running) {
        (true, _) if !case.exclusions.is_empty() => Conformity::Excluded,
        (true, _) => Conformity::DoesNotConform,
        (false, true) => Conformity::NotJudged,
        (false, false) => Conformity::Conforms,
    }
}

/// How the one who asked judged it: a lapse is an answer of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    Conforming,
    NotConforming,
    /// The time to rate ran out.
    Unrated,
    /// Not rated, or not yet.
    None,
}

impl Verdict {
    pub const ALL: [Self; 4] = [Self::Conforming, Self::NotConforming, Self::Unrated, Self::None];

    /// The word in the API and in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Conforming => "conforme",
            Self::NotConforming => "no_conforme",
            Self::Unrated => "vencida",
            Self::None => "sin_calificar",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// When the first of the terms by which the case is judged fell or falls due.
#[must_use]
pub fn judged_due(case: &Case) -> Option<Timestamp> {
    case.clocks.iter().filter(|clock| !clock.apart).map(|clock| clock.due).min()
}

#[must_use]
pub fn verdict(case: &Case) -> Verdict {
    match &case.rating {
        Some(rating) if rating.conforms => Verdict::Conforming,
        Some(_) => Verdict::NotConforming,
        None if case.unrated => Verdict::Unrated,
        None => Verdict::None,
    }
}

/// How long the case stood on each step, stay by stay, in order; the present stay up to `now`.
#[must_use]
pub fn stays(case: &Case, now: Timestamp) -> Vec<(StepNo, SignedDuration)> {
    let past = case.legs.iter().map(|leg| (leg.step, leg.at.duration_since(leg.since)));
    let present = case.standing.iter().map(|standing| (standing.step, now.duration_since(standing.since)));
    past.chain(present).collect()
}

/// How often the case was escalated: to another level or area, and to a superior.
#[must_use]
pub fn escalations(case: &Case) -> (usize, usize) {
    let of = |kind| case.escalations.iter().filter(|one| one.escalated.kind == kind).count();
    (of(EscalationKind::Functional), of(EscalationKind::Hierarchical))
}
