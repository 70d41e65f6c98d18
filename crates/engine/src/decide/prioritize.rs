//! Priority: derived from impact and urgency where the manual has a matrix, a plain word where it has none.

use super::{Decision, pause::responsible_or_chief, reason_given};
use crate::{
    Name,
    case::Case,
    command::Weight,
    event::{Event, Grounds, Priority},
    refusal::{Fault, Refusal},
    world::World,
};
use manual::priority::{Grade, PriorityMatrix};

pub fn decide(case: &Case, weight: &Weight, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    let by = responsible_or_chief(case, "Cambiar la prioridad", world)?;
    let (priority, grounds) = weigh(weight, world)?;
    reason_given(reason, "del cambio de prioridad")?;
    if case.priority == priority && case.grounds == grounds {
        return Err(Refusal::conflict(format!("La prioridad del caso ya es {}.", priority.label())));
    }
    Ok(Decision::one(by, Event::Prioritized { priority, grounds, reason: Some(reason.clone()) }))
}

/// The priority a weight means, with what it is derived from.
pub fn weigh(weight: &Weight, world: &World<'_>) -> Result<(Priority, Option<Grounds>), Refusal> {
    match (weight, &world.edition.priority) {
        (Weight::Plain(priority), None) => Ok((*priority, None)),
        (Weight::Plain(_), Some(matrix)) => {
            let message = "La prioridad resulta del impacto y de la urgencia: diga los dos.";
            Err(Refusal::invalid(message).with(vec![Fault::new("impact", message)]).under(norm(matrix, world)))
        }
        (Weight::Graded { .. }, None) => Err(Refusal::invalid(
            "El manual de la institución no deriva la prioridad de impacto y urgencia: diga la prioridad.",
        )),
        (Weight::Graded { impact, urgency }, Some(matrix)) => graded(impact, urgency, matrix, world),
    }
}

fn graded(
    impact: &Name,
    urgency: &Name,
    matrix: &PriorityMatrix,
    world: &World<'_>,
) -> Result<(Priority, Option<Grounds>), Refusal> {
    let mut faults = Vec::new();
    let mut look = |found: Option<Grade>, field: &str, what: &str, grades: &[Grade]| {
        if found.is_none() {
            let keys: Vec<&str> = grades.iter().map(|grade| &*grade.key).collect();
            let choices = crate::authority::list(&keys, "o");
            faults.push(Fault::new(field, format!("Diga {what}: {choices}.")));
        }
        found
    };
    let found_impact = look(matrix.impact(impact).cloned(), "impact", "el impacto", &matrix.impacts);
    let found_urgency = look(matrix.urgency(urgency).cloned(), "urgency", "la urgencia", &matrix.urgencies);
    let (Some(impact), Some(urgency)) = (found_impact, found_urgency) else {
        let all = faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join(" ");
        return Err(Refusal::invalid(format!("La prioridad resulta del impacto y de la urgencia. {all}"))
            .with(faults)
            .under(norm(matrix, world)));
    };
    let priority = matrix
        .priority(&impact.key, &urgency.key)
        .ok_or_else(|| Refusal::conflict("La matriz de prioridad del manual está incompleta."))?;
    let grounds =
        Grounds { impact: impact.key, impact_label: impact.label, urgency: urgency.key, urgency_label: urgency.label };
    Ok((priority.into(), Some(grounds)))
}

fn norm(matrix: &PriorityMatrix, world: &World<'_>) -> Option<String> {
    let number = matrix.norm.as_ref()?;
    let norm = world.edition.norms.iter().find(|norm| norm.number == *number)?;
    Some(format!("Norma {}: {}", norm.number, norm.text))
}
