//! What the institution has learnt: questions in words, and the solutions that answer them.
//!
//! The modules are listed in import order: each uses only those above it.

mod question;
pub mod solutions;

pub use question::Question;
pub use solutions::{NewSolution, Solution, SolutionState};
