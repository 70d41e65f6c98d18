//! Stories told on both engines, and what stands behind them.

mod server;
mod shared;
mod institution;
mod statements;
mod stories;
mod races;
mod recount;
mod reports;
mod editions;
mod tampering;
mod failures;
mod connections;
mod outage;
mod hostile;
mod lists;
mod mails;
mod mailbox;
mod accounts;
mod telling;
mod pages;
mod desk;
mod handling;
mod ties;
mod knowledge;
mod intake;
mod letters;
