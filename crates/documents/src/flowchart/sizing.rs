//! The size of each symbol and the lines of its text, wrapped to the form it has.

use super::{
    layering::Sheet,
    model::{Node, Shape},
    text::{self, px},
};

/// Pixels of the text within a symbol, of the small print, and between two lines.
pub const TEXT: i32 = 13;
pub const SMALL: i32 = 11;
pub const LINE: i32 = 15;
/// How far apart the places are where arrows meet the top or the foot of a symbol.
pub const COLUMN_STEP: i32 = 16;
/// The radius of a connector.
pub const CONNECTOR: i32 = 11;
/// The wave at the foot of a document.
pub const WAVE: i32 = 12;

#[derive(Clone, Debug)]
pub struct Size {
    pub width: i32,
    pub height: i32,
    pub lines: Vec<String>,
    /// The other responsibles, in small print.
    pub small: Vec<String>,
    /// Places on each side where an arrow may meet it; odd, the middle one at half the height.
    pub slots: usize,
    pub slot_step: i32,
}

/// The size of each node of a sheet.
#[must_use]
pub fn sizes(sheet: &Sheet) -> Vec<Size> {
    let box_width = box_width(sheet.lanes.len());
    sheet
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let mut size = size(node, box_width);
            let ways = sheet.edges.iter().filter(|edge| edge.from == index).count();
            let most_docks = [true, false]
                .map(|out| sheet.docks.iter().filter(|dock| dock.node == index && dock.out == out).count())
                .into_iter()
                .max()
                .unwrap_or(0);
            size.slots = match node.shape {
                Shape::Decision if ways <= 3 => 1,
                Shape::Decision => ways | 1,
                Shape::Terminator | Shape::PageConnector => 1,
                _ => 3,
            }
            .max(most_docks.saturating_sub(1) | 1);
            size.slot_step = if most_docks > 1 { 2 * CONNECTOR + 4 } else { 18 };
            let least = px(size.slots - 1) * size.slot_step + 24;
            let least = if node.shape == Shape::Decision && size.slots > 1 { least * 3 / 2 } else { least };
            if size.slots > 1 {
                size.height = size.height.max(least);
            }
            size
        })
        .collect()
}

/// Wide boxes where there is room for them; a sheet of six roles must still be read on letter paper.
#[must_use]
pub fn box_width(lanes: usize) -> i32 {
    match lanes {
        0..=2 => 236,
        3 => 216,
        4 => 184,
        5 => 164,
        _ => 150,
    }
}

fn size(node: &Node, width: i32) -> Size {
    match node.shape {
        Shape::Terminator => {
            let wide = (text::width(&node.text, TEXT, true) + 36).max(96).min(width);
            simple(wide, 30, vec![text::fitted(&node.text, TEXT, true, wide - 20)])
        }
        Shape::PageConnector => simple(34, 38, vec![node.text.clone()]),
        Shape::Decision => diamond(node, width),
        Shape::Archive => triangle(node, width),
        Shape::Operation | Shape::Document | Shape::Split => rectangle(node, width),
    }
}

fn simple(width: i32, height: i32, lines: Vec<String>) -> Size {
    Size { width, height, lines, small: Vec::new(), slots: 1, slot_step: 18 }
}

fn rectangle(node: &Node, width: i32) -> Size {
    let room = width - if node.shape == Shape::Split { 32 } else { 16 };
    let lines = text::wrap(&node.text, TEXT, false, &[room; 4]).lines;
    let small = small(node, room);
    let wave = if node.shape == Shape::Document { WAVE } else { 0 };
    let height = 12 + px(lines.len()) * LINE + px(small.len()) * (LINE - 2) + 10 + wave;
    Size { width, height: height.max(54 + wave), lines, small, slots: 3, slot_step: 18 }
}

fn small(node: &Node, room: i32) -> Vec<String> {
    node.others.as_ref().map_or_else(Vec::new, |others| text::wrap(others, SMALL, false, &[room; 3]).lines)
}

/// The room of each line of a diamond of `height`, when `count` lines stand about its middle.
fn diamond_rooms(width: i32, height: i32, count: usize) -> Vec<i32> {
    (0..count)
        .map(|line| {
            let top = (2 * px(line) - px(count)) * LINE / 2;
            let farthest = top.abs().max((top + LINE).abs()) - 2;
            width - width * farthest * 2 / height - 12
        })
        .collect()
}

fn diamond(node: &Node, width: i32) -> Size {
    let question = node.others.as_ref().map_or_else(|| node.text.clone(), |others| format!("{} ({others})", node.text));
    let tries = [(76, 1), (84, 2), (84, 3), (98, 3), (98, 4), (112, 4), (126, 5)];
    let fits = tries
        .map(|(height, count)| (height, text::wrap(&question, TEXT - 1, false, &diamond_rooms(width, height, count))));
    let unbroken = |wrapped: &text::Wrapped| wrapped.whole && wrapped.lines.iter().all(|line| !line.ends_with('-'));
    let chosen = fits.iter().find(|(_, wrapped)| unbroken(wrapped)).or_else(|| fits.last());
    let (height, lines) = chosen.map_or((76, Vec::new()), |(height, wrapped)| (*height, wrapped.lines.clone()));
    simple(width, height, lines)
}

/// Where the first line of an archive's text begins, under its top edge.
pub const TRIANGLE_TOP: i32 = 11;

fn triangle(node: &Node, width: i32) -> Size {
    let try_height = |height: i32| {
        let rooms: Vec<i32> =
            (0..4).map(|line| width - width * (TRIANGLE_TOP + (line + 1) * LINE) / height - 4).collect();
        text::wrap(&node.text, TEXT - 1, false, &rooms)
    };
    let heights = [96, 112, 128];
    let chosen = heights.into_iter().find(|&height| try_height(height).whole).unwrap_or(128);
    simple(width, chosen, try_height(chosen).lines)
}
