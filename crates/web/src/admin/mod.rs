//! Administration: people, posts, substitutions, calendar, editions, tokens and sessions. Every act goes through
//! `store.admin(…)`, which checks the right once more and writes it in the journal.

pub mod desk;
pub mod controls;
pub mod overview;
pub mod parts;
pub mod people;
pub mod person;
pub mod posts;
pub mod units;
pub mod substitutions;
pub mod calendar;
pub mod decreed;
pub mod recounts;
pub mod editions;
pub mod edition;
pub mod tokens;
pub mod sessions;
pub mod journal;
