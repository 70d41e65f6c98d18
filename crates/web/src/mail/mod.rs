//! The mail desk: what came by mail and what it became, what a person makes of the rest, and what left.

mod board;
mod letter;
mod acts;
mod outgoing;

pub use acts::{attach, discard, open, test};
pub use board::show;
pub use letter::{back, original, show as one};
pub use outgoing::show as sent;
