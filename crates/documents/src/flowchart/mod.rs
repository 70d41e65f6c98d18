//! The flowchart of a procedure as SVG: swimlanes, one row a symbol, arrows that never cross a box.
//!
//! Procedure -> `model` (symbols and arrows) -> `layering` (sheets, connectors) -> `routing` (the way of each arrow)
//! -> `placing` (pixels) -> `svg` (text). The modules are listed in import order.

pub mod text;
pub mod model;
pub mod layering;
pub mod sizing;
mod grid;
pub mod routing;
pub mod placing;
mod style;
pub(crate) mod shapes;
mod svg;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use style::FLOWCHART_CSS;

use layering::Sheet;
use manual::{
    Name,
    procedure::{Procedure, StepNo, Target},
};
use placing::Layout;
use std::collections::BTreeMap;

/// What the drawing shows besides the procedure itself.
#[derive(Clone, Debug)]
pub struct FlowchartOptions {
    /// What a case has already walked.
    pub walked: Walked,
    /// The step on which the case stands.
    pub standing: Option<StepNo>,
    /// Each step links to this address followed by `#paso-N`; an empty text links within the page.
    pub links: Option<String>,
    /// Rows of one printed sheet; `flowchart_pages` breaks the drawing there.
    pub max_rows_per_page: Option<usize>,
    /// A jump over more rows than these is drawn as two circles with a letter.
    pub connector_rows: usize,
}

/// The steps and arrows a case has walked, with how many times.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    pub steps: BTreeMap<StepNo, u32>,
    pub arrows: Vec<WalkedArrow>,
}

#[derive(Clone, Debug)]
pub struct WalkedArrow {
    pub from: StepNo,
    /// The answer given, where the step decides.
    pub branch: Option<Name>,
    pub to: Target,
    pub times: u32,
}

impl Default for FlowchartOptions {
    fn default() -> Self {
        Self { walked: Walked::default(), standing: None, links: None, max_rows_per_page: None, connector_rows: 6 }
    }
}

/// The whole procedure in one drawing, to be placed in a page that carries `FLOWCHART_CSS`.
#[must_use]
pub fn flowchart(procedure: &Procedure, options: &FlowchartOptions) -> String {
    let screen = FlowchartOptions { max_rows_per_page: None, ..options.clone() };
    draw(procedure, &screen, None).concat()
}

/// One drawing for each sheet of `max_rows_per_page` rows, joined by page connectors.
#[must_use]
pub fn flowchart_pages(procedure: &Procedure, options: &FlowchartOptions) -> Vec<String> {
    draw(procedure, options, None)
}

/// The sheets as files of their own: heading, and the style inside in plain colours, which any SVG reader understands.
#[must_use]
pub fn flowchart_standalone(procedure: &Procedure, options: &FlowchartOptions) -> Vec<String> {
    draw(procedure, options, Some(&style::plain()))
}

/// The geometry of each sheet: what the drawing is made of, and what its tests measure.
#[must_use]
pub fn layouts(procedure: &Procedure, options: &FlowchartOptions) -> Vec<(Sheet, Layout)> {
    let chart = model::chart(procedure);
    layering::sheets(&chart, options.max_rows_per_page, options.connector_rows)
        .into_iter()
        .map(|sheet| {
            let sizes = sizing::sizes(&sheet);
            let plan = routing::plan(&sheet, &sizes);
            let layout = placing::place(&sheet, &sizes, &plan);
            (sheet, layout)
        })
        .collect()
}

fn draw(procedure: &Procedure, options: &FlowchartOptions, css: Option<&str>) -> Vec<String> {
    layouts(procedure, options)
        .iter()
        .map(|(sheet, layout)| svg::draw(&svg::Drawing { procedure, options, sheet, layout, css }))
        .collect()
}
