//! The due dates of a case, each with the reasons for it: rule, norm, edition, hours, days passed over, pauses, extensions.

use super::scene::Scene;
use crate::words;
use engine::{
    calendar::words as spoken,
    clocks::{self, Frame},
    event::{Event, STEP_CLOCK},
    history::{clock_name, who},
    measure::{Verdict, verdict},
};
use jiff::Timestamp;
use manual::procedure::{Cause, ClockEnd};
use maud::{Markup, html};

/// One clock as it is shown.
struct Line {
    name: String,
    term: String,
    norm: Option<String>,
    due: Timestamp,
    stopped: Option<Timestamp>,
    /// It says nothing of lateness.
    apart: bool,
    /// In place of how it stands: rated, or left unrated.
    outcome: Option<&'static str>,
    because: Vec<String>,
}

/// All the clocks: the case's own and that of the present step.
#[must_use]
pub fn draw(scene: &Scene<'_>) -> Markup {
    let lines = lines(scene);
    html! {
        @if !lines.is_empty() {
            section.panel #plazos data-live aria-labelledby="plazos-titulo" {
                h2 #plazos-titulo { "Plazos" }
                @for line in &lines { (drawn(scene, line)) }
            }
        }
    }
}

fn drawn(scene: &Scene<'_>, line: &Line) -> Markup {
    let zone = scene.visitor.zone();
    html! {
        div.plazo-linea {
            p {
                strong { (line.name) } " · " (line.term) ": "
                @match (line.outcome, line.stopped) {
                    (Some(outcome), _) => { span.etiqueta { (outcome) } }
                    (None, Some(at)) if at > line.due && !line.apart => { span.etiqueta.mal { "Cumplido fuera de plazo" } " " (words::time(at, &zone)) }
                    (None, Some(at)) => { span.etiqueta.bien { "Cumplido" } " " (words::time(at, &zone)) }
                    (None, None) if scene.case().paused.is_some() => { span.etiqueta { "Detenido" } }
                    (None, None) => { (words::due(Some(line.due), scene.visitor.now, &zone)) }
                }
            }
            p.menor { "Vence el " (words::long_moment(line.due, &zone)) @if let Some(norm) = &line.norm { " · norma " (norm) } }
            @if !line.because.is_empty() {
                details {
                    summary { "¿Por qué esta fecha?" }
                    ol.menor { @for reason in &line.because { li { (reason) } } }
                }
            }
        }
    }
}

fn lines(scene: &Scene<'_>) -> Vec<Line> {
    let case = scene.case();
    let Some(frame) = scene.clocks_frame() else { return Vec::new() };
    let mut lines = Vec::new();
    for state in &case.clocks {
        let Some(rule) = frame.procedure.clock(&state.name) else { continue };
        let rates = rule.until == ClockEnd::Rating;
        lines.push(Line {
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
            because: because(scene, &frame, &state.name, state.due),
        });
    }
    if let Some(standing) = &case.standing
        && let Some(due) = standing.due
        && let Some(term) = scene.step().and_then(|step| step.term)
    {
        lines.push(Line {
            name: format!("Paso {}", standing.step),
            term: term.to_string(),
            norm: None,
            due,
            stopped: None,
            apart: false,
            outcome: None,
            because: because(scene, &frame, STEP_CLOCK, due),
        });
    }
    lines
}

/// The derivation: the rule and its norm, the edition and the version of the calendar, whose hours, the count day by day,
/// and why it was stopped, lengthened or moved.
fn because(scene: &Scene<'_>, frame: &Frame<'_>, clock: &str, due: Timestamp) -> Vec<String> {
    let case = scene.case();
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
    because.extend(acts(scene, clock));
    if case.has_passed(clock) || (due < scene.visitor.now && clocks::running(case).iter().any(|name| **name == *clock))
    {
        because.push(format!("Ya pasó: venció {}.", words::ago(due, scene.visitor.now)));
    }
    because
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

/// Pauses, extensions and changes of the calendar that bear on a clock, as they were recorded.
fn acts(scene: &Scene<'_>, clock: &str) -> Vec<String> {
    let procedure = scene.procedure();
    let zone = scene.visitor.zone();
    let text = |causes: &[Cause], key: &str| {
        causes.iter().find(|cause| &*cause.key == key).map_or_else(|| key.to_owned(), |cause| cause.text.to_string())
    };
    let mut told = Vec::new();
    for recorded in &scene.view.history {
        let (at, by) = (words::moment(recorded.at, &zone), who(&recorded.by));
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
            Event::Prolonged { cause, by: term, reason, clocks, .. } if clocks.iter().any(|name| **name == *clock) => {
                told.push(format!(
                    "Ampliado en {term} el {at} por {by}: {} ({reason}).",
                    text(&procedure.extensions, cause)
                ));
            }
            Event::Recounted { reason, moved, .. } => {
                for due in moved.iter().filter(|due| *due.clock == *clock) {
                    let before = words::long_moment(due.before, &zone);
                    told.push(format!("El {at} se calculó de nuevo por {reason}: vencía el {before}."));
                }
            }
            _ => {}
        }
    }
    told
}
