//! Rules of the service desk: a matrix of priority without all its cells, norms nobody wrote, a list that says a thing twice.

use super::report::{Linter, Within, quoted};
use crate::{places::Spot, procedure::Procedure};

pub fn check(linter: &mut Linter<'_>) {
    priority(linter);
    for (p, procedure) in linter.edition.procedures.iter().enumerate() {
        arrival_order(linter, p, procedure);
        checklists(linter, p, procedure);
    }
}

fn priority(linter: &mut Linter<'_>) {
    let edition = linter.edition;
    let Some(matrix) = &edition.priority else { return };
    let at = linter.place(Spot::Priority, &[], matrix.at);
    for (grades, what) in [(&matrix.impacts, "impacto"), (&matrix.urgencies, "urgencia")] {
        if grades.is_empty() {
            let message = format!("La prioridad no declara ningún grado de {what}.");
            let help = format!("Escriba, por ejemplo: {what} \"medio\" \"Medio: una unidad\"");
            linter.error("matriz-incompleta", Within::Manual, at, message, help, "falta aquí");
        }
        for (index, grade) in grades.iter().enumerate() {
            if grades[..index].iter().any(|before| before.key == grade.key) {
                let message = format!("El grado de {what} «{}» se declara dos veces.", grade.key);
                linter.error("duplicado", Within::Manual, at, message, "Deje uno solo.", "repetido");
            }
        }
    }
    let missing: Vec<String> = matrix
        .impacts
        .iter()
        .flat_map(|impact| matrix.urgencies.iter().map(move |urgency| (impact, urgency)))
        .filter(|(impact, urgency)| matrix.priority(&impact.key, &urgency.key).is_none())
        .map(|(impact, urgency)| format!("{} × {}", impact.key, urgency.key))
        .collect();
    if !missing.is_empty() {
        let message = format!("La matriz de prioridad no dice qué resulta de {}.", quoted(missing));
        let help = "Escriba una línea «matriz» por impacto, con todas las urgencias: matriz \"alto\" baja=\"normal\" alta=\"urgente\"";
        linter.error("matriz-incompleta", Within::Manual, at, message, help, "matriz incompleta");
    }
    if let Some(norm) = &matrix.norm
        && !edition.norms.iter().any(|known| known.number == *norm)
    {
        let message = format!("La prioridad se rige por la norma «{norm}», que no está escrita.");
        linter.warning(
            "norma-desconocida",
            Within::Manual,
            at,
            message,
            "Escriba la «norma-general».",
            "norma desconocida",
        );
    }
}

fn arrival_order(linter: &mut Linter<'_>, p: usize, procedure: &Procedure) {
    let Some(norm) = procedure.arrival_order.as_ref().and_then(|order| order.norm.as_ref()) else { return };
    let general = linter.edition.norms.iter().any(|known| known.number == *norm);
    if !general && !procedure.norms.iter().any(|known| known.number == *norm) {
        let at = linter.place(Spot::ArrivalOrder, &[p], procedure.at);
        let message = format!("El orden de llegada se rige por la norma «{norm}», que no está escrita.");
        let help = "Escriba la «norma» en el procedimiento, o la «norma-general» en manual.kdl.";
        linter.warning("norma-desconocida", Within::Procedure(p), at, message, help, "norma desconocida");
    }
}

fn checklists(linter: &mut Linter<'_>, p: usize, procedure: &Procedure) {
    for (s, step) in procedure.steps.iter().enumerate() {
        for (index, item) in step.checks.iter().enumerate() {
            if step.checks[..index].iter().any(|before| before.text == item.text) {
                let at = linter.place(Spot::Checklist, &[p, s], step.at);
                let message = format!("La lista del paso {} dice dos veces «{}».", step.number, item.text);
                linter.error("duplicado", Within::Step(p, s), at, message, "Deje un solo punto.", "repetido");
            }
        }
    }
}
