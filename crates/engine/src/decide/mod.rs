//! May this command happen to this case now? Either events and effects, or a refusal. One file a command.

mod open;
mod entrust;
mod complete;
mod send_back;
mod assign;
mod talk;
mod watch;
mod prioritize;
mod escalate;
mod check;
mod queue;
mod pause;
mod extend;
mod cancel;
mod reopen;
mod sign;
mod rate;
mod deadline;
mod settle;
mod move_edition;
mod recalculate;
mod link;
mod merge;
mod echo;

use crate::{
    actor::SYSTEM,
    apply::{apply, begin},
    case::{Case, Standing},
    command::Command,
    effect::Effect,
    event::{By, Event, Recorded},
    refusal::Refusal,
    world::World,
};
use manual::procedure::Step;

pub use entrust::OWN_STEPS;

/// What a command makes happen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    pub events: Vec<(By, Event)>,
    pub effects: Vec<Effect>,
}

impl Decision {
    fn one(by: By, event: Event) -> Self {
        Self { events: vec![(by, event)], effects: Vec::new() }
    }
}

/// Judges a command. Changes nothing.
///
/// # Errors
/// A refusal in Spanish that says why, who may, and under which norm.
pub fn decide(case: Option<&Case>, command: &Command, world: &World<'_>) -> Result<Decision, Refusal> {
    let mut decision = judge(case, command, world)?;
    if let Some(case) = case {
        watch::tell(case, &mut decision, world);
    }
    Ok(decision)
}

fn judge(case: Option<&Case>, command: &Command, world: &World<'_>) -> Result<Decision, Refusal> {
    let case = match (case, command) {
        (None, Command::Open(command)) => return open::decide(command, world),
        (None, _) => return Err(Refusal::missing("Ese caso no existe.")),
        (Some(case), Command::Open(_)) => {
            return Err(Refusal::conflict(format!("El caso {} ya está abierto.", case.number)));
        }
        (Some(case), _) => case,
    };
    match command {
        Command::Open(_) => unreachable!("judged above"),
        Command::Complete(command) => complete::decide(case, command, world),
        Command::SendBack { step, visit, to, reason } => send_back::decide(case, *step, *visit, *to, reason, world),
        Command::Take => assign::take(case, world),
        Command::Assign { role, to, reason } => assign::assign(case, role.as_ref(), to, reason.as_ref(), world),
        Command::Comment { text, public, mentions } => talk::comment(case, text, *public, mentions, world),
        Command::Watch => watch::watch(case, world),
        Command::Unwatch => watch::unwatch(case, world),
        Command::Prioritize { weight, reason } => prioritize::decide(case, weight, reason, world),
        Command::Escalate { to, reason } => escalate::decide(case, to, reason, world),
        Command::ReturnEscalation { reason } => escalate::give_back(case, reason, world),
        Command::Check { done } => check::decide(case, done, world),
        Command::Attach(command) => talk::attach(case, command, world),
        Command::Pause { cause, reason, evidence } => pause::pause(case, cause, reason, evidence.as_ref(), world),
        Command::Resume { note } => pause::resume(case, note.as_ref(), world),
        Command::Extend { cause, by, reason, evidence } => {
            extend::extend(case, cause, by, reason, evidence.as_ref(), world)
        }
        Command::Exclude { cause, reason, evidence } => extend::exclude(case, cause, reason, evidence.as_ref(), world),
        Command::Cancel { reason } => cancel::decide(case, reason, world),
        Command::Reopen { reason } => reopen::decide(case, reason, world),
        Command::Sign(command) => sign::decide(case, command, world),
        Command::Rate { conforms, comment } => rate::decide(case, *conforms, comment.as_ref(), world),
        Command::DeadlineReached { clock, due } => deadline::decide(case, clock, *due, world),
        Command::SettleEffect { key, outcome, detail } => settle::decide(case, key, *outcome, detail.as_ref(), world),
        Command::Move { to, reason } => move_edition::decide(case, *to, reason, world),
        Command::Recalculate { reason } => recalculate::decide(case, reason, world),
        Command::WarningReached { clock, warning } => deadline::warn(case, clock, *warning, world),
        Command::Link { kind, other, reason } => link::link(case, *kind, other, reason.as_ref(), world),
        Command::Unlink { other, reason } => link::unlink(case, other, reason, world),
        Command::Merge { into, reason } => merge::merge(case, into, reason, world),
        Command::Separate { reason } => merge::separate(case, reason, world),
        Command::Echo { from, subject, acts } => echo::decide(case, from, subject, acts, world),
    }
}

/// Numbers the events of a decision and applies them: the case afterwards, and the history to be written.
///
/// # Errors
/// If an event cannot follow the case's history; the decision was made for another state.
pub fn perform(
    case: Option<Case>,
    events: Vec<(By, Event)>,
    now: jiff::Timestamp,
) -> Result<(Case, Vec<Recorded>), crate::apply::ReplayError> {
    let mut history = Vec::with_capacity(events.len());
    let mut case = case;
    for (by, event) in events {
        let n = case.as_ref().map_or(1, |case| case.version + 1);
        let recorded = Recorded { n, at: now, by, event };
        match &mut case {
            Some(case) => apply(case, &recorded)?,
            None => case = Some(begin(&recorded)?),
        }
        history.push(recorded);
    }
    let case = case.ok_or(crate::apply::ReplayError::NotOpened)?;
    Ok((case, history))
}

/// The step the case stands on; refuses for a case that has ended.
fn standing<'c, 'w>(case: &'c Case, world: &World<'w>) -> Result<(&'c Standing, &'w Step), Refusal> {
    let Some(standing) = &case.standing else {
        return Err(Refusal::conflict(ended_text(case)));
    };
    let step = world.procedure.step(standing.step).ok_or_else(|| {
        Refusal::conflict(format!("El paso {} no existe en la edición bajo la que corre el caso.", standing.step))
    })?;
    Ok((standing, step))
}

fn ended_text(case: &Case) -> String {
    if let Some(merged) = &case.merged {
        return format!("El caso {} está unido al {}: siga en ese, o sepárelo primero.", case.number, merged.into);
    }
    match &case.ended {
        Some(ended) => {
            let by = if ended.by.person == SYSTEM { String::new() } else { format!(" por {}", ended.by.name) };
            format!("El caso {} ya terminó: {}{by}.", case.number, case.status().label().to_lowercase())
        }
        None => format!("El caso {} no está en ningún paso.", case.number),
    }
}

/// Words given as a reason; refuses where there are none.
fn reason_given(reason: &str, what: &str) -> Result<(), Refusal> {
    if reason.trim().chars().count() < 3 {
        return Err(Refusal::invalid(format!("Escriba la razón {what}."))
            .with(vec![crate::refusal::Fault::new("reason", "Falta la razón.")]));
    }
    Ok(())
}
