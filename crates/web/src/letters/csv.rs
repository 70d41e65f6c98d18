//! `GET /{institution}/correspondencia/registro.csv`: the register as a file.

use super::register::Asked;
use crate::{csv::Csv, failure::Failure, state::Visitor, words};
use axum::{Extension, extract::Query, response::Response};
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
    let mut file = Csv::new(&HEAD);
    let (filters, mut cursor) = (asked.filters(), None::<String>);
    loop {
        let page = visitor.reader.letters(&filters, cursor.as_deref(), PAGE).await?;
        for letter in &page.rows {
            file.line(cells(letter));
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(file.answer("correspondencia"));
        }
    }
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
