//! Completing a step: does the case stand there, may this person, is the answer one of the branches, is all given?

use super::{Decision, check, ended_text, queue, standing};
use crate::{
    Name,
    actor::holds,
    answers::{check_attachments, check_values, is_attached, step_fields},
    authority::{Capacity, norm_of, on_step, roles_in_words, shorten, waits},
    case::{Case, Standing},
    clocks,
    command::Complete,
    effect::Effect,
    event::{Acted, By, Completed, Event, Given},
    refusal::{Fault, Refusal},
    value::{Value, Values},
    world::World,
};
use manual::{
    organization::Scope,
    procedure::{Acting, Clock, ClockEnd, SignatureRule, Step, StepNo, Target},
};

pub fn decide(case: &Case, command: &Complete, world: &World<'_>) -> Result<Decision, Refusal> {
    let step = stands_here(case, command.step, command.visit, world)?;
    let (standing, _) = standing(case, world)?;
    if let Some(paused) = &case.paused {
        return Err(Refusal::conflict(format!(
            "El caso {} está en espera desde que {} lo detuvo ({}). Reanúdelo antes de seguir.",
            case.number, paused.by.name, paused.reason
        )));
    }
    let capacity = on_step(case, step, standing, world)?;
    if step.rates.is_some() {
        super::rate::may(case, world)?;
    }

    let mut faults = Vec::new();
    let branch = chosen_branch(step, command.answer.as_deref(), &mut faults);
    let route = chosen_route(step, branch.map(|(name, _)| name), command, world, &mut faults);
    let given = what_was_given(case, step, command, route, world, &mut faults);
    if !branch.is_some_and(|(_, target)| step.is_back(target)) {
        check_signatures(case, step, standing, command, &capacity, &mut faults);
    }
    let ticks = check::ticks(case, step, standing, command.checks.as_deref(), &capacity, world, &mut faults);
    let back = branch.is_some_and(|(_, target)| step.is_back(target));
    let others = step.acting == Acting::All && standing.acted.len() + 1 < step.responsibles.len();
    if !back && !others {
        check::missing(case, step, command.checks.as_deref(), &mut faults);
    }
    if !faults.is_empty() {
        let first = faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join(" ");
        return Err(Refusal::invalid(format!("El paso {} no se puede cumplir todavía. {first}", step.number))
            .with(faults)
            .under(norm_of(world.procedure, step)));
    }

    let answer = branch.map(|(name, _)| name.clone());
    let target = branch.map_or(step.next, |(_, target)| target);
    let by = capacity.by(world.actor);
    let taken = queue::taken_by_attending(case, step, &capacity, world)?;
    let waits_for_others =
        step.acting == Acting::All && !step.is_back(target) && standing.acted.len() + 1 < step.responsibles.len();
    agree_with_others(step, standing, answer.as_ref(), target)?;

    if waits_for_others {
        let mut events = redated(case, &given.values, &by, world)?;
        let acted = Acted { step: step.number, visit: standing.visit, role: capacity.role, answer, given };
        events.splice(0..0, ticks.into_iter().chain(taken));
        events.push((by, Event::Acted(acted)));
        return Ok(Decision { events, effects: Vec::new() });
    }
    let mut decision = advance(case, step, standing, capacity.role, answer, target, given, &by, command, world)?;
    // What was ticked, and who took it by attending, stands before the step's end.
    decision.events.splice(0..0, ticks.into_iter().chain(taken));
    notify(case, step, world, &mut decision);
    Ok(decision)
}

/// The step, if the case stands on it; else who has already done it.
pub(super) fn stands_here<'w>(
    case: &Case,
    number: StepNo,
    visit: Option<u16>,
    world: &World<'w>,
) -> Result<&'w Step, Refusal> {
    let step = world.procedure.step(number).ok_or_else(|| {
        Refusal::missing(format!("El procedimiento {} no tiene paso {number}.", world.procedure.code))
    })?;
    let here = case
        .standing
        .as_ref()
        .is_some_and(|standing| standing.step == number && visit.is_none_or(|visit| visit == standing.visit));
    if here {
        return Ok(step);
    }
    let done = case.legs.iter().rev().find(|leg| leg.step == number && visit.is_none_or(|visit| leg.visit == visit));
    let stands = match &case.standing {
        Some(standing) => match world.procedure.step(standing.step) {
            Some(now) => format!("El caso está en el paso {}, que corresponde a {}.", now.number, roles_in_words(now)),
            None => String::new(),
        },
        None => ended_text(case),
    };
    let what = match done {
        Some(leg) => format!("El paso {number} ya fue atendido por {}.", leg.by.name),
        None => format!("El caso no está en el paso {number} ({}).", shorten(&step.activity)),
    };
    Err(Refusal::conflict(format!("{what} {stands}").trim().to_string()).under(norm_of(world.procedure, step)))
}

fn chosen_branch<'s>(step: &'s Step, answer: Option<&str>, faults: &mut Vec<Fault>) -> Option<(&'s Name, Target)> {
    match (&step.decision, answer) {
        (None, None) => None,
        (None, Some(_)) => {
            faults.push(Fault::new("answer", format!("El paso {} no decide nada: no lleva respuesta.", step.number)));
            None
        }
        (Some(decision), answer) => {
            let branch = answer.and_then(|answer| decision.branch(answer));
            if branch.is_none() {
                let names: Vec<&str> = decision.branches.iter().map(|branch| &*branch.name).collect();
                faults.push(Fault::new(
                    "answer",
                    format!("{} Responda {}.", decision.question, crate::authority::list(&names, "o")),
                ));
            }
            branch.map(|branch| (&branch.name, branch.target))
        }
    }
}

/// The area for routed roles: asked at this step, and on this branch where the manual says so.
fn chosen_route(
    step: &Step,
    branch: Option<&Name>,
    command: &Complete,
    world: &World<'_>,
    faults: &mut Vec<Fault>,
) -> Option<Name> {
    let routing = world.procedure.routing.as_ref()?;
    let given = command
        .route
        .as_deref()
        .or_else(|| crate::value::find(&command.values, &routing.key).and_then(Value::text))
        .filter(|text| !text.is_empty())?;
    let asked = routing.asked_at.iter().any(|question| {
        question.step == step.number && question.branch.as_ref().is_none_or(|asked| Some(asked) == branch)
    });
    if !asked {
        return None;
    }
    let route = routing.routes.iter().find(|route| &*route.key == given || &*route.label == given);
    if route.is_none() {
        let labels: Vec<&str> = routing.routes.iter().map(|route| &*route.label).collect();
        let choices = crate::authority::list(&labels, "o");
        faults.push(Fault::new(routing.key.clone(), format!("{}: elija {choices}.", routing.label)));
    }
    route.map(|route| route.key.clone())
}

fn what_was_given(
    case: &Case,
    step: &Step,
    command: &Complete,
    route: Option<Name>,
    world: &World<'_>,
    faults: &mut Vec<Fault>,
) -> Given {
    let plain = step.form.is_none() && step.fields.is_empty() && step.attachments.is_empty();
    let mut values = Vec::new();
    if !(plain && command.values.is_empty()) {
        let routing_key = world.procedure.routing.as_ref().map(|routing| &routing.key);
        let given: Vec<_> = command.values.iter().filter(|(key, _)| Some(key) != routing_key).cloned().collect();
        let attached = |label: &str| is_attached(Some(case), &[], label);
        let fields = step_fields(step, world.edition);
        values = check_values(fields, &given, &case.values, &command.overrides, &attached, world.edition, faults);
        check_attachments(&step.attachments, &given, &case.values, &attached, faults);
    }
    let note = command.note.as_ref().filter(|note| !note.trim().is_empty()).cloned();
    if note.as_ref().is_some_and(|note| note.chars().count() > crate::answers::LONGEST_TEXT) {
        faults.push(Fault::new("note", "La nota es demasiado larga; adjúntela como archivo."));
    }
    Given { values, overrides: command.overrides.clone(), note, route, level: command.level }
}

/// A signature the step asks for: the actor's own is this very act, another responsible's is his own turn,
/// anybody else's must be there already. Nobody signs what is sent back.
fn check_signatures(
    case: &Case,
    step: &Step,
    standing: &Standing,
    command: &Complete,
    capacity: &Capacity,
    faults: &mut Vec<Fault>,
) {
    for rule in &step.signatures {
        let others_turn = rule.role != capacity.role && step.role_names().any(|role| *role == rule.role);
        let own = capacity.as_superior.is_none() && rule.role == capacity.role && command.level >= rule.level;
        let signed = case.signatures.iter().any(|signature| {
            signature.signed.step == step.number
                && signature.signed.visit == standing.visit
                && is_signed_by(&signature.signed, rule)
                && signature.signed.level >= rule.level
        });
        if own || signed || others_turn {
            continue;
        }
        let document = rule.document.as_ref().map(|document| format!(" en «{document}»")).unwrap_or_default();
        let how = match rule.level {
            0 => "un acuse en el sistema",
            1 => "su firma con contraseña",
            2 => "firma electrónica avanzada",
            _ => "firma en papel, con el lugar donde queda el original",
        };
        faults.push(Fault::new("signature", format!("Falta la firma de {}{document} ({how}).", rule.role)));
    }
}

/// Whether a signature is the one a rule asks for: of its role and, where the step has several documents, of its document.
pub(super) fn is_signed_by(signed: &crate::event::Signed, rule: &SignatureRule) -> bool {
    signed.role == rule.role && (rule.document.is_none() || signed.document == rule.document)
}

/// All who act jointly must give the same answer to go on; one alone may send back.
fn agree_with_others(step: &Step, standing: &Standing, answer: Option<&Name>, target: Target) -> Result<(), Refusal> {
    if step.acting != Acting::All || step.is_back(target) {
        return Ok(());
    }
    match standing.acted.iter().find(|part| part.answer.as_ref() != answer) {
        Some(part) => Err(Refusal::conflict(format!(
            "{} respondió «{}» en el paso {}; para seguir, todos deben responder lo mismo.",
            part.by.name,
            part.answer.as_deref().unwrap_or("—"),
            step.number
        ))),
        None => Ok(()),
    }
}

#[expect(clippy::too_many_arguments, reason = "all the parts of one completion, already judged")]
fn advance(
    case: &Case,
    step: &Step,
    standing: &Standing,
    role: Name,
    answer: Option<Name>,
    target: Target,
    given: Given,
    by: &By,
    command: &Complete,
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    let mut to = None;
    let mut clocks_started = Vec::new();
    if let Target::Step(number) = target {
        let next = world.procedure.step(number).ok_or_else(|| {
            Refusal::conflict(format!("El paso {} lleva al paso {number}, que no existe.", step.number))
        })?;
        let mut entered = clocks::entering(Some(case), next, case.requester.unit.as_ref(), world)?;
        if number == step.number {
            entered.visit = standing.visit + 1;
        }
        to = Some(entered);
        if !world.procedure.clocks.is_empty() {
            clocks_started = clocks::on_reaching(case, Some(number), &given.values, world)?;
        }
    }
    let clocks_stopped =
        if world.procedure.clocks.is_empty() { Vec::new() } else { clocks::stopping(case, step.number, world) };
    let released = released_roles(case, step, given.route.as_ref(), command, world);
    let assignments = assignments(case, step, &given, command, world)?;
    let completed = Completed {
        step: step.number,
        visit: standing.visit,
        role,
        answer,
        target,
        to,
        given,
        clocks_started,
        clocks_stopped,
        released,
    };
    let mut events = time_before(case, step, &completed.given.values, by, world)?;
    let after = time_after(case, step, &completed, by, world)?;
    events.push((by.clone(), Event::Completed(completed)));
    events.extend(assignments.into_iter().map(|event| (by.clone(), event)));
    events.extend(after);
    Ok(Decision { events, effects: Vec::new() })
}

type Told = Vec<(By, Event)>;

/// What completing the step does to the clocks while the case still stands on it: a longer term, a date given anew.
fn time_before(case: &Case, step: &Step, values: &Values, by: &By, world: &World<'_>) -> Result<Told, Refusal> {
    let mut events = redated(case, values, by, world)?;
    if let Some(fields) = &step.lengthens {
        events.push((by.clone(), super::extend::by_step(case, step, fields, values, world)?));
    }
    Ok(events)
}

/// The due dates that a date given anew moves.
fn redated(case: &Case, values: &Values, by: &By, world: &World<'_>) -> Result<Told, Refusal> {
    let dated = |clock: &Clock| {
        clock.date.as_ref().is_some_and(|key| crate::value::find(values, key).is_some())
            && case.clock(&clock.name).is_some_and(|state| state.stopped.is_none())
    };
    let names: Vec<&Name> =
        world.procedure.clocks.iter().filter(|clock| dated(clock)).map(|clock| &clock.name).collect();
    if names.is_empty() {
        return Ok(Told::new());
    }
    let mut dues = clocks::recomputed_with(case, &[values, &case.values], None, None, world)?;
    dues.retain(|due| names.contains(&&due.clock) && case.due_of(&due.clock) != Some(due.at));
    Ok(if dues.is_empty() { Told::new() } else { vec![(by.clone(), Event::Redated { dues })] })
}

/// What follows it: the rating that the step was, and the clocks that say nothing of lateness.
fn time_after(case: &Case, step: &Step, completed: &Completed, by: &By, world: &World<'_>) -> Result<Told, Refusal> {
    let mut events = Told::new();
    if let Some(rates) = &step.rates {
        events.push((by.clone(), super::rate::given(rates, &completed.given.values)));
    }
    let reached = match completed.target {
        Target::Step(number) => Some(number),
        Target::End => None,
        Target::Refusal => return Ok(events),
    };
    let mut dues = clocks::apart(case, reached, world)?;
    if step.rates.is_some() || case.rating.is_some() {
        let rates = |name: &Name| world.procedure.clock(name).is_some_and(|clock| clock.until == ClockEnd::Rating);
        dues.retain(|due| !rates(&due.clock));
    }
    if !dues.is_empty() {
        events.push((by.clone(), Event::Began { dues }));
    }
    Ok(events)
}

/// Roles named anew by this step, and routed roles when the area changes.
fn released_roles(case: &Case, step: &Step, route: Option<&Name>, command: &Complete, world: &World<'_>) -> Vec<Name> {
    if case.assignees.is_empty() {
        return Vec::new();
    }
    let routed = |role: &str| world.edition.role(role).is_some_and(|role| role.scope == Scope::Routed);
    case.assignees
        .iter()
        .filter(|assignee| {
            let named_anew =
                step.assigns.contains(&assignee.role) && !command.assign.iter().any(|(role, _)| *role == assignee.role);
            named_anew || (route.is_some() && route != case.route.as_ref() && routed(&assignee.role))
        })
        .map(|assignee| assignee.role.clone())
        .collect()
}

fn assignments(
    case: &Case,
    step: &Step,
    given: &Given,
    command: &Complete,
    world: &World<'_>,
) -> Result<Vec<Event>, Refusal> {
    if command.assign.is_empty() {
        return Ok(Vec::new());
    }
    // The area named in this very act already counts for whom may be assigned.
    let mut after = case.clone();
    if given.route.is_some() {
        after.route.clone_from(&given.route);
    }
    let mut events = Vec::new();
    for (role, candidate) in &command.assign {
        if !step.assigns.contains(role) {
            let names: Vec<&str> = step.assigns.iter().map(|name| &**name).collect();
            return Err(Refusal::invalid(format!(
                "El paso {} no designa a {role}; designa a {}.",
                step.number,
                crate::authority::list(&names, "y")
            )));
        }
        super::assign::may_hold(&after, role, candidate, world)?;
        events.push(Event::Assigned { role: role.clone(), to: candidate.party(), reason: None });
    }
    Ok(events)
}

fn notify(case: &Case, step: &Step, world: &World<'_>, decision: &mut Decision) {
    for notice in &step.notices {
        let text: Name =
            notice.text.clone().unwrap_or_else(|| format!("Caso {}: {}", case.number, shorten(&step.activity)).into());
        let scope = world.edition.role(&notice.to).map(|role| role.scope);
        decision.effects.push(match scope {
            Some(Scope::Requester) => Effect::Notify { person: case.requester.person, text },
            _ => Effect::NotifyRole { role: notice.to.clone(), unit: None, text },
        });
    }
}

/// Whether a candidate's posts are among those for whom the case would wait under a role.
pub(super) fn meant_by_role(case: &Case, role: &str, candidate: &crate::actor::Candidate, world: &World<'_>) -> bool {
    if holds(&candidate.posts, role, None) {
        return true;
    }
    let of_case = waits(case, world.procedure);
    let routed = world.procedure.routing.as_ref().is_some_and(|routing| {
        let parts = match case.route.as_ref().and_then(|key| routing.routes.iter().find(|route| route.key == *key)) {
            Some(route) => route.parts.iter().collect::<Vec<_>>(),
            None => routing.routes.iter().flat_map(|route| &route.parts).chain(&routing.otherwise).collect(),
        };
        parts.iter().any(|part| &*part.role == role && holds(&candidate.posts, &part.holder, part.unit.as_deref()))
    });
    routed
        || of_case.iter().any(|wait| &*wait.role == role && holds(&candidate.posts, &wait.holder, wait.unit.as_deref()))
}
