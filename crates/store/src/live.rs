//! What is told to those who watch: which case changed, and whom it touches, after the commit and never before; and, from
//! node to node, who has a case open.

use engine::{Name, actor::PersonId};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

/// One change of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub case: Name,
    /// The number of the last event: the version to ask for.
    pub version: u32,
    /// Persons it touches: who asked, who is waited for now or was until now.
    pub people: Vec<PersonId>,
    /// Posts it touches, with the unit where one is meant.
    pub posts: Vec<(Name, Option<Name>)>,
}

impl Change {
    /// Nobody knows what changed: whoever watches anything looks again.
    pub(crate) fn unknown() -> Self {
        Self { case: Name::default(), version: 0, people: Vec::new(), posts: Vec::new() }
    }

    /// Whether it may be any case.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.case.is_empty() && self.people.is_empty()
    }

    /// As text that fits a PostgreSQL notification.
    pub(crate) fn payload(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        if text.len() < 7_500 {
            return text;
        }
        let short = Self { people: Vec::new(), posts: Vec::new(), ..self.clone() };
        serde_json::to_string(&short).unwrap_or_default()
    }
}

/// What one node tells the others of those who have a case open: written nowhere, and forgotten when it is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whisper {
    /// The node that tells, by a name no other has.
    pub node: Name,
    /// Its own count of what it told: what was overtaken on the way changes nothing.
    pub n: u64,
    pub of: Name,
    /// Everybody who has the case open on that node.
    pub seats: Vec<(PersonId, Name)>,
    pub sign: Sign,
}

/// Why it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Somebody has come: the others are asked to tell as well.
    Came,
    /// Somebody has gone, or it is only said again.
    Still,
    Wrote(PersonId),
    Stopped(PersonId),
}

/// People of one whisper: more do not fit a notification, nor a page.
const SEATS: usize = 30;

impl Whisper {
    pub(crate) fn payload(&self) -> String {
        let mut short = self.clone();
        short.seats.truncate(SEATS);
        serde_json::to_string(&short).unwrap_or_default()
    }
}

/// What comes from another node.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Heard {
    Change(Change),
    Whisper(Whisper),
}

/// Those who hear.
#[derive(Clone)]
pub(crate) struct Watchers {
    pub changes: broadcast::Sender<Change>,
    pub whispers: broadcast::Sender<Whisper>,
}

impl Watchers {
    pub fn new() -> Self {
        Self { changes: broadcast::channel(1_024).0, whispers: broadcast::channel(1_024).0 }
    }

    /// Nobody listening is no error.
    pub fn tell(&self, heard: Heard) {
        match heard {
            Heard::Change(change) => drop(self.changes.send(change)),
            Heard::Whisper(whisper) => drop(self.whispers.send(whisper)),
        }
    }
}
