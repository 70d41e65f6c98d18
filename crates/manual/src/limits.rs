//! The static limits of a manual file: a hostile or broken text is refused before it can cost memory or time.

/// Bytes of one `.kdl` file.
pub const FILE_BYTES: usize = 1024 * 1024;
/// Files of one edition.
pub const FILES: usize = 2_000;
/// Bytes of all the files of one edition.
pub const EDITION_BYTES: usize = 32 * 1024 * 1024;
/// Nesting of braces in one file.
pub const DEPTH: usize = 16;
/// Steps of one procedure.
pub const STEPS: usize = 500;
/// Branches of one decision.
pub const BRANCHES: usize = 20;
/// Responsibles of one step.
pub const ROLES_PER_STEP: usize = 12;
/// Procedures of one edition.
pub const PROCEDURES: usize = 1_000;
/// Fields of one form, table columns included.
pub const FIELDS: usize = 200;
/// Characters of one text.
pub const TEXT: usize = 20_000;
/// Files an edition may include one after the other (a calendar that uses another).
pub const INCLUDES: usize = 8;
/// Nodes of one file.
pub const NODES: usize = 20_000;
/// Values and properties of one file.
pub const VALUES: usize = 60_000;
/// Findings of one reading or one check; what comes after is summed up in one.
pub const FINDINGS: usize = 500;
/// Steps of a walk through one procedure, turns included.
pub const WALK: usize = 10_000;

/// Points in the list of one step.
pub const CHECKS: usize = 100;
