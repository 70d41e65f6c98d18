//! The flowchart of a procedure on sheets of letter paper: upright, or lying down where many responsibles make it wide.

use crate::flowchart::{FlowchartOptions, flowchart_pages, layouts};
use manual::{edition::Edition, procedure::Procedure};
use maud::{Markup, PreEscaped, html};

/// Drawings wider than these pixels are printed lying down: upright, their lettering would be too small to read.
const UPRIGHT: i32 = 900;
/// Rows that fit on a sheet, upright and lying down.
const ROWS: (usize, usize) = (10, 7);

pub fn sheets(edition: &Edition, procedure: &Procedure) -> Markup {
    let paper = |rows| FlowchartOptions { max_rows_per_page: Some(rows), ..FlowchartOptions::default() };
    let wide = layouts(procedure, &paper(ROWS.0)).iter().map(|(_, layout)| layout.width).max().unwrap_or_default();
    let lying = wide > UPRIGHT;
    let drawings = flowchart_pages(procedure, &paper(if lying { ROWS.1 } else { ROWS.0 }));
    let of = drawings.len();
    html! {
        @for (index, drawing) in drawings.iter().enumerate() {
            section.hoja.acostada[lying] {
                p.corrido { (super::running(edition, procedure)) }
                h3 { "Flujograma" @if of > 1 { " (hoja " (index + 1) " de " (of) ")" } }
                (PreEscaped(drawing))
            }
        }
    }
}
