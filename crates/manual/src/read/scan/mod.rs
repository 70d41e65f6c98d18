//! A look at the raw text before parsing. The parser recurses and recovers from faults slowly, so only a well-formed text of limited
//! size and nesting may reach it; here the walk is a loop, and stops at the first fault with the words a person needs.

mod text;

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

impl Fault {
    fn syntax(
        offset: usize,
        length: usize,
        message: impl Into<String>,
        help: &'static str,
        label: &'static str,
    ) -> Self {
        Self { rule: "sintaxis", message: message.into(), help, label, offset, length }
    }

    fn limit(offset: usize, length: usize, message: String, help: &'static str, label: &'static str) -> Self {
        Self { rule: "limite", message, help, label, offset, length }
    }
}

/// The first reason not to parse the text, if there is one.
pub fn scan(path: &str, text: &str) -> Result<(), Fault> {
    if text.len() > limits::FILE_BYTES {
        let help = "Divida el archivo: un procedimiento o un formulario por archivo.";
        return Err(Fault::limit(0, 0, crate::source::too_big(path, text.len()), help, "archivo demasiado grande"));
    }
    if let Some((offset, c)) = text.char_indices().find(|(_, c)| is_forbidden(*c)) {
        let message = format!("El texto contiene un carácter invisible que no se admite (U+{:04X}).", u32::from(c));
        return Err(Fault::syntax(
            offset,
            c.len_utf8(),
            message,
            "Borre el carácter; suele venir de copiar y pegar.",
            "aquí",
        ));
    }
    Scanner { text, at: 0, open: Vec::new(), nodes: 0, values: 0, part: Part::Start, spaced: true }.run()
}

/// What KDL forbids anywhere (control characters, marks that turn the direction of writing), and the rare ends of line.
fn is_forbidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{85}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// What may be part of a word without quotes.
fn is_word(c: char) -> bool {
    !is_space(c)
        && !is_newline(c)
        && !matches!(c, '{' | '}' | '(' | ')' | '[' | ']' | '/' | '\\' | '"' | '#' | ';' | '=')
}

/// Where in a line the scanner stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Before its key.
    Start,
    /// After its key: values, properties, a brace.
    Values,
    /// After the closing brace of what belonged to it.
    Closed,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Where each open brace stands.
    open: Vec<usize>,
    nodes: usize,
    values: usize,
    part: Part,
    /// The last thing was white space, so that a value may begin.
    spaced: bool,
}

impl<'a> Scanner<'a> {
    fn run(mut self) -> Result<(), Fault> {
        while let Some(c) = self.peek() {
            match c {
                _ if is_space(c) => {
                    self.at += c.len_utf8();
                    self.spaced = true;
                }
                '\n' | '\r' | ';' => {
                    if c == ';' && self.part == Part::Start {
                        return Err(self.fault(1, "Este «;» no separa nada.", "Bórrelo.", "sobra"));
                    }
                    self.at += 1;
                    self.part = Part::Start;
                    self.spaced = true;
                }
                '\\' => self.line_goes_on()?,
                '/' => self.comment()?,
                '{' => self.brace()?,
                '}' => self.closing_brace()?,
                '=' if self.part == Part::Start => {
                    return Err(self.fault(
                        1,
                        "La línea empieza con «=».",
                        "Escriba la clave al principio de la línea.",
                        "aquí",
                    ));
                }
                '=' => {
                    let help = "Se escribe la clave, «=» y su valor: «sigue=4», «tipo=\"texto\"».";
                    return Err(self.fault(1, "Este «=» no tiene su clave delante.", help, "aquí"));
                }
                '(' | ')' | '[' | ']' => {
                    let message = format!("«{c}» no se admite fuera de comillas.");
                    return Err(self.fault(1, message, "Escriba el texto entero entre comillas.", "aquí"));
                }
                _ => self.value()?,
            }
        }
        match self.open.pop() {
            None => Ok(()),
            Some(brace) => {
                let help = "Escriba «}» donde termina lo que pertenece a esta línea.";
                Err(Fault::syntax(brace, 1, "Falta cerrar esta llave «{».", help, "se abre aquí y no se cierra"))
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// A fault at the present place.
    fn fault(&self, length: usize, message: impl Into<String>, help: &'static str, label: &'static str) -> Fault {
        Fault::syntax(self.at, length, message, help, label)
    }

    fn brace(&mut self) -> Result<(), Fault> {
        if self.part != Part::Values {
            let help = "La llave «{» va al final de la línea a la que pertenece, no en la siguiente.";
            return Err(self.fault(1, "Aquí se abre una llave que no pertenece a ninguna línea.", help, "aquí"));
        }
        self.open.push(self.at);
        if self.open.len() > limits::DEPTH {
            let message = format!("Las llaves están anidadas más de {} veces.", limits::DEPTH);
            return Err(Fault::limit(
                self.at,
                1,
                message,
                "Revise si falta cerrar una llave «}» más arriba.",
                "demasiado hondo",
            ));
        }
        self.at += 1;
        self.part = Part::Start;
        self.spaced = true;
        Ok(())
    }

    fn closing_brace(&mut self) -> Result<(), Fault> {
        if self.open.pop().is_none() {
            let help = "Bórrela, o escriba la llave «{» que le corresponde.";
            return Err(self.fault(1, "Sobra una llave de cierre «}».", help, "no cierra nada"));
        }
        self.at += 1;
        self.part = Part::Closed;
        self.spaced = false;
        Ok(())
    }

    /// A backslash at the end of a line: the line goes on in the next one.
    fn line_goes_on(&mut self) -> Result<(), Fault> {
        let after = self.rest()[1..].trim_start_matches(is_space);
        if self.part == Part::Values && after.starts_with(is_newline) {
            self.at = self.text.len() - after.len();
            self.at += if after.starts_with("\r\n") { 2 } else { 1 };
            self.spaced = true;
            return Ok(());
        }
        Err(self.fault(
            1,
            "Esta barra «\\» no se entiende aquí.",
            "Bórrela, o escriba el texto entre comillas.",
            "aquí",
        ))
    }

    fn comment(&mut self) -> Result<(), Fault> {
        if self.rest().starts_with("//") {
            self.at = self.rest().find(is_newline).map_or(self.text.len(), |end| self.at + end);
            return Ok(());
        }
        if self.rest().starts_with("/-") {
            let help = "Para dejar fuera una línea, empiécela con «//».";
            return Err(self.fault(2, "«/-» no se admite en un manual.", help, "aquí"));
        }
        if !self.rest().starts_with("/*") {
            return Err(self.fault(
                1,
                "«/» no se admite fuera de comillas.",
                "Escriba el texto entero entre comillas.",
                "aquí",
            ));
        }
        let body = &self.rest()[2..];
        let Some(end) = body.find("*/") else {
            return Err(self.fault(
                2,
                "Falta cerrar este comentario «/*».",
                "Escriba «*/» donde termina el comentario.",
                "se abre aquí",
            ));
        };
        // KDL nests comments and its parser recurses for it; nobody needs that here.
        if let Some(inner) = body[..=end].find("/*") {
            let help = "Use «//» al principio de cada línea.";
            let at = self.at + 2 + inner;
            return Err(Fault::syntax(
                at,
                2,
                "Un comentario «/* … */» no puede contener otro.",
                help,
                "aquí empieza el segundo",
            ));
        }
        self.at += end + 4;
        self.spaced = true;
        Ok(())
    }

    /// The key of a line, or one of its values with the property it may belong to.
    fn value(&mut self) -> Result<(), Fault> {
        match self.part {
            Part::Closed => {
                let help = "Empiece una línea nueva después de «}».";
                return Err(self.fault(1, "Después de la llave «}» no va nada en la misma línea.", help, "aquí"));
            }
            Part::Start => {
                self.nodes += 1;
                if self.nodes > limits::NODES {
                    let message = format!("El archivo tiene más de {} líneas con contenido.", limits::NODES);
                    return Err(Fault::limit(self.at, 1, message, "Divida el archivo.", "aquí se pasa del límite"));
                }
            }
            Part::Values if !self.spaced => {
                return Err(self.fault(
                    1,
                    "Falta un espacio antes de este valor.",
                    "Separe los valores con un espacio.",
                    "aquí",
                ));
            }
            Part::Values => {
                self.values += 1;
                if self.values > limits::VALUES {
                    let message = format!("El archivo tiene más de {} valores.", limits::VALUES);
                    return Err(Fault::limit(self.at, 1, message, "Divida el archivo.", "aquí se pasa del límite"));
                }
            }
        }
        let start = self.at;
        let named = self.token()?;
        if self.part == Part::Start {
            if !named {
                let help = "Cada línea empieza con una clave: «actividad», «decide», «firma»…";
                return Err(Fault::syntax(
                    start,
                    self.at - start,
                    "Aquí debe empezar una línea con su clave.",
                    help,
                    "no es una clave",
                ));
            }
            self.part = Part::Values;
        } else {
            let after = self.rest().trim_start_matches(is_space);
            if let Some(after) = after.strip_prefix('=') {
                if !named {
                    let help = "La clave de «=» es una palabra: «sigue=4».";
                    return Err(Fault::syntax(
                        start,
                        self.at - start,
                        "Un número no puede ser una clave.",
                        help,
                        "no es una clave",
                    ));
                }
                let after = after.trim_start_matches(is_space);
                self.at = self.text.len() - after.len();
                if !after.starts_with(|c| is_word(c) || c == '"' || c == '#') {
                    let help = "Escriba el valor: «sigue=4», «tipo=\"texto\"».";
                    return Err(Fault::syntax(
                        start,
                        self.at - start,
                        "Después de «=» falta un valor.",
                        help,
                        "falta su valor",
                    ));
                }
                self.token()?;
            }
        }
        self.spaced = false;
        Ok(())
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
        let text = "a \"{{{{\" { // }}}}\n /* { */ b #\"\"{\"\"# c=\"\\\"{\" }\nd \"\"\"\n  {{{\n  \"\"\" // x\n\"e\" 1 2.5 -3 #true f = g\\\n  h\n";
        assert_eq!(scan("x.kdl", text), Ok(()));
        assert!(kdl::KdlDocument::parse(text).is_ok());
    }

    #[test]
    fn what_is_left_open_is_shown_where_it_opens() {
        for text in
            ["a {\n b {\n}\n", "a \"sin cierre\nb", "a }", "a /* x", "a \"\"\"\n sin cierre", "a #\"x\"", "a (x)"]
        {
            assert_eq!(refused(text).offset, 2, "{text}");
        }
    }

    #[test]
    fn what_the_parser_would_stumble_over_is_refused_first() {
        for text in [
            "{ }",
            "a\n{ }",
            "= 1",
            "a = 1",
            "a b=",
            "a b= {",
            "1 2",
            "a 1x",
            "a 1=2",
            "a true",
            "a #verdad",
            "a \"x\"y",
            "a \"x\"\"y\"",
            "a {} b",
            "a 0x1F",
            "a .5",
            "a 1.",
            "a 1e",
            "a \"\\q\"",
            "a \"\\u{110000}\"",
            "a \"\"\"x\"\"\"",
            "a \"\"\"\nx\n  \"\"\"",
            "a b/c",
            "a; ; b",
            "a \\ b",
            "a --1 +",
            "a #true#false",
            "a #\"\"\"x\"\"\"#",
            "a -1x",
            "inf",
            "a \"\"\"\"",
        ] {
            let scanned = scan("x.kdl", text);
            let parsed = kdl::KdlDocument::parse(text);
            assert!(scanned.is_err() || parsed.is_ok(), "{text} passes and then fails: {parsed:?}");
        }
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

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn what_passes_the_scan_passes_the_parser(
            text in "([a-z]{1,3}|[ =;{}()\"#/*\\\\.+-]|\n|\r\n|[0-9.]{1,3}|\"[a-zñ ]{0,3}\"|#true|\"\"\"\n x\n \"\"\"|#\"a\"#| ){0,24}"
        ) {
            if scan("x.kdl", &text).is_ok() {
                let parsed = kdl::KdlDocument::parse(&text);
                proptest::prop_assert!(parsed.is_ok(), "{text:?}: {parsed:?}");
            }
        }
    }
}
