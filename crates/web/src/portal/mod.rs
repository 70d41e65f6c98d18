//! Asking: what each person may ask for, the form that opens a case, its receipt, and one's own requests.
//!
//! The modules are listed in import order: each uses only those above it.

pub mod likely;
pub mod catalog;
pub mod unsent;
pub mod opening;
pub mod openings;
pub mod offshoots;
pub mod receipt;
pub mod requests;
