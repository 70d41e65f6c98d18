//! The grid of lines on which arrows may run: tracks between the lanes and between the rows, and the middles of boxes.

use super::{layering::Sheet, sizing::Size, text::px};

/// A vertical line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum XLine {
    /// A track left of lane `0`, or right of lane `0 - 1`.
    Channel(usize, usize),
    /// Through the boxes of a lane, this many places from their middle.
    Column(usize, i32),
}

/// A horizontal line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum YLine {
    /// A track under row `0`.
    Gap(usize, usize),
    /// Through the box of a row, this many places from its middle.
    Slot(usize, i32),
}

/// How many places to each side of the middle an arrow may meet a top or a foot.
pub const COLUMNS: i32 = 2;

pub struct Grid {
    pub xs: Vec<XLine>,
    pub ys: Vec<YLine>,
    /// A nominal place of each line, for measuring length.
    pub x_at: Vec<i32>,
    pub y_at: Vec<i32>,
    /// Whether something stands in the cell of a lane and a row.
    blocked: Vec<bool>,
    lanes: usize,
}

impl Grid {
    pub fn new(sheet: &Sheet, sizes: &[Size]) -> Self {
        let lanes = sheet.lanes.len();
        let tracks = sheet.edges.len().clamp(2, if lanes > 12 { 4 } else { 8 });
        let rows = sheet.nodes.len();
        let (mut xs, mut x_at, mut x) = (Vec::new(), Vec::new(), 0);
        for lane in 0..=lanes {
            for track in 0..tracks {
                x += 10;
                xs.push(XLine::Channel(lane, track));
                x_at.push(x);
            }
            if lane < lanes {
                x += 60;
                for column in -COLUMNS..=COLUMNS {
                    x += 16;
                    xs.push(XLine::Column(lane, column));
                    x_at.push(x);
                }
                x += 60;
            }
        }
        let (mut ys, mut y_at, mut y) = (Vec::new(), Vec::new(), 0);
        for (row, size) in sizes.iter().enumerate() {
            let reach = px(size.slots / 2);
            y += 30;
            for slot in -reach..=reach {
                y += 14;
                ys.push(YLine::Slot(row, slot));
                y_at.push(y);
            }
            y += 30;
            for track in 0..tracks.min(6) {
                if row + 1 < rows {
                    y += 8;
                    ys.push(YLine::Gap(row, track));
                    y_at.push(y);
                }
            }
        }
        let mut blocked = vec![false; lanes * rows];
        for (row, node) in sheet.nodes.iter().enumerate() {
            for &lane in std::iter::once(&node.lane).chain(&node.echoes) {
                blocked[row * lanes + lane] = true;
            }
        }
        Self { xs, ys, x_at, y_at, blocked, lanes }
    }

    pub fn width(&self) -> usize {
        self.xs.len()
    }

    pub fn points(&self) -> usize {
        self.xs.len() * self.ys.len()
    }

    pub fn blocked(&self, lane: usize, row: usize) -> bool {
        self.blocked[row * self.lanes + lane]
    }

    /// Whether a point lies within something that stands there.
    pub fn inside(&self, x: usize, y: usize) -> bool {
        match (self.xs[x], self.ys[y]) {
            (XLine::Column(lane, _), YLine::Slot(row, _)) => self.blocked(lane, row),
            _ => false,
        }
    }

    pub fn x_of(&self, line: XLine) -> Option<usize> {
        self.xs.iter().position(|&of| of == line)
    }

    pub fn y_of(&self, line: YLine) -> Option<usize> {
        self.ys.binary_search_by_key(&order(line), |&of| order(of)).ok()
    }
}

/// Rows from top to bottom; within a row its slots, then the tracks under it.
fn order(line: YLine) -> (usize, u8, i32) {
    match line {
        YLine::Slot(row, slot) => (row, 0, slot),
        YLine::Gap(row, track) => (row, 1, px(track)),
    }
}
