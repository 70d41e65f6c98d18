//! How a line of the report says its result and its rating: the same words on the page, on paper and in the file.

use engine::{
    case::Status,
    measure::{Conformity, Verdict},
};
use store::reports::ReportLine;

#[must_use]
pub const fn judged(judged: Conformity) -> &'static str {
    match judged {
        Conformity::Conforms => "Conforme",
        Conformity::DoesNotConform => "No conforme",
        Conformity::Excluded => "Excluido",
        Conformity::NotJudged => "Sin juicio",
        Conformity::Merged => "Unido a otro caso",
    }
}

/// The result with what explains it: the cause it is counted apart for, or that it did not end well.
#[must_use]
pub fn result(line: &ReportLine) -> String {
    let causes = line.causes.iter().map(|cause| &**cause).collect::<Vec<_>>().join("; ");
    match (line.judged, line.how) {
        (Conformity::Excluded, _) => format!("Excluido: {causes}"),
        (Conformity::Merged, _) => judged(line.judged).into(),
        (Conformity::NotJudged, Status::Finished) => "Sin plazo".into(),
        (Conformity::NotJudged, how) => how.label().into(),
        (other, Status::Finished) => judged(other).into(),
        (other, how) => format!("{} ({})", judged(other), how.label().to_lowercase()),
    }
}

#[must_use]
pub const fn rated(rated: Verdict) -> &'static str {
    match rated {
        Verdict::Conforming => "Conforme",
        Verdict::NotConforming => "No conforme",
        Verdict::Unrated => "Venció sin calificar",
        Verdict::None => "Sin calificar",
    }
}
