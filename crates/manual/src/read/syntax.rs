//! Parsing one file, and the parser's complaints in Spanish.

use super::{scan::scan, validate::Sink};
use crate::finding::At;
use kdl::{KdlDiagnostic, KdlDocument};

/// The most complaints of one file: after the first few, the parser only stumbles over the same stone.
const SHOWN: usize = 5;

pub fn parse(sink: &mut Sink, path: &str, text: &str, file: u32) -> Option<KdlDocument> {
    if let Err(fault) = scan(path, text) {
        sink.error(fault.rule, at(file, fault.offset, fault.length), fault.message, fault.help, fault.label);
        return None;
    }
    match KdlDocument::parse(text) {
        Ok(document) => Some(document),
        Err(error) => {
            let mut told: Vec<(usize, &str)> = Vec::new();
            for diagnostic in &error.diagnostics {
                let (message, help) = translate(diagnostic);
                let offset = diagnostic.span.offset().min(text.len());
                let line =
                    text[..crate::source::floor_char(text, offset)].bytes().filter(|byte| *byte == b'\n').count();
                if told.contains(&(line, message)) {
                    continue;
                }
                if told.len() == SHOWN {
                    break;
                }
                told.push((line, message));
                // The parser's spans may swallow the rest of the file; the first line of it says enough.
                let length = diagnostic.span.len().min(text.len() - offset);
                let length =
                    text.as_bytes()[offset..offset + length].iter().position(|byte| *byte == b'\n').unwrap_or(length);
                sink.error("sintaxis", at(file, offset, length), message.to_owned(), help, "aquí");
            }
            if told.is_empty() {
                sink.error("sintaxis", at(file, 0, 0), "El archivo no se entiende.".to_owned(), "", "aquí");
            }
            None
        }
    }
}

fn at(file: u32, offset: usize, length: usize) -> At {
    let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    At { file, offset: short(offset), length: short(length) }
}

fn translate(diagnostic: &KdlDiagnostic) -> (&'static str, &'static str) {
    let said = [diagnostic.message.as_deref(), diagnostic.label.as_deref(), diagnostic.help.as_deref()];
    let says = |words: &str| said.iter().flatten().any(|text| text.contains(words));
    if says("child block instead of node name") {
        (
            "Aquí se abre una llave que no pertenece a ninguna línea.",
            "La llave «{» va al final de la línea a la que pertenece, no en la siguiente.",
        )
    } else if says("node name") {
        (
            "Aquí debe empezar una línea con su clave.",
            "Cada línea empieza con una clave: «actividad», «decide», «firma»…",
        )
    } else if says("type annotation") || says("type name") {
        ("Los paréntesis van entre comillas, como parte de un texto.", "Escriba el texto entero entre comillas.")
    } else if says("property value") {
        ("Después de «=» falta un valor.", "Escriba el valor sin espacios: «sigue=4», «tipo=\"texto\"».")
    } else if says("newline in single-line") {
        ("Faltan las comillas de cierre en esta línea.", "Un texto de varias líneas va entre «\"\"\"» y «\"\"\"».")
    } else if says("matching multiline") || says("bad prefix") || says("multi-line") || says("multiline") {
        (
            "Este texto de varias líneas está mal escrito.",
            "Las comillas «\"\"\"» van solas al final de su línea y al principio de la última; las líneas de en medio llevan al menos los mismos \
             espacios que la última.",
        )
    } else if says("escape") {
        (
            "La barra «\\» no se entiende aquí.",
            "Escriba «\\\\» para una barra y «\\\"» para unas comillas dentro del texto.",
        )
    } else if says("keyword") || says("#true") {
        ("Esta palabra con «#» no se conoce.", "Sí y no se escriben «#true» y «#false».")
    } else if says("integer")
        || says("float")
        || says("hexadecimal")
        || says("octal")
        || says("binary")
        || says("digit")
    {
        (
            "Este número no se entiende.",
            "Escriba solo cifras (y un punto decimal), o póngalo entre comillas si es un texto.",
        )
    } else if says("value terminator") {
        ("Falta un espacio entre dos valores.", "Separe con un espacio; el texto va entre comillas.")
    } else {
        (
            "Esta parte no se entiende.",
            "El texto va entre comillas, los números sin comillas, y lo que pertenece a una línea entre llaves.",
        )
    }
}
