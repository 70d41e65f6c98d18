//! Any text as the files of a manual: read, checked, walked, compared, drawn and printed, within the limits and without a panic.

#![no_main]

use documents::{
    flowchart::{FlowchartOptions, flowchart, flowchart_pages},
    prints,
};
use fuzz::{files, living, seeds};
use libfuzzer_sys::fuzz_target;

/// More than a printed manual of a few kilobytes of source can come to.
const MOST_PAPER: usize = 64 * 1024 * 1024;

fuzz_target!(init: seeds::asked(seeds::definitions), |bytes: &[u8]| {
    let (own, shared) = files::split(bytes);
    let Some(edition) = living::live_through(&own, &shared) else { return };
    for procedure in &edition.procedures {
        let drawn = flowchart(procedure, &FlowchartOptions::default());
        assert!(drawn.len() < MOST_PAPER);
        let sheets = FlowchartOptions { max_rows_per_page: Some(12), ..FlowchartOptions::default() };
        let _ = flowchart_pages(procedure, &sheets);
    }
    assert!(prints::manual(&edition).len() < MOST_PAPER);
});
