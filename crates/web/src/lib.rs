//! The window: pages, the JSON API and live changes. Nothing here writes a case except through `store.submit`.
//!
//! The modules are listed in import order: each uses only those above it, but for `routes`, which names them all.

pub mod clock;
pub mod assets;
pub mod words;
pub mod csv;
pub mod fields;
pub mod because;
pub mod walked;
pub mod head;
pub mod failure;
pub mod bulk;
pub mod presence;
pub mod state;
pub mod people;
pub mod rights;
pub mod alike;
pub mod nominees;
pub mod lookup;
pub mod passwords;
pub mod proof;
pub mod keys;
pub mod shell;
pub mod access;
pub mod headers;
pub mod form;
pub mod administration;
pub mod editorial;
pub mod api;
pub mod guard;
pub mod front;
pub mod live;
pub mod account;
pub mod rating;
pub mod manual_pages;
pub mod admin;
pub mod setup;
pub mod cases;
pub mod inbox;
pub mod reports;
pub mod solutions;
pub mod search;
pub mod portal;
pub mod mail;
pub mod intake;
pub mod letters;
pub mod routes;

pub use routes::{router, table};
