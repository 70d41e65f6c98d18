//! What was done to another case, told in this one: each act once and in its order, by whoever did it there.

use super::{Decision, perform};
use crate::{
    Name,
    actor::PersonId,
    authority::waits,
    case::Case,
    effect::Effect,
    event::{By, Event, Recorded},
    refusal::Refusal,
    tie::{Echo, Echoed, Follower},
    world::World,
};

pub fn decide(
    case: &Case,
    from: &Name,
    subject: &Name,
    acts: &[Recorded],
    world: &World<'_>,
) -> Result<Decision, Refusal> {
    if !world.actor.is_system() {
        return Err(Refusal::forbidden("Lo que pasa en otro caso lo anota aquí el sistema."));
    }
    let mut decision = Decision::default();
    let mut stands = case.clone();
    for act in acts.iter().filter(|act| act.n > case.heard_of(from)) {
        let Some(what) = heard(&stands, from, subject, &act.event) else { continue };
        if matches!(what, Echo::Merged { .. }) {
            tell(&stands, from, &act.by, world, &mut decision);
        }
        let event = (act.by.clone(), Event::Echoed(Box::new(Echoed { from: from.clone(), n: act.n, what })));
        decision.events.push(event.clone());
        // The next act finds the case as this one left it.
        let (after, _) = perform(Some(stands), vec![event], world.now)
            .map_err(|error| Refusal::conflict(format!("Lo hecho en el caso {from} no se pudo anotar: {error}.")))?;
        stands = after;
    }
    if decision.events.is_empty() {
        return Err(Refusal::conflict(format!("Lo hecho en el caso {from} ya consta en el {}.", case.number)));
    }
    Ok(decision)
}

fn heard(case: &Case, from: &Name, subject: &Name, event: &Event) -> Option<Echo> {
    let here = |number: &Name| *number == case.number;
    Some(match event {
        Event::Linked { kind, other, reason } if here(other) => Echo::Linked { kind: *kind, reason: reason.clone() },
        Event::Unlinked { kind, other, reason } if here(other) => {
            Echo::Unlinked { kind: *kind, reason: reason.clone() }
        }
        Event::Merged { into, reason, followers } if here(into) => {
            // Who came along with another case already comes along with this one too.
            let came =
                |person| case.absorbed.iter().flat_map(|other| &other.followers).any(|one| one.who.person == person);
            let new = |one: &&Follower| {
                let known = case.watcher(one.who.person);
                let more = known.is_none_or(|known| (one.internal && !known.internal) || came(known.person));
                one.who.person != case.requester.person && more
            };
            let followers = followers.iter().filter(new).cloned().collect();
            Echo::Merged { subject: subject.clone(), reason: reason.clone(), followers }
        }
        Event::Separated { from: main, reason, .. } if here(main) => {
            Echo::Separated { reason: reason.clone(), gone: gone(case, from) }
        }
        _ => return None,
    })
}

/// Those who follow because of the other case, and for nothing else since.
fn gone(case: &Case, from: &Name) -> Vec<PersonId> {
    let others = case.absorbed.iter().filter(|absorbed| absorbed.other != *from);
    let came = case.absorbed.iter().find(|absorbed| absorbed.other == *from);
    let stays = |person| others.clone().flat_map(|other| &other.followers).any(|one| one.who.person == person);
    let came = came.map(|absorbed| absorbed.followers.as_slice()).unwrap_or_default();
    came.iter()
        .filter(|one| case.watcher(one.who.person).is_some_and(|known| known.internal == one.internal))
        .map(|one| one.who.person)
        .filter(|person| !stays(*person))
        .collect()
}

/// Whoever has the case in hands learns that another goes on in it.
fn tell(case: &Case, from: &Name, by: &By, world: &World<'_>, decision: &mut Decision) {
    let text: Name = format!("{} unió el caso {from} al {}: {}", by.name, case.number, case.subject).into();
    let has = waits(case, world.procedure).into_iter().filter_map(|wait| wait.person);
    let follow = case.watchers.iter().filter(|watcher| watcher.internal).map(|watcher| watcher.person);
    let mut people: Vec<PersonId> = has.chain(follow).collect();
    people.retain(|person| *person != case.requester.person && *person != by.person);
    people.sort_unstable();
    people.dedup();
    decision.effects.extend(people.into_iter().map(|person| Effect::Notify { person, text: text.clone() }));
}
