//! Merging a duplicate into the case that goes on with the same, and separating it again as it stood.

use super::{
    Decision,
    link::{about, handler, known},
    reason_given, standing,
};
use crate::{
    Name, actor::Party, apply, case::Case, clocks, command::Other, effect::Effect, event::Event, refusal::Refusal,
    tie::Follower, world::World,
};

pub fn merge(case: &Case, into: &Other, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    let by = handler(case, "Unir un caso", world)?;
    standing(case, world)?;
    let main = &known(case, into)?.case;
    if main.merged.is_some() || !main.is_open() {
        let why = match &main.merged {
            Some(merged) => format!("El caso {} está unido al {}: únalo a ese.", main.number, merged.into),
            None => format!("El caso {} ya terminó: un caso se une a otro que sigue abierto.", main.number),
        };
        return Err(about(Refusal::conflict(why)));
    }
    reason_given(reason, "por la que se unen")?;
    let followers = followers(case, main);
    let text: Name = format!(
        "{} unió el caso {} al {}, que trata lo mismo. Lo que falte se atiende y se responde en el {}",
        by.name, case.number, main.number, main.number
    )
    .into();
    let mut effects: Vec<Effect> =
        followers.iter().map(|one| Effect::Notify { person: one.who.person, text: text.clone() }).collect();
    effects.push(Effect::Echo { to: main.number.clone() });
    let event = Event::Merged { into: main.number.clone(), reason: reason.clone(), followers };
    Ok(Decision { events: vec![(by, event)], effects })
}

/// Who asked and those who follow go along, unless the other is theirs already.
fn followers(case: &Case, main: &Case) -> Vec<Follower> {
    let requester = Follower { who: case.requester.clone(), internal: false };
    let watching = case.watchers.iter().map(|watcher| Follower {
        who: Party { person: watcher.person, name: watcher.name.clone(), unit: None },
        internal: watcher.internal,
    });
    std::iter::once(requester).chain(watching).filter(|one| one.who.person != main.requester.person).collect()
}

pub fn separate(case: &Case, reason: &Name, world: &World<'_>) -> Result<Decision, Refusal> {
    let Some(merged) = &case.merged else {
        return Err(Refusal::conflict(format!("El caso {} no está unido a otro.", case.number)));
    };
    let by = handler(case, "Separar un caso", world)?;
    reason_given(reason, "por la que se separa")?;
    // As when any ended case is opened again: the time between counts.
    let mut stood = case.clone();
    apply::separate(&mut stood);
    let dues = clocks::recomputed(&stood, None, None, world)?;
    let event = Event::Separated { from: merged.into.clone(), reason: reason.clone(), dues };
    Ok(Decision { events: vec![(by, event)], effects: vec![Effect::Echo { to: merged.into.clone() }] })
}
