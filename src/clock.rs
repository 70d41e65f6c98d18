//! The real clock and the randomness of the operating system: the only place of the program that reads either.

use jiff::{SignedDuration, Timestamp};
use std::sync::OnceLock;
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
