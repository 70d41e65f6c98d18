//! How a file looks: it opens with a sentence and is short; and scripts are our own.

use super::source::House;

const MOST_LINES: usize = 600;
const MOST_SCRIPT: usize = 500;

pub fn check(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    for file in &house.rust {
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            broken.push(format!("{}: {lines} lines; {MOST_LINES} are the most", file.path));
        }
        let first = file.text.lines().next().unwrap_or_default();
        if first.strip_prefix("//! ").is_none_or(|sentence| sentence.trim().len() <= 8) {
            broken.push(format!("{}:1: does not open with a sentence (//!) that says what lives in it", file.path));
        }
        for (line, text) in &file.texts {
            if file.room().is_some() && text.contains("<script") && text.contains("://") {
                broken.push(format!("{}:{line}: a script from elsewhere", file.path));
            }
        }
    }
    for (path, bytes) in &house.other {
        let kind = path.rsplit_once('.').map_or("", |(_, kind)| kind);
        if ["wasm", "ts", "jsx", "tsx", "min"].contains(&kind)
            || path.ends_with(".min.js")
            || path.ends_with("package.json")
        {
            broken.push(format!("{path}: only our own script, as it was written, has a place here"));
        }
        if ["js", "mjs"].contains(&kind) {
            let text = String::from_utf8_lossy(bytes);
            let lines = text.lines().count();
            if !path.starts_with("crates/web/") && !path.starts_with("tests/") {
                broken.push(format!("{path}: the script of the pages lives in crates/web"));
            }
            if lines > MOST_SCRIPT || text.lines().any(|line| line.chars().count() > 300) {
                broken.push(format!(
                    "{path}: {lines} lines, or one of more than 300 letters: longer than a script of ours"
                ));
            }
            let foreign = ["@license", "Copyright", "import(\"http", "from \"http", "from 'http", "importScripts"];
            if let Some(sign) = foreign.iter().find(|sign| text.contains(**sign)) {
                broken.push(format!("{path}: «{sign}»: a script of somebody else"));
            }
        }
        if kind == "css"
            && ["@import", "url(http", "url(\"http", "url(//"]
                .iter()
                .any(|sign| String::from_utf8_lossy(bytes).contains(sign))
        {
            broken.push(format!("{path}: a style from elsewhere"));
        }
    }
    broken
}

pub fn median(house: &House) -> usize {
    let mut lines: Vec<usize> = house.rust.iter().map(|file| file.text.lines().count()).collect();
    lines.sort_unstable();
    lines.get(lines.len() / 2).copied().unwrap_or(0)
}

#[test]
fn a_long_a_nameless_and_a_foreign_file_are_named() {
    let long = format!("//! A long one.\n{}", "\n".repeat(600));
    let house = super::source::made_up(&[
        ("crates/a/src/long.rs", &long),
        ("crates/a/src/nameless.rs", "use a::b;\n"),
        ("crates/a/src/page.rs", "//! A page of words.\nconst A: &str = \"<script src='https://x/y.js'>\";\n"),
        ("crates/web/assets/ours.js", "// Ours.\n"),
        ("crates/web/assets/htmx.min.js", "/*! @license */\n"),
        ("docs/a.js", "// Ours.\n"),
        ("crates/web/assets/a.css", "@import url(x);\n"),
    ]);
    assert_eq!(
        check(&house),
        [
            "crates/a/src/long.rs: 601 lines; 600 are the most",
            "crates/a/src/nameless.rs:1: does not open with a sentence (//!) that says what lives in it",
            "crates/a/src/page.rs:2: a script from elsewhere",
            "crates/web/assets/a.css: a style from elsewhere",
            "crates/web/assets/htmx.min.js: only our own script, as it was written, has a place here",
            "crates/web/assets/htmx.min.js: «@license»: a script of somebody else",
            "docs/a.js: the script of the pages lives in crates/web",
        ]
    );
    assert_eq!(median(&house), 2);
}
