//! The engine alone, on one core: judging and applying, and replaying a history.

use super::figure::{Figure, Report, per_second, real};
use crate::manuals::Library;
use anyhow::{Context, Result, anyhow};
use engine::{
    Name,
    actor::Actor,
    apply::{apply, begin, replay},
    calendar::Calendar,
    case::Case,
    command::Command,
    decide::{Decision, decide},
    event::Recorded,
    rehearse,
    world::{Everyone, World},
};
use jiff::Timestamp;
use manual::{
    edition::Edition,
    procedure::{Procedure, Step, StepNo},
    scenario::Scenario,
};
use std::{hint::black_box, time::Instant};

/// Events of the case that is replayed.
const EVENTS: usize = 50;
/// Steps of the case that is judged: as many as a case of the manuals has, with a return or two.
const STEPS: usize = 10;

/// A manual with its calendar.
struct Shelf {
    edition: Edition,
    calendar: Calendar,
}

/// What is given to one case, one after another, and by whom.
struct Walk<'s> {
    shelf: &'s Shelf,
    procedure: &'s Procedure,
    acts: Vec<(Actor, Command)>,
    history: Vec<Recorded>,
}

pub fn measure(report: &mut Report, quick: bool, now: Timestamp) -> Result<()> {
    let shelves = shelves()?;
    let rounds = if quick { 2_000 } else { 200_000 };
    let walk = shelves
        .iter()
        .flat_map(|shelf| shelf.edition.scenarios.iter().map(move |scenario| (shelf, scenario)))
        .filter_map(|(shelf, scenario)| returning(shelf, scenario, now))
        .min_by_key(|walk| walk.acts.iter().map(|(_, command)| weight(command)).sum::<usize>())
        .context("no procedure goes back and forth for long enough")?;
    report.add(Figure::new("engine.steps", steps(&walk, rounds, now)?, "1/s").at_least(2e6))?;
    report.add(Figure::new("engine.examples", examples(&shelves, rounds / 200, now)?, "1/s"))?;
    let begun = Instant::now();
    for _ in 0..rounds / 10 {
        black_box(replay(black_box(&walk.history[..EVENTS]))?);
    }
    let micros = begun.elapsed().as_secs_f64() * 1e6 / real(rounds / 10);
    report.add(Figure::new("engine.replay_50_events", micros, "µs").at_most(50.0))?;
    let lines = walk.history[..EVENTS].iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let begun = Instant::now();
    for _ in 0..rounds / 10 {
        let events = lines.iter().map(|line| serde_json::from_str(line)).collect::<Result<Vec<Recorded>, _>>()?;
        black_box(replay(&events)?);
    }
    let micros = begun.elapsed().as_secs_f64() * 1e6 / real(rounds / 10);
    report.add(Figure::new("engine.read_and_replay_50_events", micros, "µs"))
}

/// The manuals the program carries.
fn shelves() -> Result<Vec<Shelf>> {
    let library = Library::Embedded;
    let mut shelves = Vec::new();
    for name in library.institutions()? {
        let edition = library.load(&name)?.sound()?.clone();
        let institution = &edition.institution;
        let calendar = Calendar::new(&edition.calendar, &[], institution.country, &institution.zone, 1)
            .map_err(|error| anyhow!("{name}: {error}"))?;
        shelves.push(Shelf { edition, calendar });
    }
    Ok(shelves)
}

/// Begins a case as an example does, and then takes every way back there is, until it is long enough.
fn returning<'s>(shelf: &'s Shelf, scenario: &'s Scenario, now: Timestamp) -> Option<Walk<'s>> {
    let procedure = shelf.edition.procedure(&scenario.procedure)?;
    walk(shelf, procedure, scenario, now, |step| {
        let decision = step.decision.as_ref()?;
        let back = decision.branches.iter().find(|branch| step.is_back(branch.target));
        let said = scenario.answers.iter().find(|(number, _)| *number == step.number).map(|(_, answer)| answer);
        back.map(|branch| &branch.name).or(said).cloned()
    })
    .filter(|walk| walk.history.len() > EVENTS)
}

/// Carries a case along, answering as asked; what is done is kept.
fn walk<'s>(
    shelf: &'s Shelf,
    procedure: &'s Procedure,
    scenario: &Scenario,
    now: Timestamp,
    answer: impl Fn(&Step) -> Option<Name>,
) -> Option<Walk<'s>> {
    let Shelf { edition, .. } = shelf;
    let (mut case, mut history, mut acts) = (None::<Case>, Vec::new(), Vec::new());
    while history.len() <= EVENTS {
        let standing = case.as_ref().and_then(|case| procedure.step(case.standing.as_ref()?.step));
        let mut answers: Vec<(StepNo, Name)> =
            standing.and_then(|step| Some((step.number, answer(step)?))).into_iter().collect();
        let Ok(Some(act)) = rehearse::next_act(case.as_ref(), edition, procedure, scenario, &mut answers) else {
            break;
        };
        let actor = rehearse::person(act.role.as_ref(), case.as_ref(), procedure, edition);
        let decision = judged(shelf, procedure, case.as_ref(), &actor, &act.command, now).ok()?;
        case = Some(applied(case, decision, now, &mut history).ok()?);
        acts.push((actor, act.command));
    }
    Some(Walk { shelf, procedure, acts, history })
}

fn judged(
    shelf: &Shelf,
    procedure: &Procedure,
    case: Option<&Case>,
    actor: &Actor,
    command: &Command,
    now: Timestamp,
) -> Result<Decision> {
    let Shelf { edition, calendar } = shelf;
    let world = World { edition, procedure, calendar, now, actor, directory: &Everyone, other: None };
    decide(case, command, &world).map_err(|refusal| anyhow!("{refusal}"))
}

/// Numbers and applies what was decided, as the store does before it writes.
fn applied(case: Option<Case>, decision: Decision, now: Timestamp, history: &mut Vec<Recorded>) -> Result<Case> {
    let mut case = case;
    for (by, event) in decision.events {
        let n = case.as_ref().map_or(1, |case| case.version + 1);
        let recorded = Recorded { n, at: now, by, event };
        match &mut case {
            Some(case) => apply(case, &recorded)?,
            None => case = Some(begin(&recorded)?),
        }
        history.push(recorded);
    }
    case.context("nothing was opened")
}

/// A walk of little besides steps is preferred: it shows the engine, not the values.
fn weight(command: &Command) -> usize {
    match command {
        Command::Complete(complete) => complete.values.len(),
        Command::Open(open) => open.values.len(),
        _ => 5,
    }
}

/// Commands a second over the first steps of one case.
fn steps(walk: &Walk<'_>, rounds: usize, now: Timestamp) -> Result<f64> {
    let mut history = Vec::new();
    let (actor, open) = &walk.acts[0];
    let opened = applied(None, judged(walk.shelf, walk.procedure, None, actor, open, now)?, now, &mut history)?;
    let begun = Instant::now();
    for _ in 0..rounds {
        let mut case = opened.clone();
        for (actor, command) in &walk.acts[1..=STEPS] {
            let decision = judged(walk.shelf, walk.procedure, Some(&case), actor, command, now)?;
            history.clear();
            case = applied(Some(case), decision, now, &mut history)?;
            black_box(&history);
        }
    }
    Ok(per_second(rounds * STEPS, begun))
}

/// Commands a second over all the worked examples of all the manuals, openings, values and attachments included.
fn examples(shelves: &[Shelf], rounds: usize, now: Timestamp) -> Result<f64> {
    let mut walks = Vec::new();
    for shelf in shelves {
        for scenario in &shelf.edition.scenarios {
            let Some(procedure) = shelf.edition.procedure(&scenario.procedure) else { continue };
            let last = |step: &Step| {
                scenario
                    .answers
                    .iter()
                    .rev()
                    .find(|(number, _)| *number == step.number)
                    .map(|(_, answer)| answer.clone())
            };
            walks.extend(walk(shelf, procedure, scenario, now, last));
        }
    }
    let mut history = Vec::new();
    let (begun, mut done) = (Instant::now(), 0_usize);
    for _ in 0..rounds.max(1) {
        for walk in &walks {
            let mut case = None;
            for (actor, command) in &walk.acts {
                let decision = judged(walk.shelf, walk.procedure, case.as_ref(), actor, command, now)?;
                history.clear();
                case = Some(applied(case, decision, now, &mut history)?);
                black_box(&history);
                done += 1;
            }
        }
    }
    Ok(per_second(done, begun))
}
