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

/// Most of what a command costs beside the disk is small pieces of memory, ours and SQLite's, which it also serves.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // The allocator asks for huge pages, of which a quiet program fills little: without them it takes half the memory.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    cli::run()
}
