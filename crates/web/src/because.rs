//! Why a due date is what it is: rule, norm, edition, hours, days passed over, pauses, extensions; for pages and programs.

use crate::words;
use engine::{
    Name,
    calendar::{Calendar, words as spoken},
    case::{Case, ClockState},
    clocks::{self, Frame},
    event::{Event, STEP_CLOCK},
    history::{clock_name, who},
    measure::{Verdict, verdict},
};
use jiff::{Timestamp, tz::TimeZone};
use manual::procedure::{Cause, ClockEnd, Procedure};
use store::CaseView;

/// One clock of a case.
pub struct Line {
    pub clock: Name,
    pub name: String,
    pub term: String,
    pub norm: Option<String>,
    pub due: Timestamp,
    pub stopped: Option<Timestamp>,
    /// It says nothing of lateness.
    pub apart: bool,
    /// In place of how it stands: rated, or left unrated.
    pub outcome: Option<&'static str>,
    pub because: Vec<String>,
}

/// What was promised when a case was opened.
pub struct Promise {
    pub clock: Name,
    pub term: Option<String>,
    pub due: Timestamp,
    pub because: Vec<String>,
}

/// The dates of a receipt: each clock as it was at the opening, whatever stopped or lengthened it since.
#[must_use]
pub fn promised(case: &Case, frame: Option<&Frame<'_>>) -> Vec<Promise> {
    let mut opened = case.clone();
    for state in &mut opened.clocks {
        (state.pauses, state.extra) = (Vec::new(), Vec::new());
    }
    let promise = |clock: &ClockState| {
        let computed = frame.and_then(|frame| clocks::explained(&opened, &clock.name, frame)?.ok());
        let rule = frame.and_then(|frame| frame.procedure.clock(&clock.name));
        Promise {
            clock: clock.name.clone(),
            term: rule.map(|rule| rule.term.to_string()),
            due: computed.as_ref().map_or(clock.due, |due| due.at),
            because: computed.map(|due| due.because).unwrap_or_default(),
        }
    };
    case.clocks.iter().map(promise).collect()
}

/// What the dates are told with.
pub struct Telling<'t> {
    pub view: &'t CaseView,
    /// The version its due dates were computed with.
    pub calendar: &'t Calendar,
    pub now: Timestamp,
    pub zone: &'t TimeZone,
}

impl<'t> Telling<'t> {
    fn frame(&self) -> Option<Frame<'t>> {
        let procedure = self.view.edition.procedure(&self.view.case.procedure)?;
        Some(Frame { edition: &self.view.edition, procedure, calendar: self.calendar })
    }

    /// All the clocks: the case's own and that of the present step.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let case = &self.view.case;
        let Some(frame) = self.frame() else { return Vec::new() };
        let mut lines = Vec::new();
        for state in &case.clocks {
            let Some(rule) = frame.procedure.clock(&state.name) else { continue };
            let rates = rule.until == ClockEnd::Rating;
            lines.push(Line {
                clock: state.name.clone(),
                name: spoken::opening(&state.name),
                term: rule.term.to_string(),
                norm: rule.norm.as_ref().map(ToString::to_string),
                due: state.due,
                stopped: state.stopped,
                apart: state.apart,
                outcome: match verdict(case) {
                    _ if !rates => (state.apart && state.passed).then_some("Terminó el período"),
                    Verdict::Unrated => Some("Sin calificar: venció el plazo"),
                    Verdict::Conforming | Verdict::NotConforming => Some("Calificado"),
                    Verdict::None => None,
                },
                because: self.because(&frame, &state.name, state.due),
            });
        }
        if let Some(standing) = &case.standing
            && let Some(due) = standing.due
            && let Some(term) = frame.procedure.step(standing.step).and_then(|step| step.term)
        {
            lines.push(Line {
                clock: STEP_CLOCK.into(),
                name: format!("Paso {}", standing.step),
                term: term.to_string(),
                norm: None,
                due,
                stopped: None,
                apart: false,
                outcome: None,
                because: self.because(&frame, STEP_CLOCK, due),
            });
        }
        lines
    }

    /// The derivation: the rule and its norm, the edition and the version of the calendar, whose hours, the count day by
    /// day, and why it was stopped, lengthened or moved.
    fn because(&self, frame: &Frame<'_>, clock: &str, due: Timestamp) -> Vec<String> {
        let case = &self.view.case;
        let mut because = vec![rule(frame, clock)];
        because.push(format!(
            "Edición «{}» del manual; calendario «{}», versión {}.",
            frame.edition.title_page.edition,
            frame.calendar.name(),
            case.calendar
        ));
        let hours = frame.rule(case, clock).map(|rule| rule.hours).unwrap_or_default();
        let own = frame.calendar.of(&hours);
        because.push(format!("Horario que se cuenta: {}.", own.week()));
        match clocks::explained(case, clock, frame) {
            Some(Ok(computed)) if computed.at == due || case.paused.is_some() => because.extend(computed.because),
            Some(Ok(_)) => {
                because.push("La fecha se fijó con datos que después cambiaron; rige la que está registrada.".into());
            }
            Some(Err(error)) => because.push(error.to_string()),
            None => {}
        }
        because.extend(self.acts(frame.procedure, clock));
        if case.has_passed(clock) || (due < self.now && clocks::running(case).iter().any(|name| **name == *clock)) {
            because.push(format!("Ya pasó: venció {}.", words::ago(due, self.now)));
        }
        because
    }

    /// Pauses, extensions and changes of the calendar that bear on a clock, as they were recorded.
    fn acts(&self, procedure: &Procedure, clock: &str) -> Vec<String> {
        let mut told = Vec::new();
        for recorded in &self.view.history {
            let (at, by) = (words::moment(recorded.at, self.zone), who(&recorded.by));
            match &recorded.event {
                Event::Paused { cause, reason } | Event::Halted { cause, reason, .. } => {
                    told.push(format!("Detenido el {at} por {by}: {} ({reason}).", text(&procedure.pauses, cause)));
                }
                Event::Extended { cause, by: term, reason, .. } => {
                    told.push(format!(
                        "Ampliado en {term} el {at} por {by}: {} ({reason}).",
                        text(&procedure.extensions, cause)
                    ));
                }
                Event::Prolonged { cause, by: term, reason, clocks, .. }
                    if clocks.iter().any(|name| **name == *clock) =>
                {
                    told.push(format!(
                        "Ampliado en {term} el {at} por {by}: {} ({reason}).",
                        text(&procedure.extensions, cause)
                    ));
                }
                Event::Recounted { reason, moved, .. } => {
                    for due in moved.iter().filter(|due| *due.clock == *clock) {
                        let before = words::long_moment(due.before, self.zone);
                        told.push(format!("El {at} se calculó de nuevo por {reason}: vencía el {before}."));
                    }
                }
                Event::Transferred { reason, moved, joined, .. } => {
                    for due in moved.iter().filter(|due| *due.clock == *clock) {
                        let before = words::long_moment(due.before, self.zone);
                        told.push(format!("El {at} pasó a otra edición del manual ({reason}): vencía el {before}."));
                    }
                    if joined.iter().any(|due| *due.clock == *clock) {
                        told.push(format!("Es un plazo de la edición del manual a la que pasó el {at} ({reason})."));
                    }
                }
                _ => {}
            }
        }
        told
    }
}

fn text(causes: &[Cause], key: &str) -> String {
    causes.iter().find(|cause| &*cause.key == key).map_or_else(|| key.to_owned(), |cause| cause.text.to_string())
}

fn rule(frame: &Frame<'_>, clock: &str) -> String {
    let name = spoken::opening(&clock_name(clock));
    let Some(clock) = frame.procedure.clock(clock) else { return format!("{name}: lo da el propio paso.") };
    let norm = clock.norm.as_ref().map(|number| {
        let all = frame.procedure.norms.iter().chain(&frame.edition.norms);
        let text = all.into_iter().find(|norm| norm.number == *number).map(|norm| format!(": {}", norm.text));
        format!(" Norma {number}{}", text.unwrap_or_else(|| ".".into()))
    });
    format!("{name}: {}, {}.{}", clock.term, clock.span(), norm.unwrap_or_default())
}
