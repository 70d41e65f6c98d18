//! Ventanilla: the program. It reads its command line and hands over to the part that answers.

mod clock;
mod manuals;
mod houses;
mod mail;
mod config;
mod performer;
mod worker;
mod http;
mod doctor;
mod demo;
mod bench;
mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
