//! Which procedures a person may open: for himself, or in the name of somebody else.

use crate::state::is_requester;
use engine::actor::holds;
use manual::{edition::Edition, procedure::Procedure};
use store::Reader;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Asks for himself; who attends may register it for anybody as well.
    Own,
    /// Receives what others ask for and registers it in their name.
    Receives,
}

/// The right to open, where there is one. The engine has the last word.
#[must_use]
pub fn right(reader: &Reader, edition: &Edition, procedure: &Procedure) -> Option<Right> {
    let posts: Vec<_> = reader.posts().into_iter().cloned().collect();
    let everybody = procedure.requesters.iter().any(|role| is_requester(edition, role));
    if everybody || procedure.requesters.iter().any(|role| holds(&posts, role, None)) {
        return Some(Right::Own);
    }
    let receives = procedure.first().is_some_and(|step| step.role_names().any(|role| holds(&posts, role, None)));
    receives.then_some(Right::Receives)
}

/// Letters without accents and in lower case, to compare what people type.
#[must_use]
pub fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|letter| match letter {
            'á' | 'à' | 'ä' => 'a',
            'é' | 'è' | 'ë' => 'e',
            'í' | 'ì' | 'ï' => 'i',
            'ó' | 'ò' | 'ö' => 'o',
            'ú' | 'ù' | 'ü' => 'u',
            letter => letter,
        })
        .filter(|letter| !('\u{300}'..='\u{36f}').contains(letter))
        .collect()
}

/// Whether all the words are in the text, in any order, with or without accents.
#[must_use]
pub fn has_words(text: &str, words: &str) -> bool {
    let text = plain(text);
    plain(words).split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_without_their_accents_and_in_any_order() {
        assert!(has_words("Creación de correo electrónico", "ELECTRONICO creacion"));
        assert!(has_words("Restauracio\u{301}n", "restauración"));
        assert!(has_words("Soporte técnico", ""));
        assert!(!has_words("Soporte técnico", "soporte remoto"));
    }
}
