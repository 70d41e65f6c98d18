//! What a manual says: institution, roles, forms, calendar rules, procedures and editions; reading the KDL,
//! checking it and comparing two editions. No IO and no clock: text in, values or findings out.
//!
//! The modules are listed in import order: each uses only those above it. The list is the reading order.

pub mod limits;
pub mod finding;
pub mod source;
mod words;
pub mod notice;
pub mod term;
pub mod field;
pub mod form;
pub mod organization;
pub mod calendar_rules;
pub mod step_no;
pub mod clock;
pub mod procedure;
pub mod priority;
pub mod scenario;
pub mod edition;
pub mod uses;
pub mod places;
pub mod read;
pub mod walk;
pub mod check;
pub mod compare;
pub mod render;

/// A shared, immutable piece of text: names of roles, codes, labels. Cloning costs one counter.
pub type Name = std::sync::Arc<str>;
