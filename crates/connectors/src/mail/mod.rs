//! Mail, both ways: reading and writing messages, handing them to a server, and taking them from one.

pub mod reading;
pub mod writing;
pub mod secure;
pub mod outgoing;
pub mod incoming;

/// Bytes of the largest message that is taken.
pub const LARGEST: usize = 35 * 1024 * 1024;
