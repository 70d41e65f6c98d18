//! The tokens of the scan: words, numbers, `#true` and the four kinds of text between quotes.

use super::{Fault, Scanner, is_newline, is_space, is_word};

/// Characters of a number; more than any manual writes, fewer than an integer overflows with.
const NUMBER: usize = 30;

const ESCAPES: &str = "Escriba «\\\\» para una barra y «\\\"» para unas comillas dentro del texto.";

impl Scanner<'_> {
    /// Passes one token. True where it could name a line or a property: a word or a text.
    pub(super) fn token(&mut self) -> Result<bool, Fault> {
        match self.peek() {
            Some('"') => self.text(0).map(|()| true),
            Some('#') => self.hash(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<bool, Fault> {
        let rest = self.rest();
        let word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
        let length = word.len();
        let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
        if unsigned.starts_with(|c: char| c.is_ascii_digit()) {
            if !is_number(unsigned) {
                let help = "Escriba solo cifras (y un punto decimal), o póngalo entre comillas si es un texto.";
                return Err(self.fault(length.min(40), "Este número no se entiende.", help, "aquí"));
            }
            self.at += length;
            return Ok(false);
        }
        if unsigned.starts_with('.') && unsigned[1..].starts_with(|c: char| c.is_ascii_digit()) {
            return Err(self.fault(length.min(40), "Este número no se entiende.", "Escriba el cero: «0.5».", "aquí"));
        }
        if matches!(word, "true" | "false" | "null" | "inf" | "-inf" | "nan") {
            return Err(self.fault(
                length,
                format!("«{word}» va con «#» o entre comillas."),
                "Sí y no se escriben «#true» y «#false».",
                "aquí",
            ));
        }
        self.at += length;
        Ok(true)
    }

    /// `#true`, `#false`, or a text with as many `#` around it.
    fn hash(&mut self) -> Result<bool, Fault> {
        let hashes = self.rest().bytes().take_while(|byte| *byte == b'#').count();
        if self.rest()[hashes..].starts_with('"') {
            let start = self.at;
            self.at += hashes;
            return self.text(hashes).map(|()| true).map_err(|mut fault| {
                fault.offset = fault.offset.min(start);
                fault
            });
        }
        let after = &self.rest()[1..];
        let word = &after[..after.find(|c| !is_word(c)).unwrap_or(after.len())];
        if !matches!(word, "true" | "false") {
            let help = "Sí y no se escriben «#true» y «#false».";
            return Err(self.fault(1 + word.len().min(40), "Esta palabra con «#» no se conoce.", help, "aquí"));
        }
        self.at += 1 + word.len();
        Ok(false)
    }

    /// A text of one or of several lines; stands on its first quote.
    fn text(&mut self, hashes: usize) -> Result<(), Fault> {
        let start = self.at;
        let rest = self.rest();
        let several = rest.starts_with("\"\"\"");
        let quotes = if several { 3 } else { 1 };
        let close = format!("{}{}", &"\"\"\""[..quotes], "#".repeat(hashes));
        let mut at = quotes;
        let end = loop {
            let Some(found) =
                rest[at..].find(|c| c == '"' || (c == '\\' && hashes == 0) || (!several && is_newline(c)))
            else {
                let help = "Escriba las comillas de cierre.";
                return Err(Fault::syntax(start, quotes, "Este texto no se cierra.", help, "el texto empieza aquí"));
            };
            at += found;
            match rest.as_bytes()[at] {
                b'"' if rest[at..].starts_with(&close) => break at,
                b'"' => at += 1,
                b'\\' => {
                    let broken = || Fault::syntax(start + at, 1, "La barra «\\» no se entiende aquí.", ESCAPES, "aquí");
                    at += escape(&rest[at..]).ok_or_else(broken)?;
                }
                _ => {
                    let help = "Cierre el texto con «\"». Un texto de varias líneas va entre «\"\"\"» y «\"\"\"».";
                    return Err(Fault::syntax(
                        start,
                        1,
                        "Faltan las comillas de cierre en esta línea.",
                        help,
                        "el texto empieza aquí",
                    ));
                }
            }
        };
        if several {
            check_lines(&rest[quotes..end]).map_err(|(offset, message)| {
                let help = "Las comillas «\"\"\"» van solas al final de su línea y al principio de la última; las líneas de en medio llevan al \
                            menos los mismos espacios que la última.";
                Fault::syntax(start + quotes + offset, 0, message, help, "aquí")
            })?;
        }
        self.at = start + end + close.len();
        Ok(())
    }
}

/// The bytes of an escape, where it is one.
fn escape(text: &str) -> Option<usize> {
    match text.as_bytes().get(1)? {
        b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't' | b's' => Some(2),
        b'u' => {
            let (digits, _) = text
                .strip_prefix("\\u{")?
                .split_at_checked(7)
                .map_or_else(|| text[3..].split_once('}'), |(head, _)| head.split_once('}'))?;
            let valid = !digits.is_empty() && digits.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| valid)?)?;
            Some(digits.len() + 4)
        }
        _ => None,
    }
}

/// A text of several lines begins with an end of line, ends with a line of spaces, and each line between begins with those spaces.
fn check_lines(body: &str) -> Result<(), (usize, &'static str)> {
    if !body.starts_with(is_newline) {
        return Err((0, "Después de «\"\"\"» el texto empieza en la línea siguiente."));
    }
    let last = body.rfind(is_newline).map_or(0, |newline| newline + 1);
    let margin = &body[last..];
    if !margin.chars().all(is_space) {
        return Err((last, "Las comillas de cierre «\"\"\"» van solas en su línea."));
    }
    let mut offset = 0;
    for line in body[..last].split_inclusive(is_newline) {
        let content = line.trim_end_matches(is_newline);
        if offset > 0 && !content.chars().all(is_space) && !content.starts_with(margin) {
            return Err((offset, "Esta línea lleva menos espacios que las comillas de cierre."));
        }
        offset += line.len();
    }
    Ok(())
}

fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= NUMBER
        && match text.split_once('.') {
            Some((whole, fraction)) => digits(whole) && digits(fraction),
            None => digits(text),
        }
}
