//! Who has which case open now, and who writes: in the memory of this node, for as long as the stream of a page lasts.

use engine::{Name, actor::PersonId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::sync::broadcast;

/// Somebody who wrote so long ago still counts as writing.
pub const WRITING: SignedDuration = SignedDuration::from_secs(12);

/// The open pages of an institution's cases.
pub struct Presence {
    seats: Mutex<Seats>,
    changes: broadcast::Sender<Name>,
}

#[derive(Default)]
struct Seats {
    last: u64,
    of_case: HashMap<Name, Vec<Seat>>,
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
        Self { seats: Mutex::default(), changes: broadcast::channel(256).0 }
    }
}

impl Presence {
    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn tell(&self, case: &Name) {
        // Nobody listening is no error.
        let _ = self.changes.send(case.clone());
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
            seats.of_case.entry(case.clone()).or_default().push(Seat { id, person, name, wrote_at: None });
            id
        };
        self.tell(&case);
        Sitting { presence: Arc::clone(self), case, id }
    }

    /// The person writes about the case.
    pub fn wrote(&self, case: &Name, person: PersonId, now: Timestamp) {
        let mut news = false;
        if let Some(seats) = self.seats().of_case.get_mut(case) {
            for seat in seats.iter_mut().filter(|seat| seat.person == person) {
                seat.wrote_at = Some(now);
                news = true;
            }
        }
        if news {
            self.tell(case);
        }
    }

    /// The person has stopped writing: it was sent, or thrown away.
    pub fn stopped(&self, case: &Name, person: PersonId) {
        let mut news = false;
        if let Some(seats) = self.seats().of_case.get_mut(case) {
            for seat in seats.iter_mut().filter(|seat| seat.person == person) {
                news |= seat.wrote_at.take().is_some();
            }
        }
        if news {
            self.tell(case);
        }
    }

    /// The others at a case, each once, by name.
    #[must_use]
    pub fn others(&self, case: &str, person: PersonId, now: Timestamp) -> Vec<Other> {
        let mut others: Vec<(PersonId, Other)> = Vec::new();
        for seat in self.seats().of_case.get(case).into_iter().flatten().filter(|seat| seat.person != person) {
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
            if let Some(of_case) = seats.of_case.get_mut(&self.case) {
                of_case.retain(|seat| seat.id != self.id);
                if of_case.is_empty() {
                    seats.of_case.remove(&self.case);
                }
            }
        }
        self.presence.tell(&self.case);
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
}
