//! Ventanilla: the program. It reads its command line and hands over to the part that answers.

mod manuals;
mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
