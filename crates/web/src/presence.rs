//! Who has which case open now, and who writes: in memory, for as long as the stream of a page lasts; where several nodes
//! serve one institution, each tells the others, who forget what is not repeated.

use engine::{Name, actor::PersonId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use store::{Sign, Store, Whisper};
use tokio::sync::broadcast;

/// Somebody who wrote so long ago still counts as writing.
pub const WRITING: SignedDuration = SignedDuration::from_secs(12);
/// How often the page of a case says again who has it open.
pub const BEAT: Duration = Duration::from_secs(15);
/// A node that has not been heard for so long is no longer there.
const GONE: SignedDuration = SignedDuration::from_secs(40);

/// The open pages of an institution's cases.
pub struct Presence {
    seats: Mutex<Seats>,
    changes: broadcast::Sender<Name>,
    link: Option<Link>,
}

/// The way to the other nodes, and the name of this one among them.
struct Link {
    store: Store,
    node: Name,
}

#[derive(Default)]
struct Seats {
    last: u64,
    /// What was told to the other nodes so far.
    told: u64,
    of_case: HashMap<Name, Pages>,
}

/// The pages of one case that is open here.
#[derive(Default)]
struct Pages {
    here: Vec<Seat>,
    elsewhere: Vec<Node>,
    said_at: Option<Timestamp>,
}

/// What another node said last.
struct Node {
    name: Name,
    n: u64,
    heard_at: Timestamp,
    seats: Vec<Seat>,
}

struct Seat {
    id: u64,
    person: PersonId,
    name: Name,
    wrote_at: Option<Timestamp>,
}

/// Somebody else at the case, as the page is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Other {
    #[serde(rename = "nombre")]
    pub name: Name,
    #[serde(rename = "escribe")]
    pub writes: bool,
}

/// A page that is open; dropping it closes it.
pub struct Sitting {
    presence: Arc<Presence>,
    case: Name,
    id: u64,
}

impl Default for Presence {
    fn default() -> Self {
        Self { seats: Mutex::default(), changes: broadcast::channel(256).0, link: None }
    }
}

impl Pages {
    fn all(&mut self) -> impl Iterator<Item = &mut Seat> {
        self.here.iter_mut().chain(self.elsewhere.iter_mut().flat_map(|node| &mut node.seats))
    }
}

impl Presence {
    /// Of a node with this name, among others that may serve the same institution.
    #[must_use]
    pub fn among(store: Store, node: Name) -> Self {
        Self { link: Some(Link { store, node }), ..Self::default() }
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Tells the pages of this node, and the other nodes.
    fn tell(&self, case: &Name, sign: Sign) {
        // Nobody listens: no error.
        let _ = self.changes.send(case.clone());
        self.whisper(case, sign);
    }

    fn whisper(&self, case: &Name, sign: Sign) {
        let Some(link) = &self.link else { return };
        let whisper = {
            let mut seats = self.seats();
            seats.told += 1;
            let mut people: Vec<(PersonId, Name)> = Vec::new();
            for seat in seats.of_case.get(case).into_iter().flat_map(|pages| &pages.here) {
                if people.iter().all(|(known, _)| *known != seat.person) {
                    people.push((seat.person, seat.name.clone()));
                }
            }
            Whisper { node: link.node.clone(), n: seats.told, of: case.clone(), seats: people, sign }
        };
        // A page may close with the program itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let store = link.store.clone();
            runtime.spawn(async move {
                if let Err(error) = store.whisper(&whisper).await {
                    tracing::debug!(%error, "the other nodes were not told who has a case open");
                }
            });
        }
    }

    /// Names the cases whose people change.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Name> {
        self.changes.subscribe()
    }

    /// Opens the page of a case for a person.
    #[must_use]
    pub fn sit(self: &Arc<Self>, case: Name, person: PersonId, name: Name) -> Sitting {
        let id = {
            let mut seats = self.seats();
            seats.last += 1;
            let id = seats.last;
            seats.of_case.entry(case.clone()).or_default().here.push(Seat { id, person, name, wrote_at: None });
            id
        };
        self.tell(&case, Sign::Came);
        Sitting { presence: Arc::clone(self), case, id }
    }

    /// The person writes about the case: here, or on the page of another node.
    pub fn wrote(&self, case: &Name, person: PersonId, now: Timestamp) {
        if self.mark(case, person, Some(now)) || self.link.is_some() {
            self.tell(case, Sign::Wrote(person));
        }
    }

    /// The person has stopped writing: it was sent, or thrown away.
    pub fn stopped(&self, case: &Name, person: PersonId) {
        if self.mark(case, person, None) || self.link.is_some() {
            self.tell(case, Sign::Stopped(person));
        }
    }

    /// Whether that is news.
    fn mark(&self, case: &Name, person: PersonId, wrote_at: Option<Timestamp>) -> bool {
        let mut news = false;
        if let Some(pages) = self.seats().of_case.get_mut(case) {
            for seat in pages.all().filter(|seat| seat.person == person) {
                news |= seat.wrote_at != wrote_at;
                seat.wrote_at = wrote_at;
            }
        }
        news
    }

    /// What another node tells of a case; every page of that case may hand it over, the first one counts.
    pub fn hear(&self, whisper: &Whisper, now: Timestamp) {
        if self.link.as_ref().is_some_and(|link| link.node == whisper.node) {
            return;
        }
        {
            let mut seats = self.seats();
            let Some(pages) = seats.of_case.get_mut(&whisper.of) else { return };
            let before = match pages.elsewhere.iter().position(|node| node.name == whisper.node) {
                Some(known) if pages.elsewhere[known].n >= whisper.n => return,
                Some(known) => pages.elsewhere.swap_remove(known).seats,
                None => Vec::new(),
            };
            let wrote_at = |person| before.iter().find(|seat| seat.person == person).and_then(|seat| seat.wrote_at);
            let seat = |(person, name): &(PersonId, Name)| Seat {
                id: 0,
                person: *person,
                name: name.clone(),
                wrote_at: wrote_at(*person),
            };
            let seats = whisper.seats.iter().map(seat).collect();
            pages.elsewhere.retain(|node| now.duration_since(node.heard_at) < GONE);
            pages.elsewhere.push(Node { name: whisper.node.clone(), n: whisper.n, heard_at: now, seats });
        }
        match whisper.sign {
            Sign::Wrote(person) => drop(self.mark(&whisper.of, person, Some(now))),
            Sign::Stopped(person) => drop(self.mark(&whisper.of, person, None)),
            Sign::Came => self.whisper(&whisper.of, Sign::Still),
            Sign::Still => {}
        }
        let _ = self.changes.send(whisper.of.clone());
    }

    /// Says again who has the case open, once for all its pages.
    pub fn beat(&self, case: &Name, now: Timestamp) {
        let due = match self.seats().of_case.get_mut(case) {
            Some(pages) => {
                let due = pages.said_at.is_none_or(|at| now.duration_since(at) >= WRITING);
                if due {
                    pages.said_at = Some(now);
                }
                due
            }
            None => false,
        };
        if due {
            self.whisper(case, Sign::Still);
        }
    }

    /// The others at a case, each once, by name.
    #[must_use]
    pub fn others(&self, case: &str, person: PersonId, now: Timestamp) -> Vec<Other> {
        let mut others: Vec<(PersonId, Other)> = Vec::new();
        let seats = self.seats();
        let pages = seats.of_case.get(case);
        let elsewhere = pages.into_iter().flat_map(|pages| &pages.elsewhere);
        let heard = elsewhere.filter(|node| now.duration_since(node.heard_at) < GONE).flat_map(|node| &node.seats);
        let here = pages.into_iter().flat_map(|pages| &pages.here);
        for seat in here.chain(heard).filter(|seat| seat.person != person) {
            let writes = seat.wrote_at.is_some_and(|at| now.duration_since(at) < WRITING);
            match others.iter_mut().find(|(known, _)| *known == seat.person) {
                Some((_, other)) => other.writes |= writes,
                None => others.push((seat.person, Other { name: seat.name.clone(), writes })),
            }
        }
        let mut others: Vec<Other> = others.into_iter().map(|(_, other)| other).collect();
        others.sort_by(|one, other| one.name.cmp(&other.name));
        others
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        {
            let mut seats = self.presence.seats();
            if let Some(pages) = seats.of_case.get_mut(&self.case) {
                pages.here.retain(|seat| seat.id != self.id);
                if pages.here.is_empty() {
                    seats.of_case.remove(&self.case);
                }
            }
        }
        self.presence.tell(&self.case, Sign::Still);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sees_the_others_once_while_their_pages_are_open() {
        let presence = Arc::new(Presence::default());
        let mut changes = presence.subscribe();
        let (case, now) = (Name::from("2026-000001"), Timestamp::UNIX_EPOCH);
        let maria = presence.sit(case.clone(), PersonId(1), "María".into());
        let jose = presence.sit(case.clone(), PersonId(2), "José".into());
        let again = presence.sit(case.clone(), PersonId(2), "José".into());
        assert_eq!(presence.others(&case, PersonId(1), now), [Other { name: "José".into(), writes: false }]);
        assert_eq!(presence.others("2026-000002", PersonId(1), now), []);
        presence.wrote(&case, PersonId(2), now);
        assert!(presence.others(&case, PersonId(1), now)[0].writes);
        assert!(!presence.others(&case, PersonId(1), now + WRITING)[0].writes);
        presence.stopped(&case, PersonId(2));
        assert!(!presence.others(&case, PersonId(1), now)[0].writes);
        drop(again);
        assert_eq!(presence.others(&case, PersonId(1), now).len(), 1);
        drop(jose);
        assert_eq!(presence.others(&case, PersonId(1), now), []);
        drop(maria);
        assert!(presence.seats().of_case.is_empty());
        let mut told = 0;
        while changes.try_recv().is_ok() {
            told += 1;
        }
        assert_eq!(told, 8);
    }

    #[test]
    fn what_other_nodes_tell_is_believed_in_order_and_forgotten_when_it_is_not_repeated() {
        let presence = Arc::new(Presence::default());
        let (case, now) = (Name::from("2026-000001"), Timestamp::UNIX_EPOCH);
        let whisper = |n: u64, people: &[(i64, &str)], sign: Sign| Whisper {
            node: "otro".into(),
            n,
            of: case.clone(),
            seats: people.iter().map(|(id, name)| (PersonId(*id), Name::from(*name))).collect(),
            sign,
        };
        let others = |at| presence.others(&case, PersonId(1), at);
        presence.hear(&whisper(1, &[(2, "José")], Sign::Came), now);
        assert_eq!(others(now), [], "nobody here has it open: nothing is kept");
        let maria = presence.sit(case.clone(), PersonId(1), "María".into());
        presence.hear(&whisper(2, &[(2, "José"), (1, "María")], Sign::Still), now);
        assert_eq!(others(now), [Other { name: "José".into(), writes: false }], "one's own other page is nobody else");
        presence.hear(&whisper(3, &[(2, "José")], Sign::Wrote(PersonId(2))), now);
        presence.hear(&whisper(4, &[(2, "José")], Sign::Still), now);
        assert!(others(now)[0].writes && !others(now + WRITING)[0].writes);
        presence.hear(&whisper(5, &[(2, "José")], Sign::Stopped(PersonId(2))), now);
        presence.hear(&whisper(4, &[], Sign::Still), now);
        assert_eq!(others(now), [Other { name: "José".into(), writes: false }], "what was overtaken changes nothing");
        assert_eq!(others(now + GONE), [], "a node that is gone does not say so");
        presence.hear(&whisper(6, &[], Sign::Still), now);
        assert_eq!(others(now), []);
        drop(maria);
        assert!(presence.seats().of_case.is_empty());
    }
}
