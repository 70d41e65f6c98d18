//! The JSON API under `/api/v1/{institution}/`: the same things the pages do, for programs with a bearer token.

pub mod bearer;

pub use bearer::Bearer;
