//! Comments and attachments: whoever takes part in the case may add to it while it is open, and comment afterwards.
//! Whom a comment names with `@` follows the case from then on.

use super::{Decision, watch};
use crate::{
    Name,
    actor::Candidate,
    authority::{as_self, takes_part},
    case::Case,
    command::Attach,
    event::{Attached, Event},
    refusal::{Fault, Refusal},
    world::World,
};

/// Bytes of all the attachments of one case.
pub const CASE_BYTES: u64 = 100 * 1024 * 1024;

pub fn comment(
    case: &Case,
    text: &Name,
    public: bool,
    mentions: &[Candidate],
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    part(case, world)?;
    if let Some(merged) = &case.merged {
        return Err(Refusal::conflict(format!(
            "El caso {} está unido al {}: escriba en ese.",
            case.number, merged.into
        )));
    }
    if text.trim().is_empty() {
        return Err(Refusal::invalid("Escriba el comentario.").with(vec![Fault::new("text", "Falta el texto.")]));
    }
    if text.chars().count() > crate::answers::LONGEST_TEXT {
        return Err(Refusal::invalid("El comentario es demasiado largo; adjúntelo como archivo."));
    }
    let only_asks = case.requester.person == world.actor.person && world.actor.posts.is_empty();
    let public = public || only_asks;
    let mut decision = Decision::one(as_self(world.actor), Event::Commented { text: text.trim().into(), public });
    watch::mention(case, mentions, public, world, &mut decision)?;
    Ok(decision)
}

pub fn attach(case: &Case, command: &Attach, world: &World<'_>) -> Result<Decision, Refusal> {
    part(case, world)?;
    if !case.is_open() {
        return Err(Refusal::conflict(super::ended_text(case)));
    }
    let held: u64 = case.attachments.iter().map(|attached| attached.size).sum();
    if held + command.size > CASE_BYTES {
        return Err(Refusal::invalid("El caso llegaría a más de 100 MiB de archivos; adjunte menos o en otro caso."));
    }
    Ok(Decision::one(as_self(world.actor), Event::Attached(Attached::from(command))))
}

fn part(case: &Case, world: &World<'_>) -> Result<(), Refusal> {
    if world.actor.is_system() || takes_part(case, world.procedure, world.actor) {
        Ok(())
    } else {
        Err(Refusal::forbidden(format!("Usted no participa en el caso {}.", case.number)))
    }
}

impl From<&Attach> for Attached {
    fn from(attach: &Attach) -> Self {
        Self {
            name: attach.name.clone(),
            sha256: attach.sha256.clone(),
            size: attach.size,
            media_type: attach.media_type.clone(),
            label: attach.label.clone(),
            public: attach.public,
        }
    }
}
