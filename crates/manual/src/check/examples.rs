//! Rules of the worked examples: each is walked, and each branch of each decision must appear in one.

use super::{
    forms,
    report::{Linter, Within, meant, quoted},
};
use crate::{
    field::{Field, Kind},
    places::Spot,
    procedure::{Procedure, StepNo, Target},
    scenario::Scenario,
    walk::{Walk, walk_to_end},
};
use std::collections::HashSet;

pub fn check(linter: &mut Linter<'_>) {
    let edition = linter.edition;
    // Procedure, step and branch that some example takes, right or wrong in the rest.
    let mut taken: HashSet<(usize, StepNo, String)> = HashSet::new();
    for scenario in &edition.scenarios {
        let Some(p) = edition.procedures.iter().position(|procedure| procedure.code == scenario.procedure) else {
            let codes = edition.procedures.iter().map(|procedure| &*procedure.code);
            let help = meant(&scenario.procedure, codes, "Revise el código.");
            let message = format!("El escenario «{}» es de «{}», que no existe.", scenario.title, scenario.procedure);
            linter.error("ejemplo-fallido", Within::Manual, scenario.at, message, help, "procedimiento desconocido");
            continue;
        };
        let procedure = &edition.procedures[p];
        values(linter, p, procedure, scenario);
        let answers: Vec<(StepNo, String)> =
            scenario.answers.iter().map(|(step, answer)| (*step, answer.to_string())).collect();
        match walk_to_end(procedure, &answers) {
            Ok(walk) => {
                compare(linter, p, scenario, &walk);
                taken.extend(
                    walk.steps.into_iter().filter_map(|walked| Some((p, walked.step, walked.answer?.to_string()))),
                );
            }
            Err(error) => fails(linter, p, scenario, &error.to_string(), "Revise las líneas «responde»."),
        }
    }
    for (p, procedure) in edition.procedures.iter().enumerate() {
        for (s, step) in procedure.steps.iter().enumerate() {
            for (b, branch) in step.decision.iter().flat_map(|decision| &decision.branches).enumerate() {
                if !taken.contains(&(p, step.number, branch.name.to_string())) {
                    let at = linter.place(Spot::Branch, &[p, s, b], step.at);
                    let message = format!("Ningún escenario responde «{}» en el paso {}.", branch.name, step.number);
                    let help = format!(
                        "Escriba en «escenarios/» un ejemplo con: responde {} \"{}\"",
                        step.number, branch.name
                    );
                    linter.warning("rama-sin-ejemplo", Within::Step(p, s), at, message, help, "sin ejemplo");
                }
            }
        }
    }
}

fn fails(linter: &mut Linter<'_>, p: usize, scenario: &Scenario, why: &str, help: &str) {
    let message = format!("El escenario «{}» no se cumple. {why}", scenario.title);
    linter.error("ejemplo-fallido", Within::Procedure(p), scenario.at, message, help, "no se cumple");
}

fn compare(linter: &mut Linter<'_>, p: usize, scenario: &Scenario, walk: &Walk) {
    let walked: Vec<StepNo> = walk.steps.iter().map(|walked| walked.step).collect();
    if !scenario.path.is_empty() && walked != scenario.path {
        let list = |steps: &[StepNo]| steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let why = format!("Se esperaba el recorrido {} y resulta {}.", list(&scenario.path), list(&walked));
        fails(linter, p, scenario, &why, "Revise el recorrido, o los «sigue=» y las ramas del procedimiento.");
    }
    let state = if walk.end == Target::Refusal { "rechazado" } else { "finalizado" };
    if let Some(expected) = &scenario.state
        && &**expected != state
    {
        fails(linter, p, scenario, &format!("Se esperaba el estado «{expected}» y termina «{state}»."), "");
    }
}

fn values(linter: &mut Linter<'_>, p: usize, procedure: &Procedure, scenario: &Scenario) {
    let edition = linter.edition;
    let routing = procedure.routing.as_ref();
    let opening = forms::opening_fields(edition, procedure);
    for (key, value) in &scenario.opening_values {
        let is_route = routing.is_some_and(|routing| routing.key == *key);
        value_of(linter, p, scenario, &opening, is_route, "la apertura", key, value);
    }
    for (number, key, value) in &scenario.step_values {
        let Some(step) = procedure.step(*number) else {
            fails(linter, p, scenario, &format!("Da el dato «{key}» al paso {number}, que no existe."), "");
            continue;
        };
        let fields = forms::step_fields(edition, step);
        let asked = routing
            .filter(|routing| routing.key == *key && routing.asked_at.iter().any(|question| question.step == *number));
        if let Some(routing) = asked {
            if !routing.routes.iter().any(|route| route.key == *value) {
                let routes = quoted(routing.routes.iter().map(|route| &route.key));
                fails(
                    linter,
                    p,
                    scenario,
                    &format!("No hay una ruta «{value}»."),
                    &format!("Las rutas son: {routes}."),
                );
            }
            continue;
        }
        value_of(linter, p, scenario, &fields, false, &format!("el paso {number}"), key, value);
    }
}

#[expect(clippy::too_many_arguments, reason = "one call site each for openings and steps")]
fn value_of(
    linter: &mut Linter<'_>,
    p: usize,
    scenario: &Scenario,
    fields: &[&Field],
    is_route: bool,
    place: &str,
    key: &str,
    value: &str,
) {
    if is_route {
        return;
    }
    let Some(field) = fields.iter().find(|field| &*field.key == key) else {
        let help = meant(key, fields.iter().map(|field| &*field.key), "Revise la clave del campo.");
        fails(linter, p, scenario, &format!("Da el dato «{key}», que {place} no pide."), &help);
        return;
    };
    if let Kind::Choice(choices) = &field.kind
        && !choices.iter().any(|choice| &*choice.key == value)
    {
        let options = quoted(choices.iter().map(|choice| &choice.key));
        fails(
            linter,
            p,
            scenario,
            &format!("«{value}» no es una opción de «{key}»."),
            &format!("Sus opciones son: {options}."),
        );
    }
}
