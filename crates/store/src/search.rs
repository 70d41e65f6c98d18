//! Full text: the words of a case, normalised by us so that both engines find the same cases.

use crate::{
    error::DbError,
    tx::{Engine, Tx, query, statements},
};
use engine::case::Case;
use rust_stemmers::{Algorithm, Stemmer};
use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write as _,
    sync::{LazyLock, RwLock},
};
use unicode_normalization::UnicodeNormalization;

/// Words of one case that are kept, at most.
const WORDS: usize = 4_000;
/// Words of one question that are looked at, at most.
const ASKED: usize = 16;
/// From so many letters on the last word may be a beginning …
const BEGINNING: usize = 3;
/// … of so many words at most.
const BEGUN: usize = 64;
/// Cases whose number begins as asked, at most: the last ones.
const NUMBERS: usize = 200;
/// After every letter and digit a word is made of.
const AFTER: char = '{';

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Spanish));

statements! {
    LEARN: [Text] => [], "INSERT INTO words (word) SELECT value FROM {each $1} WHERE true ON CONFLICT DO NOTHING";
    BEGIN_WITH: [Text, Text, Int] => [Text], "SELECT word FROM words WHERE word >= $1 AND word < $2 ORDER BY word LIMIT $3";
    NEWEST: [Text, Int, Int] => [Int], "{newest hits}";
    RECENT: [Text, Int, Int] => [Int], "{recent hits}";
    HAVING: [Text, Text] => [Int], "SELECT c.id FROM cases c WHERE c.id IN {ids $1} AND {has $2 c.id}";
    NUMBERED: [Text, Text, Int] => [Int],
        "SELECT id FROM cases WHERE number >= $1 AND number < $2 ORDER BY number DESC LIMIT $3";
    DROP: [Int] => [], "DELETE FROM case_text WHERE case_text.case_id = $1";
    PUT: [Int, Text] => [], "INSERT INTO case_text(case_id, body) VALUES ($1, {words $2})";
}

/// The words of a text: lowercase, without accents, stems of Spanish words.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(stem).filter(|word| !word.is_empty())
}

/// The last word of a question as it was typed, where it is long enough to be a beginning of others.
pub(crate) fn begun(text: &str) -> Option<String> {
    let last = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(ASKED).last()?;
    Some(plain(last)).filter(|word| word.len() >= BEGINNING)
}

/// Stems found before: the same few thousand words make most of what people write.
static STEMS: LazyLock<RwLock<HashMap<Box<str>, Box<str>>>> = LazyLock::new(RwLock::default);
/// So many are kept.
const STEMS_KEPT: usize = 20_000;

pub(crate) fn stem(word: &str) -> String {
    if let Some(known) = STEMS.read().ok().and_then(|stems| stems.get(word).map(ToString::to_string)) {
        return known;
    }
    let found = find_stem(word);
    if word.len() < 40
        && !word.bytes().any(|byte| byte.is_ascii_digit())
        && let Ok(mut stems) = STEMS.write()
    {
        if stems.len() >= STEMS_KEPT {
            stems.clear();
        }
        stems.insert(word.into(), found.as_str().into());
    }
    found
}

/// The accents go first, because half of the people write without them; the stemmer knows «-ión» only with its own.
fn find_stem(word: &str) -> String {
    let mut plain = plain(word);
    if plain.bytes().any(|byte| byte.is_ascii_digit()) {
        return plain;
    }
    if plain.ends_with("ion") {
        plain.replace_range(plain.len() - 2.., "ón");
    }
    self::plain(&STEMMER.stem(&plain))
}

/// Finds the stems of texts that will be written soon, before it is the writer's turn.
pub(crate) fn prepare(texts: &[&str]) {
    for text in texts {
        let _ = words(text).count();
    }
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
    if let Some(outsider) = &case.outsider {
        add(&outsider.name);
        add(outsider.contact.as_deref().unwrap_or_default());
    }
    for (_, value) in &case.values {
        add(&value.shown());
    }
    all.into_iter().collect::<Vec<_>>().join(" ")
}

/// Writes the words of a case in place of those it had, when the transaction ends.
pub(crate) fn update(tx: &Tx<'_>, id: i64, new: bool, case: &Case) {
    if !new {
        tx.at_end(&DROP, vec![id.into()]);
    }
    let text = text_of(case);
    learn(tx, text.split(' '));
    tx.at_end(&PUT, vec![id.into(), text.into()]);
}

/// Keeps the words there are, so that a beginning finds them. The parts of numbers are many and are looked for whole.
pub(crate) fn learn<W: AsRef<str>>(tx: &Tx<'_>, words: impl Iterator<Item = W>) {
    let lettered = words.filter(|word| word.as_ref().bytes().any(|byte| byte.is_ascii_lowercase()));
    tx.once(&LEARN, lettered.map(|word| word.as_ref().to_owned()));
}

/// What is looked for.
pub(crate) struct Asked {
    /// The words as the engine takes them.
    pub question: String,
    /// The beginning of a case's number.
    pub number: Option<String>,
}

/// What a text asks for; none where it has no words.
pub(crate) fn ask(tx: &Tx<'_>, text: &str) -> Result<Option<Asked>, DbError> {
    let mut groups: Vec<Vec<String>> = words(text).take(ASKED).map(|word| vec![word]).collect();
    // As it was typed, not its stem: «correo» does not begin «corresponde».
    if let Some(last) = groups.last_mut()
        && let Some(begun) = begun(text)
    {
        let values = [begun.as_str().into(), format!("{begun}{AFTER}").into(), BEGUN.into()];
        for row in tx.rows(&BEGIN_WITH, &values)? {
            let word = row.string(0)?;
            if !last.contains(&word) {
                last.push(word);
            }
        }
    }
    let number = Some(text).filter(|text| {
        text.len() > 3 && text.bytes().any(|byte| byte.is_ascii_digit()) && !text.contains(char::is_whitespace)
    });
    let asked = Asked { question: query(tx.engine(), &groups), number: number.map(str::to_uppercase) };
    Ok(Some(asked).filter(|_| !groups.is_empty()))
}

/// The cases with the words of a question, the newest first, before one.
pub(crate) fn newest(tx: &Tx<'_>, question: &str, before: i64, limit: usize) -> Result<Vec<i64>, DbError> {
    let values = [question.into(), before.into(), limit.into()];
    let found = |stmt| tx.rows(stmt, &values)?.iter().map(|row| row.int(0)).collect::<Result<Vec<_>, _>>();
    if tx.engine() == Engine::Postgres {
        let recent = found(&RECENT)?;
        if recent.len() == limit {
            return Ok(recent);
        }
    }
    found(&NEWEST)
}

/// Those of these cases that have the words.
pub(crate) fn having(tx: &Tx<'_>, ids: &str, question: &str) -> Result<Vec<i64>, DbError> {
    tx.rows(&HAVING, &[ids.into(), question.into()])?.iter().map(|row| row.int(0)).collect()
}

/// The last cases whose number begins so.
pub(crate) fn numbered(tx: &Tx<'_>, number: &str) -> Result<Vec<i64>, DbError> {
    let values = [number.into(), format!("{number}\u{10ffff}").into(), NUMBERS.into()];
    tx.rows(&NUMBERED, &values)?.iter().map(|row| row.int(0)).collect()
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
