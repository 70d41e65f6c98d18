//! Reading, checking and the real manuals, from the outside: one test binary.

mod sample;
mod rules;
mod reading;
mod hostile;
mod living;
mod random;
mod real;
