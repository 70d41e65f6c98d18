//! Rehearsing a worked example: invented people of every role carry a case along the answers of a scenario.
//! The same acts serve the tests of the engine, of the store and of the pages.

use crate::{
    Name,
    actor::{Actor, PersonId, Post},
    answers::{opening_fields, step_fields},
    calendar::Calendar,
    case::{Case, Status},
    command::{Attach, Command, Complete, Open, Sign},
    decide::{decide, perform},
    event::{Channel, Priority, Recorded},
    refusal::Refusal,
    value::{Value, Values, find},
    world::{Everyone, World},
};
use jiff::SignedDuration;
use manual::{
    edition::Edition,
    field::{Field, Kind, OnlyIf},
    organization::Scope,
    procedure::{Acting, AttachmentRule, Procedure, Step, StepNo},
    scenario::Scenario,
};

/// Acts after which a rehearsal is given up: the example does not come to an end.
pub const GREATEST_ACTS: usize = 500;

/// One act of a rehearsal: in which role, and what.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// The role of the step under which it is done; absent for the one who opens.
    pub role: Option<Name>,
    pub command: Command,
}

#[derive(Clone, Debug)]
pub struct Rehearsal {
    pub case: Case,
    pub history: Vec<Recorded>,
    pub path: Vec<StepNo>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("el paso {0} pide una respuesta que el ejemplo no da")]
    NoAnswer(StepNo),
    #[error("el ejemplo da una respuesta de más para el paso {0}")]
    UnusedAnswer(StepNo),
    #[error("el ejemplo no llega a un final")]
    NoEnd,
    #[error("el recorrido fue {walked} y el ejemplo dice {expected}")]
    OtherPath { walked: String, expected: String },
    #[error("el caso terminó «{found}» y el ejemplo dice «{expected}»")]
    OtherState { found: String, expected: String },
    #[error("vence {found} y el ejemplo dice {expected}")]
    OtherDue { found: String, expected: String },
    #[error("la historia no se puede aplicar: {0}")]
    Broken(String),
}

/// The one who asks in a rehearsal.
pub const REQUESTER: PersonId = PersonId(1);

/// Carries the example to its end and compares it with what it promises.
///
/// # Errors
/// Where the procedure and the example disagree, in Spanish.
pub fn rehearse(
    edition: &Edition,
    procedure: &Procedure,
    scenario: &Scenario,
    calendar: &Calendar,
) -> Result<Rehearsal, Failure> {
    let opened = scenario.opened.unwrap_or(jiff::civil::date(2026, 3, 2).at(9, 0, 0, 0));
    let mut now = calendar.time_zone().to_timestamp(opened).map_err(|error| Failure::Broken(error.to_string()))?;
    let mut answers: Vec<(StepNo, Name)> = scenario.answers.clone();
    let mut case = None;
    let mut history = Vec::new();
    let mut first_due = None;
    for _ in 0..GREATEST_ACTS {
        let Some(act) = next_act(case.as_ref(), edition, procedure, scenario, &mut answers)? else { break };
        let actor = person(act.role.as_ref(), case.as_ref(), procedure, edition);
        let world = World { edition, procedure, calendar, now, actor: &actor, directory: &Everyone, other: None };
        let decision = decide(case.as_ref(), &act.command, &world)?;
        let (after, events) =
            perform(case.take(), decision.events, now).map_err(|error| Failure::Broken(error.to_string()))?;
        first_due = first_due.or_else(|| after.clocks.first().map(|clock| clock.due).or(after.next_due()));
        case = Some(after);
        history.extend(events);
        now += SignedDuration::from_mins(7);
    }
    let case = case.ok_or(Failure::NoEnd)?;
    if case.is_open() {
        return Err(Failure::NoEnd);
    }
    if let Some((step, _)) = answers.first() {
        return Err(Failure::UnusedAnswer(*step));
    }
    let path: Vec<StepNo> = case.legs.iter().map(|leg| leg.step).collect();
    if !scenario.path.is_empty() && path != scenario.path {
        return Err(Failure::OtherPath { walked: numbers(&path), expected: numbers(&scenario.path) });
    }
    if let Some(state) = &scenario.state
        && Status::from_code(state) != Some(case.status())
    {
        return Err(Failure::OtherState { found: case.status().code().into(), expected: state.to_string() });
    }
    if let Some(expected) = scenario.due {
        let found = first_due.map(|due| calendar.time_zone().to_datetime(due));
        if found != Some(expected) {
            let found = found.map_or_else(|| "sin plazo".into(), |found| found.to_string());
            return Err(Failure::OtherDue { found, expected: expected.to_string() });
        }
    }
    Ok(Rehearsal { case, history, path })
}

/// What is done next, or nothing when the case has ended. Takes the answer it uses from the list.
///
/// # Errors
/// If the step decides and the list has no answer for it.
pub fn next_act(
    case: Option<&Case>,
    edition: &Edition,
    procedure: &Procedure,
    scenario: &Scenario,
    answers: &mut Vec<(StepNo, Name)>,
) -> Result<Option<Act>, Failure> {
    let Some(case) = case else {
        return Ok(Some(Act { role: None, command: Command::Open(Box::new(opening(edition, procedure, scenario))) }));
    };
    let Some(standing) = &case.standing else { return Ok(None) };
    let Some(step) = procedure.step(standing.step) else { return Ok(None) };
    let role = step
        .role_names()
        .find(|role| step.acting != Acting::All || !standing.acted.iter().any(|part| part.role == **role))
        .cloned();
    if let Some(rule) = missing_attachment(case, edition, step) {
        return Ok(Some(Act { role, command: Command::Attach(sample_file(&rule)) }));
    }
    for rule in &step.signatures {
        let signed = case.signatures.iter().any(|signature| {
            let signed = &signature.signed;
            (signed.step, signed.visit) == (standing.step, standing.visit)
                && signed.role == rule.role
                && (rule.document.is_none() || signed.document == rule.document)
        });
        let own = role.as_ref() == Some(&rule.role) && rule.level <= 1;
        if !signed && !own {
            let paper = rule.level >= 3;
            return Ok(Some(Act {
                role: if paper { role } else { Some(rule.role.clone()) },
                command: Command::Sign(Sign {
                    role: Some(rule.role.clone()),
                    level: rule.level,
                    document: rule.document.clone(),
                    digest: "0".repeat(64).into(),
                    original: paper.then(|| "Archivo de la unidad".into()),
                }),
            }));
        }
    }
    let mut answer = None;
    if step.decision.is_some() {
        let here =
            answers.iter().position(|(number, _)| *number == step.number).ok_or(Failure::NoAnswer(step.number))?;
        let others_wait = step.acting == Acting::All && standing.acted.len() + 1 < step.responsibles.len();
        let given = answers[here].1.clone();
        let back = step
            .decision
            .as_ref()
            .and_then(|decision| decision.branch(&given))
            .is_some_and(|branch| step.is_back(branch.target));
        if !others_wait || back {
            answers.remove(here);
        }
        answer = Some(given);
    }
    let given: Values = scenario
        .step_values
        .iter()
        .filter(|(number, ..)| *number == step.number)
        .map(|(_, key, value)| (key.clone(), Value::Text(value.clone())))
        .collect();
    let values = with_samples(step_fields(step, edition), given, &case.values);
    let checks =
        (!step.checks.is_empty()).then(|| step.checks.iter().map(|point| point.text.clone()).collect::<Vec<_>>());
    Ok(Some(Act {
        role,
        command: Command::Complete(Complete { answer, values, checks, level: 1, ..Complete::step(step.number) }),
    }))
}

fn opening(edition: &Edition, procedure: &Procedure, scenario: &Scenario) -> Open {
    let given: Values =
        scenario.opening_values.iter().map(|(key, value)| (key.clone(), Value::Text(value.clone()))).collect();
    let values = with_samples(opening_fields(&procedure.opening, edition), given, &Vec::new());
    let mut attachments: Vec<Attach> =
        procedure.opening.attachments.iter().filter(|rule| rule.required).map(sample_file).collect();
    for field in opening_fields(&procedure.opening, edition) {
        if matches!(field.kind, Kind::File) && field.required {
            attachments.push(sample_file(&AttachmentRule {
                label: field.label.clone(),
                required: true,
                only_if: None,
            }));
        }
    }
    Open {
        number: "2026-000001".into(),
        edition: 1,
        subject: scenario.title.clone(),
        description: "".into(),
        on_behalf_of: None,
        outsider: None,
        channel: Channel::Portal,
        priority: Priority::Normal,
        weight: None,
        values,
        overrides: Vec::new(),
        attachments,
        with_first_step: false,
        assign: None,
        from: None,
    }
}

/// The invented person of a role: he holds its post and every post the routing may mean by it.
#[must_use]
pub fn person(role: Option<&Name>, case: Option<&Case>, procedure: &Procedure, edition: &Edition) -> Actor {
    let scope = role.and_then(|role| edition.role(role)).map(|role| role.scope);
    let everywhere = |role: &Name| Post { role: role.clone(), unit: None };
    match (role, scope) {
        (None, _) | (Some(_), Some(Scope::Requester)) => Actor {
            person: case.map_or(REQUESTER, |case| case.requester.person),
            name: "Persona solicitante".into(),
            unit: None,
            posts: if role.is_none() { procedure.requesters.iter().map(everywhere).collect() } else { Vec::new() },
            stands_in_for: Vec::new(),
        },
        (Some(role), _) => {
            let index = edition.roles.iter().position(|known| known.name == *role).unwrap_or_default();
            let mut posts = vec![everywhere(role)];
            if let Some(routing) = &procedure.routing {
                let parts = routing.routes.iter().flat_map(|route| &route.parts).chain(&routing.otherwise);
                posts.extend(parts.filter(|part| part.role == *role).map(|part| everywhere(&part.holder)));
            }
            Actor {
                person: PersonId(100 + i64::try_from(index).unwrap_or_default()),
                name: format!("Persona: {role}").into(),
                unit: None,
                posts,
                stands_in_for: Vec::new(),
            }
        }
    }
}

fn missing_attachment(case: &Case, edition: &Edition, step: &Step) -> Option<AttachmentRule> {
    let there = |label: &Name| case.attachments.iter().any(|attached| attached.label.as_ref() == Some(label));
    let files = step_fields(step, edition)
        .filter(|field| matches!(field.kind, Kind::File) && field.required)
        .map(|field| AttachmentRule { label: field.label.clone(), required: true, only_if: field.only_if.clone() });
    step.attachments.iter().cloned().chain(files).find(|rule| rule.required && !there(&rule.label))
}

fn sample_file(rule: &AttachmentRule) -> Attach {
    Attach {
        name: "muestra.pdf".into(),
        sha256: "0".repeat(64).into(),
        size: 1024,
        media_type: "application/pdf".into(),
        label: Some(rule.label.clone()),
        public: true,
    }
}

/// The values given, and a sample for each required field that lacks one.
fn with_samples<'e>(fields: impl Iterator<Item = &'e Field>, given: Values, known: &Values) -> Values {
    let mut values = given;
    for field in fields {
        let applies = field.only_if.as_ref().is_none_or(|only_if| is_met(only_if, &values, known));
        let there = find(&values, &field.key).or_else(|| find(known, &field.key)).is_some();
        if field.required
            && applies
            && !there
            && let Some(value) = sample(&field.kind)
        {
            values.push((field.key.clone(), value));
        }
    }
    values
}

fn is_met(only_if: &OnlyIf, given: &Values, known: &Values) -> bool {
    match find(given, &only_if.key).or_else(|| find(known, &only_if.key)) {
        Some(Value::Text(text)) => only_if.values.contains(text),
        Some(Value::Flag(flag)) => only_if.values.iter().any(|value| &**value == if *flag { "si" } else { "no" }),
        Some(Value::List(items)) => items.iter().any(|item| only_if.values.contains(item)),
        _ => false,
    }
}

/// A well-formed sample of a kind; none for what is given otherwise (files, signatures).
#[must_use]
pub fn sample(kind: &Kind) -> Option<Value> {
    let text = |text: &str| Some(Value::Text(text.into()));
    match kind {
        Kind::Text | Kind::LongText => text("Muestra"),
        Kind::Asset => text("BIEN-000123"),
        Kind::Number { least, greatest } => Some(Value::Number(least.unwrap_or(1.0).min(greatest.unwrap_or(f64::MAX)))),
        Kind::Date => text("2026-03-02"),
        Kind::DateTime => text("2026-03-02T09:00"),
        Kind::Choice(choices) => choices.first().map(|choice| Value::Text(choice.key.clone())),
        Kind::Choices(choices) => choices.first().map(|choice| Value::List(vec![choice.key.clone()])),
        Kind::YesNo => Some(Value::Flag(true)),
        Kind::Person => text("persona.muestra"),
        Kind::Email => text("persona@ejemplo.gob.gt"),
        Kind::Phone => text("2222-3333"),
        Kind::Nit => text("576937-K"),
        Kind::Cui => text("1234567890101"),
        Kind::Dui => text("12345678-4"),
        Kind::Table(columns) => {
            let row: Vec<_> = columns
                .iter()
                .filter_map(|column| sample(&column.kind).map(|value| (column.key.clone(), value)))
                .collect();
            Some(Value::Rows(vec![row]))
        }
        Kind::Unit | Kind::File | Kind::Signature { .. } => None,
    }
}

fn numbers(path: &[StepNo]) -> String {
    path.iter().map(StepNo::to_string).collect::<Vec<_>>().join(" ")
}
