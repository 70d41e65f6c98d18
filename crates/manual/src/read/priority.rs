//! Reads `prioridad`: the grades of impact and urgency and the matrix that crosses them.

use super::{
    context::Context,
    keys::{self, property as p},
    node::Node,
    shape::Shape,
};
use crate::{
    places::Spot,
    priority::{Grade, PriorityCell, PriorityMatrix},
};

pub fn matrix(context: &mut Context, node: Node<'_>) -> PriorityMatrix {
    context.put(Spot::Priority, &[], node.at());
    let (impacts, urgencies) = (grades(node, &keys::IMPACT), grades(node, &keys::URGENCY));
    let mut cells: Vec<PriorityCell> = Vec::new();
    for line in node.all(&keys::MATRIX_ROW) {
        let Some(impact) = line.text(0) else { continue };
        known(context, line, &impact, &impacts, "impacto");
        for value in line.properties() {
            let Some(urgency) = value.name else { continue };
            known(context, line, urgency, &urgencies, "urgencia");
            let Some(priority) = value.text().and_then(keys::priority_word) else { continue };
            if cells.iter().any(|cell| cell.impact == impact && &*cell.urgency == urgency) {
                let message = format!("La matriz dice dos veces la prioridad de «{impact}» × «{urgency}».");
                context.sink.error("duplicado", line.at(), message, "Deje una sola.", "la segunda");
            }
            cells.push(PriorityCell { impact: impact.clone(), urgency: urgency.into(), priority });
        }
    }
    PriorityMatrix { impacts, urgencies, cells, norm: node.property_text(p::NORM), at: node.at() }
}

fn grades(node: Node<'_>, shape: &'static Shape) -> Vec<Grade> {
    node.all(shape).filter_map(|line| Some(Grade { key: line.text(0)?, label: line.text(1)? })).collect()
}

fn known(context: &mut Context, line: Node<'_>, key: &str, grades: &[Grade], what: &str) {
    if !grades.iter().any(|grade| &*grade.key == key) {
        let all = grades.iter().map(|grade| format!("«{}»", grade.key)).collect::<Vec<_>>().join(", ");
        let help = if all.is_empty() { format!("Declárelo con «{what}».") } else { format!("Se declaró: {all}.") };
        let message = format!("«{key}» no es un grado de {what}.");
        context.sink.error("valor-no-valido", line.at(), message, help, "grado desconocido");
    }
}
