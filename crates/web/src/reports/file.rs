//! `GET /{institution}/informes/terminados.csv`: the lines of the report as a file.

use super::{period::Asked, wording};
use crate::{csv::Csv, failure::Failure, state::Visitor, words};
use axum::{Extension, extract::Query, response::Response};
use jiff::tz::TimeZone;
use store::reports::ReportLine;

/// Lines asked for at once.
const PAGE: usize = 200;

const HEAD: [&str; 14] = [
    "Caso",
    "Asunto",
    "Procedimiento",
    "Vía de ingreso",
    "Solicitante",
    "Unidad",
    "Abierto",
    "Vence",
    "Terminado",
    "Estado",
    "Resultado",
    "Causa de exclusión",
    "Calificación",
    "Comentario",
];

pub async fn export(Extension(visitor): Extension<Visitor>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let zone = visitor.zone();
    // Who may not see reports hears so before anything else.
    let today = visitor.now.to_zoned(zone.clone()).date();
    visitor.reader.ended_totals(super::period::month_of(today)).await?;
    let period = asked.period(today).map_err(|wrong| Failure::Invalid(wrong.text.into()))?;
    let (mut file, mut cursor) = (Csv::new(&HEAD), None::<String>);
    loop {
        let page = visitor.reader.ended(period, cursor.as_deref(), PAGE).await?;
        for line in &page.rows {
            file.line(cells(line, &zone));
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(file.answer(&format!("terminados-{}-{}", period.from, period.to)));
        }
    }
}

fn cells(line: &ReportLine, zone: &TimeZone) -> [String; 14] {
    [
        line.number.to_string(),
        line.subject.to_string(),
        line.procedure.to_string(),
        words::channel(line.channel).into(),
        line.requester.to_string(),
        line.unit.to_string(),
        words::moment(line.opened_at, zone),
        line.due.map(|due| words::moment(due, zone)).unwrap_or_default(),
        words::moment(line.ended_at, zone),
        line.how.label().into(),
        wording::judged(line.judged).into(),
        line.causes.iter().map(|cause| &**cause).collect::<Vec<_>>().join("; "),
        wording::rated(line.rated).into(),
        line.comment.as_deref().unwrap_or_default().into(),
    ]
}
