//! A case: its page, and one small file for each thing that can be done to it.
//!
//! The modules are listed in import order: each uses only those above it.

pub mod ways;
pub mod refused;
pub mod signing;
pub mod proposal;
pub mod scene;
pub mod drafts;
pub mod naming;
pub mod following;
pub mod escalation;
pub mod checklist;
pub mod weight;
pub mod task;
pub mod canned;
pub mod standby;
pub mod talk;
pub mod learning;
pub mod history;
pub mod deliveries;
pub mod papers;
pub mod letters;
pub mod dues;
pub mod deeds;
pub mod page;
pub mod act;
pub mod completions;
pub mod returns;
pub mod takes;
pub mod assignments;
pub mod comments;
pub mod notes;
pub mod keeping;
pub mod watchers;
pub mod priorities;
pub mod escalations;
pub mod checks;
pub mod attachments;
pub mod pauses;
pub mod resumptions;
pub mod extensions;
pub mod exclusions;
pub mod cancellations;
pub mod reopenings;
pub mod signatures;
pub mod ratings;
