//! What has happened to a case. Events are never edited: a changed meaning is a new variant beside the old one,
//! and the applier of a released variant is frozen.

use crate::{
    Name,
    actor::{Party, PersonId},
    tie::{Echoed, Follower, TieKind},
    value::Values,
};
use jiff::Timestamp;
use manual::{
    priority::PriorityWord,
    procedure::{StepNo, Target},
};
use serde::{Deserialize, Serialize};

/// An event with its place in the case's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// 1, 2, 3 … within the case.
    pub n: u32,
    pub at: Timestamp,
    pub by: By,
    pub event: Event,
}

/// Who did it, and in what capacity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    pub person: PersonId,
    pub name: Name,
    /// The role under which the person acted, where it was one of the procedure's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Name>,
    /// The absent person in whose place it was done ("por ausencia de").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_absence_of: Option<Party>,
    /// Done in the name of the requester by the one who registered the case.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_behalf: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Opened(Box<Opened>),
    /// One of several responsibles did his part; the step still waits for the others.
    Acted(Acted),
    /// The step is done and the case stands on the next one, or has ended.
    Completed(Completed),
    /// Returned outside a decision, with a reason: a recorded deviation.
    SentBack {
        from: StepNo,
        visit: u16,
        to: Entered,
        reason: Name,
    },
    Assigned {
        role: Name,
        to: Party,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Name>,
    },
    Commented {
        text: Name,
        public: bool,
    },
    Attached(Attached),
    Paused {
        cause: Name,
        reason: Name,
    },
    Resumed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Name>,
        dues: Vec<Due>,
    },
    Extended {
        cause: Name,
        by: Name,
        reason: Name,
        dues: Vec<Due>,
    },
    /// The case is counted apart for a cause the definition names.
    Excluded {
        cause: Name,
        reason: Name,
    },
    Cancelled {
        reason: Name,
    },
    Reopened {
        reason: Name,
        to: Entered,
        dues: Vec<Due>,
    },
    Signed(Signed),
    Rated {
        conforms: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<Name>,
    },
    /// A term ran out while its clock was running.
    DeadlinePassed {
        clock: Name,
        due: Timestamp,
    },
    /// What came of an effect outside.
    EffectSettled {
        key: Name,
        outcome: Outcome,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<Name>,
    },
    /// Continues under another edition, by an explicit act.
    Moved {
        from: i64,
        to: i64,
        reason: Name,
    },
    /// Due dates recomputed under another version of the calendar.
    Recalculated {
        calendar: u32,
        reason: Name,
        dues: Vec<Due>,
    },
    /// The case goes over to another version of the calendar: by which signed act, and the due dates that move by it.
    Recounted {
        calendar: u32,
        reason: Name,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        moved: Vec<MovedDue>,
    },
    /// Somebody follows the case from now on: by himself, or named by another.
    Watched {
        who: Party,
        /// May read what is internal: named by one who attends, or attending himself.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        internal: bool,
    },
    Unwatched {
        who: Party,
    },
    Prioritized {
        priority: Priority,
        /// What it was derived from, where the manual has a matrix.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grounds: Option<Grounds>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Name>,
    },
    /// It was asked for by somebody who is not in the directory; whoever registered it answers for the request.
    AskedBy(Outsider),
    /// The clocks stop, for a cause the definition names and with what stands behind it.
    Halted {
        cause: Name,
        reason: Name,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Name>,
    },
    /// These clocks are lengthened, for a cause the definition names and with what stands behind it.
    Prolonged {
        cause: Name,
        by: Name,
        reason: Name,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Name>,
        clocks: Vec<Name>,
        dues: Vec<Due>,
    },
    /// The case is counted apart, for a cause the definition names and with what stands behind it.
    SetApart {
        cause: Name,
        reason: Name,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Name>,
    },
    /// Due dates counted from a date that has been given anew.
    Redated {
        dues: Vec<Due>,
    },
    /// Clocks that say nothing of lateness begin: the time to rate, a period after the end.
    Began {
        dues: Vec<Due>,
    },
    /// Such a clock has run out; where the case stood waiting to be rated, it ends without.
    Lapsed {
        clock: Name,
        due: Timestamp,
        /// It was the time to rate.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unrated: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stay: Option<(StepNo, u16)>,
    },
    /// A warning before or after the end of a term was given.
    Warned {
        clock: Name,
        due: Timestamp,
        warning: u16,
    },
    /// Support was asked of the next level or another area, or a decision of the superior.
    Escalated(Escalated),
    /// The superior gave it back without deciding.
    EscalationReturned {
        reason: Name,
    },
    /// A point of the step's list was ticked, or its tick taken away.
    Checked {
        step: StepNo,
        visit: u16,
        item: Name,
        done: bool,
    },
    /// Tied to another case, by an act on this one.
    Linked {
        kind: TieKind,
        other: Name,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Name>,
    },
    Unlinked {
        kind: TieKind,
        other: Name,
        reason: Name,
    },
    /// Ended because another case goes on with the same.
    Merged {
        into: Name,
        reason: Name,
        /// Those who follow the other from now on.
        followers: Vec<Follower>,
    },
    /// Taken out of the other again: it stands where it stood.
    Separated {
        from: Name,
        reason: Name,
        dues: Vec<Due>,
    },
    /// What was done to another case and concerns this one.
    Echoed(Box<Echoed>),
    /// Continues under another edition, by an explicit act, and by its terms from then on.
    Transferred {
        from: i64,
        to: i64,
        reason: Name,
        /// Due dates that its rules move.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        moved: Vec<MovedDue>,
        /// Terms that it has and the other had not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        joined: Vec<JoinedDue>,
        /// Running terms that it no longer has.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        dropped: Vec<Name>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    pub kind: EscalationKind,
    pub step: StepNo,
    pub visit: u16,
    /// The role of the step that could not go on.
    pub from: Name,
    /// The area or the superior's post, as people call it.
    pub to: Name,
    /// The unit of the superior meant, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Name>,
    /// The superior, where he was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Party>,
    /// The area from now on, where the step itself goes on there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Name>,
    /// Roles whose person is no longer the one assigned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub released: Vec<Name>,
    pub reason: Name,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationKind {
    /// To the next level, or another area.
    Functional,
    /// To the superior, who decides.
    Hierarchical,
}

/// The grades a priority was derived from, by their keys and the words they had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grounds {
    pub impact: Name,
    pub impact_label: Name,
    pub urgency: Name,
    pub urgency_label: Name,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub number: Name,
    pub procedure: Name,
    pub edition: i64,
    pub calendar: u32,
    pub subject: Name,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub description: Name,
    pub requester: Party,
    pub channel: Channel,
    pub priority: Priority,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Values,
    /// Reasons given for using a number whose check fails, by field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<(Name, Name)>,
    pub to: Entered,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Due>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Portal,
    Phone,
    Window,
    Paper,
    Mail,
    Designation,
    Api,
    Schedule,
}

impl Channel {
    pub const ALL: [Self; 8] = [
        Self::Portal,
        Self::Phone,
        Self::Window,
        Self::Paper,
        Self::Mail,
        Self::Designation,
        Self::Api,
        Self::Schedule,
    ];

    /// The word in the journal, in the API and in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Phone => "phone",
            Self::Window => "window",
            Self::Paper => "paper",
            Self::Mail => "mail",
            Self::Designation => "designation",
            Self::Api => "api",
            Self::Schedule => "schedule",
        }
    }

    /// The word in addresses and in the fields of forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Phone => "telefono",
            Self::Window => "ventanilla",
            Self::Paper => "oficio",
            Self::Mail => "correo",
            Self::Designation => "designacion",
            Self::Api => "sistema",
            Self::Schedule => "programacion",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.word() == word)
    }
}

/// Somebody who asks and has no place in the directory: as he said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outsider {
    pub name: Name,
    /// Telephone, mail or place where to find the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Name>,
    /// Code of the unit for which it is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Name>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

impl Priority {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Low => "baja",
            Self::Normal => "normal",
            Self::High => "alta",
            Self::Urgent => "urgente",
        }
    }
}

impl From<PriorityWord> for Priority {
    fn from(word: PriorityWord) -> Self {
        match word {
            PriorityWord::Low => Self::Low,
            PriorityWord::Normal => Self::Normal,
            PriorityWord::High => Self::High,
            PriorityWord::Urgent => Self::Urgent,
        }
    }
}

impl Grounds {
    /// "impacto medio × urgencia alta": the keys, which the manual words shortly.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("impacto {} × urgencia {}", self.impact, self.urgency)
    }
}

/// The step the case comes to stand on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    pub step: StepNo,
    /// 1 the first time the case stands there, 2 the second …
    pub visit: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// The unit whose holder of the role is meant, where the role depends on the requester's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acted {
    pub step: StepNo,
    pub visit: u16,
    pub role: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Name>,
    #[serde(flatten)]
    pub given: Given,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completed {
    pub step: StepNo,
    pub visit: u16,
    pub role: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Name>,
    pub target: Target,
    /// Absent where the case ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Entered>,
    #[serde(flatten)]
    pub given: Given,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks_started: Vec<Due>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks_stopped: Vec<Name>,
    /// Roles whose person is no longer the one assigned: the step names him anew, or the area has changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub released: Vec<Name>,
}

/// What the person gave with the step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Given {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Values,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<(Name, Name)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Name>,
    /// The area to which routed roles go from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Name>,
    /// Level of the signature that completing it was: 0 acuse, 1 simple, 2 avanzada, 3 papel.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub level: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    pub name: Name,
    /// SHA-256 of the content, hexadecimal.
    pub sha256: Name,
    pub size: u64,
    pub media_type: Name,
    /// The requirement it answers ("Fotocopia del DPI").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Name>,
    pub public: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    pub step: StepNo,
    pub visit: u16,
    pub role: Name,
    pub level: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Name>,
    /// SHA-256 of what was signed, hexadecimal.
    pub digest: Name,
    /// For paper: where the original lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The clock's name; the term of the step itself is called `paso`.
    pub clock: Name,
    pub at: Timestamp,
}

/// A term that a case comes under later than it counts: since when, the time that was stopped meanwhile, and its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedDue {
    pub clock: Name,
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<(Timestamp, Option<Timestamp>)>,
    pub due: Timestamp,
    /// Running out does not make the case late.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub apart: bool,
}

/// A due date that another calendar or edition moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedDue {
    pub clock: Name,
    pub before: Timestamp,
    pub after: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Done,
    Failed,
    /// Nobody knows whether it happened: "en duda", a person decides.
    Unknown,
}

/// The clock name of a step's own term.
pub const STEP_CLOCK: &str = "paso";

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(level: &u8) -> bool {
    *level == 0
}

fn is_empty(text: &Name) -> bool {
    text.is_empty()
}
