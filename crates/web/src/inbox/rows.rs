//! A list of cases: the table, one row a case, with what the rows need from their editions.

use super::columns::{self, Column};
use crate::{failure::Failure, state::Visitor, words};
use engine::{Name, event::Priority};
use jiff::tz::TimeZone;
use manual::{
    edition::Edition,
    procedure::{Procedure, Step},
};
use maud::{Markup, html};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use store::{cases::CaseRow, marks::Mark};

/// The rows of a page with the editions they run under and the names of the units.
pub struct Rows<'r> {
    visitor: &'r Visitor,
    cases: &'r [CaseRow],
    editions: BTreeMap<i64, Arc<Edition>>,
    units: BTreeMap<Name, Name>,
    marks: HashMap<Name, Vec<Mark>>,
}

impl<'r> Rows<'r> {
    /// # Errors
    /// If the store cannot be read.
    pub async fn load(visitor: &'r Visitor, rows: &'r [CaseRow]) -> Result<Self, Failure> {
        let store = &visitor.house.store;
        let units = visitor.house.face().units.iter().cloned().collect();
        let mut editions = BTreeMap::new();
        for row in rows {
            if !editions.contains_key(&row.edition)
                && let Some(edition) = store.edition(row.edition).await?
            {
                editions.insert(row.edition, edition);
            }
        }
        let marks = visitor.reader.marks(rows).await?;
        Ok(Self { visitor, cases: rows, editions, units, marks })
    }

    #[must_use]
    pub fn procedure(&self, row: &CaseRow) -> Option<&Procedure> {
        self.editions.get(&row.edition)?.procedure(&row.procedure)
    }

    /// The unit of the one who asked, by its name where it still has one.
    fn unit<'a>(&'a self, row: &'a CaseRow) -> Option<&'a Name> {
        Some(self.units.get(&row.requester_unit).unwrap_or(&row.requester_unit)).filter(|unit| !unit.is_empty())
    }

    #[must_use]
    pub fn step(&self, row: &CaseRow) -> Option<&Step> {
        self.procedure(row)?.step(row.step?)
    }

    /// The table; `take` offers to take the cases whose present step the visitor may take, `marks` to mark cases.
    #[must_use]
    pub fn table(&self, caption: &str, take: bool, marks: bool) -> Markup {
        let zone = self.visitor.zone();
        let columns = columns::chosen(self.visitor);
        html! {
            div.tabla-marco.apilable data-lista {
                table {
                    caption { (caption) }
                    thead { tr {
                        th scope="col" { "Número" }
                        @for column in &columns { th scope="col" { (column.title()) } }
                        @if take { th scope="col" { span.oculto-visual { "Acción" } } }
                    } }
                    tbody {
                        @for row in self.cases {
                            @let step = self.step(row);
                            tr {
                                td data-titulo="Número" {
                                    @if marks { input.marca type="checkbox" name="caso" value=(row.number) form=(super::marks::FORM) aria-label=(format!("Marcar {}", row.number)); " " }
                                    a.caso href=(self.visitor.to(&format!("/casos/{}", row.number))) { (row.number) }
                                }
                                @for column in &columns { td data-titulo=(column.title()) { (self.cell(row, step, *column, &zone)) } }
                                @if take {
                                    td {
                                        @if step.is_some_and(|step| self.may_take(row, step)) {
                                            form method="post" action=(self.visitor.to(&format!("/casos/{}/toma", row.number))) {
                                                (self.visitor.seal())
                                                button type="submit" data-tecla="t" { "Tomar" span.oculto-visual { " " (row.number) } }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn cell(&self, row: &CaseRow, step: Option<&Step>, column: Column, zone: &TimeZone) -> Markup {
        html! {
            @match column {
                Column::Subject => div {
                    (row.subject)
                    @if row.priority > Priority::Normal { " " span.etiqueta.aviso { (words::priority(row.priority)) } }
                    @for mark in self.marks.get(&row.number).into_iter().flatten() { " " (marked(mark)) }
                    div.menor { (row.procedure) @if let Some(procedure) = self.procedure(row) { " " (procedure.title) } }
                },
                Column::Procedure => (row.procedure),
                Column::Step => { @if let Some(step) = step { (crate::cases::ways::step_line(step)) } },
                Column::Requester => div { (row.requester_name) @if let Some(unit) = self.unit(row) { div.menor { (unit) } } },
                Column::Opened => (words::time(row.opened_at, zone)),
                Column::Updated => (words::time(row.updated_at, zone)),
                Column::Due => (due(row, self.visitor.now, zone)),
                Column::Priority => (words::priority(row.priority)),
                Column::Status => (words::status(row.status, step.and_then(|step| step.state_label.as_deref()).filter(|_| !row.paused))),
                Column::Holder => (row.waits_for),
            }
        }
    }

    /// Whether a post of the visitor's may be the step's. The engine has the last word.
    fn may_take(&self, row: &CaseRow, step: &Step) -> bool {
        let posts: Vec<&str> = self.visitor.posts.iter().map(|post| &*post.role).collect();
        let routing = self.procedure(row).and_then(|procedure| procedure.routing.as_ref());
        step.role_names().any(|role| {
            let parts = routing.into_iter().flat_map(|routing| {
                routing
                    .routes
                    .iter()
                    .flat_map(|route| &route.parts)
                    .chain(&routing.otherwise)
                    .filter(|part| part.role == *role)
            });
            posts.contains(&&**role) || parts.into_iter().any(|part| posts.contains(&&*part.holder))
        })
    }
}

/// That the case was escalated, to which level or superior; or that it goes on in another case, or repeats one.
fn marked(mark: &Mark) -> Markup {
    let level = |to: &str| Some(to.rsplit_once(" (")?.1.strip_suffix(')')?.to_owned());
    html! {
        @match mark {
            Mark::Superior(to) => span.etiqueta.escalado { "Escalado a " (to) },
            Mark::Area(to) => {
                span.etiqueta.escalado title=[Some(to).filter(|to| !to.is_empty())] {
                    "Escalado" @if let Some(level) = level(to) { " · " (level) }
                }
            },
            Mark::Merged(other) => span.etiqueta.atado { "Unido al " (other) },
            Mark::Duplicate(other) => span.etiqueta.atado { "Duplicado del " (other) },
        }
    }
}

fn due(row: &CaseRow, now: jiff::Timestamp, zone: &jiff::tz::TimeZone) -> Markup {
    if row.status.is_open() {
        words::due(row.due, now, zone)
    } else {
        html! { span.menor { "terminó " (words::time(row.updated_at, zone)) } }
    }
}

/// The link to the next page, where there is one.
#[must_use]
pub fn next(address: Option<String>, first: Option<String>) -> Markup {
    html! {
        @if address.is_some() || first.is_some() {
            nav.paginas aria-label="Páginas" {
                @if let Some(first) = first { a.boton href=(first) { "← Desde el principio" } } @else { span {} }
                @if let Some(address) = address { a.boton href=(address) { "Página siguiente →" } }
            }
        }
    }
}
