//! The state of a case: what its events, applied in order, make of it.

use crate::{
    Name,
    actor::{Party, PersonId},
    event::{
        Attached, Channel, Entered, Escalated, EscalationKind, Grounds, Outcome, Outsider, Priority, STEP_CLOCK, Signed,
    },
    tie::{Absorbed, Heard, Tie, TieKind},
    value::Values,
};
use jiff::Timestamp;
use manual::procedure::{StepNo, Target};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub number: Name,
    pub procedure: Name,
    pub edition: i64,
    /// Version of the calendar its due dates were computed with.
    pub calendar: u32,
    pub subject: Name,
    pub description: Name,
    pub requester: Party,
    /// The one who really asks, where he is not in the directory: `requester` is then whoever registered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outsider: Option<Outsider>,
    pub opened_by: Party,
    pub opened_at: Timestamp,
    pub channel: Channel,
    pub priority: Priority,
    /// The latest value of each field.
    pub values: Values,
    /// The step it stands on; absent once it has ended.
    pub standing: Option<Standing>,
    pub ended: Option<Ended>,
    pub paused: Option<Paused>,
    pub clocks: Vec<ClockState>,
    /// The way walked, in order.
    pub legs: Vec<Leg>,
    /// The area named for routed roles.
    pub route: Option<Name>,
    pub assignees: Vec<Assignee>,
    pub attachments: Vec<Attached>,
    pub signatures: Vec<SignatureState>,
    pub extensions: Vec<Name>,
    pub exclusions: Vec<Name>,
    pub rating: Option<Rating>,
    /// Effects outside whose outcome nobody knows.
    pub in_doubt: Vec<Name>,
    pub reopened: u16,
    /// Those who follow it without attending it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watchers: Vec<Watcher>,
    /// What the priority was derived from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grounds: Option<Grounds>,
    /// Warnings given, each for the due date it spoke of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warned: Vec<Warned>,
    /// The time to rate ran out without a rating.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unrated: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<Escalation>,
    /// The points ticked, stay by stay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checked: Vec<CheckedItem>,
    /// The ties it holds; those the others hold are in the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ties: Vec<Tie>,
    /// The case that goes on with the same, and how this one stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<MergedInto>,
    /// The cases that go on in this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absorbed: Vec<Absorbed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heard: Vec<Heard>,
    /// The number of its events: the optimistic version.
    pub version: u32,
    pub updated_at: Timestamp,
}

/// One of those for whom a case waits: a post, or one person.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wait {
    /// The step's role, as printed.
    pub role: Name,
    /// The post that means, after routing.
    pub holder: Name,
    pub unit: Option<Name>,
    /// The one person, where the role means one or somebody was assigned.
    pub person: Option<PersonId>,
}

/// Where a case was when it was merged, for the day it is separated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergedInto {
    pub into: Name,
    pub standing: Option<Standing>,
    pub paused: Option<Paused>,
    /// The clocks that ran.
    pub running: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    pub at: Timestamp,
    pub by: Party,
    pub escalated: Escalated,
    pub returned: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedItem {
    pub step: StepNo,
    pub visit: u16,
    pub item: Name,
    pub by: Party,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watcher {
    pub person: PersonId,
    pub name: Name,
    /// May read what is internal.
    pub internal: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub step: StepNo,
    pub visit: u16,
    pub since: Timestamp,
    pub due: Option<Timestamp>,
    pub overdue: bool,
    pub unit: Option<Name>,
    /// Those of several responsibles who have done their part.
    pub acted: Vec<ActedPart>,
    /// Periods in which the clock was stopped while standing here.
    pub pauses: Vec<Pause>,
    /// What its own term was lengthened by while standing here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warned {
    pub clock: Name,
    pub due: Timestamp,
    pub warning: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActedPart {
    pub role: Name,
    pub by: Party,
    pub answer: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub from: Timestamp,
    pub to: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    pub step: StepNo,
    pub visit: u16,
    pub role: Name,
    pub by: Party,
    pub since: Timestamp,
    pub at: Timestamp,
    pub answer: Option<Name>,
    /// Where it went; `None` target cannot be: a leg is a finished stay.
    pub target: Target,
    /// Returned outside a decision.
    pub sent_back: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Timestamp,
    pub how: Ending,
    pub by: Party,
    pub reason: Option<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Finished,
    Refused,
    Cancelled,
    /// Another case goes on with the same: neither attended nor missed.
    Merged,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    pub since: Timestamp,
    pub cause: Name,
    pub reason: Name,
    pub by: Party,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockState {
    pub name: Name,
    pub started: Timestamp,
    pub due: Timestamp,
    pub stopped: Option<Timestamp>,
    /// The term ran out while it was running.
    pub passed: bool,
    pub pauses: Vec<Pause>,
    pub extra: Vec<Name>,
    /// Running out does not make the case late: the time to rate, a period after the end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub apart: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    pub role: Name,
    pub person: PersonId,
    pub name: Name,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureState {
    pub by: Party,
    pub at: Timestamp,
    #[serde(flatten)]
    pub signed: Signed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    pub conforms: bool,
    pub comment: Option<Name>,
    pub at: Timestamp,
}

/// The state as everybody sees it (local-rules 10.2): a small fixed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Received,
    Assigned,
    InProgress,
    Waiting,
    InDoubt,
    Finished,
    Refused,
    Cancelled,
}

impl Status {
    pub const ALL: [Self; 8] = [
        Self::Received,
        Self::Assigned,
        Self::InProgress,
        Self::Waiting,
        Self::InDoubt,
        Self::Finished,
        Self::Refused,
        Self::Cancelled,
    ];

    /// The word in addresses, in the API and in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "recibido",
            Self::Assigned => "asignado",
            Self::InProgress => "en_proceso",
            Self::Waiting => "en_espera",
            Self::InDoubt => "en_duda",
            Self::Finished => "finalizado",
            Self::Refused => "rechazado",
            Self::Cancelled => "anulado",
        }
    }

    /// The word on pages and paper.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Received => "Recibido",
            Self::Assigned => "Asignado",
            Self::InProgress => "En proceso",
            Self::Waiting => "En espera",
            Self::InDoubt => "En verificación",
            Self::Finished => "Finalizado",
            Self::Refused => "Rechazado",
            Self::Cancelled => "Anulado",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Finished | Self::Refused | Self::Cancelled)
    }
}

impl Case {
    #[must_use]
    pub fn status(&self) -> Status {
        match &self.ended {
            Some(ended) => match ended.how {
                Ending::Finished => Status::Finished,
                Ending::Refused => Status::Refused,
                // A duplicate is cancelled; where it goes on is said beside the state.
                Ending::Cancelled | Ending::Merged => Status::Cancelled,
            },
            None if !self.in_doubt.is_empty() => Status::InDoubt,
            None if self.paused.is_some() => Status::Waiting,
            None if !self.legs.is_empty() => Status::InProgress,
            None if !self.assignees.is_empty() => Status::Assigned,
            None => Status::Received,
        }
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// How often the case has stood on a step, the present stay included.
    #[must_use]
    pub fn visits(&self, step: StepNo) -> u16 {
        let past = self.legs.iter().filter(|leg| leg.step == step).map(|leg| leg.visit).max().unwrap_or(0);
        match &self.standing {
            Some(standing) if standing.step == step => standing.visit,
            _ => past,
        }
    }

    #[must_use]
    pub fn assignee(&self, role: &str) -> Option<&Assignee> {
        self.assignees.iter().find(|assignee| &*assignee.role == role)
    }

    #[must_use]
    pub fn clock(&self, name: &str) -> Option<&ClockState> {
        self.clocks.iter().find(|clock| &*clock.name == name)
    }

    /// When a clock falls due; the term of the step itself is called `paso`.
    #[must_use]
    pub fn due_of(&self, clock: &str) -> Option<Timestamp> {
        if clock == STEP_CLOCK {
            return self.standing.as_ref()?.due;
        }
        Some(self.clock(clock)?.due)
    }

    /// Who asks, for a list or a letter.
    #[must_use]
    pub fn asked_by(&self) -> String {
        match &self.outsider {
            Some(outsider) => format!("{} (sin registro)", outsider.name),
            None => self.requester.name.to_string(),
        }
    }

    /// Whether it is recorded that a clock has run out.
    #[must_use]
    pub fn has_passed(&self, clock: &str) -> bool {
        if clock == STEP_CLOCK {
            return self.standing.as_ref().is_some_and(|standing| standing.overdue);
        }
        self.clock(clock).is_some_and(|state| state.passed)
    }

    /// The nearest due date still running: of the case's clocks or of the step's own term.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.ended.is_none().then_some(())?;
        let clocks = self.clocks.iter().filter(|clock| clock.stopped.is_none()).map(|clock| clock.due);
        clocks.chain(self.standing.as_ref().and_then(|standing| standing.due)).min()
    }

    /// Whether a term of the case has run out: before its end, or while it ran.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.clocks.iter().any(|clock| clock.passed && !clock.apart)
            || self.standing.as_ref().is_some_and(|standing| standing.overdue)
    }

    /// What waits for a superior's decision: escalated from the present stay, neither given back nor decided.
    #[must_use]
    pub fn with_superior(&self) -> Option<&Escalation> {
        let standing = self.standing.as_ref()?;
        let last = self.escalations.last()?;
        let escalated = &last.escalated;
        let here = (escalated.step, escalated.visit) == (standing.step, standing.visit);
        let decided = standing.acted.iter().any(|part| part.role == escalated.from);
        (escalated.kind == EscalationKind::Hierarchical && here && !last.returned && !decided).then_some(last)
    }

    /// Whether a point of the present step's list is ticked, and by whom.
    #[must_use]
    pub fn check(&self, item: &str) -> Option<&CheckedItem> {
        let standing = self.standing.as_ref()?;
        let here = |one: &&CheckedItem| (one.step, one.visit) == (standing.step, standing.visit);
        self.checked.iter().filter(here).find(|one| &*one.item == item)
    }

    #[must_use]
    pub fn watcher(&self, person: PersonId) -> Option<&Watcher> {
        self.watchers.iter().find(|watcher| watcher.person == person)
    }

    /// The tie it holds to another case.
    #[must_use]
    pub fn tie(&self, other: &str) -> Option<&Tie> {
        self.ties.iter().find(|tie| &*tie.other == other)
    }

    /// The case it is a part of.
    #[must_use]
    pub fn parent(&self) -> Option<&Name> {
        self.ties.iter().find(|tie| tie.kind == TieKind::ChildOf).map(|tie| &tie.other)
    }

    /// How far it has heard of another's acts.
    #[must_use]
    pub fn heard_of(&self, other: &str) -> u32 {
        self.heard.iter().find(|heard| &*heard.from == other).map_or(0, |heard| heard.n)
    }

    /// The pending outcome of an effect is in doubt.
    #[must_use]
    pub fn doubts(&self, key: &str) -> bool {
        self.in_doubt.iter().any(|doubt| &**doubt == key)
    }
}

impl Standing {
    #[must_use]
    pub fn entered(entered: &Entered, at: Timestamp) -> Self {
        Self {
            step: entered.step,
            visit: entered.visit,
            since: at,
            due: entered.due,
            overdue: false,
            unit: entered.unit.clone(),
            acted: Vec::new(),
            pauses: Vec::new(),
            extra: Vec::new(),
        }
    }
}

impl Outcome {
    #[must_use]
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Unknown)
    }
}
