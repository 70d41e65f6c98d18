//! The sources as the checks read them: every file of the house, and Rust with its comments, texts and tests taken out.

use std::{
    fs,
    path::{Path, PathBuf},
};

pub struct House {
    pub root: PathBuf,
    pub rust: Vec<Rust>,
    /// Every other file, by its path from the root.
    pub other: Vec<(String, Vec<u8>)>,
}

/// A Rust file of the house.
pub struct Rust {
    /// From the root: `crates/store/src/submit.rs`.
    pub path: String,
    pub text: String,
    /// The product's code: comments, texts and tests are blanked, lines and columns stay.
    pub code: String,
    /// The product's texts: what stands between quotes outside the tests, with the line of each.
    pub texts: Vec<(usize, String)>,
}

/// What is built, kept or downloaded, and no source.
const SKIPPED: [&str; 5] = ["target", ".git", "data", "node_modules", "proptest-regressions"];

impl House {
    pub fn read(root: &Path) -> Self {
        let mut house = Self { root: root.to_owned(), rust: Vec::new(), other: Vec::new() };
        house.walk(root);
        house.rust.sort_by(|a, b| a.path.cmp(&b.path));
        house.drop_test_modules();
        house
    }

    fn walk(&mut self, folder: &Path) {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(folder).expect("a readable folder").map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if SKIPPED.contains(&name.as_str()) || path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                self.walk(&path);
                continue;
            }
            let Ok(bytes) = fs::read(&path) else { continue };
            let short = path.strip_prefix(&self.root).expect("below the root").to_string_lossy().into_owned();
            if path.extension().is_some_and(|extension| extension == "rs") {
                self.rust.push(Rust::new(short, String::from_utf8(bytes).expect("UTF-8")));
            } else {
                self.other.push((short, bytes));
            }
        }
    }

    /// `#[cfg(test)] mod samples;` makes the whole file a test.
    fn drop_test_modules(&mut self) {
        let mut tests = Vec::new();
        for file in &self.rust {
            for (place, _) in file.text.match_indices("#[cfg(test)]") {
                let rest = file.text[place..].lines().skip(1).map(str::trim).find(|line| !line.starts_with("#["));
                let Some(name) =
                    rest.and_then(|line| line.split_once("mod ")).and_then(|(_, name)| name.strip_suffix(';'))
                else {
                    continue;
                };
                let folder = match file.path.rsplit_once('/') {
                    Some((folder, "lib.rs" | "main.rs" | "mod.rs")) => folder.to_owned(),
                    _ => file.path.trim_end_matches(".rs").to_owned(),
                };
                tests.push(format!("{folder}/{name}"));
            }
        }
        for file in &mut self.rust {
            let inside =
                |module: &String| file.path == format!("{module}.rs") || file.path.starts_with(&format!("{module}/"));
            if tests.iter().any(inside) {
                file.code = blank(&file.code);
                file.texts.clear();
            }
        }
    }

    /// The product's files: no tests, no benches, no examples.
    pub fn product(&self) -> impl Iterator<Item = &Rust> {
        self.rust.iter().filter(|file| file.room().is_some())
    }
}

impl Rust {
    fn new(path: String, text: String) -> Self {
        let (mut code, mut texts) = strip(&text);
        for (from, to) in tests_of(&code) {
            let lines = line_of(&code, from)..=line_of(&code, to);
            texts.retain(|(line, _)| !lines.contains(line));
            code.replace_range(from..to, &blank(&code[from..to]));
        }
        Self { path, text, code, texts }
    }

    /// The room it belongs to, and its path there: (`store`, `submit/mod.rs`). The root package is `ventanilla`.
    pub fn room(&self) -> Option<(&str, &str)> {
        if let Some(inside) = self.path.strip_prefix("src/") {
            return Some(("ventanilla", inside));
        }
        let (room, inside) = self.path.strip_prefix("crates/")?.split_once('/')?;
        Some((room, inside.strip_prefix("src/")?))
    }

    /// Every place where the product's code says `word`, as a whole word: line numbers.
    pub fn says(&self, word: &str) -> Vec<usize> {
        places(&self.code, word).into_iter().map(|place| line_of(&self.code, place)).collect()
    }
}

/// Every place where `word` stands by itself, and not within a longer name or path.
pub fn places(code: &str, word: &str) -> Vec<usize> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(word)
        .map(|(place, _)| place)
        .filter(|place| {
            !code[..*place].chars().next_back().is_some_and(|before| is_name(before) && word.starts_with(is_name))
        })
        .filter(|place| {
            !code[place + word.len()..].chars().next().is_some_and(|after| is_name(after) && word.ends_with(is_name))
        })
        .collect()
}

pub fn line_of(code: &str, place: usize) -> usize {
    code[..place].matches('\n').count() + 1
}

fn blank(code: &str) -> String {
    code.chars().flat_map(|letter| if letter == '\n' { vec!['\n'] } else { vec![' '; letter.len_utf8()] }).collect()
}

/// The stretches of `#[cfg(test)] mod tests { … }`, and of any other item under that mark.
fn tests_of(code: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (from, _) in code.match_indices("#[cfg(test)]") {
        let open = code[from..].find(['{', ';']).map(|place| from + place);
        let Some(open) = open else { continue };
        let mut depth = 0;
        let end = code[open..].char_indices().find_map(|(place, letter)| {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            (depth == 0).then_some(open + place + 1)
        });
        found.push((from, end.unwrap_or(code.len())));
    }
    found
}

/// The code with comments and texts blanked, and the texts by themselves.
fn strip(text: &str) -> (String, Vec<(usize, String)>) {
    let (mut code, mut texts) = (text.to_owned(), Vec::new());
    let bytes = text.as_bytes();
    let find = |from: usize, end: &str| text[from..].find(end).map_or(text.len(), |place| from + place + end.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let end = if rest.starts_with("//") {
            find(at, "\n") - usize::from(text[at..].contains('\n'))
        } else if rest.starts_with("/*") {
            find(at + 2, "*/")
        } else if let Some(marks) = raw_text(text, at) {
            let open = at + rest.find('"').expect("its quote") + 1;
            let end = find(open, &format!("\"{}", "#".repeat(marks)));
            texts.push((line_of(text, at), text[open..end - marks - 1].to_owned()));
            end
        } else if rest.starts_with('"') {
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != b'"' {
                end += 1 + usize::from(bytes[end] == b'\\');
            }
            texts.push((line_of(text, at), text[at + 1..end.min(text.len())].to_owned()));
            (end + 1).min(text.len())
        } else if rest.starts_with('\'') {
            letter(rest).map_or(at + 1, |length| at + length)
        } else {
            at + rest.chars().next().map_or(1, char::len_utf8)
        };
        let taken = rest.starts_with(['"', '\'']) && end > at + 1 || rest.starts_with("//") || rest.starts_with("/*");
        if taken || raw_text(text, at).is_some() {
            code.replace_range(at..end, &blank(&text[at..end]));
        }
        at = end;
    }
    (code, texts)
}

/// `r"…"`, `r#"…"#`, `br"…"`: how many marks it has.
fn raw_text(text: &str, at: usize) -> Option<usize> {
    let before = text[..at].chars().next_back().is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let rest = text[at..].strip_prefix("br").or_else(|| text[at..].strip_prefix('r')).filter(|_| !before)?;
    let marks = rest.len() - rest.trim_start_matches('#').len();
    rest[marks..].starts_with('"').then_some(marks)
}

/// The length of a letter between quotes; a lifetime is none.
fn letter(rest: &str) -> Option<usize> {
    let mut letters = rest.char_indices().skip(1);
    let (_, first) = letters.next()?;
    if first == '\\' {
        return rest[3..].find('\'').map(|place| 3 + place + 1);
    }
    letters.next().filter(|(_, second)| *second == '\'').map(|(place, _)| place + 1)
}

/// A made-up house, to show that a check bites.
pub fn made_up(files: &[(&str, &str)]) -> House {
    let root = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    House::read(root.path())
}

#[test]
fn comments_texts_letters_and_tests_are_no_code() {
    let text = "//! uno::dos\nfn f<'a>(x: &'a str) -> char { /* tres::a */ g(\"cua\\\"tro::b\", r#\"cin\"co::c\"#); '\\'' }\n\
                #[cfg(test)]\nmod tests { use seis::d; fn t() { \"siete\"; } }\nuse ocho::e;\n";
    let file = Rust::new("src/x.rs".into(), text.into());
    assert_eq!(file.code.len(), text.len());
    for word in ["uno", "tres", "cua", "cin", "seis"] {
        assert!(file.says(word).is_empty(), "{word} in {}", file.code);
    }
    assert_eq!((file.says("ocho"), file.says("str")), (vec![5], vec![2]));
    assert_eq!(file.texts, [(2, "cua\\\"tro::b".to_owned()), (2, "cin\"co::c".to_owned())]);
}

#[test]
fn a_module_of_tests_is_no_product_wherever_it_stands() {
    let house = made_up(&[
        ("crates/a/src/lib.rs", "//! A.\nmod b;\n"),
        ("crates/a/src/b/mod.rs", "//! B.\n#[cfg(test)]\nmod samples;\n"),
        ("crates/a/src/b/samples.rs", "//! S.\nfn f() { now() }\n"),
        ("target/x.rs", "//! Built.\n"),
    ]);
    assert!(house.rust.iter().all(|file| file.says("now").is_empty()));
    assert_eq!(house.rust.len(), 3);
}
