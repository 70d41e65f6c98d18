//! What the fuzzer begins with, made anew of the repository's own manuals: a target whose environment has VENTANILLA_SEEDS
//! writes it to that folder, and does nothing else.

use crate::{
    acts::Chance,
    bytes, common, files,
    life::{Stage, live},
};
use std::{
    collections::BTreeSet,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

/// Lives that are written down, of each institution.
const LIVES: usize = 40;
/// Commands of each.
const COMMANDS: usize = 40;
/// What KDL is made of, besides the words of our manuals.
const SIGNS: [&str; 14] = ["{", "}", "=", "#true", "#false", "\"", "\\", "/-", "/*", "*/", "//", ";", "#\"", "\"#"];

/// Writes and ends, where that is asked.
pub fn asked(write: fn(&Path)) {
    let Some(folder) = std::env::var_os("VENTANILLA_SEEDS").map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).expect("a folder");
    write(&folder);
    std::process::exit(0);
}

/// The files of the manuals, each by itself and with the head of its manual; their words beside the folder, as `words.dict`.
pub fn definitions(folder: &Path) {
    let mut words: BTreeSet<String> = SIGNS.map(str::to_owned).into();
    for institution in common::INSTITUTIONS {
        readings(folder, institution, &mut words);
    }
    let mut dictionary = String::new();
    for word in words {
        let _ = writeln!(dictionary, "\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""));
    }
    fs::write(folder.with_file_name("words.dict"), dictionary).expect("a file");
}

/// Lives drawn by a generator, as the bytes that make the same choices.
pub fn commands(folder: &Path) {
    for (index, institution) in common::INSTITUTIONS.into_iter().enumerate() {
        lives(folder, index, institution);
    }
}

fn readings(folder: &Path, institution: &str, words: &mut BTreeSet<String>) {
    let (own, shared) = common::sources(institution);
    let calendars: String =
        shared.iter().map(|file| format!("{}{}{}\n{}", files::HEAD, files::SHARED, file.path, file.text)).collect();
    let head = &own.iter().find(|file| file.path == "manual.kdl").expect("the head of a manual").text;
    for (index, file) in own.iter().enumerate() {
        let alone = format!("{}{}\n{}", files::HEAD, file.path, file.text);
        let whole = if file.path == "manual.kdl" { format!("{head}{calendars}") } else { format!("{head}{alone}") };
        fs::write(folder.join(format!("{institution}-{index}")), whole).expect("a file");
        fs::write(folder.join(format!("{institution}-{index}-alone")), &file.text).expect("a file");
        for line in file.text.lines() {
            let key = line.trim().split([' ', '{', '}', ';']).next().unwrap_or_default();
            let properties = line.split(' ').filter_map(|piece| piece.split_once('=')).map(|(name, _)| name);
            let plain =
                |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            words.extend(std::iter::once(key).filter(plain).map(str::to_owned));
            words.extend(properties.filter(plain).map(|name| format!("{name}=\"")));
        }
    }
}

fn lives(folder: &Path, index: usize, institution: &str) {
    let stage = Stage::of(institution);
    for life in 0..LIVES {
        let mut written = Written { state: 0x5eed_0000 + (index * LIVES + life) as u64, bytes: Vec::new() };
        written.put(index, common::INSTITUTIONS.len());
        live(&stage, COMMANDS, &mut written);
        fs::write(folder.join(format!("{institution}-{life}")), written.bytes).expect("a file");
    }
}

/// A generator with a fixed start (Marsaglia's xorshift64) that writes down what it draws.
struct Written {
    state: u64,
    bytes: Vec<u8>,
}

impl Written {
    fn put(&mut self, choice: usize, limit: usize) {
        let bytes = choice.to_be_bytes();
        self.bytes.extend_from_slice(&bytes[bytes.len() - bytes::width(limit)..]);
    }
}

impl Chance for Written {
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let choice = usize::try_from(self.state % limit.max(1) as u64).expect("less than the limit");
        self.put(choice, limit);
        choice
    }

    fn is_spent(&self) -> bool {
        false
    }
}
