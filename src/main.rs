//! Ventanilla: the program. It reads its command line and hands over to the part that answers.

mod clock;
mod manuals;
mod houses;
mod performer;
mod worker;
mod http;
mod demo;
mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
