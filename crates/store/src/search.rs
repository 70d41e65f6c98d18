//! Full text: the words of a case, normalised by us so that both engines find the same cases.

use crate::{
    error::DbError,
    tx::{Tx, query, statements},
};
use engine::case::Case;
use rust_stemmers::{Algorithm, Stemmer};
use std::{collections::BTreeSet, fmt::Write as _, sync::LazyLock};
use unicode_normalization::UnicodeNormalization;

/// Words of one case that are kept, at most.
const WORDS: usize = 4_000;
/// Words of one question that are looked at, at most.
const ASKED: usize = 16;

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Spanish));

statements! {
    DROP: [Int] => [], "DELETE FROM case_text WHERE case_text.case_id = $1";
    PUT: [Int, Text] => [], "INSERT INTO case_text(case_id, body) VALUES ($1, {words $2})";
}

/// The words of a text: lowercase, without accents, stems of Spanish words.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(stem).filter(|word| !word.is_empty())
}

/// The accents go first, because half of the people write without them; the stemmer knows «-ión» only with its own.
fn stem(word: &str) -> String {
    let mut plain = plain(word);
    if plain.bytes().any(|byte| byte.is_ascii_digit()) {
        return plain;
    }
    if plain.ends_with("ion") {
        plain.replace_range(plain.len() - 2.., "ón");
    }
    self::plain(&STEMMER.stem(&plain))
}

fn plain(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for c in word.nfkd().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => plain.push(c),
            // Combining marks go; letters of other scripts become their number, the same on both engines.
            c if c.is_alphabetic() => {
                let _ = write!(plain, "x{:x}", u32::from(c));
            }
            _ => {}
        }
    }
    plain.truncate(60);
    plain
}

/// All that a case is found by.
pub(crate) fn text_of(case: &Case) -> String {
    let mut all: BTreeSet<String> = BTreeSet::new();
    let mut add = |text: &str| {
        for word in words(text) {
            if all.len() < WORDS {
                all.insert(word);
            }
        }
    };
    add(&case.number);
    // `123` finds 2026-000123.
    if let Some(last) = case.number.rsplit(|c: char| !c.is_ascii_digit()).next() {
        add(last.trim_start_matches('0'));
    }
    add(&case.subject);
    add(&case.description);
    add(&case.requester.name);
    for (_, value) in &case.values {
        add(&value.shown());
    }
    all.into_iter().collect::<Vec<_>>().join(" ")
}

/// Writes the words of a case in place of those it had.
pub(crate) fn update(tx: &Tx<'_>, id: i64, new: bool, case: &Case) -> Result<(), DbError> {
    if !new {
        tx.run(&DROP, &[id.into()])?;
    }
    tx.run(&PUT, &[id.into(), text_of(case).into()]).map(|_| ())
}

/// The question as the engine takes it; empty where it has no words.
pub(crate) fn question(tx: &Tx<'_>, text: &str) -> String {
    let words: Vec<String> = words(text).take(ASKED).collect();
    query(tx.engine(), &words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_accents_case_and_endings() {
        let all: Vec<String> = words("Impresoras, CONEXIÓN y año 2026-000123").collect();
        assert_eq!(all, ["impresor", "conexion", "y", "ano", "2026", "000123"]);
        assert_eq!(words("impresora").next(), words("impresoras").next());
        assert_eq!(words("autorización").next(), words("autorizaciones").next());
        assert_eq!(words("AUTORIZACION").next(), words("autorización").next());
        assert_eq!(words("' \" * : & | ! ( )").count(), 0);
    }
}
