//! Paper: a procedure drawn, and the manual printed. Values in, text out; no IO and no clock.
//!
//! The modules are listed in import order: each uses only those above it. The list is the reading order.

pub mod flowchart;
pub mod words;
pub mod legend;
pub mod prints;
