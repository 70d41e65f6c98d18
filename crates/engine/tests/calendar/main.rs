//! The working calendar: golden days and dates, and properties against a slow counter.

mod sample;
mod slow;
mod days;
mod terms;
mod properties;
