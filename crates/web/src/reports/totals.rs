//! The totals of a report: by procedure and by the way the cases came in.

use crate::words;
use engine::measure::{Conformity, Verdict};
use maud::{Markup, html};
use store::reports::ReportTotal;

/// What a line of totals counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub cases: i64,
    pub conforming: i64,
    pub not_conforming: i64,
    pub excluded: i64,
    pub rated_well: i64,
    pub rated_badly: i64,
}

impl Tally {
    fn add(&mut self, total: &ReportTotal) {
        self.cases += total.cases;
        match total.judged {
            Conformity::Conforms => self.conforming += total.cases,
            Conformity::DoesNotConform => self.not_conforming += total.cases,
            Conformity::Excluded => self.excluded += total.cases,
            Conformity::NotJudged | Conformity::Merged => {}
        }
        match total.rated {
            Verdict::Conforming => self.rated_well += total.cases,
            Verdict::NotConforming => self.rated_badly += total.cases,
            Verdict::Unrated | Verdict::None => {}
        }
    }

    #[must_use]
    pub fn of(totals: &[ReportTotal]) -> Self {
        let mut tally = Self::default();
        for total in totals {
            tally.add(total);
        }
        tally
    }

    /// Of a hundred cases judged, how many conform, rounded down: 79.9 does not reach 80.
    #[must_use]
    pub const fn percent(self) -> Option<i64> {
        match self.conforming + self.not_conforming {
            0 => None,
            judged => Some(self.conforming * 100 / judged),
        }
    }
}

/// The totals put together by a name, in the order in which the names come first.
#[must_use]
pub fn by(totals: &[ReportTotal], name: impl Fn(&ReportTotal) -> String) -> Vec<(String, Tally)> {
    let mut groups: Vec<(String, Tally)> = Vec::new();
    for total in totals {
        let name = name(total);
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, tally)) => tally.add(total),
            None => groups.push((name, Tally::of(std::slice::from_ref(total)))),
        }
    }
    groups
}

#[must_use]
pub fn table(title: &str, first: &str, groups: &[(String, Tally)]) -> Markup {
    html! {
        div.tabla-marco.apilable {
            table {
                caption { (title) }
                thead { tr {
                    th scope="col" { (first) }
                    th.numero scope="col" { "Casos" }
                    th.numero scope="col" { "Conformes" }
                    th.numero scope="col" { "No conformes" }
                    th.numero scope="col" { "Excluidos" }
                    th.numero scope="col" { "Conformidad" }
                    th.numero scope="col" { "Calificados conforme" }
                    th.numero scope="col" { "Calificados no conforme" }
                } }
                tbody { @for (name, tally) in groups { (row(name, *tally)) } }
            }
        }
    }
}

fn row(name: &str, tally: Tally) -> Markup {
    let number = |title: &str, number: i64| html! { td.numero data-titulo=(title) { (words::thousands(number)) } };
    html! {
        tr {
            th scope="row" { (name) }
            (number("Casos", tally.cases))
            (number("Conformes", tally.conforming))
            (number("No conformes", tally.not_conforming))
            (number("Excluidos", tally.excluded))
            td.numero data-titulo="Conformidad" { @match tally.percent() { Some(percent) => { (percent) " %" }, None => { "—" } } }
            (number("Calificados conforme", tally.rated_well))
            (number("Calificados no conforme", tally.rated_badly))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{case::Status, event::Channel};

    #[test]
    fn what_is_excluded_or_not_judged_is_no_part_of_the_percentage() {
        let total = |procedure: &str, judged, cases| ReportTotal {
            procedure: procedure.into(),
            channel: Channel::Phone,
            how: Status::Finished,
            judged,
            rated: Verdict::Unrated,
            cases,
        };
        let totals = [
            total("A", Conformity::Conforms, 799),
            total("A", Conformity::DoesNotConform, 201),
            total("B", Conformity::Excluded, 5),
            total("B", Conformity::NotJudged, 2),
        ];
        let groups = by(&totals, |total| total.procedure.to_string());
        assert_eq!(groups.len(), 2);
        assert_eq!((groups[0].1.cases, groups[0].1.percent()), (1_000, Some(79)));
        assert_eq!((groups[1].1.cases, groups[1].1.excluded, groups[1].1.percent()), (7, 5, None));
        let all = Tally::of(&totals);
        assert_eq!((all.cases, all.rated_well, all.rated_badly), (1_007, 0, 0));
    }
}
