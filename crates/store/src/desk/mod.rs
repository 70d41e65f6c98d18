//! The desk of a person who attends: preferences, saved views, drafts, ready answers, and acts on many cases at once.
//!
//! The modules are listed in import order: each uses only those above it.

pub mod preferences;
pub mod audience;
pub mod views;
pub mod drafts;
pub mod replies;
pub mod batches;

pub use audience::Audience;
pub use batches::{Back, Batch, BatchAct, BatchCase, CaseState};
pub use drafts::Draft;
pub use preferences::Preferences;
pub use replies::{NewReply, Reply};
pub use views::{NewView, View};
