//! What a procedure says around its table: who may ask, objective, norms, terms, causes, routes, examples and readings.

use super::{address, words};
use crate::{state::Visitor, words as shown};
use manual::{
    Name,
    edition::Edition,
    organization::Scope,
    procedure::{Cause, Procedure, RoutePart},
    scenario::Scenario,
};
use maud::{Markup, html};

/// Whether the visitor may ask for it: everybody may, or one of the posts he acts from is named.
#[must_use]
pub fn may_ask(visitor: &Visitor, edition: &Edition, procedure: &Procedure) -> bool {
    words::open_to_all(procedure, |role| edition.role(role).map(|role| role.scope))
        || visitor.reader.posts().iter().any(|post| procedure.requesters.contains(&post.role))
}

/// The head of the printed procedure: objective, scope, who asks, base, related documents.
#[must_use]
pub fn head(visitor: &Visitor, edition: &Edition, procedure: &Procedure) -> Markup {
    html! {
        dl.datos {
            dt { "Quién lo solicita" }
            dd {
                @for (index, role) in procedure.requesters.iter().enumerate() {
                    @if index > 0 { " · " }
                    a href=(address::role(visitor, role)) { (role) }
                }
                @if procedure.requesters.is_empty() { "Nadie: empieza por programación" }
            }
            @if let Some(objective) = &procedure.objective { dt { "Objetivo" } dd { (objective) } }
            @if let Some(scope) = &procedure.scope { dt { "Alcance" } dd { (scope) } }
            @if let Some(code) = &procedure.opening.form {
                dt { "Formulario de apertura" }
                dd {
                    a href=(address::form(visitor, code)) { (code) }
                    @if let Some(form) = edition.form(code) { " " (form.title) }
                }
            }
            @if !procedure.opening.fields.is_empty() {
                dt { "Al pedirlo se anota" }
                dd { (labels(procedure.opening.fields.iter().map(|field| &field.label))) }
            }
            @if !procedure.opening.attachments.is_empty() {
                dt { "Al pedirlo se adjunta" }
                dd { (labels(procedure.opening.attachments.iter().map(|rule| &rule.label))) }
            }
            @if !procedure.legal_base.is_empty() {
                dt { "Base legal" }
                dd { ul.llana { @for base in &procedure.legal_base { li { (base) } } } }
            }
            @if !procedure.related.is_empty() {
                dt { "Documentos relacionados" }
                dd { ul.llana { @for related in &procedure.related { li { (related) } } } }
            }
        }
    }
}

fn labels<'n>(names: impl Iterator<Item = &'n Name>) -> String {
    names.map(|name| &**name).collect::<Vec<_>>().join(" · ")
}

/// Specific norms, each a place to link to.
#[must_use]
pub fn norms(procedure: &Procedure) -> Markup {
    html! {
        @if !procedure.norms.is_empty() {
            section.panel aria-labelledby="normas" {
                h2 #normas { "Normas específicas" }
                dl.datos.numerada {
                    @for norm in &procedure.norms {
                        dt id=(format!("norma-{}", address::anchor(&norm.number))) { (norm.number) }
                        dd { (norm.text) }
                    }
                }
            }
        }
    }
}

/// Terms, and the causes that pause, extend or exclude.
#[must_use]
pub fn terms(procedure: &Procedure) -> Markup {
    let causes = [
        ("Se pausa por", &procedure.pauses),
        ("Se prorroga por", &procedure.extensions),
        ("Se cuenta aparte por", &procedure.exclusions),
    ];
    let none = procedure.clocks.is_empty()
        && procedure.attention.words().is_none()
        && causes.iter().all(|(_, causes)| causes.is_empty());
    html! {
        @if !none {
            section.panel aria-labelledby="plazos" {
                h2 #plazos { "Plazos" }
                dl.datos {
                    @for clock in &procedure.clocks {
                        dt { (words::answer(&clock.name)) }
                        dd {
                            strong { (clock.term) } ", " (clock.span())
                            @if let Some(hours) = clock.attention.words() { ", " (hours) }
                            @if let Some(norm) = &clock.norm { span.menor { " (" (norm) ")" } }
                            @if !clock.warnings.is_empty() { ul.llana.menor { @for warning in &clock.warnings { li { "Aviso: " (warning.words()) } } } }
                        }
                    }
                    @if let Some(hours) = procedure.attention.words() { dt { "Atención" } dd { (hours) } }
                    @for (lead, list) in causes { (cause(lead, list)) }
                }
            }
        }
    }
}

fn cause(lead: &str, causes: &[Cause]) -> Markup {
    html! {
        @if !causes.is_empty() {
            dt { (lead) }
            dd {
                ul.llana {
                    @for cause in causes {
                        li { (cause.words()) @if let Some(norm) = &cause.norm { span.menor { " (" (norm) ")" } } }
                    }
                }
            }
        }
    }
}

/// How a routed role finds its holder.
#[must_use]
pub fn routes(edition: &Edition, procedure: &Procedure) -> Markup {
    let Some(routing) = &procedure.routing else { return html! {} };
    html! {
        section.panel aria-labelledby="rutas" {
            h2 #rutas { "Encaminamiento: " (routing.label) }
            p.menor {
                "Se pregunta en: "
                (routing.asked_at.iter().map(|question| match &question.branch {
                    Some(branch) => format!("paso {} ({})", question.step, words::answer(branch)),
                    None => format!("paso {}", question.step),
                }).collect::<Vec<_>>().join(", "))
            }
            dl.datos {
                @for route in &routing.routes { dt { (route.label) } dd { (parts(edition, &route.parts)) } }
                @if !routing.otherwise.is_empty() { dt { "Mientras no se elige" } dd { (parts(edition, &routing.otherwise)) } }
            }
        }
    }
}

fn parts(edition: &Edition, parts: &[RoutePart]) -> Markup {
    html! {
        ul.llana {
            @for part in parts {
                li {
                    (part.role) " es " strong { (part.holder) }
                    @if let Some(code) = &part.unit { ", " (edition.unit(code).map_or(&**code, |unit| &*unit.name)) }
                }
            }
        }
    }
}

/// The worked examples: each path in words.
#[must_use]
pub fn examples(edition: &Edition, procedure: &Procedure) -> Markup {
    let of_this: Vec<&Scenario> =
        edition.scenarios.iter().filter(|scenario| scenario.procedure == procedure.code).collect();
    html! {
        @if !of_this.is_empty() {
            section.panel aria-labelledby="ejemplos" {
                h2 #ejemplos { "Ejemplos resueltos" }
                @for scenario in of_this {
                    div.pila {
                        h3 { (scenario.title) }
                        p { (walked(scenario, procedure)) }
                    }
                }
            }
        }
    }
}

/// "Se abre el 02/02/2026 a las 08:40. Pasa por los pasos 1, 2 y 5: en el 2 se responde «Sí». Termina finalizado."
fn walked(scenario: &Scenario, procedure: &Procedure) -> String {
    let mut sentences = Vec::new();
    if let Some(opened) = scenario.opened {
        sentences.push(format!("Se abre el {} a las {}.", shown::day(opened.date()), opened.strftime("%H:%M")));
    }
    let steps: Vec<String> = scenario.path.iter().map(ToString::to_string).collect();
    let answers: Vec<String> = scenario
        .answers
        .iter()
        .map(|(number, answer)| {
            let question = procedure.step(*number).and_then(|step| step.decision.as_ref());
            let question = question.map(|decision| format!(" ({})", decision.question)).unwrap_or_default();
            format!("en el {number}{question} se responde «{}»", words::answer(answer))
        })
        .collect();
    let answers = if answers.is_empty() { String::new() } else { format!(": {}", answers.join("; ")) };
    sentences.push(match steps.as_slice() {
        [] => String::new(),
        [one] => format!("Pasa por el paso {one}{answers}."),
        [most @ .., last] => format!("Pasa por los pasos {} y {last}{answers}.", most.join(", ")),
    });
    if let Some(state) = &scenario.state {
        sentences.push(format!("Termina {state}."));
    }
    if let Some(due) = scenario.due {
        sentences.push(format!("Vencía el {} a las {}.", shown::day(due.date()), due.strftime("%H:%M")));
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
}

/// How the oddities of the printed original are read, and what it prints differently elsewhere.
#[must_use]
pub fn readings(procedure: &Procedure) -> Markup {
    html! {
        @if !procedure.readings.is_empty() || !procedure.printed.is_empty() {
            section.panel aria-labelledby="lecturas" {
                h2 #lecturas { "Cómo se lee el original impreso" }
                ul {
                    @for reading in &procedure.readings { li { (reading.text) } }
                    @for printed in &procedure.printed { li { (printed.place) ": «" (printed.text) "»" } }
                }
            }
        }
    }
}

/// Posts of the procedure that mean somebody other than whoever holds them.
#[must_use]
pub fn means(edition: &Edition, role: &str) -> Option<&'static str> {
    edition.role(role).map(|role| role.scope).filter(|scope| *scope != Scope::Post).and_then(words::scope)
}
