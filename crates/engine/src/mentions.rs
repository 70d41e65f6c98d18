//! Whom a text names with `@login`.

/// The logins a text names: `@` at the beginning of a word, up to what cannot be part of a login.
#[must_use]
pub fn mentioned(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        if letter == '@' && !before.is_alphanumeric() && !matches!(before, '.' | '_' | '-' | '@') {
            let rest = &text[at + 1..];
            let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))).unwrap_or(rest.len());
            let login = rest[..end].trim_end_matches(['.', '-', '_']);
            if !login.is_empty() && !found.contains(&login) {
                found.push(login);
            }
        }
        before = letter;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::mentioned;

    #[test]
    fn a_mention_begins_a_word_and_a_mail_address_is_none() {
        assert_eq!(mentioned("@ana.perez, vea; y @luis. (@ana.perez)"), ["ana.perez", "luis"]);
        assert_eq!(mentioned("escriba a juan@igss.gob.gt o a @@x @ y"), ["x"; 0]);
    }
}
