//! Reads the steps of a procedure: one row of the printed table each.

use super::{
    clocks,
    context::Context,
    fields, head,
    keys::{self, property as p},
    node::Node,
};
use crate::{
    Name, limits,
    places::Spot,
    procedure::{
        Acting, Branch, CheckItem, Decision, DocumentAct, DocumentVerb, Lengthens, Notice, Rates, Responsible,
        SignatureRule, Step, StepNo, Target,
    },
};

pub fn steps(context: &mut Context, procedure: Node<'_>, index: usize, code: &str) -> Vec<Step> {
    let rows: Vec<(StepNo, Node<'_>)> =
        procedure.all(&keys::STEP).filter_map(|line| Some((line.value(0)?.step()?, line))).collect();
    context.limit(procedure.at(), rows.len(), limits::STEPS, "pasos en un procedimiento");
    if rows.is_empty() && procedure.one(&keys::STEP).is_none() {
        context.missing(
            procedure.at(),
            format!("El procedimiento «{code}» no tiene pasos."),
            "Escriba una línea «paso» por cada fila de la tabla.",
        );
    }
    let mut steps = Vec::new();
    for (row, (number, line)) in rows.iter().enumerate().take(limits::STEPS) {
        // The next row of the table, which is not always the next number.
        let following = rows.get(row + 1).map_or(Target::End, |(number, _)| Target::Step(*number));
        let place = [index, steps.len()];
        steps.push(step(context, *line, *number, following, place));
    }
    steps
}

fn step(context: &mut Context, node: Node<'_>, number: StepNo, following: Target, place: [usize; 2]) -> Step {
    let roles = node.texts_from(1);
    context.limit(node.at(), roles.len(), limits::ROLES_PER_STEP, "responsables en un paso");
    let responsibles: Vec<Responsible> = roles
        .into_iter()
        .take(limits::ROLES_PER_STEP)
        .map(|role| Responsible { scope: context.scope(&role), role })
        .collect();
    let acting = node
        .property_text(p::ACTING)
        .and_then(|word| keys::acting(&word))
        .filter(|_| responsibles.len() > 1)
        .unwrap_or(Acting::One);
    let activity = node.text_of(&keys::ACTIVITY).unwrap_or_else(|| {
        if node.one(&keys::ACTIVITY).is_none() {
            context.missing(node.at(), format!("El paso {number} no dice qué se hace."), "Escriba: actividad \"…\"");
        }
        Name::default()
    });
    let decision = node.one(&keys::DECISION).and_then(|line| decision(context, line, place));
    if let (Some(_), Some(next)) = (&decision, node.property(p::NEXT)) {
        let help = "Quite «sigue=»: las ramas de «decide» ya lo dicen.";
        context.invalid(next.at, format!("El paso {number} decide y además dice adónde sigue."), help);
    }
    let mut put = |spot: Spot, shape: &'static super::shape::Shape| {
        let line = node.one(shape)?;
        context.put(spot, &place, line.at());
        Some(line)
    };
    let form = put(Spot::StepForm, &keys::FORM_USED).and_then(|line| line.text(0));
    let term_line = put(Spot::StepTerm, &keys::STEP_TERM);
    let lengthens = put(Spot::Lengthens, &keys::LENGTHENS).and_then(|line| {
        let (by, reason) = (line.property_text(p::HOW_MUCH), line.property_text(p::REASON));
        Some(Lengthens { cause: line.text(0)?, by: by.unwrap_or_default(), reason: reason.unwrap_or_default() })
    });
    let rates = put(Spot::Rates, &keys::RATES)
        .and_then(|line| Some(Rates { field: line.text(0)?, comment: line.property_text(p::COMMENT) }));
    let term = term_line.and_then(|line| line.value(0)?.term());
    let attention = term_line.map(|line| clocks::attention(context, line, line.property(p::ATTENTION)));
    let warnings = term_line.map(|line| clocks::warnings(context, line));
    Step {
        number,
        responsibles,
        acting,
        activity,
        details: join(&node.texts_of(&keys::DETAILS)),
        decision,
        next: node.property(p::NEXT).and_then(super::node::Value::target).unwrap_or(following),
        done_by_opening: node.flag(p::ON_OPENING).unwrap_or(false),
        form,
        fields: fields::loose(context, node, Spot::StepField, &place),
        signatures: signatures(context, node, place),
        attachments: fields::attachments(context, node, Spot::Attachment, &place),
        documents: documents(node),
        term,
        attention: attention.unwrap_or_default(),
        warnings: warnings.unwrap_or_default(),
        lengthens,
        rates,
        notices: notices(context, node, place),
        state_label: node.text_of(&keys::STATE_LABEL),
        assigns: numbered(context, node, &keys::ASSIGNS, Spot::Assigns, place),
        norms: numbered(context, node, &keys::STEP_NORM, Spot::StepNorm, place),
        checks: checks(context, node, place),
        symbol: node.text_of(&keys::SYMBOL).and_then(|word| keys::symbol(&word)),
        readings: node
            .all(&keys::READING)
            .filter(|line| head::reading(*line).is_some())
            .enumerate()
            .filter_map(|(i, line)| {
                context.put(Spot::StepReading, &[place[0], place[1], i], line.at());
                head::reading(line)
            })
            .collect(),
        at: node.at(),
    }
}

/// Several lines of specifications are paragraphs of one.
fn join(paragraphs: &[Name]) -> Option<Name> {
    (!paragraphs.is_empty()).then(|| paragraphs.iter().map(|text| &**text).collect::<Vec<_>>().join("\n").into())
}

fn decision(context: &mut Context, line: Node<'_>, place: [usize; 2]) -> Option<Decision> {
    let question = line.text(0)?;
    context.put(Spot::Decision, &place, line.at());
    let mut branches: Vec<Branch> = Vec::new();
    for value in line.properties().take(limits::BRANCHES) {
        let (Some(name), Some(target)) = (value.name, value.target()) else { continue };
        context.put(Spot::Branch, &[place[0], place[1], branches.len()], value.at);
        branches.push(Branch { name: name.into(), label: None, target });
    }
    context.limit(line.at(), line.properties().count(), limits::BRANCHES, "ramas en una decisión");
    for label in line.all(&keys::BRANCH_LABEL) {
        let (Some(name), Some(text)) = (label.text(0), label.text(1)) else { continue };
        if let Some(branch) = branches.iter_mut().find(|branch| branch.name == name) {
            branch.label = Some(text);
        } else {
            let known = branches.iter().map(|branch| format!("«{}»", branch.name)).collect::<Vec<_>>().join(", ");
            let message = format!("La decisión no tiene una rama «{name}».");
            context.sink.error(
                "rama-desconocida",
                label.at(),
                message,
                format!("Sus ramas son: {known}."),
                "rama desconocida",
            );
        }
    }
    Some(Decision { question, branches })
}

fn signatures(context: &mut Context, node: Node<'_>, place: [usize; 2]) -> Vec<SignatureRule> {
    let mut rules = Vec::new();
    for line in node.all(&keys::SIGNATURE) {
        let Some(role) = line.text(0) else { continue };
        context.put(Spot::Signature, &[place[0], place[1], rules.len()], line.at());
        // A signature without a level is a simple one.
        let level = context.level(line.property(p::LEVEL), 0).unwrap_or(1);
        rules.push(SignatureRule {
            scope: context.scope(&role),
            role,
            level,
            document: line.property_text(p::DOCUMENT),
        });
    }
    rules
}

fn documents(node: Node<'_>) -> Vec<DocumentAct> {
    node.lines()
        .filter_map(|line| {
            let verb = [
                (&keys::ISSUES, DocumentVerb::Issues),
                (&keys::HANDS_OVER, DocumentVerb::HandsOver),
                (&keys::FILES, DocumentVerb::Files),
            ]
            .into_iter()
            .find(|(shape, _)| shape.key == line.key())?
            .1;
            Some(DocumentAct { verb, what: line.text(0)?, to: line.property_text(p::TO) })
        })
        .collect()
}

fn checks(context: &mut Context, node: Node<'_>, place: [usize; 2]) -> Vec<CheckItem> {
    let Some(list) = node.one(&keys::CHECKLIST) else { return Vec::new() };
    context.put(Spot::Checklist, &place, list.at());
    let points: Vec<CheckItem> = list
        .all(&keys::CHECK_ITEM)
        .filter_map(|line| Some(CheckItem { text: line.text(0)?, required: line.flag(p::REQUIRED).unwrap_or(false) }))
        .collect();
    if points.is_empty() {
        let help = "Escriba una línea «punto» por cada cosa que se revisa.";
        context.missing(list.at(), "La lista no tiene ningún punto.".into(), help);
    }
    context.limit(list.at(), points.len(), limits::CHECKS, "puntos en una lista");
    points
}

fn notices(context: &mut Context, node: Node<'_>, place: [usize; 2]) -> Vec<Notice> {
    let mut notices = Vec::new();
    for line in node.all(&keys::NOTICE) {
        let Some(to) = line.text(0) else { continue };
        context.put(Spot::Notice, &[place[0], place[1], notices.len()], line.at());
        notices.push(Notice { to, text: line.text(1) });
    }
    notices
}

fn numbered(
    context: &mut Context,
    node: Node<'_>,
    shape: &'static super::shape::Shape,
    spot: Spot,
    place: [usize; 2],
) -> Vec<Name> {
    let mut names = Vec::new();
    for line in node.all(shape) {
        for name in line.texts_from(0) {
            context.put(spot, &[place[0], place[1], names.len()], line.at());
            names.push(name);
        }
    }
    names
}
