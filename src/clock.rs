//! The real clock and the randomness of the operating system: the only place of the program that reads either.

use jiff::{SignedDuration, Timestamp};
use std::{sync::OnceLock, time::Instant};
use web::clock::{Clock, Entropy};

/// How far the demonstration's clock is moved; nobody else's ever is.
static MOVED: OnceLock<SignedDuration> = OnceLock::new();

/// This moment.
#[expect(clippy::disallowed_methods, reason = "this is the one clock; everything else is handed the moment")]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    MOVED.get().and_then(|by| now.checked_add(*by).ok()).unwrap_or(now)
}

/// From now on it is this moment, and time goes on from there. Only the demonstration may ask for it, once.
pub fn begin_at(moment: Timestamp) {
    let _ = MOVED.set(moment.duration_since(now()));
}

/// The wall clock beside one that only goes forward: tells how far the first was put forward or back.
pub struct Watch {
    wall: Timestamp,
    steady: Instant,
}

impl Watch {
    pub fn set(wall: Timestamp, steady: Instant) -> Self {
        Self { wall, steady }
    }

    /// The last reading of the wall clock, and how far it has jumped since; a few seconds are no jump.
    pub fn look(&mut self, wall: Timestamp, steady: Instant) -> Option<(Timestamp, SignedDuration)> {
        let passed = SignedDuration::try_from(steady.duration_since(self.steady)).unwrap_or_default();
        let was = self.wall;
        *self = Self { wall, steady };
        let jump = wall.duration_since(was) - passed;
        (jump.abs() > SignedDuration::from_secs(5)).then_some((was, jump))
    }
}

pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        now()
    }
}

pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// Without randomness there are no sessions worth the name: the process ends rather than make guessable ones.
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            eprintln!("ventanilla: el sistema operativo no da números al azar ({error}); no se puede continuar.");
            std::process::abort();
        }
    }
}

/// A secret of 256 bits, hexadecimal: tokens, leases.
pub fn secret() -> String {
    web::clock::secret(&SystemEntropy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_that_is_put_back_or_forward_is_seen_and_one_that_goes_is_not() {
        let (wall, steady) = (Timestamp::from_second(1_800_000_000).expect("a moment"), Instant::now());
        let mut watch = Watch::set(wall, steady);
        let after = |seconds: u64| steady + Duration::from_secs(seconds);
        assert_eq!(watch.look(wall + SignedDuration::from_secs(3_600), after(3_600)), None);
        let back = wall + SignedDuration::from_secs(2);
        let hour = wall + SignedDuration::from_secs(3_600);
        assert_eq!(watch.look(back, after(3_602)), Some((hour, SignedDuration::from_secs(-3_600))));
        assert_eq!(watch.look(back + SignedDuration::from_secs(4), after(3_602)), None, "a little is put right");
        let forward = back + SignedDuration::from_hours(24);
        assert!(watch.look(forward, after(3_604)).is_some_and(|(_, jump)| jump > SignedDuration::from_hours(23)));
    }
}
