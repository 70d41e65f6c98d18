//! What somebody asks to happen to a case.

use crate::{
    Name,
    actor::Candidate,
    case::Case,
    event::{Channel, Outcome, Outsider, Priority, Recorded},
    tie::TieKind,
    value::Values,
};
use jiff::Timestamp;
use manual::procedure::StepNo;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Open(Box<Open>),
    Complete(Complete),
    /// Return the case: by the branch of the decision that goes back or, where the step decides nothing, to where it came from.
    SendBack {
        step: StepNo,
        visit: Option<u16>,
        to: Option<StepNo>,
        reason: Name,
    },
    /// Take the present step for oneself.
    Take,
    Assign {
        role: Option<Name>,
        to: Candidate,
        reason: Option<Name>,
    },
    Comment {
        text: Name,
        public: bool,
        /// Those the text names with `@`.
        mentions: Vec<Candidate>,
    },
    /// Follow the case from now on.
    Watch,
    Unwatch,
    Prioritize {
        weight: Weight,
        reason: Name,
    },
    /// Ask the next level or another area for support, or the superior for a decision.
    Escalate {
        to: EscalateTo,
        reason: Name,
    },
    /// By the superior: given back without deciding.
    ReturnEscalation {
        reason: Name,
    },
    /// The points of the present step's list that are done now: these and no others.
    Check {
        done: Vec<Name>,
    },
    Attach(Attach),
    Pause {
        cause: Name,
        reason: Name,
        /// What stands behind it, where the cause asks for evidence that is not attached.
        evidence: Option<Name>,
    },
    Resume {
        note: Option<Name>,
    },
    Extend {
        cause: Name,
        by: Name,
        reason: Name,
        evidence: Option<Name>,
    },
    Exclude {
        cause: Name,
        reason: Name,
        /// What stands behind it, where the cause asks for evidence that is not attached.
        evidence: Option<Name>,
    },
    Cancel {
        reason: Name,
    },
    Reopen {
        reason: Name,
    },
    Sign(Sign),
    Rate {
        conforms: bool,
        comment: Option<Name>,
    },
    /// By the system: a clock's due date has come.
    DeadlineReached {
        clock: Name,
        due: Timestamp,
    },
    /// By the system, or by the person who settles a doubt.
    SettleEffect {
        key: Name,
        outcome: Outcome,
        detail: Option<Name>,
    },
    /// Continue under another edition.
    Move {
        to: i64,
        reason: Name,
    },
    /// By the system, after an administrator's signed act: the calendar has changed.
    Recalculate {
        reason: Name,
    },
    /// By the system: the moment of a warning has come.
    WarningReached {
        clock: Name,
        warning: u16,
    },
    /// Tie this case to another.
    Link {
        kind: TieKind,
        other: Other,
        reason: Option<Name>,
    },
    Unlink {
        other: Name,
        reason: Name,
    },
    /// End this case: the other goes on with the same.
    Merge {
        into: Other,
        reason: Name,
    },
    /// Undo the merge.
    Separate {
        reason: Name,
    },
    /// By the system: what was done to another case, as its journal has it.
    Echo {
        from: Name,
        subject: Name,
        acts: Vec<Recorded>,
    },
}

/// Another case a command names.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    pub number: Name,
    /// Absent where there is none, or the actor neither attends nor oversees it: nobody is told which.
    pub seen: Option<Box<Neighbour>>,
}

/// Another case as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    pub case: Case,
    /// The cases it is a part of, the nearest first.
    pub above: Vec<Name>,
}

/// Where a case is escalated to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EscalateTo {
    /// Functional: an area of the procedure's routing.
    Area(Name),
    /// Hierarchical: the superior of the post that attends, or one of those who hold it.
    Superior(Option<Candidate>),
}

/// How a priority is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Impact and urgency, by the keys of the manual's matrix.
    Graded { impact: Name, urgency: Name },
    /// The word itself, where the manual has no matrix.
    Plain(Priority),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// The number the case will bear; drawn by the store.
    pub number: Name,
    pub edition: i64,
    pub subject: Name,
    pub description: Name,
    /// For whom it is asked, where it is not the actor.
    pub on_behalf_of: Option<Candidate>,
    /// For whom it is asked, where that person is not in the directory: the actor answers for the request.
    pub outsider: Option<Outsider>,
    pub channel: Channel,
    pub priority: Priority,
    /// What the priority is derived from, where the manual has a matrix.
    pub weight: Option<Weight>,
    pub values: Values,
    pub overrides: Vec<(Name, Name)>,
    /// Files already stored, with the requirement each answers.
    pub attachments: Vec<Attach>,
    /// Complete the first step in the same act, where opening is that step and the actor its responsible.
    pub with_first_step: bool,
    /// Who will attend, named in the same act by whoever receives the request.
    pub assign: Option<Candidate>,
    /// The case from which it is opened: for its outsider too, where nobody else is named.
    pub from: Option<Other>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Complete {
    pub step: StepNo,
    pub visit: Option<u16>,
    pub answer: Option<Name>,
    pub values: Values,
    pub overrides: Vec<(Name, Name)>,
    pub note: Option<Name>,
    /// The area for routed roles, where the step asks for it.
    pub route: Option<Name>,
    /// Who will attend a role named by this step.
    pub assign: Vec<(Name, Candidate)>,
    /// The points of the list that are done; absent: as they were.
    pub checks: Option<Vec<Name>>,
    /// Level of the actor's own signature: 0 a click in the session, 1 with the password given anew.
    pub level: u8,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attach {
    pub name: Name,
    pub sha256: Name,
    pub size: u64,
    pub media_type: Name,
    pub label: Option<Name>,
    pub public: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// The role under which it is signed; the actor's own where absent.
    pub role: Option<Name>,
    pub level: u8,
    pub document: Option<Name>,
    pub digest: Name,
    /// For paper (level 3): where the original lies. Recorded by the step's responsible for the one who signed.
    pub original: Option<Name>,
}

impl Complete {
    /// Completing a step and giving nothing with it.
    #[must_use]
    pub fn step(step: StepNo) -> Self {
        Self {
            step,
            visit: None,
            answer: None,
            values: Vec::new(),
            overrides: Vec::new(),
            note: None,
            route: None,
            assign: Vec::new(),
            checks: None,
            level: 0,
        }
    }
}
