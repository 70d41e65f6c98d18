//! The correspondence desk: the register of what comes in and goes out, its two forms, and the page of one letter.
//!
//! The modules are listed in import order: each uses only those above it.

pub mod form;
pub mod register;
pub mod csv;
pub mod entry;
pub mod draft;
pub mod page;
pub mod acts;
