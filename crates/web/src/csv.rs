//! Lists as files that a spreadsheet opens with their accents and without running anything: what would be a formula is
//! kept as text.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

/// A file of lines, in the making.
pub struct Csv(String);

impl Csv {
    #[must_use]
    pub fn new(head: &[&str]) -> Self {
        // Excel takes a file for UTF-8 by this mark alone.
        let mut file = Self(String::from("\u{feff}"));
        file.line(head.iter().map(|word| (*word).to_owned()));
        file
    }

    pub fn line(&mut self, cells: impl IntoIterator<Item = String>) {
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            self.0.push_str(&quoted(&cell));
        }
        self.0.push_str("\r\n");
    }

    /// The file under its name, which is letters, digits and hyphens.
    #[must_use]
    pub fn answer(self, name: &str) -> Response {
        let mut response = ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], self.0).into_response();
        let name = format!("attachment; filename=\"{name}.csv\"");
        if let Ok(name) = HeaderValue::from_str(&name) {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
        }
        response
    }
}

/// One cell. An apostrophe before what a spreadsheet would run as a formula makes it text, and so says who reads it back;
/// a cell that begins with an apostrophe of its own gets one more, so that both are told apart.
fn quoted(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠']);
    let cell = if risky { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', ';', '\n', '\r', '\t', '\'']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    /// What somebody who reads the file back takes from a cell.
    fn read(cell: &str) -> String {
        let plain =
            cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell).replace("\"\"", "\"");
        plain.strip_prefix('\'').map(str::to_owned).unwrap_or(plain)
    }

    #[test]
    fn no_cell_is_a_formula_and_each_reads_back_as_it_was() {
        let starts = ["=", "+", "-", "@", "\t", "\r", "\n", "'", "", "＝", "a", "\"", ","];
        let rests = ["cmd|' /C calc'!A0", "SUM(A1:A2)", "1+1", "HYPERLINK(\"http://x\")", "", "ñandú; \"sí\"", "2,5"];
        let mut cells = 0;
        for start in starts {
            for rest in rests {
                for tail in ["", "\n=1", "\""] {
                    let cell = format!("{start}{rest}{tail}");
                    let written = quoted(&cell);
                    let shown = written.trim_start_matches('"');
                    assert!(
                        !shown.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) || cell.starts_with('"'),
                        "{written}"
                    );
                    assert_eq!(read(&written), cell, "{written}");
                    cells += 1;
                }
            }
        }
        println!("S18: {cells} cells");
        assert!(cells >= 200);
    }
}
