//! What the commands print: a table or JSON, on standard output or in a file.

use anyhow::{Context, Result};
use serde::Serialize;
use std::{fs, io::Write as _, path::Path};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
}

/// Writes text to standard output. A reader that went away (`| head`) is no error of ours.
pub fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("No se puede escribir en la salida"),
    }
}

pub fn print_json(value: &impl Serialize) -> Result<()> {
    print(&format!("{}\n", serde_json::to_string(value)?))
}

/// To a file where one is asked for, to standard output otherwise.
pub fn deliver(text: &str, output: Option<&Path>) -> Result<()> {
    match output {
        Some(path) => fs::write(path, text).with_context(|| format!("No se puede escribir «{}»", path.display())),
        None => print(text),
    }
}

/// Columns as wide as their widest cell; the last one runs free.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([header[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells.zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect::<Vec<_>>().join("  ");
        text.push_str(padded.trim_end());
        text.push('\n');
    };
    line(&mut header.iter().copied());
    for row in rows {
        line(&mut row.iter().map(String::as_str));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_heads() {
        let rows = vec![vec!["ñandú".to_owned(), "x".to_owned()], vec!["a".to_owned(), "y".to_owned()]];
        assert_eq!(table(&["uno", "dos"], &rows), "uno    dos\nñandú  x\na      y\n");
    }
}
