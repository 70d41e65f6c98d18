//! Changes as they happen: an event stream that names the case that changed, to those it may concern; and, for the page
//! of one case, who else has it open.

use crate::{
    failure::Failure,
    presence::{BEAT, Presence, Sitting},
    shell::unread_words,
    state::Visitor,
};
use axum::{
    Extension,
    extract::Query,
    response::sse::{Event, KeepAlive, Sse},
};
use engine::Name;
use futures_util::{Stream, StreamExt, stream};
use jiff::Timestamp;
use serde::Deserialize;
use std::{convert::Infallible, sync::Arc, time::Duration};
use store::{Change, Whisper};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::Instant,
};

/// A stream ends after this long; the browser opens it anew with the session it then has.
const LONGEST: Duration = Duration::from_mins(10);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The case whose page is open.
    caso: String,
}

/// What one stream listens to.
struct Ear {
    visitor: Visitor,
    changes: Receiver<Change>,
    case: Option<Company>,
    end: Instant,
    begun: Instant,
}

/// The page of a case and the others at it.
struct Company {
    number: Name,
    presence: Arc<Presence>,
    seats: Receiver<Name>,
    whispers: Receiver<Whisper>,
    /// When who is here is said again.
    beat: Instant,
    _sitting: Sitting,
    /// What the page was told last.
    told: String,
}

/// What the page of a case hears of the others at it.
enum News {
    Seats,
    Told(Whisper),
    Beat,
    Over,
}

impl Company {
    async fn news(&mut self) -> News {
        let over = |error| if matches!(error, RecvError::Closed) { News::Over } else { News::Seats };
        tokio::select! {
            seat = self.seats.recv() => seat.map_or_else(over, |_| News::Seats),
            whisper = self.whispers.recv() => whisper.map_or_else(over, News::Told),
            () = tokio::time::sleep_until(self.beat) => {
                self.beat = Instant::now() + BEAT;
                News::Beat
            }
        }
    }
}

/// `GET /{institution}/vivo`
pub async fn stream(
    Extension(visitor): Extension<Visitor>,
    Query(asked): Query<Asked>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let changes = visitor.house.store.subscribe();
    let case = company(&visitor, &asked.caso).await?;
    let begun = Instant::now();
    let ear = Ear { visitor, changes, case, end: begun + LONGEST, begun };
    let heard = stream::unfold(ear, |mut ear| async move {
        let event = ear.next().await?;
        Some((Ok(event), ear))
    });
    let hello = stream::once(async { Ok(Event::default().event("hola").data("").retry(Duration::from_secs(2))) });
    Ok(Sse::new(hello.chain(heard)).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}

/// Only those who attend a case are told of one another, and tell.
async fn company(visitor: &Visitor, number: &str) -> Result<Option<Company>, Failure> {
    if number.is_empty() || number.len() > 60 {
        return Ok(None);
    }
    let Some(view) = visitor.reader.case(number).await?.filter(|view| view.attends) else { return Ok(None) };
    let presence = Arc::clone(&visitor.house.presence);
    // Before sitting down: the answers of the others come at once.
    let (seats, whispers) = (presence.subscribe(), visitor.house.store.overhear());
    let number = view.case.number.clone();
    let sitting = presence.sit(number.clone(), visitor.person.id, visitor.person.name.clone());
    let beat = Instant::now() + BEAT;
    Ok(Some(Company { number, presence, seats, whispers, beat, _sitting: sitting, told: "[]".into() }))
}

impl Ear {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.company_now() {
                return Some(event);
            }
            let wait = async {
                match &mut self.case {
                    Some(company) => company.news().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = tokio::time::sleep_until(self.end) => return None,
                news = wait => {
                    let now = self.now();
                    match (news, &self.case) {
                        (News::Over, _) => return None,
                        (News::Told(whisper), Some(company)) if whisper.of == company.number => {
                            company.presence.hear(&whisper, now);
                        }
                        (News::Beat, Some(company)) => company.presence.beat(&company.number, now),
                        _ => {}
                    }
                }
                change = self.changes.recv() => match change {
                    // The bell: a change of no case, for one person.
                    Ok(change) if change.case.is_empty() && !change.is_unknown() => {
                        if change.people.contains(&self.visitor.person.id)
                            && let Ok(unread) = self.visitor.reader.unread_notices().await
                        {
                            return Some(Event::default().event("aviso").data(unread_words(unread)));
                        }
                    }
                    Ok(change) if self.concerns(&change) => {
                        return Some(Event::default().event("cambio").data(&*change.case));
                    }
                    Ok(_) => {}
                    // Too many at once to be told apart: everything may have changed.
                    Err(RecvError::Lagged(_)) => return Some(Event::default().event("cambio").data("")),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    fn concerns(&self, change: &Change) -> bool {
        let posts = &self.visitor.posts;
        self.visitor.sees_all()
            || change.is_unknown()
            || change.people.contains(&self.visitor.person.id)
            || change.posts.iter().any(|(role, unit)| engine::actor::holds(posts, role, unit.as_deref()))
    }

    /// The others at the case, where that is news for the page.
    fn company_now(&mut self) -> Option<Event> {
        let now = self.now();
        let company = self.case.as_mut()?;
        let others = company.presence.others(&company.number, self.visitor.person.id, now);
        let text = serde_json::to_string(&others).unwrap_or_else(|_| "[]".into());
        if text == company.told {
            return None;
        }
        company.told.clone_from(&text);
        Some(Event::default().event("presencia").data(text))
    }

    /// The moment of the request, carried on by the time the stream has lasted.
    fn now(&self) -> Timestamp {
        let lasted = jiff::SignedDuration::try_from(self.begun.elapsed()).unwrap_or_default();
        self.visitor.now.checked_add(lasted).unwrap_or(self.visitor.now)
    }
}
