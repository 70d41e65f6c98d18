//! A procedure: who may ask, the steps with their responsibles, decisions and jumps, the forms and the terms.

use crate::{Name, field::Field, finding::At, organization::Scope, term::Term};
pub use crate::{
    clock::{Attention, Clock, ClockEnd, ClockStart, Warning, WarningTime, WarningTo},
    step_no::StepNo,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Procedure {
    pub code: Name,
    pub title: Name,
    pub process: Option<Process>,
    pub objective: Option<Name>,
    pub scope: Option<Name>,
    pub legal_base: Vec<Name>,
    pub related: Vec<Name>,
    pub norms: Vec<Norm>,
    /// The roles that may ask for it. A role of scope `Requester` means everybody.
    pub requesters: Vec<Name>,
    pub opening: Opening,
    /// How many steps the printed table says it has.
    pub declared_steps: Option<u32>,
    /// In the manual's order; never empty in an edition that was read without errors.
    pub steps: Vec<Step>,
    pub routing: Option<Routing>,
    /// Cases are taken in the order of their arrival.
    #[serde(default)]
    pub arrival_order: Option<ArrivalOrder>,
    pub clocks: Vec<Clock>,
    /// The hours of the queue: those of all its terms that say no others.
    pub attention: Attention,
    pub pauses: Vec<Cause>,
    pub extensions: Vec<Cause>,
    /// Causes for which a late case is counted apart.
    pub exclusions: Vec<Cause>,
    pub readings: Vec<Reading>,
    /// How the code is printed elsewhere in the manual.
    pub printed: Vec<Printed>,
    #[serde(skip)]
    pub at: At,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    pub code: Name,
    pub name: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Norm {
    /// As printed: "1", "4.2 b".
    pub number: Name,
    pub text: Name,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// The form that opening fills, by code.
    pub form: Option<Name>,
    pub fields: Vec<Field>,
    pub attachments: Vec<AttachmentRule>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRule {
    pub label: Name,
    pub required: bool,
    pub only_if: Option<crate::field::OnlyIf>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub number: StepNo,
    pub responsibles: Vec<Responsible>,
    pub acting: Acting,
    pub activity: Name,
    /// The "especificaciones" column, where the manual has one.
    pub details: Option<Name>,
    pub decision: Option<Decision>,
    /// Where the case goes after it; for a decision the branches say so.
    pub next: Target,
    /// Done by the act of opening the case, when the one who opens is its responsible.
    pub done_by_opening: bool,
    /// The form it fills, by code.
    pub form: Option<Name>,
    pub fields: Vec<Field>,
    pub signatures: Vec<SignatureRule>,
    pub attachments: Vec<AttachmentRule>,
    pub documents: Vec<DocumentAct>,
    pub term: Option<Term>,
    /// Whose hours its term follows, and who is warned.
    pub attention: Attention,
    pub warnings: Vec<Warning>,
    /// Completing it lengthens the term, by what these fields say.
    pub lengthens: Option<Lengthens>,
    /// Completing it rates the service, by what these fields say.
    pub rates: Option<Rates>,
    pub notices: Vec<Notice>,
    /// The institution's own word for the state while the case stands here ("PROCESANDO").
    pub state_label: Option<Name>,
    /// Roles whose person is named when this step ends.
    pub assigns: Vec<Name>,
    /// Numbers of the specific norms that govern it.
    pub norms: Vec<Name>,
    /// What is ticked off while the step is attended.
    #[serde(default)]
    pub checks: Vec<CheckItem>,
    pub symbol: Option<Symbol>,
    pub readings: Vec<Reading>,
    #[serde(skip)]
    pub at: At,
}

/// The fields of a step that lengthen the term: the key of the cause, how much, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lengthens {
    pub cause: Name,
    pub by: Name,
    pub reason: Name,
}

/// The fields of a step that rate the service: `conforme` or `no-conforme`, and the comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    pub field: Name,
    pub comment: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Responsible {
    pub role: Name,
    /// Copied from the role, so that a step can be judged without the organisation chart.
    pub scope: Scope,
}

/// Which of several responsibles act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acting {
    #[default]
    One,
    Any,
    All,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub question: Name,
    pub branches: Vec<Branch>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// The answer: `si`, `no`, `alta`, `baja`.
    pub name: Name,
    /// The words of its button; absent: made from the name and the target.
    pub label: Option<Name>,
    pub target: Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Step(StepNo),
    /// The case ends, done.
    End,
    /// The case ends, refused with its grounds.
    Refusal,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureRule {
    pub role: Name,
    pub scope: Scope,
    /// 0 acuse, 1 simple, 2 avanzada, 3 papel: the least that serves.
    pub level: u8,
    pub document: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentAct {
    pub verb: DocumentVerb,
    pub what: Name,
    /// The role or place that receives it.
    pub to: Option<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentVerb {
    Issues,
    HandsOver,
    Files,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub to: Name,
    pub text: Option<Name>,
}

/// A point of a step's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckItem {
    pub text: Name,
    /// Must be ticked before the step can end.
    pub required: bool,
}

/// First come, first served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrivalOrder {
    /// The norm of the procedure that says so.
    pub norm: Option<Name>,
}

/// The symbol of the flowchart, where it is not the one that follows from the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Symbol {
    Operation,
    Document,
    Archive,
}

/// How a role of scope `Routed` finds its holder: by an area named on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    /// The key under which the area is given among the values of the step.
    pub key: Name,
    pub label: Name,
    pub asked_at: Vec<RouteQuestion>,
    pub routes: Vec<Route>,
    /// Who the roles mean while no area is named.
    pub otherwise: Vec<RoutePart>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteQuestion {
    pub step: StepNo,
    /// Only on this branch.
    pub branch: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub key: Name,
    pub label: Name,
    pub level: Option<u8>,
    pub parts: Vec<RoutePart>,
}

/// In this route, `role` means whoever holds `holder`, of `unit` where it says one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutePart {
    pub role: Name,
    pub holder: Name,
    pub unit: Option<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    pub key: Name,
    pub text: Name,
    pub norm: Option<Name>,
    /// The document that must stand behind it.
    pub evidence: Option<Name>,
    /// Only while the case stands on this step.
    pub step: Option<StepNo>,
    /// Only this clock is stopped or lengthened by it.
    pub clock: Option<Name>,
}

/// How an oddity of the printed original is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The rule of the linter it answers, e.g. `bucle-propio`.
    pub rule: Name,
    pub text: Name,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    pub place: Name,
    pub text: Name,
}

impl Cause {
    /// The cause with all that must stand behind it, for a comparison or a printed list.
    #[must_use]
    pub fn words(&self) -> String {
        let evidence = self.evidence.as_ref().map(|what| format!(", con {what}")).unwrap_or_default();
        let step = self.step.map(|step| format!(", en el paso {step}")).unwrap_or_default();
        let clock = self.clock.as_ref().map(|clock| format!(", solo el plazo para {clock}")).unwrap_or_default();
        format!("{}{evidence}{step}{clock}", self.text.trim_end_matches('.'))
    }
}

impl Procedure {
    /// The clock of a name.
    #[must_use]
    pub fn clock(&self, name: &str) -> Option<&Clock> {
        self.clocks.iter().find(|clock| &*clock.name == name)
    }

    #[must_use]
    pub fn step(&self, number: StepNo) -> Option<&Step> {
        // Most manuals number from 1 without gaps: look there first.
        let guess = usize::from(number.0).wrapping_sub(usize::from(self.steps.first()?.number.0));
        match self.steps.get(guess) {
            Some(step) if step.number == number => Some(step),
            _ => self.steps.iter().find(|step| step.number == number),
        }
    }

    /// The step on which a case begins.
    #[must_use]
    pub fn first(&self) -> Option<&Step> {
        self.steps.first()
    }
}

impl Step {
    pub fn role_names(&self) -> impl Iterator<Item = &Name> {
        self.responsibles.iter().map(|responsible| &responsible.role)
    }

    /// All the places a case may go from here.
    #[must_use]
    pub fn targets(&self) -> Vec<Target> {
        match &self.decision {
            Some(decision) => decision.branches.iter().map(|branch| branch.target).collect(),
            None => vec![self.next],
        }
    }

    /// Whether going to `target` from here is sending the case back.
    #[must_use]
    pub fn is_back(&self, target: Target) -> bool {
        matches!(target, Target::Step(number) if number <= self.number)
    }
}

impl Decision {
    /// The branch an answer names; "SÍ", "sí" and "Si" are `si`.
    #[must_use]
    pub fn branch(&self, answer: &str) -> Option<&Branch> {
        self.branches.iter().find(|branch| &*branch.name == answer).or_else(|| {
            let plain = answer.trim().to_lowercase().replace('í', "i");
            self.branches.iter().find(|branch| branch.name.to_lowercase().replace('í', "i") == plain)
        })
    }
}
