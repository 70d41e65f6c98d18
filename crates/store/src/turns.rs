//! When each person was last assigned a case, kept in the commit that assigns it.

use crate::{
    error::DbError,
    tx::{Tx, statements},
};
use engine::event::{Event, Recorded};

statements! {
    TURN: [Int, Int] => [],
        "INSERT INTO turns (person, at) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET at = excluded.at";
}

/// Whoever was assigned a case has had his turn.
pub(crate) fn note(tx: &Tx<'_>, events: &[Recorded]) -> Result<(), DbError> {
    for recorded in events {
        if let Event::Assigned { to, .. } = &recorded.event {
            tx.send(&TURN, vec![to.person.into(), recorded.at.into()])?;
        }
    }
    Ok(())
}
