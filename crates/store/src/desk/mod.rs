//! The desk of a person who attends: preferences, saved views.
//!
//! The modules are listed in import order: each uses only those above it.

pub mod preferences;
pub mod audience;
pub mod views;

pub use audience::Audience;
pub use preferences::Preferences;
pub use views::{NewView, View};
