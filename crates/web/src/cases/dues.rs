//! The due dates of a case, each with the reasons for it.

use super::scene::Scene;
use crate::words;
use engine::case::Pause;
use jiff::Timestamp;
use manual::term::Term;
use maud::{Markup, html};

/// One clock as it is shown.
struct Line {
    name: String,
    term: Term,
    norm: Option<String>,
    due: Timestamp,
    stopped: Option<Timestamp>,
    because: Vec<String>,
}

/// All the clocks: the case's own and that of the present step.
#[must_use]
pub fn draw(scene: &Scene<'_>) -> Markup {
    let lines = lines(scene);
    let zone = scene.visitor.zone();
    html! {
        @if !lines.is_empty() {
            section.panel #plazos data-live aria-labelledby="plazos-titulo" {
                h2 #plazos-titulo { "Plazos" }
                @for line in &lines {
                    div.plazo-linea {
                        p {
                            strong { (line.name) } " · " (line.term.to_string()) ": "
                            @match line.stopped {
                                Some(at) if at > line.due => { span.etiqueta.mal { "Cumplido fuera de plazo" } " " (words::time(at, &zone)) }
                                Some(at) => { span.etiqueta.bien { "Cumplido" } " " (words::time(at, &zone)) }
                                None => { (words::due(Some(line.due), scene.visitor.now, &zone)) }
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
        }
    }
}

fn lines(scene: &Scene<'_>) -> Vec<Line> {
    let case = scene.case();
    let mut lines = Vec::new();
    for state in &case.clocks {
        let Some(rule) = scene.procedure().clocks.iter().find(|clock| clock.name == state.name) else { continue };
        lines.push(Line {
            name: super::ways::capital(&state.name),
            term: rule.term,
            norm: rule.norm.as_ref().map(ToString::to_string),
            due: state.due,
            stopped: state.stopped,
            because: because(scene, state.started, rule.term, &state.pauses, &state.extra, state.due),
        });
    }
    if let Some(standing) = &case.standing
        && let Some(due) = standing.due
        && let Some(term) = scene.step().and_then(|step| step.term)
    {
        lines.push(Line {
            name: format!("Paso {}", standing.step),
            term,
            norm: None,
            due,
            stopped: None,
            because: because(scene, standing.since, term, &standing.pauses, &[], due),
        });
    }
    lines
}

/// The reasons, as long as the present calendar leads to the date the case has; else why it does not.
fn because(
    scene: &Scene<'_>,
    from: Timestamp,
    term: Term,
    pauses: &[Pause],
    extra: &[engine::Name],
    due: Timestamp,
) -> Vec<String> {
    let Some(calendar) = &scene.calendar else { return Vec::new() };
    let pauses: Vec<(Timestamp, Option<Timestamp>)> = pauses.iter().map(|pause| (pause.from, pause.to)).collect();
    let extra: Vec<Term> = extra.iter().filter_map(|text| text.parse().ok()).collect();
    match calendar.due_with_pauses(from, &term, &pauses, &extra) {
        Ok(computed) if computed.at == due || scene.case().paused.is_some() => computed.because,
        Ok(_) | Err(_) => vec![format!(
            "Se calculó con la versión {} del calendario; hoy rige la {}. La fecha del caso no cambia sin un acto que lo registre.",
            scene.case().calendar,
            calendar.version()
        )],
    }
}
