//! Pixels: the lanes, boxes and arrows of a sheet, with as much room between them as the arrows use.

use super::{
    grid::{XLine, YLine},
    layering::{Dock, Sheet, Side},
    model::Shape,
    routing::{Plan, Port, Route},
    sizing::{self, COLUMN_STEP, CONNECTOR, SMALL, Size, WAVE},
    text::{self, px},
};
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Rect {
    #[must_use]
    pub fn right(self) -> i32 {
        self.x + self.width
    }

    #[must_use]
    pub fn bottom(self) -> i32 {
        self.y + self.height
    }

    #[must_use]
    pub fn middle(self) -> Point {
        Point { x: self.x + self.width / 2, y: self.y + self.height / 2 }
    }

    #[must_use]
    pub fn grown(self, by: i32) -> Self {
        Self { x: self.x - by, y: self.y - by, width: self.width + 2 * by, height: self.height + 2 * by }
    }
}

#[derive(Clone, Debug)]
pub struct Layout {
    pub width: i32,
    pub height: i32,
    pub lanes: Vec<Band>,
    /// The height of the lanes' headings.
    pub heading: i32,
    /// One for each node of the sheet.
    pub boxes: Vec<Box>,
    /// One for each edge of the sheet that could be drawn.
    pub arrows: Vec<Arrow>,
    /// One for each connector of the sheet.
    pub docks: Vec<PlacedDock>,
}

#[derive(Clone, Debug)]
pub struct Band {
    pub left: i32,
    pub right: i32,
    pub title: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Box {
    pub rect: Rect,
    pub lines: Vec<String>,
    pub small: Vec<String>,
    /// In the lanes of the other responsibles.
    pub echoes: Vec<Rect>,
}

#[derive(Clone, Debug)]
pub struct Arrow {
    pub edge: usize,
    pub points: Vec<Point>,
    pub label: Option<Label>,
    pub shares: bool,
}

#[derive(Clone, Debug)]
pub struct Label {
    pub at: Point,
    /// The text ends at its point instead of beginning there.
    pub ends: bool,
    pub text: String,
}

#[derive(Clone, Debug)]
pub struct PlacedDock {
    pub centre: Point,
    /// From tail to head.
    pub points: [Point; 2],
    pub label: Option<Label>,
}

const MARGIN: i32 = 8;
const PAD: i32 = 10;
const TRACK: i32 = 10;
/// The line between a symbol and its connector.
const DOCK_LINE: i32 = 18;
/// The widest word of a branch; the whole of it is in the arrow's title.
pub const LABEL_ROOM: i32 = 110;
/// The lettering of the lanes' headings.
pub const HEADING_TEXT: i32 = 12;
const HEADING_LINE: i32 = 14;

/// Places everything on the sheet.
#[must_use]
pub fn place(sheet: &Sheet, sizes: &[Size], plan: &Plan) -> Layout {
    let columns = columns(sheet, plan);
    let titles: Vec<Vec<String>> = columns
        .bands
        .iter()
        .zip(&sheet.lanes)
        .map(|(&(left, right), name)| text::wrap(name, HEADING_TEXT, true, &[right - left - 12; 4]).lines)
        .collect();
    let heading = 12 + HEADING_LINE * px(titles.iter().map(Vec::len).max().unwrap_or(1));
    let rows = rows(sheet, sizes, plan, MARGIN + heading + 16);
    let boxes = boxes(sheet, sizes, &columns, &rows);
    let placer = Placer { sheet, sizes, columns: &columns, rows: &rows, boxes: &boxes };
    let arrows =
        plan.routes.iter().enumerate().filter_map(|(edge, route)| Some(placer.arrow(edge, route.as_ref()?))).collect();
    let docks = sheet.docks.iter().enumerate().map(|(index, dock)| placer.dock(index, dock)).collect();
    let bands = columns.bands.iter().zip(titles).map(|(&(left, right), title)| Band { left, right, title }).collect();
    Layout { width: columns.width, height: rows.height, lanes: bands, heading, boxes, arrows, docks }
}

struct Columns {
    width: i32,
    /// The left and right end of each lane.
    bands: Vec<(i32, i32)>,
    middles: Vec<i32>,
    /// The place of each used track of each channel.
    tracks: Vec<Vec<(usize, i32)>>,
}

struct Rows {
    height: i32,
    middles: Vec<i32>,
    tracks: Vec<Vec<(usize, i32)>>,
}

/// The segments between the corners of a route.
fn segments(route: &Route) -> impl Iterator<Item = ((XLine, YLine), (XLine, YLine))> {
    route.corners.windows(2).map(|pair| (pair[0], pair[1]))
}

fn columns(sheet: &Sheet, plan: &Plan) -> Columns {
    let lanes = sheet.lanes.len();
    let mut used = vec![BTreeSet::new(); lanes + 1];
    for (from, to) in plan.routes.iter().flatten().flat_map(segments) {
        if let (XLine::Channel(channel, track), true) = (from.0, from.0 == to.0) {
            used[channel].insert(track);
        }
    }
    let mut columns = Columns { width: 0, bands: Vec::new(), middles: Vec::new(), tracks: Vec::new() };
    let mut x = MARGIN;
    let mut edges = Vec::new();
    for (channel, used) in used.iter().enumerate() {
        let outer = channel == 0 || channel == lanes;
        let room = if used.is_empty() { if outer { 4 } else { 8 } } else { 12 + px(used.len() - 1) * TRACK };
        // The border between two lanes never lies under an arrow: it runs beside the tracks or halfway between two.
        let border = match used.len() {
            _ if channel == 0 => 0,
            _ if channel == lanes => room,
            0 => room / 2,
            count => 6 + px(count / 2) * TRACK - TRACK / 2,
        };
        edges.push(x + border);
        columns
            .tracks
            .push(used.iter().enumerate().map(|(index, &track)| (track, x + 6 + px(index) * TRACK)).collect());
        x += room;
        if channel < lanes {
            let width = sizing::box_width(lanes);
            let left = side_room(sheet, plan, channel, Side::Left);
            columns.middles.push(x + left + width / 2);
            x += left + width + side_room(sheet, plan, channel, Side::Right);
        }
    }
    columns.bands = edges.windows(2).map(|pair| (pair[0], pair[1])).collect();
    columns.width = x + MARGIN;
    columns
}

/// The room beside the boxes of a lane, for the words of branches and for connectors.
fn side_room(sheet: &Sheet, plan: &Plan, lane: usize, side: Side) -> i32 {
    let words = sheet.edges.iter().zip(&plan.routes).filter_map(|(edge, route)| {
        let leaves = sheet.nodes[edge.from].lane == lane && route.as_ref()?.exit.side == side;
        edge.label.as_ref().filter(|_| leaves).map(|label| label_width(label) + 10)
    });
    let docks = sheet.docks.iter().filter(|dock| dock.side == side && sheet.nodes[dock.node].lane == lane);
    let docks = docks.map(|dock| dock_line(dock) + 2 * CONNECTOR + 6);
    words.chain(docks).max().unwrap_or(PAD).max(PAD)
}

fn label_width(label: &str) -> i32 {
    text::width(&text::fitted(label, SMALL, true, LABEL_ROOM), SMALL, true)
}

fn dock_line(dock: &Dock) -> i32 {
    dock.label.as_ref().map_or(DOCK_LINE, |label| (label_width(label) + 8).max(DOCK_LINE))
}

fn rows(sheet: &Sheet, sizes: &[Size], plan: &Plan, top: i32) -> Rows {
    let mut used = vec![BTreeSet::new(); sheet.nodes.len()];
    for (from, to) in plan.routes.iter().flatten().flat_map(segments) {
        if let (YLine::Gap(row, track), true) = (from.1, from.1 == to.1) {
            used[row].insert(track);
        }
    }
    let mut rows = Rows { height: 0, middles: Vec::new(), tracks: Vec::new() };
    let mut y = top;
    for (row, size) in sizes.iter().enumerate() {
        rows.middles.push(y + size.height / 2);
        y += size.height;
        let labelled = sheet.edges.iter().zip(&plan.routes).any(|(edge, route)| {
            edge.from == row
                && edge.label.is_some()
                && route.as_ref().is_some_and(|route| route.exit.side == Side::Bottom)
        });
        let before = if labelled { 22 } else { 12 };
        rows.tracks.push(
            used[row].iter().enumerate().map(|(index, &track)| (track, y + before + px(index) * TRACK)).collect(),
        );
        y += match used[row].len() {
            0 if labelled => 32,
            0 => 27,
            count => before + px(count - 1) * TRACK + 19,
        };
    }
    let last_gap = 27;
    rows.height = y - last_gap + 16 + MARGIN;
    rows
}

fn boxes(sheet: &Sheet, sizes: &[Size], columns: &Columns, rows: &Rows) -> Vec<Box> {
    let about = |lane: usize, row: usize, width: i32, height: i32| Rect {
        x: columns.middles[lane] - width / 2,
        y: rows.middles[row] - height / 2,
        width,
        height,
    };
    sheet
        .nodes
        .iter()
        .zip(sizes)
        .enumerate()
        .map(|(row, (node, size))| Box {
            rect: about(node.lane, row, size.width, size.height),
            lines: size.lines.clone(),
            small: size.small.clone(),
            echoes: node.echoes.iter().map(|&lane| about(lane, row, 112, 26)).collect(),
        })
        .collect()
}

struct Placer<'a> {
    sheet: &'a Sheet,
    sizes: &'a [Size],
    columns: &'a Columns,
    rows: &'a Rows,
    boxes: &'a [Box],
}

impl Placer<'_> {
    fn x(&self, line: XLine) -> i32 {
        match line {
            XLine::Column(lane, place) => self.columns.middles[lane] + place * COLUMN_STEP,
            XLine::Channel(channel, track) => {
                let tracks = &self.columns.tracks[channel];
                tracks.iter().find(|(of, _)| *of == track).map_or(0, |&(_, x)| x)
            }
        }
    }

    fn y(&self, line: YLine) -> i32 {
        match line {
            YLine::Slot(row, place) => self.rows.middles[row] + place * self.sizes[row].slot_step,
            YLine::Gap(row, track) => self.rows.tracks[row].iter().find(|(of, _)| *of == track).map_or(0, |&(_, y)| y),
        }
    }

    fn port(&self, node: usize, port: Port) -> Point {
        let along =
            if matches!(port.side, Side::Top | Side::Bottom) { COLUMN_STEP } else { self.sizes[node].slot_step };
        edge_point(self.sheet.nodes[node].shape, self.boxes[node].rect, port.side, port.place * along)
    }

    fn arrow(&self, index: usize, route: &Route) -> Arrow {
        let edge = &self.sheet.edges[index];
        let start = self.port(edge.from, route.exit);
        let mut points = vec![start];
        points.extend(route.corners.iter().map(|&(x, y)| Point { x: self.x(x), y: self.y(y) }));
        points.push(self.port(edge.to, route.entry));
        let rect = self.boxes[edge.from].rect;
        let label = edge.label.as_ref().map(|label| {
            let text = text::fitted(label, SMALL, true, LABEL_ROOM);
            match route.exit.side {
                Side::Left => Label { at: Point { x: rect.x - 3, y: start.y - 5 }, ends: true, text },
                Side::Right => Label { at: Point { x: rect.right() + 3, y: start.y - 5 }, ends: false, text },
                Side::Top | Side::Bottom => {
                    Label { at: Point { x: start.x + 6, y: rect.bottom() + 14 }, ends: false, text }
                }
            }
        });
        Arrow { edge: index, points, label, shares: route.shares }
    }

    fn dock(&self, index: usize, dock: &Dock) -> PlacedDock {
        let same = |other: &&Dock| other.node == dock.node && other.side == dock.side;
        let count = px(self.sheet.docks.iter().filter(same).count());
        let place = px(self.sheet.docks[..index].iter().filter(same).count());
        let down = (2 * place - count + 1) * self.sizes[dock.node].slot_step / 2;
        let rect = self.boxes[dock.node].rect;
        let meets = edge_point(self.sheet.nodes[dock.node].shape, rect, dock.side, down);
        let left = dock.side == Side::Left;
        let (edge, outward) = if left { (rect.x, -1) } else { (rect.right(), 1) };
        let near = Point { x: edge + outward * dock_line(dock), y: meets.y };
        let label = dock.label.as_ref().map(|label| Label {
            at: Point { x: edge + outward * 3, y: meets.y - 5 },
            ends: left,
            text: text::fitted(label, SMALL, true, LABEL_ROOM),
        });
        let points = if dock.out { [meets, near] } else { [near, meets] };
        PlacedDock { centre: Point { x: near.x + outward * CONNECTOR, y: near.y }, points, label }
    }
}

/// Where a line meets the outline of a symbol, `off` pixels from the middle of a side.
#[must_use]
pub fn edge_point(shape: Shape, rect: Rect, side: Side, off: i32) -> Point {
    let middle = rect.middle();
    let inset = match (shape, side) {
        (Shape::Decision, Side::Top | Side::Bottom) => off.abs() * rect.height / rect.width.max(1),
        (Shape::Decision, Side::Left | Side::Right) => off.abs() * rect.width / rect.height.max(1),
        (Shape::Archive, Side::Left | Side::Right) => (rect.height / 2 + off) * rect.width / (2 * rect.height.max(1)),
        (Shape::Document, Side::Bottom) => WAVE / 2,
        _ => 0,
    };
    match side {
        Side::Top => Point { x: middle.x + off, y: rect.y + inset },
        Side::Bottom => Point { x: middle.x + off, y: rect.bottom() - inset },
        Side::Left => Point { x: rect.x + inset, y: middle.y + off },
        Side::Right => Point { x: rect.right() - inset, y: middle.y + off },
    }
}
