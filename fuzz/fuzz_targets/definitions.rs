//! Any bytes as a manual file: findings, never a panic. `cargo fuzz run definitions`, from a corpus of `manuals/**/*.kdl`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use manual::{check, read, source::SourceFile};

fuzz_target!(|bytes: &[u8]| {
    let (file, _) = SourceFile::from_bytes("manual.kdl", bytes);
    let outcome = read::read(&[file], &[]);
    let _ = check::check_reading(&outcome);
});
