//! The signatures of a step: which are there, which are missing, and what exactly is signed.

pub use crate::account::fresh::{PASSWORD, level};
use crate::{clock::digest, state::Visitor};
use engine::case::{Case, SignatureState};
use manual::{
    organization::Scope,
    procedure::{SignatureRule, Step},
};
use std::fmt::Write;

/// The level of a signature on paper.
pub const PAPER: u8 = 3;

/// The signature of a rule on the present stay of the case, where it is there.
#[must_use]
pub fn of<'c>(case: &'c Case, step: &Step, rule: &SignatureRule) -> Option<&'c SignatureState> {
    let standing = case.standing.as_ref()?;
    case.signatures.iter().find(|signature| {
        let signed = &signature.signed;
        (signed.step, signed.visit) == (step.number, standing.visit)
            && signed.role == rule.role
            && signed.level >= rule.level
    })
}

/// What this visitor may sign apart from completing the step: his own signature on somebody else's step.
#[must_use]
pub fn own_turn<'s>(case: &Case, step: &'s Step, visitor: &Visitor) -> Option<&'s SignatureRule> {
    step.signatures.iter().find(|rule| {
        let holds = match rule.scope {
            Scope::Requester => case.requester.person == visitor.person.id,
            _ => visitor.reader.actor().holds(&rule.role, None),
        };
        let by_completing = step.role_names().any(|role| *role == rule.role);
        holds && !by_completing && rule.level < PAPER && of(case, step, rule).is_none()
    })
}

/// SHA-256 of what is signed: case, step, document, data and files as they stand.
#[must_use]
pub fn fingerprint(case: &Case, step: &Step, document: Option<&str>) -> String {
    let visit = case.standing.as_ref().map_or(0, |standing| standing.visit);
    let mut text = format!(
        "caso={}\nprocedimiento={}\npaso={}\nvisita={visit}\ndocumento={}\nasunto={}\nsolicitante={}\n",
        case.number,
        case.procedure,
        step.number,
        document.unwrap_or_default(),
        case.subject,
        case.requester.name
    );
    for (key, value) in &case.values {
        let _ = writeln!(text, "dato.{key}={}", value.shown());
    }
    for attached in &case.attachments {
        let _ = writeln!(text, "archivo={}", attached.sha256);
    }
    digest(&text)
}
