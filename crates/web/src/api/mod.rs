//! The JSON API under `/api/v1/{institution}/`: the same things the pages do, for programs with a bearer token.
//!
//! The modules are listed in import order: each uses only those above it.

pub mod problem;
pub mod bearer;
pub mod values;
pub mod input;
pub mod page;
pub mod asks;
pub mod case;
pub mod work;
pub mod acts;
pub mod terms;
pub mod dues;
pub mod receipts;
pub mod nominees;
pub mod handling;
pub mod links;
pub mod kept;
pub mod batches;
pub mod drafts;
pub mod charges;
pub mod calendar;
pub mod files;
pub mod cases;
pub mod letters;
pub mod scans;
pub mod inbox;
pub mod solutions;
pub mod reports;
pub mod notices;
pub mod mail;
pub mod procedures;
pub mod manual;
pub mod editions;
pub mod people;
pub mod administration;
pub mod search;
pub mod openapi;

pub use bearer::Bearer;
