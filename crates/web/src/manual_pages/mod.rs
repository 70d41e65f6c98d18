//! The manual as pages: what is printed, read on a screen; each page of the edition in force under its own address.

pub mod words;
pub mod address;
pub mod shelf;
pub mod steps;
pub mod chart;
pub mod about;
pub mod procedure;
pub mod title;
pub mod roles;
pub mod forms;
pub mod norms;
pub mod glossary;
pub mod symbols;
pub mod redline;
pub mod editions;
