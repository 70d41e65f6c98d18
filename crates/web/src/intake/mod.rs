//! The desk where requests come in by telephone, at the window or by designation: one page, one act, the keyboard alone.
//!
//! The modules are listed in import order: each uses only those above it.

pub mod people;
pub mod offered;
pub mod desk;
pub mod calls;
