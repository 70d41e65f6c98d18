//! What may be submitted to a case: the engine's commands, with persons named by their number.

use engine::{
    Name,
    actor::PersonId,
    command::{Attach, Sign, Weight},
    event::{Channel, Outcome, Outsider, Priority},
    tie::TieKind,
    value::Values,
};
use jiff::Timestamp;
use manual::procedure::StepNo;

/// One thing somebody wants done.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Now, by the caller's clock; kept to the microsecond.
    pub now: Timestamp,
    /// Who gives the command; `engine::actor::SYSTEM` for clocks and outcomes.
    pub actor: PersonId,
    /// The case's number; none to open one.
    pub case: Option<Name>,
    pub request: Request,
    /// For answering the same submission twice with the same result.
    pub key: Option<IdempotencyKey>,
    /// Refuse if the case has moved on since this version.
    pub expected_version: Option<u32>,
}

/// A key made by the one who submits, and a fingerprint of what is submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Unique within the person; at most 200 characters.
    pub key: String,
    /// The same for the same content: a hash of the request's body and address.
    pub fingerprint: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    Open(Box<OpenRequest>),
    Complete(CompleteRequest),
    SendBack {
        step: StepNo,
        visit: Option<u16>,
        to: Option<StepNo>,
        reason: Name,
    },
    Take,
    Assign {
        role: Option<Name>,
        to: PersonId,
        reason: Option<Name>,
    },
    /// Persons named in the text with `@login` follow the case from then on.
    Comment {
        text: Name,
        public: bool,
    },
    Attach(Attach),
    Pause {
        cause: Name,
        reason: Name,
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
    DeadlineReached {
        clock: Name,
        due: Timestamp,
    },
    SettleEffect {
        key: Name,
        outcome: Outcome,
        detail: Option<Name>,
    },
    Move {
        to: i64,
        reason: Name,
    },
    Recalculate {
        reason: Name,
    },
    /// Follow the case, or do so no more.
    Watch,
    Unwatch,
    Escalate {
        to: EscalateRequest,
        reason: Name,
    },
    ReturnEscalation {
        reason: Name,
    },
    /// The points of the present step's list that are done: these and no others.
    Check {
        done: Vec<Name>,
    },
    Prioritize {
        weight: Weight,
        reason: Name,
    },
    WarningReached {
        clock: Name,
        warning: u16,
    },
    /// Tie the case to another, by the other's number as it was typed.
    Link {
        kind: TieKind,
        other: Name,
        reason: Option<Name>,
    },
    Unlink {
        other: Name,
        reason: Name,
    },
    /// End it: the other goes on with the same.
    Merge {
        into: Name,
        reason: Name,
    },
    Separate {
        reason: Name,
    },
    /// By the system: hear what was done to another case.
    Echo {
        from: Name,
    },
}

impl Request {
    /// Whether it ties cases to one another: such acts happen one after the other, each with the ties of the one before.
    #[must_use]
    pub const fn ties(&self) -> bool {
        matches!(self, Self::Link { .. } | Self::Unlink { .. } | Self::Merge { .. } | Self::Separate { .. })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EscalateRequest {
    Area(Name),
    /// The superior's post, or one of those who hold it.
    Superior(Option<PersonId>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct OpenRequest {
    /// The procedure's code.
    pub procedure: Name,
    pub subject: Name,
    pub description: Name,
    pub on_behalf_of: Option<PersonId>,
    /// For whom, where that person is not in the directory.
    pub outsider: Option<Outsider>,
    pub channel: Channel,
    pub priority: Priority,
    /// Impact and urgency, where the manual derives the priority from them.
    pub weight: Option<Weight>,
    pub values: Values,
    pub overrides: Vec<(Name, Name)>,
    /// Files already among the blobs.
    pub attachments: Vec<Attach>,
    /// Complete the first step in the same act, where opening is that step and the actor its responsible.
    pub with_first_step: bool,
    /// Who will attend, named in the same act.
    pub assign: Option<PersonId>,
    /// The number of the case from which it is opened.
    pub from: Option<Name>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CompleteRequest {
    pub step: StepNo,
    pub visit: Option<u16>,
    pub answer: Option<Name>,
    pub values: Values,
    pub overrides: Vec<(Name, Name)>,
    pub note: Option<Name>,
    pub route: Option<Name>,
    pub assign: Vec<(Name, PersonId)>,
    /// The points of the list that are done; absent: as they were.
    pub checks: Option<Vec<Name>>,
    /// 0 a click in the session, 1 with the password given anew.
    pub level: u8,
}

impl CompleteRequest {
    /// Completing a step and giving nothing with it.
    #[must_use]
    pub const fn step(step: StepNo) -> Self {
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

impl OpenRequest {
    #[must_use]
    pub fn new(procedure: impl Into<Name>, subject: impl Into<Name>, description: impl Into<Name>) -> Self {
        Self {
            procedure: procedure.into(),
            subject: subject.into(),
            description: description.into(),
            on_behalf_of: None,
            outsider: None,
            channel: Channel::default(),
            priority: Priority::default(),
            weight: None,
            values: Vec::new(),
            overrides: Vec::new(),
            attachments: Vec::new(),
            with_first_step: true,
            assign: None,
            from: None,
        }
    }
}

impl Submission {
    /// On a case, without key or version.
    #[must_use]
    pub fn on(case: impl Into<Name>, actor: PersonId, request: Request, now: Timestamp) -> Self {
        Self { now, actor, case: Some(case.into()), request, key: None, expected_version: None }
    }

    /// Opening a case.
    #[must_use]
    pub fn open(actor: PersonId, request: OpenRequest, now: Timestamp) -> Self {
        Self { now, actor, case: None, request: Request::Open(Box::new(request)), key: None, expected_version: None }
    }

    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>, fingerprint: impl Into<String>) -> Self {
        self.key = Some(IdempotencyKey { key: key.into(), fingerprint: fingerprint.into() });
        self
    }
}
