//! Reads a procedure: its head, opening, clocks, causes and routing; the steps are in `step`.

use super::{
    clocks,
    context::Context,
    fields, head,
    keys::{self, property as p},
    node::Node,
    step,
};
use crate::{
    limits,
    places::Spot,
    procedure::{ArrivalOrder, Opening, Procedure, Process, Route, RoutePart, RouteQuestion, Routing},
};

pub fn procedure(context: &mut Context, node: Node<'_>, index: usize) -> Option<Procedure> {
    let (code, title) = (node.text(0)?, node.text(1)?);
    let process = node.one(&keys::PROCESS).and_then(|line| {
        context.put(Spot::Process, &[index], line.at());
        Some(Process { code: line.text(0)?, name: line.text(1) })
    });
    if let Some(line) = node.one(&keys::REQUESTERS) {
        context.put(Spot::Requesters, &[index], line.at());
    }
    let declared_steps = node.one(&keys::DECLARED_STEPS).and_then(|line| {
        context.put(Spot::DeclaredSteps, &[index], line.at());
        line.value(0)?.integer()
    });
    let mut readings = Vec::new();
    for line in node.all(&keys::READING) {
        context.put(Spot::Reading, &[index, readings.len()], line.at());
        readings.extend(head::reading(line));
    }
    let mut printed = Vec::new();
    for line in node.all(&keys::PRINTED) {
        context.put(Spot::Printed, &[index, printed.len()], line.at());
        printed.extend(head::printed(line));
    }
    Some(Procedure {
        title,
        process,
        objective: node.text_of(&keys::OBJECTIVE),
        scope: node.text_of(&keys::REACH),
        legal_base: node.texts_of(&keys::LEGAL_BASE),
        related: node.texts_of(&keys::RELATED),
        norms: node.all(&keys::NORM).filter_map(head::norm).collect(),
        requesters: node.texts_of(&keys::REQUESTERS),
        opening: opening(context, node, index),
        declared_steps,
        steps: step::steps(context, node, index, &code),
        routing: node.one(&keys::ROUTING).and_then(|line| routing(context, line, index)),
        arrival_order: node.one(&keys::ARRIVAL_ORDER).map(|line| {
            context.put(Spot::ArrivalOrder, &[index], line.at());
            ArrivalOrder { norm: line.property_text(p::NORM) }
        }),
        clocks: clocks::clocks(context, node, index),
        attention: node.one(&keys::ATTENTION).map(|line| clocks::attention_line(context, line)).unwrap_or_default(),
        pauses: clocks::causes(context, node, &keys::PAUSE, index),
        extensions: clocks::causes(context, node, &keys::EXTENSION, index),
        exclusions: clocks::causes(context, node, &keys::EXCLUSION, index),
        readings,
        printed,
        at: node.at(),
        code,
    })
}

fn opening(context: &mut Context, node: Node<'_>, index: usize) -> Opening {
    let Some(node) = node.one(&keys::OPENING) else { return Opening::default() };
    let form = node.one(&keys::FORM_USED).and_then(|line| {
        context.put(Spot::OpeningForm, &[index], line.at());
        line.text(0)
    });
    Opening {
        form,
        fields: fields::loose(context, node, Spot::OpeningField, &[index]),
        attachments: fields::attachments(context, node, Spot::OpeningAttachment, &[index]),
    }
}

fn routing(context: &mut Context, node: Node<'_>, index: usize) -> Option<Routing> {
    let (key, label) = (node.text(0)?, node.text(1)?);
    context.put(Spot::Routing, &[index], node.at());
    let mut asked_at = Vec::new();
    for line in node.all(&keys::QUESTION) {
        if let Some(step) = line.value(0).and_then(super::node::Value::step) {
            context.put(Spot::RouteQuestion, &[index, asked_at.len()], line.at());
            asked_at.push(RouteQuestion { step, branch: line.property_text(p::BRANCH) });
        }
    }
    let mut routes = Vec::new();
    for line in node.all(&keys::ROUTE) {
        if let (Some(key), Some(label)) = (line.text(0), line.text(1)) {
            let parts = parts(context, line, &[index, routes.len()]);
            let level = context.level(line.property(p::LEVEL), 1);
            routes.push(Route { key, label, level, parts });
        }
    }
    context.limit(node.at(), routes.len(), limits::BRANCHES, "rutas");
    let otherwise =
        node.one(&keys::NO_ROUTE).map(|line| parts(context, line, &[index, routes.len()])).unwrap_or_default();
    Some(Routing { key, label, asked_at, routes, otherwise })
}

fn parts(context: &mut Context, node: Node<'_>, numbers: &[usize; 2]) -> Vec<RoutePart> {
    let mut parts = Vec::new();
    for line in node.all(&keys::ROUTE_PART) {
        let Some(role) = line.text(0) else { continue };
        let Some(holder) = line.property_text(p::HOLDS) else {
            if line.property(p::HOLDS).is_none() {
                context.missing(
                    line.at(),
                    format!("No se dice quién ocupa el papel de «{role}»."),
                    "Escriba: ocupa=\"Puesto\"",
                );
            }
            continue;
        };
        context.put(Spot::RoutePart, &[numbers[0], numbers[1], parts.len()], line.at());
        parts.push(RoutePart { role, holder, unit: line.property_text(p::UNIT) });
    }
    parts
}
