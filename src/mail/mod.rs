//! Mail in the running program: what leaves is handed to the server, what comes is kept and judged.

pub mod settings;
pub mod sending;
pub mod intake;
pub mod delivery;
pub mod running;
pub mod probe;
#[cfg(test)]
mod tests;
