//! What holds for every case whatever people do: random commands on the procedures of the five manuals.

mod common;

use engine::{
    Name,
    actor::{Actor, Candidate, PersonId, Post},
    apply::replay,
    authority::waits,
    case::Case,
    clocks::{self, Frame},
    command::{Attach, Command, Complete, EscalateTo, Neighbour, Open, Other, Sign, Weight},
    decide::{decide, perform},
    event::{By, Channel, Event, Outcome, Priority, Recorded, STEP_CLOCK},
    rehearse::{next_act, person},
    tie::{Follower, TieKind},
    world::{Everyone, World},
};
use jiff::SignedDuration;
use manual::{
    edition::Edition,
    procedure::{Procedure, StepNo},
    scenario::Scenario,
};

/// A small generator with a fixed start: the same run on every machine (Marsaglia's xorshift64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

const CASES: usize = 2_000;
const COMMANDS: usize = 60;

#[test]
fn whatever_people_do_refusals_change_nothing_replay_gives_the_state_and_there_is_a_way_on() {
    let mut accepted = 0_u64;
    let mut refused = 0_u64;
    let mut ended = 0_u64;
    for (index, institution) in common::INSTITUTIONS.into_iter().enumerate() {
        let edition = common::edition(institution);
        let calendar = common::calendar(&edition);
        let mut chance = Chance(0x5eed_0000_0000_0001 + index as u64);
        for _ in 0..CASES / common::INSTITUTIONS.len() {
            let procedure = chance.one(&edition.procedures);
            let mut now = "2026-03-02T15:00:00Z".parse().unwrap();
            let mut case: Option<Case> = None;
            let mut history: Vec<Recorded> = Vec::new();
            for _ in 0..COMMANDS {
                let (actor, command) = random_command(case.as_ref(), procedure, &edition, &mut chance);
                let world = World {
                    edition: &edition,
                    procedure,
                    calendar: &calendar,
                    now,
                    actor: &actor,
                    directory: &Everyone,
                    other: Some((&edition, procedure)),
                };
                let before = case.clone();
                match decide(case.as_ref(), &command, &world) {
                    Ok(decision) => {
                        accepted += 1;
                        assert!(!decision.events.is_empty(), "an accepted command leaves a trace: {command:?}");
                        let (after, events) = perform(case.take(), decision.events, now).expect("a decision applies");
                        history.extend(events);
                        case = Some(after);
                    }
                    Err(refusal) => {
                        refused += 1;
                        assert_eq!(case, before);
                        assert!(refusal.message.chars().count() > 15, "a refusal says why: {refusal:?}");
                        assert!(!refusal.message.contains("  "), "{refusal:?}");
                    }
                }
                now += SignedDuration::from_mins(i64::try_from(chance.below(3_000)).unwrap());
            }
            let Some(case) = case else { continue };
            assert_eq!(replay(&history).as_ref(), Ok(&case), "{}", procedure.code);
            let frame = Frame { edition: &edition, procedure, calendar: &calendar };
            assert_eq!(clocks::drifted(&case, &frame), Vec::<Name>::new(), "{}: {history:#?}", procedure.code);
            if case.is_open() {
                has_a_way_on(&case, procedure, &edition, &calendar, now);
            } else {
                ended += 1;
                assert!(case.standing.is_none() && case.next_due().is_none());
            }
        }
    }
    println!("{accepted} accepted, {refused} refused, {ended} cases ended");
    assert!(accepted > 20_000 && refused > 20_000 && ended > 200, "the chance is spread: {accepted} {refused} {ended}");
}

/// Somebody is waited for, and what is asked of him can be done; a paused case waits by declaration.
fn has_a_way_on(
    case: &Case,
    procedure: &Procedure,
    edition: &Edition,
    calendar: &engine::calendar::Calendar,
    now: jiff::Timestamp,
) {
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

fn random_command(
    case: Option<&Case>,
    procedure: &Procedure,
    edition: &Edition,
    chance: &mut Chance,
) -> (Actor, Command) {
    let role = chance.one(&edition.roles).name.clone();
    let mut actor = person(Some(&role), case, procedure, edition);
    if chance.below(8) == 0 {
        actor = Actor::system();
    }
    let Some(case) = case else {
        actor.posts.extend(procedure.requesters.iter().map(|role| Post { role: role.clone(), unit: None }));
        let scenario =
            edition.scenarios.iter().find(|scenario| scenario.procedure == procedure.code).expect("an example");
        let act = next_act(None, edition, procedure, scenario, &mut Vec::new()).unwrap().unwrap();
        let Command::Open(mut open) = act.command else { unreachable!("a case begins with its opening") };
        if chance.below(10) == 0 {
            open.subject = "".into();
        }
        open.with_first_step = chance.below(2) == 0;
        open.channel = *chance.one(&[Channel::Portal, Channel::Phone, Channel::Paper]);
        open.priority = *chance.one(&[Priority::Low, Priority::Urgent]);
        return (actor, Command::Open(Box::new(Open { ..*open })));
    };
    // Half of the time the next fitting act, so that cases get somewhere.
    if chance.below(2) == 0 && case.is_open() {
        let mut answers: Vec<(StepNo, Name)> = Vec::new();
        for step in &procedure.steps {
            if let Some(decision) = &step.decision {
                answers.push((step.number, chance.one(&decision.branches).name.clone()));
            }
        }
        let scenario =
            edition.scenarios.iter().find(|scenario| scenario.procedure == procedure.code).expect("an example");
        if let Ok(Some(act)) = next_act(Some(case), edition, procedure, scenario, &mut answers) {
            return (person(act.role.as_ref(), Some(case), procedure, edition), act.command);
        }
    }
    let step = chance.one(&procedure.steps).number;
    let text: Name = (*chance.one(&["", "x", "Falta el dato del equipo", "<script>alert(1)</script>"])).into();
    let candidate = {
        let role = &chance.one(&edition.roles).name;
        Candidate {
            person: PersonId(i64::try_from(chance.below(500)).unwrap()),
            name: "Otra persona".into(),
            unit: None,
            posts: vec![Post { role: role.clone(), unit: None }],
            active: chance.below(5) != 0,
        }
    };
    let command = match chance.below(29) {
        0..4 => Command::Complete(Complete {
            answer: [None, Some("si".into()), Some("no".into()), Some("alta".into()), Some("quizá".into())]
                [chance.below(5)]
            .clone(),
            visit: [None, Some(1), Some(2)][chance.below(3)],
            note: Some(text),
            ..Complete::step(step)
        }),
        4 => Command::SendBack { step, visit: None, to: None, reason: text },
        5 => Command::Take,
        6 => Command::Assign { role: None, to: candidate, reason: Some(text) },
        7 => Command::Comment {
            text,
            public: chance.below(2) == 0,
            mentions: if chance.below(3) == 0 { vec![candidate] } else { Vec::new() },
        },
        23 => Command::Escalate {
            to: match (&procedure.routing, chance.below(2)) {
                (Some(routing), 0) => EscalateTo::Area(chance.one(&routing.routes).key.clone()),
                _ => EscalateTo::Superior((chance.below(3) == 0).then_some(candidate)),
            },
            reason: text,
        },
        24 => Command::ReturnEscalation { reason: text },
        25 => Command::Check {
            done: procedure
                .step(step)
                .into_iter()
                .flat_map(|step| &step.checks)
                .map(|point| point.text.clone())
                .collect(),
        },
        26 => tying(case, text, chance),
        27 => Command::Separate { reason: "Era otro equipo".into() },
        28 => heard(case, chance),
        20 => [Command::Watch, Command::Unwatch][chance.below(2)].clone(),
        21 => Command::Prioritize {
            weight: if chance.below(2) == 0 {
                Weight::Plain(*chance.one(&[Priority::Low, Priority::Urgent]))
            } else {
                Weight::Graded {
                    impact: (*chance.one(&["alto", "bajo", "enorme"])).into(),
                    urgency: (*chance.one(&["alta", "media"])).into(),
                }
            },
            reason: text,
        },
        8 => Command::Attach(Attach {
            name: "a.pdf".into(),
            sha256: "0".repeat(64).into(),
            size: 100 << chance.below(24),
            media_type: "application/pdf".into(),
            label: None,
            public: true,
        }),
        9 => Command::Pause {
            cause: procedure.pauses.first().map_or_else(|| "ninguna".into(), |cause| cause.key.clone()),
            reason: text,
            evidence: Some("Oficio 1-2026, en el archivo de la unidad".into()),
        },
        10 => Command::Resume { note: Some(text) },
        11 => Command::Extend {
            cause: procedure.extensions.first().map_or_else(|| "ninguna".into(), |cause| cause.key.clone()),
            by: (*chance.one(&["2 días hábiles", "mucho", "1 mes"])).into(),
            reason: text,
            evidence: Some("Oficio 1-2026, en el archivo de la unidad".into()),
        },
        12 => Command::Exclude {
            cause: procedure.exclusions.first().map_or_else(|| "ninguna".into(), |cause| cause.key.clone()),
            reason: text,
            evidence: Some("Oficio 1-2026, en el archivo de la unidad".into()),
        },
        13 if chance.below(6) == 0 => Command::Cancel { reason: text },
        14 => Command::Reopen { reason: text },
        15 => Command::Sign(Sign {
            role: None,
            level: u8::try_from(chance.below(5)).unwrap(),
            document: None,
            digest: if chance.below(4) == 0 { "corta".into() } else { "a".repeat(64).into() },
            original: [None, Some("Archivo".into())][chance.below(2)].clone(),
        }),
        16 => Command::Rate { conforms: chance.below(2) == 0, comment: None },
        17 => {
            let clock = case.clocks.first();
            Command::DeadlineReached {
                clock: clock.map_or_else(|| STEP_CLOCK.into(), |clock| clock.name.clone()),
                due: clock.map_or(case.opened_at, |clock| clock.due),
            }
        }
        18 => Command::SettleEffect {
            key: "correo:1".into(),
            outcome: *chance.one(&[Outcome::Done, Outcome::Failed, Outcome::Unknown]),
            detail: None,
        },
        _ => Command::Move { to: i64::try_from(chance.below(3)).unwrap(), reason: text },
    };
    (actor, command)
}

/// Ties of every kind to a case that is there or not, open or not, this one or another.
fn tying(case: &Case, reason: Name, chance: &mut Chance) -> Command {
    let number: Name = (*chance.one(&["2026-000002", "2026-000003", "2026-000001"])).into();
    let neighbour = Case { number: number.clone(), ..case.clone() };
    let above = if chance.below(4) == 0 { vec![case.number.clone()] } else { Vec::new() };
    let seen = (chance.below(5) != 0).then(|| Box::new(Neighbour { case: neighbour, above }));
    let other = Other { number: number.clone(), seen };
    match chance.below(4) {
        0 => Command::Unlink { other: number, reason },
        1 => Command::Merge { into: other, reason },
        _ => Command::Link { kind: *chance.one(&TieKind::ALL), other, reason: Some(reason) },
    }
}

/// What was done to another case, some of it to this one, some of it known already.
fn heard(case: &Case, chance: &mut Chance) -> Command {
    let by = By { person: PersonId(7), name: "Otra".into(), role: None, in_absence_of: None, on_behalf: false };
    let who = engine::actor::Party { person: PersonId(8), name: "Quien sigue".into(), unit: None };
    let here = case.number.clone();
    let acts = (0..chance.below(4)).map(|_| Recorded {
        n: u32::try_from(chance.below(20)).unwrap(),
        at: case.opened_at,
        by: by.clone(),
        event: match chance.below(4) {
            0 => Event::Linked { kind: TieKind::Related, other: here.clone(), reason: None },
            1 => Event::Merged {
                into: here.clone(),
                reason: "Lo mismo".into(),
                followers: vec![Follower { who: who.clone(), internal: false }],
            },
            2 => Event::Separated { from: here.clone(), reason: "No era".into(), dues: Vec::new() },
            _ => Event::Unlinked { kind: TieKind::Related, other: "2026-000009".into(), reason: "No era".into() },
        },
    });
    let acts: Vec<Recorded> = acts.collect();
    Command::Echo { from: "2026-000002".into(), subject: "Otro".into(), acts }
}
