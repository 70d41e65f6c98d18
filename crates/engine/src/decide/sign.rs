//! Signing on the step where the case stands: one's own signature, or the record of one made on paper.

use super::{Decision, complete::is_signed_by, standing};
use crate::{
    authority::{list, on_step},
    case::Case,
    command::Sign,
    event::{By, Event, Signed},
    refusal::Refusal,
    world::World,
};
use manual::{organization::Scope, procedure::SignatureRule};

/// The level of a signature on paper.
pub const PAPER: u8 = 3;

pub fn decide<'w>(case: &Case, command: &Sign, world: &World<'w>) -> Result<Decision, Refusal> {
    let (standing, step) = standing(case, world)?;
    if command.level > PAPER {
        return Err(Refusal::invalid("El nivel de firma va de 0 (acuse) a 3 (papel)."));
    }
    if step.signatures.is_empty() {
        return Err(Refusal::conflict(format!("El paso {} no lleva firma.", step.number)));
    }
    if command.digest.len() != 64 || !command.digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Refusal::invalid("La huella de lo firmado debe ser un SHA-256 en hexadecimal."));
    }
    let actor = world.actor;
    let holds = |scope: Scope, role: &str| match scope {
        Scope::Requester => case.requester.person == actor.person,
        _ => actor.holds(role, None),
    };
    let meant = |rule: &&SignatureRule| {
        command.role.as_ref().is_none_or(|role| *role == rule.role)
            && (command.document.is_none() || rule.document.is_none() || command.document == rule.document)
    };
    let is_signed = |rule: &SignatureRule| {
        case.signatures.iter().any(|signature| {
            let signed = &signature.signed;
            (signed.step, signed.visit) == (step.number, standing.visit)
                && is_signed_by(signed, rule)
                && signed.level >= command.level
        })
    };
    // Of several documents, the first that is not signed yet; where all are, the first, to be told so.
    let pick = |rules: Vec<&'w SignatureRule>| -> Option<&'w SignatureRule> {
        rules.iter().copied().find(|rule| !is_signed(rule)).or(rules.first().copied())
    };
    let rule = pick(step.signatures.iter().filter(meant).filter(|rule| holds(rule.scope, &rule.role)).collect());
    let on_paper = || {
        // Paper is signed by one person and recorded by another: the step's responsible.
        let recorded = command.level == PAPER && command.original.is_some();
        recorded.then(|| pick(step.signatures.iter().filter(meant).collect())).flatten()
    };
    let (rule, by) = if let Some(rule) = rule {
        (rule, By { role: Some(rule.role.clone()), ..crate::authority::as_self(actor) })
    } else if let Some(rule) = on_paper() {
        (rule, on_step(case, step, standing, world)?.by(actor))
    } else {
        let names: Vec<&str> = step.signatures.iter().map(|rule| &*rule.role).collect();
        return Err(Refusal::forbidden(format!(
            "En el paso {} firma {}. Si firmó en papel, regístrelo con el lugar donde queda el original.",
            step.number,
            list(&names, "y")
        )));
    };
    if command.level == PAPER && command.original.as_ref().is_none_or(|place| place.trim().is_empty()) {
        return Err(Refusal::invalid("Escriba dónde queda el original firmado en papel."));
    }
    if is_signed(rule) {
        return Err(Refusal::conflict(format!("{} ya firmó en el paso {}.", rule.role, step.number)));
    }
    Ok(Decision::one(
        by,
        Event::Signed(Signed {
            step: step.number,
            visit: standing.visit,
            role: rule.role.clone(),
            level: command.level,
            document: command.document.clone().or_else(|| rule.document.clone()),
            digest: command.digest.to_ascii_lowercase().into(),
            original: command.original.clone(),
        }),
    ))
}
