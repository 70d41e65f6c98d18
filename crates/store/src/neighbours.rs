//! Another case than the one a command is given to: as far as the actor reaches, upwards to what it is a part of, onwards
//! to where it goes on, and what of its acts a case has not heard yet.

use crate::{
    cases::{self, Stored},
    error::{DbError, StoreError},
    journal,
    store::Caches,
    tx::Tx,
};
use engine::{
    Name,
    actor::Actor,
    authority,
    case::Case,
    command::{Neighbour, Other},
    event::Recorded,
};

/// Longest way from a case upwards or onwards that is followed.
const LONGEST_WAY: usize = 50;
/// Characters of a number as somebody typed it, in the sentence that there is none.
const SHOWN: usize = 40;

/// A case as a command names it: seen by whoever attends or oversees it, and not there for anybody else. Its row is locked
/// until the commit, so that what is judged of it is still so then.
pub(crate) fn other(tx: &Tx<'_>, caches: &Caches, typed: &str, actor: &Actor) -> Result<Other, StoreError> {
    let number: Name = typed.trim().chars().filter(|c| !c.is_control()).take(SHOWN).collect::<String>().into();
    let Some(stored) = cases::lock(tx, &number)? else { return Ok(Other { number, seen: None }) };
    let case = stored.case.clone();
    let edition = caches.edition(tx, case.edition)?;
    let procedure = edition.procedure(&case.procedure);
    if !procedure.is_some_and(|procedure| authority::handles(&case, &edition, procedure, actor)) {
        return Ok(Other { number, seen: None });
    }
    let above = above(tx, &case)?;
    Ok(Other { number, seen: Some(Box::new(Neighbour { case, above })) })
}

/// What a case is a part of, the nearest first.
fn above(tx: &Tx<'_>, case: &Case) -> Result<Vec<Name>, StoreError> {
    let mut above: Vec<Name> = Vec::new();
    let mut next = case.parent().cloned();
    while let Some(number) = next.filter(|number| above.len() < LONGEST_WAY && !above.contains(number)) {
        next = cases::see(tx, &number)?.and_then(|stored| stored.case.parent().cloned());
        above.push(number);
    }
    Ok(above)
}

/// The case in which another goes on; itself where it is not merged.
pub(crate) fn main_of(tx: &Tx<'_>, number: &str) -> Result<Option<Stored>, DbError> {
    let Some(mut stored) = cases::see(tx, number)? else { return Ok(None) };
    for _ in 0..LONGEST_WAY {
        let Some(merged) = &stored.case.merged else { break };
        match cases::see(tx, &merged.into)? {
            Some(next) => stored = next,
            None => break,
        }
    }
    Ok(Some(stored))
}

/// The acts on another case that this one has not heard of, with the subject of the other.
pub(crate) fn unheard(tx: &Tx<'_>, case: &Case, from: &Name) -> Result<(Name, Vec<Recorded>), StoreError> {
    let Some(other) = cases::see(tx, from)? else { return Ok(("".into(), Vec::new())) };
    let heard = case.heard_of(from);
    let acts = if heard < other.case.version {
        journal::events(tx, other.id, heard + 1, other.case.version)?
    } else {
        Vec::new()
    };
    Ok((other.case.subject, acts))
}
