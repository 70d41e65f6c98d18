//! The outside: what Ventanilla says to other systems and hears from them, each connector with its fake beside it.
//! Nothing here knows the memory of an institution.
//!
//! The modules are listed in import order: each uses only those above it. The list is the reading order.

pub mod mail;
