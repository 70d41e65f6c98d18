//! Reports for those who oversee: what ended in a period, line by line, in total, and as a file.
//!
//! The modules are listed in import order: each uses only those above it.

pub mod period;
pub mod wording;
pub mod totals;
pub mod ended;
pub mod file;
