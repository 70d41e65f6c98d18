//! A look at the raw text before parsing: size, nesting, count of nodes and unclosed quotes or braces. The parser recurses, so
//! nothing deeper than the limit may reach it; here the walk is a loop.

use crate::limits;

/// Why a text does not reach the parser.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    pub rule: &'static str,
    pub message: String,
    pub help: &'static str,
    pub label: &'static str,
    pub offset: usize,
    pub length: usize,
}

fn fault(
    rule: &'static str,
    offset: usize,
    length: usize,
    message: impl Into<String>,
    help: &'static str,
    label: &'static str,
) -> Fault {
    Fault { rule, message: message.into(), help, label, offset, length }
}

/// The first reason not to parse the text, if there is one.
pub fn scan(path: &str, text: &str) -> Result<(), Fault> {
    if text.len() > limits::FILE_BYTES {
        return Err(fault(
            "limite",
            0,
            0,
            crate::source::too_big(path, text.len()),
            "Divida el archivo: un procedimiento o un formulario por archivo.",
            "archivo demasiado grande",
        ));
    }
    if let Some((offset, c)) = text.char_indices().find(|(_, c)| is_forbidden(*c)) {
        let message = format!("El texto contiene un carácter invisible que no se admite (U+{:04X}).", u32::from(c));
        return Err(fault(
            "sintaxis",
            offset,
            c.len_utf8(),
            message,
            "Borre el carácter; suele venir de copiar y pegar.",
            "aquí",
        ));
    }
    Scanner { text: text.as_bytes(), at: 0, open: Vec::new(), nodes: 0 }.run()
}

/// What KDL forbids anywhere in a text: control characters and marks that turn the direction of writing.
fn is_forbidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{feff}')
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Where each open brace stands.
    open: Vec<usize>,
    nodes: usize,
}

impl Scanner<'_> {
    fn run(mut self) -> Result<(), Fault> {
        // Whether a node has begun since the last end of line, `;` or brace.
        let mut in_node = false;
        while let Some(byte) = self.text.get(self.at).copied() {
            match byte {
                b'"' => self.string(0)?,
                b'#' => {
                    let hashes = self.count(b'#');
                    if self.text.get(self.at + hashes) == Some(&b'"') {
                        self.at += hashes;
                        self.string(hashes)?;
                    } else {
                        self.at += hashes;
                    }
                }
                b'/' if self.next_is(b'/') => self.skip_line(),
                b'/' if self.next_is(b'*') => self.comment()?,
                b'/' if self.next_is(b'-') => {
                    return Err(fault(
                        "sintaxis",
                        self.at,
                        2,
                        "«/-» no se admite en un manual.",
                        "Para dejar fuera una línea, empiécela con «//».",
                        "aquí",
                    ));
                }
                b'{' => {
                    self.open.push(self.at);
                    if self.open.len() > limits::DEPTH {
                        let message = format!("Las llaves están anidadas más de {} veces.", limits::DEPTH);
                        return Err(fault(
                            "limite",
                            self.at,
                            1,
                            message,
                            "Revise si falta cerrar una llave «}» más arriba.",
                            "demasiado hondo",
                        ));
                    }
                    self.at += 1;
                    in_node = false;
                    continue;
                }
                b'}' => {
                    if self.open.pop().is_none() {
                        return Err(fault(
                            "sintaxis",
                            self.at,
                            1,
                            "Sobra una llave de cierre «}».",
                            "Bórrela, o escriba la llave «{» que le corresponde.",
                            "no cierra nada",
                        ));
                    }
                    self.at += 1;
                    in_node = false;
                    continue;
                }
                b'\n' | b'\r' | b';' => {
                    self.at += 1;
                    in_node = false;
                    continue;
                }
                b' ' | b'\t' => {
                    self.at += 1;
                    continue;
                }
                _ => self.at += 1,
            }
            if !in_node {
                in_node = true;
                self.nodes += 1;
                if self.nodes > limits::NODES {
                    let message = format!("El archivo tiene más de {} líneas con contenido.", limits::NODES);
                    return Err(fault(
                        "limite",
                        self.at.saturating_sub(1),
                        1,
                        message,
                        "Divida el archivo.",
                        "aquí se pasa del límite",
                    ));
                }
            }
        }
        match self.open.pop() {
            None => Ok(()),
            Some(brace) => Err(fault(
                "sintaxis",
                brace,
                1,
                "Falta cerrar esta llave «{».",
                "Escriba «}» donde termina lo que pertenece a esta línea.",
                "se abre aquí y no se cierra",
            )),
        }
    }

    fn next_is(&self, byte: u8) -> bool {
        self.text.get(self.at + 1) == Some(&byte)
    }

    fn count(&self, byte: u8) -> usize {
        self.text[self.at..].iter().take_while(|found| **found == byte).count()
    }

    fn skip_line(&mut self) {
        while self.text.get(self.at).is_some_and(|byte| *byte != b'\n' && *byte != b'\r') {
            self.at += 1;
        }
    }

    fn comment(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at += 2;
        loop {
            match (self.text.get(self.at), self.text.get(self.at + 1)) {
                (Some(b'*'), Some(b'/')) => {
                    self.at += 2;
                    return Ok(());
                }
                // KDL nests them and its parser recurses for it; nobody needs that here.
                (Some(b'/'), Some(b'*')) => {
                    return Err(fault(
                        "sintaxis",
                        self.at,
                        2,
                        "Un comentario «/* … */» no puede contener otro.",
                        "Use «//» al principio de cada línea.",
                        "aquí empieza el segundo",
                    ));
                }
                (None, _) => {
                    let help = "Escriba «*/» donde termina el comentario.";
                    return Err(fault("sintaxis", start, 2, "Falta cerrar este comentario «/*».", help, "se abre aquí"));
                }
                _ => self.at += 1,
            }
        }
    }

    /// A string of any of the four kinds; stands on its first quote.
    fn string(&mut self, hashes: usize) -> Result<(), Fault> {
        let start = self.at;
        let quotes = if self.text[start..].starts_with(b"\"\"\"") { 3 } else { 1 };
        let multiline = quotes == 3;
        self.at += quotes;
        while let Some(byte) = self.text.get(self.at).copied() {
            match byte {
                b'\\' if hashes == 0 => self.at += 2,
                b'\n' | b'\r' if !multiline => {
                    return Err(fault(
                        "sintaxis",
                        start,
                        1,
                        "Faltan las comillas de cierre en esta línea.",
                        "Cierre el texto con «\"». Un texto de varias líneas va entre «\"\"\"» y «\"\"\"».",
                        "el texto empieza aquí",
                    ));
                }
                b'"' if self.closes(quotes, hashes) => {
                    self.at += quotes + hashes;
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
        Err(fault(
            "sintaxis",
            start,
            quotes,
            "Este texto no se cierra.",
            "Escriba las comillas de cierre.",
            "el texto empieza aquí",
        ))
    }

    fn closes(&self, quotes: usize, hashes: usize) -> bool {
        let rest = &self.text[self.at..];
        rest.len() >= quotes + hashes
            && rest[..quotes].iter().all(|byte| *byte == b'"')
            && rest[quotes..quotes + hashes].iter().all(|byte| *byte == b'#')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Fault {
        scan("x.kdl", text).expect_err(text)
    }

    #[test]
    fn braces_inside_texts_and_comments_do_not_count() {
        let text = "a \"{{{{\" { // }}}}\n /* { */ b #\"\"{\"\"# c=\"\\\"{\" }\nd \"\"\"\n  {{{\n  \"\"\"";
        assert_eq!(scan("x.kdl", text), Ok(()));
    }

    #[test]
    fn what_is_left_open_is_shown_where_it_opens() {
        assert_eq!(refused("a {\n b {\n}\n").offset, 2);
        assert_eq!(refused("a \"sin cierre\nb").offset, 2);
        assert_eq!(refused("a }").offset, 2);
        assert_eq!(refused("a /* x").offset, 2);
        assert_eq!(refused("a \"\"\"\n sin cierre").offset, 2);
        assert_eq!(refused("a \"x\\").offset, 2);
    }

    #[test]
    fn hostile_depth_and_count_are_limits() {
        assert_eq!(refused(&"a{".repeat(400_000)).rule, "limite");
        assert_eq!(refused(&"a;".repeat(500_000)).rule, "limite");
        assert_eq!(refused(&" ".repeat(limits::FILE_BYTES + 1)).rule, "limite");
        assert_eq!(refused(&"/*".repeat(400_000)).rule, "sintaxis");
        assert_eq!(refused(&"a /-{".repeat(200_000)).rule, "sintaxis");
        assert_eq!(refused("a \u{202e}b").rule, "sintaxis");
    }
}
