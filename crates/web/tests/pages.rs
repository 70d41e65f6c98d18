//! The pages as people use them: whole stories through the router, without a socket.

mod common;
#[path = "pages/support.rs"]
mod support;
#[path = "pages/access.rs"]
mod access;
#[path = "pages/admin.rs"]
mod admin;
#[path = "pages/manual_pages.rs"]
mod manual_pages;
#[path = "pages/manuals.rs"]
mod manuals;
#[path = "pages/desk.rs"]
mod desk;
#[path = "pages/writing.rs"]
mod writing;
#[path = "pages/knowledge.rs"]
mod knowledge;
#[path = "pages/deeds.rs"]
mod deeds;
#[path = "pages/rating.rs"]
mod rating;
#[path = "pages/bell.rs"]
mod bell;
#[path = "pages/broken.rs"]
mod broken;
#[path = "pages/handling.rs"]
mod handling;
#[path = "pages/ties.rs"]
mod ties;
#[path = "pages/intake.rs"]
mod intake;
#[path = "pages/letters.rs"]
mod letters;
#[path = "pages/reports.rs"]
mod reports;
#[path = "pages/mutation.rs"]
mod mutation;
#[path = "pages/parsers.rs"]
mod parsers;
