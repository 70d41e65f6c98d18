//! Mail against the judges: an independent parser for what is written, mangled messages for what is read, and
//! conversations for what is handed over and taken.

mod injections;
mod lmtp;
mod mangled;
mod messages;
