//! Signing on the step where the case stands: one's own signature, or the record of one made on paper.

use super::{Decision, standing};
use crate::{
    authority::{list, on_step},
    case::Case,
    command::Sign,
    event::{By, Event, Signed},
    refusal::Refusal,
    world::World,
};
use manual::organization::Scope;

/// The level of a signature on paper.
pub const PAPER: u8 = 3;

pub fn decide(case: &Case, command: &Sign, world: &World<'_>) -> Result<Decision, Refusal> {
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
    let rule = step.signatures.iter().find(|rule| {
        command.role.as_ref().is_none_or(|role| *role == rule.role) && holds(rule.scope, &rule.role)
    });
    let on_paper = || {
        // Paper is signed by one person and recorded by another: the step's responsible.
        (command.level == PAPER && command.original.is_some())
            .then(|| {
                step.signatures.iter().find(|rule| command.role.as_ref().is_none_or(|role| *role == rule.role))
            })
            .flatten()
    };
    let (rule, by) = match rule {
        Some(rule) => {
            (rule, By { role: Some(rule.role.clone()), ..crate::authority::as_self(actor) })
        }
        None => match on_paper() {
            Some(rule) => (rule, on_step(case, step, standing, world)?.by(actor)),
            None => {
                let names: Vec<&str> = step.signatures.iter().map(|rule| &*rule.role).collect();
                return Err(Refusal::forbidden(format!(
                    "En el paso {} firma {}. Si firmó en papel, regístrelo con el lugar donde queda el original.",
                    step.number,
                    list(&names, "y")
                )));
            }
        },
    };
    if command.level == PAPER && command.original.as_ref().is_none_or(|place| place.trim().is_empty()) {
        return Err(Refusal::invalid("Escriba dónde queda el original firmado en papel."));
    }
    let repeated = case.signatures.iter().any(|signature| {
        let signed = &signature.signed;
        (signed.step, signed.visit) == (step.number, standing.visit)
            && signed.role == rule.role
            && signed.level >= command.level
    });
    if repeated {
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
