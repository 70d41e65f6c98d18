//! Mail in the running program, with servers that fail as they are told to and with real ones.

mod house;
mod coming;
mod limits;
mod leaving;
mod real;
