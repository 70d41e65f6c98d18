//! What another calendar would change: the open cases whose due dates move, and the recorded act that moves them.

use crate::{failure::Failure, state::Visitor};
use engine::{
    Name,
    calendar::Calendar,
    case::Case,
    command::Command,
    decide::decide,
    event::{Due, Event},
    world::{Everyone, World},
};
use futures_util::future::join_all;
use jiff::Timestamp;
use store::{CaseView, Filters, Request, Submission, SubmitError};

/// Cases looked at for a preview; the recalculation itself has no limit.
const LOOKED_AT: usize = 500;
/// Recalculations under way at once: they share commits.
const AT_ONCE: usize = 32;

/// A clock of a case that would run out at another moment.
pub struct Moved {
    pub number: Name,
    pub subject: Name,
    pub clock: Name,
    pub before: Timestamp,
    pub after: Timestamp,
}

/// What would move, and whether there are cases that were not looked at.
pub struct Preview {
    pub moved: Vec<Moved>,
    pub looked_at: usize,
    pub more: bool,
}

/// Tries the calendar on the open cases; changes nothing.
///
/// # Errors
/// If the store cannot be read.
pub async fn with(visitor: &Visitor, calendar: &Calendar) -> Result<Preview, Failure> {
    let mut preview = Preview { moved: Vec::new(), looked_at: 0, more: false };
    let mut cursor: Option<String> = None;
    loop {
        let page = visitor.reader.cases(&Filters::default(), cursor.as_deref(), 200).await?;
        for row in page.rows.iter().filter(|row| row.due.is_some()) {
            if preview.looked_at == LOOKED_AT {
                preview.more = true;
                return Ok(preview);
            }
            preview.looked_at += 1;
            if let Some(view) = visitor.reader.case(&row.number).await? {
                preview.moved.extend(moved(visitor, &view, calendar));
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(preview);
        }
    }
}

fn moved(visitor: &Visitor, view: &CaseView, calendar: &Calendar) -> Vec<Moved> {
    let world = World {
        edition: &view.edition,
        procedure: view.procedure(),
        calendar,
        now: visitor.now,
        actor: visitor.reader.actor(),
        directory: &Everyone,
        other: None,
    };
    let Ok(decision) = decide(Some(&view.case), &Command::Recalculate { reason: "vista previa".into() }, &world) else {
        return Vec::new();
    };
    let mut moved = Vec::new();
    for (_, event) in &decision.events {
        let Event::Recalculated { dues, .. } = event else { continue };
        for Due { clock, at } in dues {
            if let Some(before) = due_of(&view.case, clock).filter(|before| before != at) {
                let (number, subject) = (view.case.number.clone(), view.case.subject.clone());
                moved.push(Moved { number, subject, clock: clock.clone(), before, after: *at });
            }
        }
    }
    moved
}

/// When a clock of a case runs out; the step's own term is called `paso`.
fn due_of(case: &Case, clock: &str) -> Option<Timestamp> {
    if clock == "paso" {
        return case.standing.as_ref()?.due;
    }
    case.clocks.iter().find(|state| *state.name == *clock).map(|state| state.due)
}

/// Recalculates every open case that is on an older calendar; gives how many.
///
/// # Errors
/// If the store cannot be read or written; a case that ended meanwhile keeps its dates.
pub async fn recalculate(visitor: &Visitor, reason: &str) -> Result<usize, Failure> {
    let store = &visitor.house.store;
    // A page is cut before the open cases are told apart, so an empty one would not be the end: one page of all.
    let behind = store.cases_on_older_calendar(0, i64::from(u32::MAX)).await?;
    let mut done = 0;
    for some in behind.chunks(AT_ONCE) {
        let submissions = some.iter().map(|(_, number)| {
            let request = Request::Recalculate { reason: reason.into() };
            store.submit(Submission::on(number.clone(), visitor.person.id, request, visitor.now))
        });
        for outcome in join_all(submissions).await {
            match outcome {
                Ok(_) => done += 1,
                Err(SubmitError::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(done)
}
