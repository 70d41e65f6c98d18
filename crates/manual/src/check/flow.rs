//! Rules of the flow: jumps that hang, steps nobody reaches, circles without a way out, decisions that lack a branch.

use super::report::{Linter, Within, quoted};
use crate::{
    finding::At,
    places::Spot,
    procedure::{Procedure, StepNo, Target},
};
use std::collections::{HashMap, HashSet};

pub fn check(linter: &mut Linter<'_>) {
    for (p, procedure) in linter.edition.procedures.iter().enumerate() {
        jumps(linter, p, procedure);
        decisions(linter, p, procedure);
        reach(linter, p, procedure);
        questions(linter, p, procedure);
    }
}

fn hangs(procedure: &Procedure, target: Target) -> Option<StepNo> {
    match target {
        Target::Step(number) if procedure.step(number).is_none() => Some(number),
        _ => None,
    }
}

pub fn last_steps(procedure: &Procedure) -> String {
    match (procedure.steps.iter().map(|step| step.number).min(), procedure.steps.iter().map(|step| step.number).max()) {
        (Some(first), Some(last)) => {
            format!("Los pasos van del {first} al {last}; un final se escribe «\"fin\"» o «\"rechazo\"».")
        }
        _ => "El procedimiento no tiene pasos.".to_owned(),
    }
}

fn jumps(linter: &mut Linter<'_>, p: usize, procedure: &Procedure) {
    for (s, step) in procedure.steps.iter().enumerate() {
        let within = Within::Step(p, s);
        match &step.decision {
            None => {
                if let Some(number) = hangs(procedure, step.next) {
                    let message = format!("El paso {} sigue al paso {number}, que no existe.", step.number);
                    linter.error(
                        "salto-colgante",
                        within,
                        step.at,
                        message,
                        last_steps(procedure),
                        "no lleva a ninguna parte",
                    );
                }
            }
            Some(decision) => {
                for (b, branch) in decision.branches.iter().enumerate() {
                    let at = linter.place(Spot::Branch, &[p, s, b], step.at);
                    if let Some(number) = hangs(procedure, branch.target) {
                        let message = format!(
                            "La rama «{}» del paso {} lleva al paso {number}, que no existe.",
                            branch.name, step.number
                        );
                        linter.error(
                            "salto-colgante",
                            within,
                            at,
                            message,
                            last_steps(procedure),
                            "no lleva a ninguna parte",
                        );
                    }
                }
            }
        }
    }
}

fn decisions(linter: &mut Linter<'_>, p: usize, procedure: &Procedure) {
    for (s, step) in procedure.steps.iter().enumerate() {
        let within = Within::Step(p, s);
        if let Some(decision) = &step.decision {
            let at = linter.place(Spot::Decision, &[p, s], step.at);
            let has = |name: &str| decision.branch(name).is_some();
            if decision.branches.is_empty() {
                let message = format!("La decisión del paso {} no dice adónde va ninguna respuesta.", step.number);
                linter.error(
                    "salto-faltante",
                    within,
                    at,
                    message,
                    "Escriba sus ramas: decide \"¿…?\" si=4 no=6",
                    "faltan las ramas",
                );
            } else if decision.branches.len() == 1 {
                let message = format!(
                    "La decisión del paso {} tiene una sola rama, «{}».",
                    step.number, decision.branches[0].name
                );
                linter.error(
                    "decision-incompleta",
                    within,
                    at,
                    message,
                    "Escriba también la otra respuesta.",
                    "falta una rama",
                );
            } else if has("si") != has("no") {
                let missing = if has("si") { "no" } else { "si" };
                let message = format!("La decisión del paso {} no dice qué pasa con «{missing}».", step.number);
                let help = format!("Escriba también: {missing}=… con el paso al que va, «\"fin\"» o «\"rechazo\"».");
                linter.error("decision-incompleta", within, at, message, help, format!("falta «{missing}»"));
            }
        }
        // A circle of one step: either an answer sends it to itself or, worse, nothing else can happen.
        if step.decision.is_some() && step.targets().contains(&Target::Step(step.number)) {
            let branch = step
                .decision
                .iter()
                .flat_map(|decision| &decision.branches)
                .position(|b| b.target == Target::Step(step.number));
            let at = linter.place(Spot::Branch, &[p, s, branch.unwrap_or_default()], step.at);
            let message = format!("El paso {} vuelve a sí mismo.", step.number);
            let help = "Si así se hace, explíquelo en el paso: lectura \"bucle-propio\" \"cómo se lee\".";
            linter.warning("bucle-propio", within, at, message, help, "vuelve aquí mismo");
        }
    }
}

fn reach(linter: &mut Linter<'_>, p: usize, procedure: &Procedure) {
    let Some(first) = procedure.first() else { return };
    let mut reached: HashSet<StepNo> = HashSet::from([first.number]);
    let mut queue = vec![first];
    while let Some(step) = queue.pop() {
        for target in step.targets() {
            if let Target::Step(number) = target
                && let Some(next) = procedure.step(number)
                && reached.insert(number)
            {
                queue.push(next);
            }
        }
    }
    for (s, step) in procedure.steps.iter().enumerate() {
        if !reached.contains(&step.number) {
            let message = format!("Nadie llega al paso {}.", step.number);
            let help = "Revise los «sigue=» y las ramas de los pasos anteriores.";
            linter.error("paso-inalcanzable", Within::Step(p, s), step.at, message, help, "ningún paso lleva aquí");
        }
    }
    // Backwards from the steps that can end: what is reached but cannot end is a circle without a way out.
    let mut before: HashMap<StepNo, Vec<StepNo>> = HashMap::new();
    let mut ending: Vec<StepNo> = Vec::new();
    for step in &procedure.steps {
        for target in step.targets() {
            match target {
                Target::Step(number) if procedure.step(number).is_some() => {
                    before.entry(number).or_default().push(step.number);
                }
                // A jump that hangs is reported as such; here it counts as a way out, not as a second fault.
                _ => ending.push(step.number),
            }
        }
        if step.targets().is_empty() {
            ending.push(step.number);
        }
    }
    let mut can_end: HashSet<StepNo> = HashSet::new();
    while let Some(number) = ending.pop() {
        if can_end.insert(number) {
            ending.extend(before.get(&number).into_iter().flatten());
        }
    }
    let stuck = |number: &StepNo| reached.contains(number) && !can_end.contains(number);
    if let Some((s, step)) = procedure.steps.iter().enumerate().find(|(_, step)| stuck(&step.number)) {
        let circle = quoted(procedure.steps.iter().map(|step| step.number).filter(stuck));
        let message = format!(
            "Desde el paso {} no se llega a ningún final: los pasos {circle} dan vueltas sin salida.",
            step.number
        );
        let help = "Haga que una rama o un «sigue=» de estos pasos salga del círculo.";
        linter.error("bucle-sin-salida", Within::Step(p, s), step.at, message, help, "aquí empieza el círculo");
    }
}

fn questions(linter: &mut Linter<'_>, p: usize, procedure: &Procedure) {
    for (i, question) in procedure.routing.iter().flat_map(|routing| &routing.asked_at).enumerate() {
        let at: At = linter.place(Spot::RouteQuestion, &[p, i], procedure.at);
        let Some(step) = procedure.step(question.step) else {
            let message = format!("El encaminamiento pregunta en el paso {}, que no existe.", question.step);
            linter.error(
                "salto-colgante",
                Within::Procedure(p),
                at,
                message,
                last_steps(procedure),
                "paso desconocido",
            );
            continue;
        };
        if let Some(branch) = &question.branch
            && step.decision.as_ref().and_then(|decision| decision.branch(branch)).is_none()
        {
            let names = quoted(step.decision.iter().flat_map(|decision| &decision.branches).map(|branch| &branch.name));
            let help = if names.is_empty() {
                "Ese paso no decide nada.".to_owned()
            } else {
                format!("Sus ramas son: {names}.")
            };
            let message = format!("El paso {} no tiene una rama «{branch}».", step.number);
            linter.error("rama-desconocida", Within::Procedure(p), at, message, help, "rama desconocida");
        }
    }
}
