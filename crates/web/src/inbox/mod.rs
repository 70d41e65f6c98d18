//! The lists of cases: the inbox with its tabs, and all the cases with search. One row and one set of filters for both.
//!
//! The modules are listed in import order: each uses only those above it.

pub mod filters;
pub mod columns;
pub mod marks;
pub mod rows;
pub mod saved;
pub mod views;
pub mod replies;
pub mod batch;
pub mod batches;
pub mod absences;
pub mod handovers;
pub mod board;
pub mod everything;
