//! One search over everything a person may see: cases, solutions, people and the manual.
//!
//! The modules are listed in import order: each uses only those above it.

pub mod page;
