//! A question in words, asked of any text: whether it is there, where, and how much two texts share. The words are those
//! of the search of cases: no accents, no case, stems of Spanish words.

use crate::search::{begun, stem};
use std::{collections::BTreeSet, sync::LazyLock};

/// Words of one question that are looked at, at most.
const ASKED: usize = 16;
/// Words of a text that is being written that are looked at, at most.
const WRITTEN: usize = 60;

/// Words that say nothing about a problem.
const EMPTY: &str = "a al algo ante antes aqui asi aun ayer ayuda bien buen buena buenas buenos cada como con cual cuando de del desde dia dias donde \
                     dos el ella en entre era es esa ese eso esta estan estar este esto estoy favor fue gracias ha hace hacer han hasta hay he hola hoy la las le \
                     les lo los mas me mi mis muy nada necesita necesito ni no nos o otra otro para pero poder por porque puede puedo que quien quiero se sea \
                     ser si sido siempre sin sobre solicito son su sus tambien tan tardes tengo tiene todo todos tras un una uno unos usted y ya yo";

static EMPTY_STEMS: LazyLock<BTreeSet<String>> = LazyLock::new(|| EMPTY.split_whitespace().map(stem).collect());

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    stems: Vec<String>,
    /// The last word as it was typed, where it may be a beginning.
    begun: Option<String>,
}

impl Question {
    /// All the words must be there; the last may be a beginning.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            stems: places(text).map(|(_, word)| stem(word)).filter(|stem| !stem.is_empty()).take(ASKED).collect(),
            begun: begun(text),
        }
    }

    /// The words that say something, each once: for finding what is alike.
    #[must_use]
    pub fn about(text: &str) -> Self {
        let mut stems: Vec<String> = Vec::new();
        for (_, word) in places(text) {
            let stem = stem(word);
            if stem.len() > 2 && !EMPTY_STEMS.contains(&stem) && !stems.contains(&stem) && stems.len() < WRITTEN {
                stems.push(stem);
            }
        }
        Self { stems, begun: None }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stems.is_empty()
    }

    pub(crate) fn stems(&self) -> &[String] {
        &self.stems
    }

    /// Whether the text has what is asked for.
    #[must_use]
    pub fn found_in(&self, text: &str) -> bool {
        let there: BTreeSet<String> = places(text).map(|(_, word)| stem(word)).collect();
        let last = self.stems.len().saturating_sub(1);
        !self.is_empty()
            && self.stems.iter().enumerate().all(|(index, stem)| {
                there.contains(stem)
                    || (index == last && self.begins(|begun| there.iter().any(|word| word.starts_with(begun))))
            })
    }

    /// How many of its words the text has.
    #[must_use]
    pub fn shared_with(&self, text: &str) -> usize {
        let there: BTreeSet<String> = places(text).map(|(_, word)| stem(word)).collect();
        self.stems.iter().filter(|stem| there.contains(*stem)).count()
    }

    fn is_hit(&self, word: &str) -> bool {
        let word = stem(word);
        self.stems.contains(&word) || self.begins(|begun| word.starts_with(begun))
    }

    /// Whether the last word, as far as it may be a beginning, begins what is asked.
    fn begins(&self, asked: impl Fn(&str) -> bool) -> bool {
        self.begun.as_deref().is_some_and(asked)
    }

    /// The text in pieces, with whether each was asked for: to be shown marked.
    #[must_use]
    pub fn pieces<'t>(&self, text: &'t str) -> Vec<(bool, &'t str)> {
        let mut pieces = Vec::new();
        let mut from = 0;
        for (at, word) in places(text).filter(|(_, word)| self.is_hit(word)) {
            if at > from {
                pieces.push((false, &text[from..at]));
            }
            pieces.push((true, word));
            from = at + word.len();
        }
        if from < text.len() {
            pieces.push((false, &text[from..]));
        }
        pieces
    }

    /// About so many letters of the text, around the first word asked for.
    #[must_use]
    pub fn excerpt(&self, text: &str, letters: usize) -> String {
        if text.chars().count() <= letters {
            return text.to_owned();
        }
        let hit = places(text).find(|(_, word)| self.is_hit(word)).map_or(0, |(at, _)| at);
        let before = text[..hit].chars().count();
        let start = before.saturating_sub(letters / 3);
        let mut excerpt: String = text.chars().skip(start).take(letters).collect();
        // Not in the middle of a word.
        if start > 0 {
            let cut = excerpt.find(char::is_whitespace).map_or(0, |place| place + 1).min(excerpt.len());
            excerpt = format!("… {}", &excerpt[cut..]);
        }
        if start + letters < text.chars().count() {
            let end = excerpt.rfind(char::is_whitespace).unwrap_or(excerpt.len());
            excerpt.truncate(end);
            excerpt.push_str(" …");
        }
        excerpt
    }
}

/// The words of a text with the place of each.
fn places(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = text.as_ptr() as usize;
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - start, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked_where_they_stand_with_their_endings_and_accents() {
        let question = Question::new("IMPRESORAS conexion");
        let text = "La impresora perdió la conexión; las conexiones fallan.";
        assert!(question.found_in(text) && !question.found_in("La impresora"));
        let marked: Vec<&str> =
            question.pieces(text).into_iter().filter(|(hit, _)| *hit).map(|(_, word)| word).collect();
        assert_eq!(marked, ["impresora", "conexión", "conexiones"]);
        assert_eq!(question.pieces(text).into_iter().map(|(_, piece)| piece).collect::<String>(), text);
        assert!(Question::new("impr").found_in("La impresora") && !Question::new("impr la").found_in("La impresora"));
        let whole = Question::new("correo");
        assert!(
            whole.found_in("los correos") && !whole.found_in("lo que corresponde"),
            "a beginning is as it was typed"
        );
        assert!(Question::new("\" : *").is_empty() && !Question::new("").found_in("algo"));
    }

    #[test]
    fn what_says_nothing_is_not_compared() {
        let question = Question::about("Hola, necesito ayuda con la impresora porque no imprime");
        assert_eq!(question.stems().len(), 2, "{question:?}");
        assert_eq!(question.shared_with("Impresoras que no imprimen"), 2);
        assert_eq!(question.shared_with("Hola, necesito ayuda"), 0);
        assert!(Question::about("hola, no sé qué hacer").stems().len() <= 1);
    }

    #[test]
    fn an_excerpt_is_around_what_was_asked() {
        let text = format!("{} impresora {}", "palabra ".repeat(60), "otra ".repeat(60));
        let excerpt = Question::new("impresoras").excerpt(&text, 80);
        assert!(excerpt.contains("impresora") && excerpt.starts_with("… ") && excerpt.ends_with(" …"), "{excerpt}");
        assert!(excerpt.chars().count() < 90);
        assert_eq!(Question::new("x").excerpt("corto", 80), "corto");
        let dense = "ñ".repeat(300);
        assert!(!Question::new("ñ").excerpt(&dense, 80).is_empty());
    }
}
