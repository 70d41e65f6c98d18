//! What the targets share: the lives and the readings that the ordinary tests know too, and how bytes become either.

#[path = "../../crates/engine/tests/acts/mod.rs"]
pub mod acts;
#[path = "../../crates/engine/tests/common/mod.rs"]
pub mod common;
#[path = "../../crates/engine/tests/life/mod.rs"]
pub mod life;
#[path = "../../crates/manual/tests/it/living.rs"]
pub mod living;

pub mod bytes;
pub mod files;
pub mod seeds;
