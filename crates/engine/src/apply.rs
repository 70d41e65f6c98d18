//! The one place that changes a case: an event is applied to the state. The code for a released event is frozen;
//! what should behave differently becomes a new event.

use crate::{
    Name,
    actor::Party,
    case::{
        ActedPart, Assignee, Case, CheckedItem, ClockState, Ended, Ending, Escalation, Leg, MergedInto, Pause, Paused,
        Rating, SignatureState, Standing, Warned, Watcher,
    },
    event::{By, Completed, Due, Entered, Event, JoinedDue, Opened, Outcome, Recorded, STEP_CLOCK},
    tie::{Absorbed, Echo, Echoed, Follower, Heard, Tie},
};
use jiff::Timestamp;
use manual::procedure::{StepNo, Target};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    #[error("the history does not begin with an opening")]
    NotOpened,
    #[error("event {n} follows event {after}")]
    OutOfOrder { n: u32, after: u32 },
    #[error("the case is opened again by event {n}")]
    OpenedAgain { n: u32 },
}

/// The case that a whole history makes.
///
/// # Errors
/// If the history does not begin with an opening or its numbers do not follow one another.
pub fn replay<'r>(history: impl IntoIterator<Item = &'r Recorded>) -> Result<Case, ReplayError> {
    let mut history = history.into_iter();
    let mut case = begin(history.next().ok_or(ReplayError::NotOpened)?)?;
    for recorded in history {
        apply(&mut case, recorded)?;
    }
    Ok(case)
}

/// The case that its first event makes.
///
/// # Errors
/// If the event is not an opening with number 1.
pub fn begin(recorded: &Recorded) -> Result<Case, ReplayError> {
    let (1, Event::Opened(opened)) = (recorded.n, &recorded.event) else {
        return Err(ReplayError::NotOpened);
    };
    Ok(open(opened, &recorded.by, recorded.at))
}

/// Applies the next event of a case.
///
/// # Errors
/// If the event's number does not follow the case's version, or it opens the case again.
pub fn apply(case: &mut Case, recorded: &Recorded) -> Result<(), ReplayError> {
    if recorded.n != case.version + 1 {
        return Err(ReplayError::OutOfOrder { n: recorded.n, after: case.version });
    }
    let at = recorded.at;
    match &recorded.event {
        Event::Opened(_) => return Err(ReplayError::OpenedAgain { n: recorded.n }),
        Event::Acted(acted) => {
            if let Some(standing) = &mut case.standing {
                standing.acted.push(ActedPart {
                    role: acted.role.clone(),
                    by: party(&recorded.by),
                    answer: acted.answer.clone(),
                });
            }
            keep_values(case, &acted.given.values);
            set_route(case, acted.given.route.as_ref());
        }
        Event::Completed(completed) => complete(case, completed, &recorded.by, at),
        Event::SentBack { from, visit, to, reason: _ } => {
            leave(case, *from, *visit, None, Target::Step(to.step), &recorded.by, at, true);
            case.standing = Some(Standing::entered(to, at));
        }
        Event::Assigned { role, to, reason: _ } => {
            case.assignees.retain(|assignee| assignee.role != *role);
            case.assignees.push(Assignee { role: role.clone(), person: to.person, name: to.name.clone() });
        }
        Event::Commented { .. } => {}
        Event::Attached(attached) => case.attachments.push(attached.clone()),
        Event::Paused { cause, reason } | Event::Halted { cause, reason, .. } => {
            case.paused =
                Some(Paused { since: at, cause: cause.clone(), reason: reason.clone(), by: party(&recorded.by) });
        }
        Event::Resumed { dues, note: _ } => {
            if let Some(paused) = case.paused.take() {
                let pause = Pause { from: paused.since, to: Some(at) };
                for clock in case.clocks.iter_mut().filter(|clock| clock.stopped.is_none()) {
                    clock.pauses.push(pause.clone());
                }
                if let Some(standing) = &mut case.standing {
                    standing.pauses.push(pause);
                }
            }
            set_dues(case, dues);
        }
        Event::Extended { by, dues, .. } => {
            case.extensions.push(by.clone());
            for clock in case.clocks.iter_mut().filter(|clock| clock.stopped.is_none()) {
                clock.extra.push(by.clone());
            }
            set_dues(case, dues);
        }
        Event::Excluded { cause, .. } | Event::SetApart { cause, .. } => case.exclusions.push(cause.clone()),
        Event::Cancelled { reason } => end(case, Ending::Cancelled, &recorded.by, at, Some(reason.clone())),
        Event::Reopened { to, dues, reason: _ } => {
            case.ended = None;
            case.reopened += 1;
            for clock in &mut case.clocks {
                if dues.iter().any(|due| due.clock == clock.name) {
                    clock.stopped = None;
                }
            }
            case.standing = Some(Standing::entered(to, at));
            set_dues(case, dues);
        }
        Event::Signed(signed) => {
            case.signatures.push(SignatureState { by: party(&recorded.by), at, signed: signed.clone() });
        }
        Event::Rated { conforms, comment } => {
            case.rating = Some(Rating { conforms: *conforms, comment: comment.clone(), at });
        }
        Event::DeadlinePassed { clock, due: _ } => {
            if &**clock == STEP_CLOCK {
                if let Some(standing) = &mut case.standing {
                    standing.overdue = true;
                }
            } else if let Some(state) = case.clocks.iter_mut().find(|state| state.name == *clock) {
                state.passed = true;
            }
        }
        Event::EffectSettled { key, outcome, detail: _ } => {
            case.in_doubt.retain(|doubt| doubt != key);
            if *outcome == Outcome::Unknown {
                case.in_doubt.push(key.clone());
            }
        }
        Event::Moved { to, .. } => case.edition = *to,
        Event::Recalculated { calendar, dues, .. } => {
            case.calendar = *calendar;
            set_dues(case, dues);
        }
        Event::Recounted { calendar, moved, reason: _ } => {
            case.calendar = *calendar;
            let dues: Vec<Due> = moved.iter().map(|due| Due { clock: due.clock.clone(), at: due.after }).collect();
            set_dues(case, &dues);
        }
        Event::Watched { who, internal } => {
            case.watchers.retain(|watcher| watcher.person != who.person);
            case.watchers.push(Watcher { person: who.person, name: who.name.clone(), internal: *internal });
        }
        Event::Escalated(escalated) => {
            set_route(case, escalated.route.as_ref());
            case.assignees.retain(|assignee| !escalated.released.contains(&assignee.role));
            case.escalations.push(Escalation {
                at,
                by: party(&recorded.by),
                escalated: escalated.clone(),
                returned: false,
            });
        }
        Event::EscalationReturned { reason: _ } => {
            if let Some(last) = case.escalations.last_mut() {
                last.returned = true;
            }
        }
        Event::Checked { step, visit, item, done } => {
            case.checked.retain(|one| (one.step, one.visit, &one.item) != (*step, *visit, item));
            if *done {
                let by = party(&recorded.by);
                case.checked.push(CheckedItem { step: *step, visit: *visit, item: item.clone(), by, at });
            }
        }
        Event::Unwatched { who } => case.watchers.retain(|watcher| watcher.person != who.person),
        Event::Prioritized { priority, grounds, reason: _ } => {
            case.priority = *priority;
            case.grounds.clone_from(grounds);
        }
        Event::AskedBy(outsider) => case.outsider = Some(outsider.clone()),
        Event::Prolonged { by, clocks, dues, .. } => {
            case.extensions.push(by.clone());
            for clock in case.clocks.iter_mut().filter(|clock| clocks.contains(&clock.name)) {
                clock.extra.push(by.clone());
            }
            if let Some(standing) = &mut case.standing
                && clocks.iter().any(|clock| &**clock == STEP_CLOCK)
            {
                standing.extra.push(by.clone());
            }
            set_dues(case, dues);
        }
        Event::Redated { dues } => set_dues(case, dues),
        Event::Began { dues } => {
            case.clocks.retain(|clock| !dues.iter().any(|due| due.clock == clock.name));
            case.clocks.extend(dues.iter().map(|due| ClockState { apart: true, ..started(due, at) }));
        }
        Event::Lapsed { clock, due: _, unrated, stay } => {
            if let Some(state) = case.clocks.iter_mut().find(|state| state.name == *clock) {
                state.passed = true;
                state.stopped = Some(at);
            }
            if let Some((step, visit)) = stay {
                leave(case, *step, *visit, None, Target::End, &recorded.by, at, false);
                end(case, Ending::Finished, &recorded.by, at, None);
            }
            case.unrated |= *unrated;
        }
        Event::Warned { clock, due, warning } => {
            case.warned.push(Warned { clock: clock.clone(), due: *due, warning: *warning });
        }
        Event::Linked { kind, other, reason } => {
            let (other, reason, by) = (other.clone(), reason.clone(), party(&recorded.by));
            case.ties.push(Tie { kind: *kind, other, reason, by, at });
        }
        Event::Unlinked { kind: _, other, reason: _ } => case.ties.retain(|tie| tie.other != *other),
        Event::Merged { into, reason, followers: _ } => {
            let running = case.clocks.iter().filter(|clock| clock.stopped.is_none());
            case.merged = Some(MergedInto {
                into: into.clone(),
                running: running.map(|clock| clock.name.clone()).collect(),
                standing: case.standing.clone(),
                paused: case.paused.clone(),
            });
            end(case, Ending::Merged, &recorded.by, at, Some(reason.clone()));
        }
        Event::Separated { from: _, reason: _, dues } => {
            separate(case);
            set_dues(case, dues);
        }
        Event::Echoed(echoed) => hear(case, echoed),
        Event::Transferred { to, moved, joined, dropped, from: _, reason: _ } => {
            case.edition = *to;
            let dues: Vec<Due> = moved.iter().map(|due| Due { clock: due.clock.clone(), at: due.after }).collect();
            set_dues(case, &dues);
            for clock in case.clocks.iter_mut().filter(|clock| clock.stopped.is_none()) {
                if dropped.contains(&clock.name) {
                    clock.stopped = Some(at);
                }
            }
            if let Some(standing) = &mut case.standing
                && dropped.iter().any(|name| &**name == STEP_CLOCK)
            {
                standing.due = None;
                standing.overdue = false;
            }
            for one in joined {
                join(case, one);
            }
        }
    }
    case.version = recorded.n;
    case.updated_at = at;
    Ok(())
}

fn open(opened: &Opened, by: &By, at: Timestamp) -> Case {
    Case {
        number: opened.number.clone(),
        procedure: opened.procedure.clone(),
        edition: opened.edition,
        calendar: opened.calendar,
        subject: opened.subject.clone(),
        description: opened.description.clone(),
        requester: opened.requester.clone(),
        outsider: None,
        opened_by: party(by),
        opened_at: at,
        channel: opened.channel,
        priority: opened.priority,
        values: opened.values.clone(),
        standing: Some(Standing::entered(&opened.to, at)),
        ended: None,
        paused: None,
        clocks: opened.clocks.iter().map(|due| started(due, at)).collect(),
        legs: Vec::new(),
        route: None,
        assignees: Vec::new(),
        attachments: Vec::new(),
        signatures: Vec::new(),
        extensions: Vec::new(),
        exclusions: Vec::new(),
        rating: None,
        in_doubt: Vec::new(),
        reopened: 0,
        watchers: Vec::new(),
        grounds: None,
        warned: Vec::new(),
        unrated: false,
        escalations: Vec::new(),
        checked: Vec::new(),
        ties: Vec::new(),
        merged: None,
        absorbed: Vec::new(),
        heard: Vec::new(),
        version: 1,
        updated_at: at,
    }
}

fn complete(case: &mut Case, completed: &Completed, by: &By, at: Timestamp) {
    leave(case, completed.step, completed.visit, completed.answer.clone(), completed.target, by, at, false);
    if let Some(leg) = case.legs.last_mut() {
        leg.role = completed.role.clone();
    }
    keep_values(case, &completed.given.values);
    set_route(case, completed.given.route.as_ref());
    if !completed.released.is_empty() {
        case.assignees.retain(|assignee| !completed.released.contains(&assignee.role));
    }
    for clock in &mut case.clocks {
        if completed.clocks_stopped.contains(&clock.name) {
            clock.stopped = Some(at);
        }
    }
    case.clocks.extend(completed.clocks_started.iter().map(|due| started(due, at)));
    match (&completed.to, completed.target) {
        (Some(entered), _) => case.standing = Some(Standing::entered(entered, at)),
        (None, Target::Refusal) => end(case, Ending::Refused, by, at, completed.given.note.clone()),
        (None, _) => end(case, Ending::Finished, by, at, completed.given.note.clone()),
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one leg, each from another place")]
fn leave(
    case: &mut Case,
    step: StepNo,
    visit: u16,
    answer: Option<Name>,
    target: Target,
    by: &By,
    at: Timestamp,
    sent_back: bool,
) {
    let since = case.standing.as_ref().map_or(at, |standing| standing.since);
    case.legs.push(Leg {
        step,
        visit,
        role: by.role.clone().unwrap_or_else(|| "".into()),
        by: party(by),
        since,
        at,
        answer,
        target,
        sent_back,
    });
}

fn end(case: &mut Case, how: Ending, by: &By, at: Timestamp, reason: Option<Name>) {
    case.standing = None;
    case.paused = None;
    for clock in case.clocks.iter_mut().filter(|clock| clock.stopped.is_none()) {
        clock.stopped = Some(at);
    }
    case.ended = Some(Ended { at, how, by: party(by), reason });
}

/// As it was when it was merged: on the same stay, with the clocks that ran.
pub(crate) fn separate(case: &mut Case) {
    let Some(merged) = case.merged.take() else { return };
    case.ended = None;
    case.standing = merged.standing;
    case.paused = merged.paused;
    for clock in case.clocks.iter_mut().filter(|clock| merged.running.contains(&clock.name)) {
        clock.stopped = None;
    }
}

/// What another case's act changes here: who follows, and how far it has been heard.
fn hear(case: &mut Case, echoed: &Echoed) {
    let Echoed { from, n, what } = echoed;
    match what {
        Echo::Linked { .. } | Echo::Unlinked { .. } => {}
        Echo::Merged { followers, .. } => {
            for Follower { who, internal } in followers {
                case.watchers.retain(|watcher| watcher.person != who.person);
                case.watchers.push(Watcher { person: who.person, name: who.name.clone(), internal: *internal });
            }
            case.absorbed.push(Absorbed { other: from.clone(), followers: followers.clone() });
        }
        Echo::Separated { gone, .. } => {
            case.watchers.retain(|watcher| !gone.contains(&watcher.person));
            case.absorbed.retain(|absorbed| absorbed.other != *from);
        }
    }
    case.heard.retain(|heard| heard.from != *from);
    case.heard.push(Heard { from: from.clone(), n: *n });
}

/// Comes under a term that counts since before.
fn join(case: &mut Case, joined: &JoinedDue) {
    if &*joined.clock == STEP_CLOCK {
        if let Some(standing) = &mut case.standing {
            standing.due = Some(joined.due);
        }
        return;
    }
    // It may have had it before, under an edition earlier than the last.
    let extra = case.clock(&joined.clock).map(|state| state.extra.clone()).unwrap_or_default();
    case.clocks.retain(|state| state.name != joined.clock);
    case.clocks.push(ClockState {
        name: joined.clock.clone(),
        started: joined.since,
        due: joined.due,
        stopped: None,
        passed: false,
        pauses: joined.pauses.iter().map(|(from, to)| Pause { from: *from, to: *to }).collect(),
        extra,
        apart: joined.apart,
    });
}

fn started(due: &Due, at: Timestamp) -> ClockState {
    ClockState {
        name: due.clock.clone(),
        started: at,
        due: due.at,
        stopped: None,
        passed: false,
        pauses: Vec::new(),
        extra: Vec::new(),
        apart: false,
    }
}

/// A due date that moves into the future has not passed any more.
fn set_dues(case: &mut Case, dues: &[Due]) {
    for due in dues {
        if &*due.clock == STEP_CLOCK {
            if let Some(standing) = &mut case.standing {
                standing.overdue &= standing.due == Some(due.at);
                standing.due = Some(due.at);
            }
        } else if let Some(state) = case.clocks.iter_mut().find(|state| state.name == due.clock) {
            state.passed &= state.due == due.at;
            state.due = due.at;
        }
    }
}

fn keep_values(case: &mut Case, values: &[(Name, crate::value::Value)]) {
    for (key, value) in values {
        match case.values.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = value.clone(),
            None => case.values.push((key.clone(), value.clone())),
        }
    }
}

fn set_route(case: &mut Case, route: Option<&Name>) {
    if let Some(route) = route {
        case.route = Some(route.clone());
    }
}

fn party(by: &By) -> Party {
    Party { person: by.person, name: by.name.clone(), unit: None }
}

/// Where the case comes to stand by an event, if it does.
#[must_use]
pub fn entered(event: &Event) -> Option<&Entered> {
    match event {
        Event::Opened(opened) => Some(&opened.to),
        Event::Completed(completed) => completed.to.as_ref(),
        Event::SentBack { to, .. } | Event::Reopened { to, .. } => Some(to),
        _ => None,
    }
}
