//! Entering and leaving, one's own password, second factor and sessions.

pub mod passwords;
pub mod totp;
pub mod entrance;
pub mod own;
pub mod second_factor;
