//! Reads a worked example.

use super::{
    context::Context,
    keys::{self, property as p},
    node::Node,
};
use crate::{Name, scenario::Scenario};

pub fn scenario(context: &mut Context, node: Node<'_>) -> Option<Scenario> {
    let title = node.text(0)?;
    let Some(procedure) = node.property_text(p::PROCEDURE) else {
        if node.property(p::PROCEDURE).is_none() {
            let help = "Escriba: escenario \"Título\" procedimiento=\"CÓDIGO\"";
            context.missing(node.at(), format!("El escenario «{title}» no dice de qué procedimiento es."), help);
        }
        return None;
    };
    let (given, when, then) = (node.one(&keys::GIVEN), node.one(&keys::WHEN), node.one(&keys::THEN));
    let path = then.and_then(|line| line.one(&keys::PATH));
    if path.is_none() {
        let help = "Escriba: entonces { recorrido 1 2 3 }, con los pasos en el orden en que se recorren.";
        context.missing(node.at(), format!("El escenario «{title}» no dice qué pasos recorre."), help);
    }
    Some(Scenario {
        procedure,
        opened: given.and_then(|line| line.property(p::OPENED)?.date_time()),
        opening_values: given
            .into_iter()
            .flat_map(|line| line.all(&keys::OPENING_VALUE))
            .filter_map(|line| Some((line.text(0)?, Name::from(line.value(1)?.scalar()?))))
            .collect(),
        answers: when
            .into_iter()
            .flat_map(|line| line.all(&keys::ANSWERS))
            .filter_map(|line| Some((line.value(0)?.step()?, line.text(1)?)))
            .collect(),
        step_values: when
            .into_iter()
            .flat_map(|line| line.all(&keys::STEP_VALUE))
            .filter_map(|line| Some((line.value(0)?.step()?, line.text(1)?, Name::from(line.value(2)?.scalar()?))))
            .collect(),
        path: path.into_iter().flat_map(Node::values).filter_map(super::node::Value::step).collect(),
        state: then.and_then(|line| line.property_text(p::STATE)),
        due: then.and_then(|line| line.property(p::DUE)?.date_time()),
        title,
        at: node.at(),
    })
}
