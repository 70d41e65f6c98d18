//! A case lived through by chance, and what must hold of it at every moment and at the end.

use crate::{
    acts::{Chance, drawn},
    common,
};
use engine::{
    Name,
    apply::replay,
    authority::waits,
    calendar::Calendar,
    case::Case,
    clocks::{self, Frame},
    command::Command,
    decide::{decide, perform},
    event::Recorded,
    history::sentence,
    measure,
    rehearse::{next_act, person},
    telling::told,
    world::{Everyone, World},
};
use jiff::{SignedDuration, Timestamp};
use manual::{
    calendar_rules::{DayOff, DayOffKind, When},
    edition::Edition,
    procedure::{ClockEnd, ClockStart, StepNo},
    scenario::Scenario,
};

/// An institution with its manual in two editions, numbered 1 and 2, and its calendar in two versions.
pub struct Stage {
    editions: [Edition; 2],
    calendars: [Calendar; 2],
}

/// What a life came to.
#[derive(Default)]
pub struct Lived {
    pub accepted: u64,
    pub refused: u64,
    pub ended: bool,
}

impl Stage {
    pub fn of(institution: &str) -> Self {
        let first = common::edition(institution);
        let rules = &first.institution;
        let days = [decreed(20), decreed(23)];
        let later = Calendar::new(&first.calendar, &days, rules.country, &rules.zone, 2).expect("a working calendar");
        Self { calendars: [common::calendar(&first), later], editions: [first.clone(), revised(first)] }
    }

    fn frame<'s>(&'s self, case: Option<&Case>, code: &str) -> Frame<'s> {
        let edition = &self.editions[usize::from(case.is_some_and(|case| case.edition == 2))];
        let procedure = edition.procedure(code).expect("in both editions");
        Frame {
            edition,
            procedure,
            calendar: &self.calendars[usize::from(case.is_some_and(|case| case.calendar == 2))],
        }
    }
}

fn decreed(day: i8) -> DayOff {
    DayOff {
        name: "Día decretado".into(),
        when: When::Once { date: jiff::civil::date(2026, 3, day) },
        hours: None,
        kind: DayOffKind::Decreed,
        closes_office: true,
        stops_deadlines: true,
        source: None,
        published: None,
        since: None,
        until: None,
        office: None,
    }
}

/// The same steps with other terms: some longer, some gone, some new.
fn revised(mut edition: Edition) -> Edition {
    for (index, procedure) in edition.procedures.iter_mut().enumerate() {
        match (index % 3, procedure.clocks.first().cloned()) {
            (0, Some(_)) => procedure.clocks.truncate(1),
            (1, Some(_)) => {
                procedure.clocks.remove(0);
            }
            (_, Some(first)) => {
                procedure.clocks.push(manual::procedure::Clock { name: "otro".into(), ..first });
            }
            (_, None) => {}
        }
        for clock in &mut procedure.clocks {
            clock.term = "5 días hábiles".parse().expect("a term");
        }
    }
    edition
}

/// Whatever people do: a refusal changes nothing and says why, the journal gives the state, the stored texts give both
/// back, no due date drifts, and an open case has a way on.
pub fn live(stage: &Stage, most: usize, chance: &mut impl Chance) -> Lived {
    let code = chance.one(&stage.editions[0].procedures).code.clone();
    let mut now: Timestamp = "2026-03-02T15:00:00Z".parse().unwrap();
    let mut case: Option<Case> = None;
    let mut history: Vec<Recorded> = Vec::new();
    let mut lived = Lived::default();
    for _ in 0..most {
        if chance.is_spent() {
            break;
        }
        let frame = stage.frame(case.as_ref(), &code);
        let (actor, command) = drawn(case.as_ref(), frame.procedure, frame.edition, chance);
        let there = &stage.editions[usize::from(case.as_ref().is_none_or(|case| case.edition == 1))];
        let calendar =
            if matches!(command, Command::Recalculate { .. }) { &stage.calendars[1] } else { frame.calendar };
        let world = World {
            edition: frame.edition,
            procedure: frame.procedure,
            calendar,
            now,
            actor: &actor,
            directory: &Everyone,
            other: matches!(command, Command::Move { to: 1 | 2, .. })
                .then(|| (there, there.procedure(&code).expect("in both editions"))),
        };
        let before = case.clone();
        match decide(case.as_ref(), &command, &world) {
            Ok(decision) => {
                lived.accepted += 1;
                assert!(!decision.events.is_empty(), "an accepted command leaves a trace: {command:?}");
                let (after, events) = perform(case.take(), decision.events, now).expect("a decision applies");
                let _ = told(before.as_ref(), &after, &events, decision.effects, frame.procedure);
                for event in &events {
                    assert!(!sentence(event, frame.procedure).is_empty(), "{event:?}");
                }
                history.extend(events);
                case = Some(after);
            }
            Err(refusal) => {
                lived.refused += 1;
                assert_eq!(case, before);
                assert!(refusal.message.chars().count() > 15, "a refusal says why: {refusal:?}");
                assert!(!refusal.message.contains("  "), "{refusal:?}");
            }
        }
        now = later(now, case.as_ref(), chance);
    }
    let Some(case) = case else { return lived };
    holds(&case, &history, stage, now);
    lived.ended = !case.is_open();
    lived
}

/// Some minutes or some days later; now and then just when a term runs out.
fn later(now: Timestamp, case: Option<&Case>, chance: &mut impl Chance) -> Timestamp {
    let due = case.and_then(Case::next_due).filter(|due| *due > now);
    match (due, chance.below(6)) {
        (Some(due), 0) => due,
        _ => now + SignedDuration::from_mins(i64::try_from(chance.below(3_000)).unwrap()),
    }
}

fn holds(case: &Case, history: &[Recorded], stage: &Stage, now: Timestamp) {
    let frame = stage.frame(Some(case), &case.procedure);
    let code = &case.procedure;
    assert_eq!(replay(history).as_ref(), Ok(case), "{code}");
    let stored = serde_json::to_string(case).expect("a state is written");
    assert_eq!(serde_json::from_str::<Case>(&stored).expect("and read"), *case, "{code}");
    for event in history {
        let stored = serde_json::to_string(event).expect("an event is written");
        assert_eq!(serde_json::from_str::<Recorded>(&stored).expect("and read"), *event, "{code}");
    }
    assert_eq!(clocks::drifted(case, &frame), Vec::<Name>::new(), "{code}: {history:#?}");
    let _ = clocks::timers(case, &frame);
    let _ = (measure::conformity(case, now), measure::verdict(case), measure::stays(case, now));
    if case.is_open() {
        is_under_its_terms(case, &frame);
        has_a_way_on(case, &frame, now);
    } else {
        assert!(case.standing.is_none() && case.next_due().is_none());
    }
}

/// Whatever editions it went through, the terms that last from the opening to the end run.
fn is_under_its_terms(case: &Case, frame: &Frame<'_>) {
    for clock in &frame.procedure.clocks {
        let whole = clock.from == ClockStart::Opening && clock.until == ClockEnd::Closing && clock.date.is_none();
        if whole && !clocks::is_apart(clock) {
            let state = case.clock(&clock.name);
            let runs = state.is_some_and(|state| state.stopped.is_none());
            assert!(runs, "{}: {} does not run: {state:?}", case.procedure, clock.name);
        }
    }
}

/// Somebody is waited for, and what is asked of him can be done; a paused case waits by declaration.
fn has_a_way_on(case: &Case, frame: &Frame<'_>, now: Timestamp) {
    let Frame { edition, procedure, calendar } = *frame;
    assert!(!waits(case, procedure).is_empty(), "{} waits for nobody", procedure.code);
    if case.paused.is_some() {
        return;
    }
    let mut free = case.clone();
    free.assignees.clear();
    free.escalations.clear();
    let step = procedure.step(case.standing.as_ref().unwrap().step).unwrap();
    let answers: Vec<&Name> =
        step.decision.iter().flat_map(|decision| &decision.branches).map(|branch| &branch.name).collect();
    let mut way_on = answers.is_empty();
    for answer in answers.iter().map(|answer| Some((*answer).clone())).chain(answers.is_empty().then_some(None)) {
        let scenario = Scenario {
            title: "".into(),
            procedure: procedure.code.clone(),
            opened: None,
            opening_values: Vec::new(),
            answers: Vec::new(),
            step_values: Vec::new(),
            path: Vec::new(),
            state: None,
            due: None,
            at: manual::finding::At::default(),
        };
        let mut list: Vec<(StepNo, Name)> = answer.into_iter().map(|answer| (step.number, answer)).collect();
        let mut stands = free.clone();
        for _ in 0..20 {
            let act = next_act(Some(&stands), edition, procedure, &scenario, &mut list)
                .expect("an act for an open case")
                .expect("an open case has a next act");
            let actor = person(act.role.as_ref(), Some(&stands), procedure, edition);
            let world = World { edition, procedure, calendar, now, actor: &actor, directory: &Everyone, other: None };
            let Ok(decision) = decide(Some(&stands), &act.command, &world) else { break };
            let (after, _) = perform(Some(stands), decision.events, now).expect("applies");
            stands = after;
            if matches!(act.command, Command::Complete(_)) {
                way_on = true;
                break;
            }
        }
    }
    assert!(way_on, "{} is stuck on step {}", procedure.code, step.number);
}
