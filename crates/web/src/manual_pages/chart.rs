//! The flowchart of a procedure on its page: one drawing for the screen, and sheets for the printer.

use documents::flowchart::{FlowchartOptions, flowchart, flowchart_pages};
use manual::procedure::Procedure;
use maud::{Markup, PreEscaped, html};

/// Drawings up to this many pixels stand beside the table; wider ones under it, at their own size.
const BESIDE: u32 = 600;
/// Drawings wider than these pixels are printed on letter paper lying down.
const UPRIGHT: u32 = 720;
/// Rows that fit on one letter sheet, upright and lying down.
const ROWS: (usize, usize) = (9, 7);

/// The drawings of a procedure and whether there is room for them beside the table.
pub struct Chart {
    screen: String,
    sheets: Vec<String>,
    lying: bool,
    pub beside: bool,
}

impl Chart {
    #[must_use]
    pub fn of(procedure: &Procedure) -> Self {
        let screen =
            flowchart(procedure, &FlowchartOptions { links: Some(String::new()), ..FlowchartOptions::default() });
        let wide = width(&screen).unwrap_or_default();
        let lying = wide > UPRIGHT;
        let rows = if lying { ROWS.1 } else { ROWS.0 };
        let paper = FlowchartOptions { max_rows_per_page: Some(rows), ..FlowchartOptions::default() };
        let sheets = flowchart_pages(procedure, &paper).into_iter().map(|sheet| apart(&sheet)).collect();
        Self { screen, sheets, lying, beside: wide <= BESIDE }
    }

    /// Both; the style shows one of them on the screen and the other on paper.
    #[must_use]
    pub fn draw(&self) -> Markup {
        html! {
            div.flujo-marco.no-imprimir tabindex="0" role="group" aria-label="Dibujo del flujograma, se desplaza" { (PreEscaped(&self.screen)) }
            div.solo-imprimir {
                @for sheet in &self.sheets { div.flujo-hoja.ancha[self.lying] { (PreEscaped(sheet)) } }
            }
        }
    }
}

/// The identifiers of a printed sheet, apart from those of the drawing for the screen.
fn apart(sheet: &str) -> String {
    sheet.replace("id=\"flujo-", "id=\"hoja-").replace("by=\"flujo-", "by=\"hoja-")
}

fn width(svg: &str) -> Option<u32> {
    let (_, rest) = svg.split_once(" width=\"")?;
    rest.split_once('"')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_width_is_read_and_identifiers_are_set_apart() {
        let svg = "<svg viewBox=\"0 0 5 5\" width=\"544\" aria-labelledby=\"flujo-A-1-titulo\"><title id=\"flujo-A-1-titulo\">";
        assert_eq!(width(svg), Some(544));
        assert!(!apart(svg).contains("\"flujo-"));
    }
}
