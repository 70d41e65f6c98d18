//! Entering and leaving, one's own password, second factor and sessions, and the notices of the bell.

pub mod totp;
pub mod entrance;
pub mod renewal;
pub mod fresh;
pub mod own;
pub mod notices;
pub mod preferences;
pub mod second_factor;

pub use crate::passwords;
pub mod keyboard;
