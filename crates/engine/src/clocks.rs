//! The clocks of a case: when each falls due, computed from the events and the calendar, never counted up.

use crate::{
    Name,
    calendar::{Calendar, CalendarError, Hours, Origin},
    case::{Case, Pause},
    event::{Due, Entered, JoinedDue, STEP_CLOCK},
    refusal::Refusal,
    value::{Value, Values, find},
    world::World,
};
use jiff::{Timestamp, civil::Date};
use manual::{
    edition::Edition,
    organization::Scope,
    procedure::{Attention, Clock, ClockEnd, ClockStart, Procedure, Step, StepNo, Warning, WarningTime},
    term::Term,
};

/// A term as it bears on a case: how much, by whose hours, and from which date where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule<'p> {
    pub term: Term,
    pub hours: Hours,
    /// The key of the date field.
    pub date: Option<&'p Name>,
    pub warnings: &'p [Warning],
}

/// What a rule needs to know besides the case's own state.
#[derive(Clone, Copy)]
pub struct Frame<'w> {
    pub edition: &'w Edition,
    pub procedure: &'w Procedure,
    pub calendar: &'w Calendar,
}

impl<'w> From<&World<'w>> for Frame<'w> {
    fn from(world: &World<'w>) -> Self {
        Self { edition: world.edition, procedure: world.procedure, calendar: world.calendar }
    }
}

impl<'w> Frame<'w> {
    /// The rule of one of the procedure's clocks.
    #[must_use]
    pub fn clock(&self, clock: &'w Clock, requester_unit: Option<&Name>) -> Rule<'w> {
        let at = match clock.from {
            ClockStart::Step(number) => self.procedure.step(number),
            ClockStart::Opening | ClockStart::Closing => self.procedure.first(),
        };
        Rule {
            term: clock.term,
            hours: self.hours(&clock.attention, at, requester_unit),
            date: clock.date.as_ref(),
            warnings: &clock.warnings,
        }
    }

    /// The rule of a step's own term.
    #[must_use]
    pub fn step(&self, step: &'w Step, requester_unit: Option<&Name>) -> Option<Rule<'w>> {
        let hours = self.hours(&step.attention, Some(step), requester_unit);
        step.term.map(|term| Rule { term, hours, date: None, warnings: &step.warnings })
    }

    /// The rule by which a clock of a case runs; the step's own term is called `paso`.
    #[must_use]
    pub fn rule(&self, case: &Case, clock: &str) -> Option<Rule<'w>> {
        let unit = case.requester.unit.as_ref();
        if clock == STEP_CLOCK {
            let standing = case.standing.as_ref()?;
            return self.procedure.step(standing.step).and_then(|step| self.step(step, unit));
        }
        self.procedure.clock(clock).map(|clock| self.clock(clock, unit))
    }

    /// Whose hours; a clock that says nothing follows the queue's. The unit is the one the organisation chart gives the
    /// post, whoever attends: so that the same events always give the same date.
    fn hours(&self, own: &Attention, step: Option<&Step>, requester_unit: Option<&Name>) -> Hours {
        let of = |unit: Option<&Name>| unit.map_or(Hours::Main, |unit| Hours::Of(unit.clone()));
        let said = if *own == Attention::Institution { &self.procedure.attention } else { own };
        match said {
            Attention::Institution => Hours::Main,
            Attention::Always => Hours::Always,
            Attention::Requester => of(requester_unit),
            Attention::Unit(unit) => Hours::Of(unit.clone()),
            Attention::Responsible => match step.and_then(|step| step.responsibles.first()) {
                Some(one) if matches!(one.scope, Scope::Requester | Scope::RequesterUnit) => of(requester_unit),
                Some(one) => of(self.edition.role(&one.role).and_then(|role| role.unit.as_ref())),
                None => Hours::Main,
            },
        }
    }

    /// When the clock of a rule falls due; none while its date is not known.
    fn due(
        &self,
        rule: &Rule<'_>,
        from: Timestamp,
        values: &[&Values],
        pauses: &[(Timestamp, Option<Timestamp>)],
        extra: &[Term],
    ) -> Result<Option<Timestamp>, Refusal> {
        let origin = match rule.date {
            None => Origin::Arrival(from),
            Some(key) => match values.iter().find_map(|values| date(values, key)) {
                Some(date) => Origin::Date(date),
                None => return Ok(None),
            },
        };
        let due = self.calendar.of(&rule.hours).due_from(origin, &rule.term, pauses, extra);
        due.map(Some).map_err(|error| uncountable(&error))
    }
}

/// The clocks that start with the opening, and at the first step, where the case begins.
pub fn at_opening(values: &Values, requester_unit: Option<&Name>, world: &World<'_>) -> Result<Vec<Due>, Refusal> {
    let first = world.procedure.first().map(|step| ClockStart::Step(step.number));
    let starts = |clock: &Clock| clock.from == ClockStart::Opening || Some(clock.from) == first;
    starting(starts, &[values], requester_unit, world)
}

/// The clocks that start when the case reaches a step for the first time, and those whose date is now known.
pub fn on_reaching(case: &Case, step: Option<StepNo>, given: &Values, world: &World<'_>) -> Result<Vec<Due>, Refusal> {
    let reached = |clock: &Clock| match clock.from {
        ClockStart::Opening => clock.date.is_some(),
        ClockStart::Step(number) => Some(number) == step || (clock.date.is_some() && case.visits(number) > 0),
        ClockStart::Closing => false,
    };
    let starts = |clock: &Clock| !is_apart(clock) && case.clock(&clock.name).is_none() && reached(clock);
    starting(starts, &[given, &case.values], case.requester.unit.as_ref(), world)
}

/// The clocks apart that begin now: of the rating, where the case reaches the step that rates; of what comes after its end.
pub fn apart(case: &Case, step: Option<StepNo>, world: &World<'_>) -> Result<Vec<Due>, Refusal> {
    let starts = |clock: &Clock| {
        is_apart(clock)
            && case.clock(&clock.name).is_none_or(|state| state.stopped.is_some())
            && match clock.from {
                ClockStart::Opening => false,
                ClockStart::Step(number) => Some(number) == step,
                ClockStart::Closing => step.is_none(),
            }
    };
    starting(starts, &[&case.values], case.requester.unit.as_ref(), world)
}

/// A clock that says nothing of whether the case is late: the time to rate, a period after the end.
#[must_use]
pub fn is_apart(clock: &Clock) -> bool {
    !clock.judges()
}

fn starting(
    starts: impl Fn(&Clock) -> bool,
    values: &[&Values],
    requester_unit: Option<&Name>,
    world: &World<'_>,
) -> Result<Vec<Due>, Refusal> {
    let frame = Frame::from(world);
    let mut dues = Vec::new();
    for clock in world.procedure.clocks.iter().filter(|clock| starts(clock)) {
        let rule = frame.clock(clock, requester_unit);
        if let Some(at) = frame.due(&rule, world.now, values, &[], &[])? {
            dues.push(Due { clock: clock.name.clone(), at });
        }
    }
    Ok(dues)
}

/// The terms that a case comes under by going over to this edition: those it would have by now, had it begun there.
pub fn joining(case: &Case, world: &World<'_>) -> Result<Vec<JoinedDue>, Refusal> {
    let frame = Frame::from(world);
    let mut joined = Vec::new();
    for clock in &world.procedure.clocks {
        let Some(since) = since(case, clock) else { continue };
        let over = match clock.until {
            ClockEnd::Step(number) => case.legs.iter().any(|leg| leg.step == number),
            ClockEnd::Rating => case.rating.is_some(),
            ClockEnd::Closing | ClockEnd::Lapse => false,
        };
        // One that an edition in between had not runs on, lengthened as it was; one that ran out by itself has had its end.
        let known = case.clock(&clock.name);
        if over || known.is_some_and(|state| state.stopped.is_none() || state.apart) {
            continue;
        }
        let pauses = paused_since(case, since);
        let rule = frame.clock(clock, case.requester.unit.as_ref());
        let extras: Vec<Term> =
            known.into_iter().flat_map(|state| &state.extra).filter_map(|text| text.parse().ok()).collect();
        if let Some(due) = frame.due(&rule, since, &[&case.values], &pauses, &extras)? {
            joined.push(JoinedDue { clock: clock.name.clone(), since, pauses, due, apart: is_apart(clock) });
        }
    }
    if let Some(standing) = case.standing.as_ref().filter(|standing| standing.due.is_none())
        && let Some(rule) = frame.rule(case, STEP_CLOCK)
    {
        let pauses: Vec<_> = standing.pauses.iter().map(|pause| (pause.from, pause.to)).collect();
        if let Some(due) = frame.due(&rule, standing.since, &[&case.values], &pauses, &[])? {
            joined.push(JoinedDue { clock: STEP_CLOCK.into(), since: standing.since, pauses, due, apart: false });
        }
    }
    Ok(joined)
}

/// Since when a clock would run, had the case always had it. One apart begins with the stay it belongs to.
fn since(case: &Case, clock: &Clock) -> Option<Timestamp> {
    let here =
        |number| case.standing.as_ref().filter(|standing| standing.step == number).map(|standing| standing.since);
    match clock.from {
        ClockStart::Opening if !is_apart(clock) => Some(case.opened_at),
        ClockStart::Step(number) if is_apart(clock) => here(number),
        ClockStart::Step(number) => {
            case.legs.iter().find(|leg| leg.step == number).map(|leg| leg.since).or_else(|| here(number))
        }
        ClockStart::Opening | ClockStart::Closing => None,
    }
}

/// The times at which the case stood still since a moment, as its clocks remember them.
fn paused_since(case: &Case, since: Timestamp) -> Vec<(Timestamp, Option<Timestamp>)> {
    let standing = case.standing.iter().flat_map(|standing| &standing.pauses);
    let all = case.clocks.iter().flat_map(|clock| &clock.pauses).chain(standing);
    let mut pauses: Vec<_> = all.filter(|pause| pause.from >= since).map(|pause| (pause.from, pause.to)).collect();
    pauses.sort();
    pauses.dedup();
    pauses
}

/// The clocks that stop when a step is completed.
#[must_use]
pub fn stopping(case: &Case, step: StepNo, world: &World<'_>) -> Vec<Name> {
    world
        .procedure
        .clocks
        .iter()
        .filter(|clock| clock.until == ClockEnd::Step(step))
        .filter(|clock| case.clock(&clock.name).is_some_and(|state| state.stopped.is_none()))
        .map(|clock| clock.name.clone())
        .collect()
}

/// Standing on a step from now on: the visit, the due date of its own term, and the unit its role depends on.
pub fn entering(
    case: Option<&Case>,
    step: &Step,
    requester_unit: Option<&Name>,
    world: &World<'_>,
) -> Result<Entered, Refusal> {
    let visit = case.map_or(1, |case| case.visits(step.number) + 1);
    let frame = Frame::from(world);
    let due = match frame.step(step, requester_unit) {
        Some(rule) => frame.due(&rule, world.now, &[], &[], &[])?,
        None => None,
    };
    let mut unit = None;
    if let Some(asked) = requester_unit {
        let depends = step.responsibles.iter().find(|responsible| responsible.scope == Scope::RequesterUnit);
        if let Some(responsible) = depends
            && world.directory.anyone_holds(&responsible.role, Some(asked))
        {
            unit = Some(asked.clone());
        }
    }
    Ok(Entered { step: step.number, visit, due, unit })
}

/// All the running due dates of a case, anew: after a pause, an extension or a change of the calendar. `extra` lengthens
/// the clocks it names.
pub fn recomputed(
    case: &Case,
    pending: Option<&Pause>,
    extra: Option<(&Name, &[Name])>,
    world: &World<'_>,
) -> Result<Vec<Due>, Refusal> {
    recomputed_with(case, &[&case.values], pending, extra, world)
}

/// The same with values that have just been given.
pub fn recomputed_with(
    case: &Case,
    values: &[&Values],
    pending: Option<&Pause>,
    extra: Option<(&Name, &[Name])>,
    world: &World<'_>,
) -> Result<Vec<Due>, Refusal> {
    let frame = Frame::from(world);
    let mut dues = Vec::new();
    for name in running(case) {
        let Some(rule) = frame.rule(case, &name) else { continue };
        let more = extra.filter(|(_, clocks)| clocks.contains(&name)).map(|(by, _)| by);
        let Some((from, pauses, extras)) = course(case, &name) else { continue };
        let pauses: Vec<_> = pauses.iter().chain(pending).map(|pause| (pause.from, pause.to)).collect();
        let extras: Vec<Term> = extras.iter().chain(more).filter_map(|text| text.parse().ok()).collect();
        if let Some(at) = frame.due(&rule, from, values, &pauses, &extras)? {
            dues.push(Due { clock: name, at });
        }
    }
    Ok(dues)
}

/// The clocks of a case that run, and that of its present step.
#[must_use]
pub fn running(case: &Case) -> Vec<Name> {
    let clocks = case.clocks.iter().filter(|state| state.stopped.is_none()).map(|state| state.name.clone());
    let step = case.standing.as_ref().filter(|standing| standing.due.is_some()).map(|_| STEP_CLOCK.into());
    clocks.chain(step).collect()
}

/// Since when a clock runs, its pauses and its extensions.
#[must_use]
pub fn course<'c>(case: &'c Case, clock: &str) -> Option<(Timestamp, &'c [Pause], &'c [Name])> {
    if clock == STEP_CLOCK {
        let standing = case.standing.as_ref()?;
        return Some((standing.since, &standing.pauses, &standing.extra));
    }
    case.clock(clock).map(|state| (state.started, state.pauses.as_slice(), state.extra.as_slice()))
}

/// The due date of a clock as the events and the calendar give it, and the reasons; none where the procedure of its
/// edition no longer has it or its date is not known.
pub fn explained(case: &Case, clock: &str, frame: &Frame<'_>) -> Option<Result<crate::calendar::Due, CalendarError>> {
    let rule = frame.rule(case, clock)?;
    let (from, pauses, extras) = course(case, clock)?;
    let origin = match rule.date {
        None => Origin::Arrival(from),
        Some(key) => Origin::Date(date(&case.values, key)?),
    };
    let pauses: Vec<_> = pauses.iter().map(|pause| (pause.from, pause.to)).collect();
    let extras: Vec<Term> = extras.iter().filter_map(|text| text.parse().ok()).collect();
    Some(frame.calendar.of(&rule.hours).explain_from(origin, &rule.term, &pauses, &extras))
}

/// The running clocks whose stored due date is not the one that events and calendar give: there should be none.
#[must_use]
pub fn drifted(case: &Case, frame: &Frame<'_>) -> Vec<Name> {
    // While a pause is open its dates are those of before it.
    let same = |name: &Name| match explained(case, name, frame) {
        Some(Ok(computed)) => case.due_of(name) == Some(computed.at),
        Some(Err(_)) | None => true,
    };
    // A step's term lengthened by an older version of the program did not keep by how much.
    let unknown = |name: &Name| {
        &**name == STEP_CLOCK
            && !case.extensions.is_empty()
            && case.standing.as_ref().is_some_and(|standing| standing.extra.is_empty())
    };
    running(case).into_iter().filter(|name| !unknown(name) && !same(name)).collect()
}

/// A warning still to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    pub clock: Name,
    /// Its place among the warnings of the clock.
    pub warning: u16,
    pub at: Timestamp,
    /// The due date it speaks of.
    pub due: Timestamp,
}

/// The warnings of the running clocks that have not been given for their present due date. What should come before the
/// end comes only if there was time: never before the clock itself began, nor once the term has run out.
#[must_use]
pub fn alarms(case: &Case, frame: &Frame<'_>) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    if case.paused.is_some() {
        return alarms;
    }
    for clock in running(case) {
        let (Some(rule), Some(due)) = (frame.rule(case, &clock), case.due_of(&clock)) else { continue };
        let Some((since, _, _)) = course(case, &clock) else { continue };
        let passed = case.has_passed(&clock);
        for (warning, place) in rule.warnings.iter().zip(0_u16..) {
            let told = case.warned.iter().any(|told| told.clock == clock && told.warning == place && told.due == due);
            let calendar = frame.calendar.of(&rule.hours);
            let at = match warning.when {
                WarningTime::AtDue => continue,
                WarningTime::Before(_) if passed => continue,
                WarningTime::Before(term) => calendar.due_from(Origin::Arrival(due), &term, &[], &[]),
                WarningTime::After(term) => calendar.due_at(due, &term),
            };
            if let (false, Ok(at)) = (told, at)
                && at > since
            {
                alarms.push(Alarm { clock: clock.clone(), warning: place, at, due });
            }
        }
    }
    alarms
}

/// Between the name of a clock and the place of its warning, in the name of a timer.
pub const WARNING_MARK: char = '!';

/// All that the case waits for with the clock in hand: due dates by the name of their clock, warnings by clock and place
/// (`resolver!0`), in order of name.
#[must_use]
pub fn timers(case: &Case, frame: &Frame<'_>) -> Vec<(Name, Timestamp)> {
    if case.paused.is_some() {
        return Vec::new();
    }
    let rated = |name: &Name| {
        case.rating.is_some() && frame.procedure.clock(name).is_some_and(|clock| clock.until == ClockEnd::Rating)
    };
    let waits = |name: &Name| !case.has_passed(name) && !rated(name);
    let dues = running(case).into_iter().filter(waits).filter_map(|name| Some((name.clone(), case.due_of(&name)?)));
    let alarms = alarms(case, frame).into_iter().filter(|alarm| !rated(&alarm.clock));
    let mut timers: Vec<(Name, Timestamp)> = dues
        .chain(alarms.map(|alarm| (format!("{}{WARNING_MARK}{}", alarm.clock, alarm.warning).into(), alarm.at)))
        .collect();
    timers.sort();
    timers
}

/// The date under a key, whether it was written with an hour or without.
#[must_use]
pub fn date(values: &Values, key: &str) -> Option<Date> {
    let text = find(values, key).and_then(Value::text)?;
    text.get(..10)?.parse().ok()
}

fn uncountable(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::conflict(format!("El plazo no se puede calcular: {error} Revise el calendario de la institución."))
}
