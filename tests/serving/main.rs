//! The program of an institution, run as its administrator runs it: first start, several of it on PostgreSQL, a disk
//! that takes no more, a clock that jumps.

mod served;
#[path = "../../crates/store/src/tests/server.rs"]
mod server;
mod house;
mod world;
mod place;
mod starting;
mod nodes;
mod disk;
mod hours;
