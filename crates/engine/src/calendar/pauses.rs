//! The stretches in which a term's clock stood still.

use super::CalendarError;
use jiff::Timestamp;

/// From when, and until when if it has been resumed.
pub type Pause = (Timestamp, Option<Timestamp>);

/// Pauses in order, those that touch or overlap made one; only the last can be open.
#[derive(Clone, Debug, Default)]
pub(super) struct Pauses(Vec<Pause>);

impl Pauses {
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    pub fn of(pauses: &[Pause]) -> Self {
        let mut sorted: Vec<Pause> =
            pauses.iter().copied().filter(|(from, to)| to.is_none_or(|to| *from < to)).collect();
        sorted.sort_by_key(|pause| pause.0);
        let mut whole: Vec<Pause> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match whole.last_mut() {
                Some((_, None)) => {}
                Some((_, end @ Some(_))) if end.is_some_and(|end| from <= end) => {
                    *end = to.and_then(|to| end.map(|end| end.max(to)));
                }
                _ => whole.push((from, to)),
            }
        }
        Self(whole)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Pause> {
        self.0.iter()
    }

    /// Whether the clock stands at this instant; an open pause has no answer for what comes after it.
    pub fn cover(&self, at: Timestamp) -> Result<bool, CalendarError> {
        let started = self.0.partition_point(|(from, _)| *from <= at);
        match started.checked_sub(1).map(|last| self.0[last]) {
            Some((since, None)) => Err(CalendarError::StillPaused { since }),
            Some((_, Some(to))) => Ok(at < to),
            None => Ok(false),
        }
    }
}
