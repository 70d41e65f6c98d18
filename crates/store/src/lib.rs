//! The memory of one institution: journal, cases, people, editions, files, timers, outbox and search, in one SQLite file
//! or one PostgreSQL schema. `Store::submit` is the one write path of a case; what it answers is durable.
//!
//! The modules are listed in import order: each uses only those above it. The list is the reading order.

pub mod error;
pub mod live;
mod time;
pub mod hash;
mod tx;
mod endings;
mod migrations;
pub mod people;
pub mod calendars;
pub mod journal;
pub mod editions;
mod waits;
pub mod request;
pub mod timers;
pub mod outbox;
mod search;
pub mod ties;
pub mod marks;
pub mod cases;
mod turns;
pub mod blobs;
pub mod store;
mod neighbours;
mod files;
mod templates;
pub mod mails;
pub mod submit;
mod once;
pub mod mailbox;
mod merge;
mod absent;
pub mod lists;
pub mod reader;
mod answered;
pub mod reports;
pub mod desk;
pub mod mail_desk;
pub mod knowledge;
pub mod letters;
pub mod correspondence;
pub mod loads;
pub mod auth;
pub mod preferences;
pub mod notices;
pub mod ratings;
pub mod telling;
pub mod work;
pub mod admin;
mod accounts;
pub mod recount;
pub mod seals;
pub mod verify;
pub mod seed;
#[cfg(test)]
mod tests;

pub use admin::{Admin, EditionError};
pub use error::{OpenError, StoreError, SubmitError, Unavailable};
pub use lists::{Counts, Filters, InboxQuery, Page, Tab};
pub use live::{Change, Sign, Whisper};
pub use loads::{Charge, Load};
pub use mails::{MailLease, MailOutcome, NewMail, StillTrue};
pub use once::Made;
pub use reader::{CaseView, Linked, Reader};
pub use request::{CompleteRequest, EscalateRequest, IdempotencyKey, OpenRequest, Request, Submission};
pub use store::{Health, Location, OpenOptions, Store};
pub use submit::Submitted;
