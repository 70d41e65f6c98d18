//! `GET /{institution}/correspondencia/registro.csv`: the register as a file that a spreadsheet opens with its accents and
//! without running anything: what would be a formula is kept as text.

use super::register::Asked;
use crate::{failure::Failure, state::Visitor, words};
use axum::{
    Extension,
    extract::Query,
    http::header,
    response::{IntoResponse, Response},
};
use store::letters::{Direction, Letter};

/// Rows asked for at once.
const PAGE: usize = 200;

const HEAD: [&str; 20] = [
    "Sentido",
    "Número",
    "Fecha",
    "Unidad",
    "Estado",
    "Oficio del remitente",
    "Fecha del oficio",
    "Institución",
    "Dependencia",
    "Persona",
    "Asunto",
    "Folios",
    "Firma y sello",
    "Observación",
    "Firma",
    "Vo.Bo.",
    "Copias",
    "Caso",
    "Entregado",
    "Anulado por",
];

pub async fn export(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    // Excel takes a file for UTF-8 by this mark alone.
    let mut text = String::from("\u{feff}");
    line(&mut text, HEAD.iter().map(|word| (*word).to_owned()));
    let (filters, mut cursor) = (asked.filters(), None::<String>);
    loop {
        let page = visitor.reader.letters(&filters, cursor.as_deref(), PAGE).await?;
        for letter in &page.rows {
            line(&mut text, cells(letter).into_iter());
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"correspondencia.csv\""),
    ];
    Ok((headers, text).into_response())
}

fn cells(letter: &Letter) -> [String; 20] {
    let text = &letter.text;
    let day = |date: Option<jiff::civil::Date>| date.map(words::day).unwrap_or_default();
    [
        if letter.direction == Direction::Incoming { "Recibido" } else { "Enviado" }.into(),
        letter.number.as_deref().unwrap_or_default().into(),
        words::day(letter.day),
        letter.unit.to_string(),
        letter.state.label().into(),
        text.their_number.clone(),
        day(text.dated),
        text.institution.clone(),
        text.department.clone(),
        text.person.clone(),
        text.subject.clone(),
        text.folios.map(|folios| folios.to_string()).unwrap_or_default(),
        match text.sealed {
            Some(true) => "Sí".into(),
            Some(false) => "No".into(),
            None => String::new(),
        },
        text.seal_remark.clone(),
        text.signed_by.clone(),
        text.approved_by.clone(),
        text.copies.clone(),
        letter.case.as_deref().unwrap_or_default().into(),
        letter.delivery.as_ref().map(|given| format!("{} a {}", words::day(given.on), given.to)).unwrap_or_default(),
        letter.void_reason.as_deref().unwrap_or_default().into(),
    ]
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&quoted(&cell));
    }
    text.push_str("\r\n");
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
