//! What may happen to a case: calendar, commands, decisions, events and the state they make. Pure: no IO, no await,
//! no clock of its own, no randomness; everything it needs is an argument.
//!
//! The modules are listed in import order: each uses only those above it. The list is the reading order.

pub mod calendar;
pub mod identity;
pub mod value;
pub mod mentions;
pub mod actor;
pub mod tie;
pub mod event;
pub mod case;
pub mod refusal;
pub mod effect;
pub mod command;
pub mod world;
pub mod authority;
pub mod history;
pub mod telling;
pub mod answers;
pub mod clocks;
pub mod apply;
pub mod decide;
pub mod measure;
pub mod rehearse;

pub use manual::Name;
