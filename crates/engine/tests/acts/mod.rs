//! What people may ask of a case, drawn from a source of choices: fitting acts, unfitting ones, and values of every shape.

use engine::{
    Name,
    actor::{Actor, Candidate, Deputed, PersonId, Post},
    answers::{opening_fields, step_fields},
    case::Case,
    command::{Attach, Command, Complete, EscalateTo, Neighbour, Open, Other, Sign, Weight},
    event::{By, Channel, Event, Outcome, Outsider, Priority, Recorded, STEP_CLOCK},
    rehearse::{next_act, person},
    tie::{Follower, TieKind},
    value::{Value, Values},
};
use manual::{
    edition::Edition,
    field::Field,
    procedure::{Procedure, StepNo},
};

/// Where choices come from: a generator with a fixed start, or the bytes of an input.
pub trait Chance {
    /// Less than the limit.
    fn below(&mut self, limit: usize) -> usize;

    /// No more choices are to come.
    fn is_spent(&self) -> bool;

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

pub fn drawn(
    case: Option<&Case>,
    procedure: &Procedure,
    edition: &Edition,
    chance: &mut impl Chance,
) -> (Actor, Command) {
    let role = chance.one(&edition.roles).name.clone();
    let mut actor = person(Some(&role), case, procedure, edition);
    match chance.below(8) {
        0 => actor = Actor::system(),
        1 => {
            let posts = vec![Post { role: chance.one(&edition.roles).name.clone(), unit: None }];
            actor.stands_in_for.push(Deputed { person: PersonId(400), name: "Persona ausente".into(), posts });
        }
        _ => {}
    }
    let Some(case) = case else { return opening(actor, procedure, edition, chance) };
    // Half of the time the next fitting act, so that cases get somewhere.
    if chance.below(2) == 0
        && case.is_open()
        && let Some(fitting) = fitting(case, procedure, edition, chance)
    {
        return fitting;
    }
    let command = any(case, procedure, edition, chance);
    (actor, command)
}

fn opening(mut actor: Actor, procedure: &Procedure, edition: &Edition, chance: &mut impl Chance) -> (Actor, Command) {
    actor.posts.extend(procedure.requesters.iter().map(|role| Post { role: role.clone(), unit: None }));
    let scenario = edition.scenarios.iter().find(|scenario| scenario.procedure == procedure.code).expect("an example");
    let act = next_act(None, edition, procedure, scenario, &mut Vec::new()).unwrap().unwrap();
    let Command::Open(mut open) = act.command else { unreachable!("a case begins with its opening") };
    if chance.below(10) == 0 {
        open.subject = "".into();
    }
    open.with_first_step = chance.below(2) == 0;
    open.channel = *chance.one(&[Channel::Portal, Channel::Phone, Channel::Paper]);
    open.priority = *chance.one(&[Priority::Low, Priority::Urgent]);
    match chance.below(6) {
        0 => open.outsider = Some(Outsider { name: words(chance), contact: Some(words(chance)), unit: None }),
        1 => open.on_behalf_of = Some(candidate(edition, chance)),
        2 => open.assign = Some(candidate(edition, chance)),
        3 => spoil(&mut open.values, opening_fields(&procedure.opening, edition), chance),
        _ => {}
    }
    (actor, Command::Open(Box::new(Open { ..*open })))
}

fn fitting(
    case: &Case,
    procedure: &Procedure,
    edition: &Edition,
    chance: &mut impl Chance,
) -> Option<(Actor, Command)> {
    let mut answers: Vec<(StepNo, Name)> = Vec::new();
    for step in &procedure.steps {
        if let Some(decision) = &step.decision {
            answers.push((step.number, chance.one(&decision.branches).name.clone()));
        }
    }
    let scenario = edition.scenarios.iter().find(|scenario| scenario.procedure == procedure.code).expect("an example");
    let mut act = next_act(Some(case), edition, procedure, scenario, &mut answers).ok()??;
    if let Command::Complete(complete) = &mut act.command
        && chance.below(8) == 0
        && let Some(step) = procedure.step(complete.step)
    {
        spoil(&mut complete.values, step_fields(step, edition), chance);
    }
    Some((person(act.role.as_ref(), Some(case), procedure, edition), act.command))
}

fn any(case: &Case, procedure: &Procedure, edition: &Edition, chance: &mut impl Chance) -> Command {
    let step = chance.one(&procedure.steps).number;
    let text = words(chance);
    let candidate = candidate(edition, chance);
    let evidence = [None, Some("Oficio 1-2026, en el archivo de la unidad".into())][chance.below(2)].clone();
    let cause = |keys: Option<&Name>| keys.cloned().unwrap_or_else(|| "ninguna".into());
    match chance.below(31) {
        0..4 => {
            let mut complete = Complete {
                answer: [None, Some("si".into()), Some("no".into()), Some("alta".into()), Some("quizá".into())]
                    [chance.below(5)]
                .clone(),
                visit: [None, Some(1), Some(2)][chance.below(3)],
                note: Some(text),
                ..Complete::step(step)
            };
            if let Some(step) = procedure.step(step) {
                spoil(&mut complete.values, step_fields(step, edition), chance);
            }
            if chance.below(4) == 0 {
                complete.assign.push((chance.one(&edition.roles).name.clone(), candidate));
            }
            Command::Complete(complete)
        }
        4 => Command::SendBack { step, visit: None, to: None, reason: text },
        5 => Command::Take,
        6 => Command::Assign { role: None, to: candidate, reason: Some(text) },
        7 => Command::Comment {
            text,
            public: chance.below(2) == 0,
            mentions: if chance.below(3) == 0 { vec![candidate] } else { Vec::new() },
        },
        8 => Command::Attach(Attach {
            name: "a.pdf".into(),
            sha256: "0".repeat(64).into(),
            size: 100 << chance.below(24),
            media_type: "application/pdf".into(),
            label: None,
            public: true,
        }),
        9 => Command::Pause { cause: cause(procedure.pauses.first().map(|cause| &cause.key)), reason: text, evidence },
        10 => Command::Resume { note: Some(text) },
        11 => Command::Extend {
            cause: cause(procedure.extensions.first().map(|cause| &cause.key)),
            by: (*chance.one(&["2 días hábiles", "mucho", "1 mes"])).into(),
            reason: text,
            evidence,
        },
        12 => Command::Exclude {
            cause: cause(procedure.exclusions.first().map(|cause| &cause.key)),
            reason: text,
            evidence,
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
            let running: Vec<&Name> = case.clocks.iter().map(|clock| &clock.name).collect();
            let clock = if running.is_empty() || chance.below(3) == 0 {
                STEP_CLOCK.into()
            } else {
                (*chance.one(&running)).clone()
            };
            Command::DeadlineReached { due: case.due_of(&clock).unwrap_or(case.opened_at), clock }
        }
        18 => Command::SettleEffect {
            key: "correo:1".into(),
            outcome: *chance.one(&[Outcome::Done, Outcome::Failed, Outcome::Unknown]),
            detail: None,
        },
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
        29 => Command::Recalculate { reason: text },
        30 => {
            let warning = u16::try_from(chance.below(3)).unwrap();
            Command::WarningReached {
                clock: case.clocks.first().map_or(STEP_CLOCK.into(), |c| c.name.clone()),
                warning,
            }
        }
        _ => Command::Move { to: i64::try_from(chance.below(4)).unwrap(), reason: text },
    }
}

fn words(chance: &mut impl Chance) -> Name {
    (*chance.one(&["", "x", "Falta el dato del equipo", "<script>alert(1)</script>", "  ", "línea\notra\u{0}\u{202e}"]))
        .into()
}

fn candidate(edition: &Edition, chance: &mut impl Chance) -> Candidate {
    let role = &chance.one(&edition.roles).name;
    Candidate {
        person: PersonId(i64::try_from(chance.below(500)).unwrap()),
        name: "Otra persona".into(),
        unit: None,
        posts: vec![Post { role: role.clone(), unit: None }],
        active: chance.below(5) != 0,
    }
}

/// Puts one value of any shape in the place of another, or beside it.
fn spoil<'e>(values: &mut Values, fields: impl Iterator<Item = &'e Field>, chance: &mut impl Chance) {
    let keys: Vec<&Name> = fields.map(|field| &field.key).collect();
    let key: Name = if keys.is_empty() || chance.below(8) == 0 { "otra".into() } else { (*chance.one(&keys)).clone() };
    let value = value(chance, 2);
    match values.iter_mut().find(|(known, _)| *known == key) {
        Some((_, known)) if chance.below(4) != 0 => *known = value,
        _ => values.push((key, value)),
    }
}

fn value(chance: &mut impl Chance, deep: usize) -> Value {
    const TEXTS: [&str; 16] = [
        "",
        " ",
        "si",
        "no",
        "alta",
        "2026-02-30",
        "29/02/2028",
        "9999-12-31",
        "-9999-01-01",
        "1e400",
        "NaN",
        "1234567890101",
        "576937-K",
        "a@b.gt",
        "\u{0}",
        "ññ\nñ",
    ];
    match chance.below(if deep == 0 { 4 } else { 5 }) {
        0 => Value::Flag(chance.below(2) == 0),
        1 => Value::Number(*chance.one(&[0.0, -0.0, -1.0, 1e308, f64::NAN, f64::INFINITY, 0.1])),
        2 => Value::Text((*chance.one(&TEXTS)).into()),
        3 => Value::List((0..chance.below(3)).map(|_| (*chance.one(&TEXTS)).into()).collect()),
        _ => {
            let row = |chance: &mut _| vec![("otra".into(), value(chance, deep - 1))];
            Value::Rows((0..chance.below(3)).map(|_| row(chance)).collect())
        }
    }
}

/// Ties of every kind to a case that is there or not, open or not, this one or another.
fn tying(case: &Case, reason: Name, chance: &mut impl Chance) -> Command {
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
fn heard(case: &Case, chance: &mut impl Chance) -> Command {
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
