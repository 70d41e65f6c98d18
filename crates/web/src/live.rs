//! Changes as they happen: an event stream that names the case that changed, to those it may concern.

use crate::{failure::Failure, shell::unread_words, state::Visitor};
use axum::{
    Extension,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, StreamExt, stream};
use std::{convert::Infallible, time::Duration};
use tokio::sync::broadcast::error::RecvError;

/// A stream ends after this long; the browser opens it anew with the session it then has.
const LONGEST: Duration = Duration::from_mins(10);

/// `GET /{institution}/vivo`
pub async fn stream(
    Extension(visitor): Extension<Visitor>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let changes = visitor.house.store.subscribe();
    let end = tokio::time::Instant::now() + LONGEST;
    let concerned = stream::unfold((changes, visitor), move |(mut changes, visitor)| async move {
        loop {
            let received = tokio::time::timeout_at(end, changes.recv()).await.ok()?;
            match received {
                // The bell: a change of no case, for one person.
                Ok(change) if change.case.is_empty() && !change.is_unknown() => {
                    if change.people.contains(&visitor.person.id)
                        && let Ok(unread) = visitor.reader.unread_notices().await
                    {
                        let event = Event::default().event("aviso").data(unread_words(unread));
                        return Some((Ok(event), (changes, visitor)));
                    }
                }
                Ok(change) => {
                    let mine = visitor.sees_all()
                        || change.is_unknown()
                        || change.people.contains(&visitor.person.id)
                        || change
                            .posts
                            .iter()
                            .any(|(role, unit)| engine::actor::holds(&visitor.posts, role, unit.as_deref()));
                    if mine {
                        let event = Event::default().event("cambio").data(&*change.case);
                        return Some((Ok(event), (changes, visitor)));
                    }
                }
                // Too many at once to be told apart: everything may have changed.
                Err(RecvError::Lagged(_)) => {
                    return Some((Ok(Event::default().event("cambio").data("")), (changes, visitor)));
                }
                Err(RecvError::Closed) => return None,
            }
        }
    });
    let hello = stream::once(async { Ok(Event::default().event("hola").data("").retry(Duration::from_secs(2))) });
    Ok(Sse::new(hello.chain(concerned)).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}
