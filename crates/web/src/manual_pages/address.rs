//! The addresses of the manual's pages, with codes made safe for a path.

use super::words;
use crate::state::Visitor;
use std::fmt::Write;

/// A code as one piece of an address.
#[must_use]
pub fn segment(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut kept, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            kept.push(char::from(byte));
        } else {
            let _ = write!(kept, "%{byte:02X}");
        }
        kept
    })
}

#[must_use]
pub fn procedure(visitor: &Visitor, code: &str) -> String {
    visitor.to(&format!("/manual/procedimientos/{}", segment(code)))
}

#[must_use]
pub fn form(visitor: &Visitor, code: &str) -> String {
    visitor.to(&format!("/manual/formularios/{}", segment(code)))
}

/// An identifier made of any words, for links within a page.
#[must_use]
pub fn anchor(text: &str) -> String {
    let plain: String =
        words::plain(text).chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    plain.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[must_use]
pub fn role(visitor: &Visitor, name: &str) -> String {
    visitor.to(&format!("/manual/responsables#{}", anchor(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_pieces_of_addresses() {
        assert_eq!(segment("SEPREM-DI-001.1"), "SEPREM-DI-001.1");
        assert_eq!(segment("F/1 ñ"), "F%2F1%20%C3%B1");
        assert_eq!(anchor("Técnico en Infraestructura (nivel 3)"), "tecnico-en-infraestructura-nivel-3");
    }
}
