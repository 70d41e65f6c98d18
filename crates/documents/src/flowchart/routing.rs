//! The way of each arrow over the grid: the cheapest one that crosses no box, lies on no other arrow and bends little.

use super::{
    grid::{COLUMNS, Grid, XLine, YLine},
    layering::{Sheet, Side},
    model::{Kind, Shape},
    sizing::Size,
    text::px,
};
use std::{cmp::Reverse, collections::BinaryHeap};

/// Where an arrow meets a symbol: the side, and how many places from its middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    pub side: Side,
    pub place: i32,
}

#[derive(Clone, Debug)]
pub struct Route {
    pub exit: Port,
    pub entry: Port,
    /// The grid points at which it turns, as lines of the grid.
    pub corners: Vec<(XLine, YLine)>,
    /// It had to lie on another arrow somewhere.
    pub shares: bool,
}

/// The routes of a sheet, one for each of its edges.
#[derive(Clone, Debug)]
pub struct Plan {
    pub routes: Vec<Option<Route>>,
}

const BEND: u32 = 26;
const CROSSING: u32 = 70;
/// Lying on another arrow: only where there is no other way.
const SHARING: u32 = 100_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    Left,
    Right,
    Up,
    Down,
}

const HEADINGS: [Heading; 4] = [Heading::Left, Heading::Right, Heading::Up, Heading::Down];

impl Heading {
    fn horizontal(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }

    fn opposite(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// Finds the way of every arrow of a sheet.
#[must_use]
pub fn plan(sheet: &Sheet, sizes: &[Size]) -> Plan {
    let grid = Grid::new(sheet, sizes);
    let mut router = Router::new(sheet, sizes, &grid);
    let mut order: Vec<usize> = (0..sheet.edges.len()).collect();
    order.sort_by_key(|&edge| router.rank(edge));
    for &edge in &order {
        router.route(edge);
    }
    // Each arrow that bends once more, now that all the others are known.
    for _ in 0..2 {
        let before = router.cost();
        for &edge in &order {
            if router.bends(edge) {
                router.lift(edge);
                router.route(edge);
            }
        }
        if router.cost() == before {
            break;
        }
    }
    let routes = router.found.iter().map(|found| found.as_ref().map(|found| router.corners(found))).collect();
    Plan { routes }
}

struct Found {
    exit: Port,
    entry: Port,
    /// Every grid point on the way.
    points: Vec<usize>,
    start: Heading,
    end: Heading,
    cost: u32,
}

struct Router<'a> {
    sheet: &'a Sheet,
    sizes: &'a [Size],
    grid: &'a Grid,
    found: Vec<Option<Found>>,
    /// How many arrows run from each point to the next one right of it, and below it.
    rightward: Vec<u16>,
    downward: Vec<u16>,
    /// How many pass each point, and how many turn there.
    across: Vec<u16>,
    along: Vec<u16>,
    turns: Vec<u16>,
    /// The ports in use: node and port.
    ports: Vec<(usize, Port)>,
    /// The cheapest known cost of each point and heading, and where it came from.
    best: Vec<u32>,
    from: Vec<u32>,
    touched: Vec<usize>,
}

impl<'a> Router<'a> {
    fn new(sheet: &'a Sheet, sizes: &'a [Size], grid: &'a Grid) -> Self {
        let points = grid.points();
        let zero = || vec![0_u16; points];
        Self {
            sheet,
            sizes,
            grid,
            found: sheet.edges.iter().map(|_| None).collect(),
            rightward: zero(),
            downward: zero(),
            across: zero(),
            along: zero(),
            turns: zero(),
            ports: Vec::new(),
            best: vec![u32::MAX; points * 4],
            from: vec![u32::MAX; points * 4],
            touched: Vec::new(),
        }
    }

    /// Straight falls first, then the short ways, then the long ones.
    fn rank(&self, edge: usize) -> (usize, usize) {
        let of = &self.sheet.edges[edge];
        let (from, to) = (&self.sheet.nodes[of.from], &self.sheet.nodes[of.to]);
        let straight = of.to == of.from + 1 && from.lane == to.lane;
        let back = of.to <= of.from;
        let span = if straight { 0 } else { 1 + 2 * of.from.abs_diff(of.to) + usize::from(back) };
        (span, edge)
    }

    fn is_back(&self, edge: usize) -> bool {
        self.sheet.edges[edge].to <= self.sheet.edges[edge].from
    }

    /// Sides held by connectors take no other arrow.
    fn reserved(&self, node: usize, side: Side) -> bool {
        self.sheet.docks.iter().any(|dock| dock.node == node && dock.side == side)
    }

    /// The ports by which an arrow may leave, with what each costs.
    fn exits(&self, edge: usize) -> Vec<(Port, u32)> {
        let node = self.sheet.edges[edge].from;
        let back = self.is_back(edge);
        let ways = self.sheet.edges.iter().filter(|of| of.from == node).count();
        let crowded = self.sheet.nodes[node].shape == Shape::Decision && ways > 3;
        let mut ports = places(Side::Bottom, 0, if back { 60 } else { 0 });
        if self.sheet.nodes[node].kind != Kind::Start && self.sheet.nodes[node].kind != Kind::Page {
            let reach = if crowded { px(self.sizes[node].slots / 2) } else { 0 };
            for side in [Side::Left, Side::Right] {
                ports.extend(places(side, reach, if back { 0 } else { 12 }));
            }
        }
        ports.retain(|(port, _)| !self.reserved(node, port.side));
        ports
    }

    /// The ports by which an arrow may arrive.
    fn entries(&self, edge: usize) -> Vec<(Port, u32)> {
        let node = self.sheet.edges[edge].to;
        let back = self.is_back(edge);
        let (heads, reach) = match self.sheet.nodes[node].shape {
            Shape::Terminator | Shape::Decision => (1, px(self.sizes[node].slots / 2).min(1)),
            Shape::PageConnector => (0, 0),
            Shape::Operation | Shape::Document | Shape::Archive | Shape::Split => (COLUMNS, 1),
        };
        let mut ports = places(Side::Top, heads, if back { 50 } else { 0 });
        for side in [Side::Left, Side::Right] {
            ports.extend(places(side, reach, if back { 0 } else { 70 }));
        }
        ports.retain(|(port, _)| !self.reserved(node, port.side));
        ports
    }

    fn port_cost(&self, node: usize, port: Port) -> u32 {
        if self.ports.contains(&(node, port)) { SHARING } else { 0 }
    }

    /// The grid point just outside a port, and the heading of an arrow that leaves by it.
    fn outside(&self, node: usize, port: Port) -> Option<(usize, Heading)> {
        let lane = self.sheet.nodes[node].lane;
        let (x, y, heading) = match port.side {
            Side::Bottom => {
                (self.grid.x_of(XLine::Column(lane, port.place))?, self.grid.y_of(YLine::Gap(node, 0))?, Heading::Down)
            }
            Side::Top => {
                let first = self.grid.y_of(YLine::Slot(node, -px(self.sizes[node].slots / 2)))?;
                (self.grid.x_of(XLine::Column(lane, port.place))?, first.checked_sub(1)?, Heading::Up)
            }
            Side::Left => {
                let first = self.grid.x_of(XLine::Column(lane, -COLUMNS))?;
                (first.checked_sub(1)?, self.grid.y_of(YLine::Slot(node, port.place))?, Heading::Left)
            }
            Side::Right => (
                self.grid.x_of(XLine::Channel(lane + 1, 0))?,
                self.grid.y_of(YLine::Slot(node, port.place))?,
                Heading::Right,
            ),
        };
        Some((y * self.grid.width() + x, heading))
    }

    fn bends(&self, edge: usize) -> bool {
        let width = self.grid.width();
        self.found[edge].as_ref().is_some_and(|found| {
            (0..found.points.len()).any(|index| {
                let (arriving, leaving) = found.headings(index, width);
                arriving != leaving
            })
        })
    }

    fn cost(&self) -> u64 {
        self.found.iter().flatten().map(|found| u64::from(found.cost)).sum()
    }

    fn route(&mut self, edge: usize) {
        let Some(found) = self.search(edge) else { return };
        self.mark(&found, edge, true);
        self.found[edge] = Some(found);
    }

    fn lift(&mut self, edge: usize) {
        if let Some(found) = self.found[edge].take() {
            self.mark(&found, edge, false);
        }
    }

    fn mark(&mut self, found: &Found, edge: usize, add: bool) {
        let width = self.grid.width();
        let change = |count: &mut u16| *count = if add { count.saturating_add(1) } else { count.saturating_sub(1) };
        for pair in found.points.windows(2) {
            let (low, high) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
            change(if high - low == width { &mut self.downward[low] } else { &mut self.rightward[low] });
        }
        for (index, &point) in found.points.iter().enumerate() {
            let (arriving, leaving) = found.headings(index, width);
            change(match (arriving == leaving, leaving.horizontal()) {
                (false, _) => &mut self.turns[point],
                (true, true) => &mut self.across[point],
                (true, false) => &mut self.along[point],
            });
        }
        let of = &self.sheet.edges[edge];
        for key in [(of.from, found.exit), (of.to, found.entry)] {
            if add {
                self.ports.push(key);
            } else if let Some(at) = self.ports.iter().position(|&held| held == key) {
                self.ports.swap_remove(at);
            }
        }
    }

    /// What it costs to go through a point from one heading to another.
    fn passing(&self, point: usize, arriving: Heading, leaving: Heading) -> u32 {
        if arriving == leaving {
            let others = if leaving.horizontal() { self.along[point] } else { self.across[point] };
            u32::from(others) * CROSSING + u32::from(self.turns[point]) * SHARING
        } else {
            BEND + u32::from(self.along[point] + self.across[point] + self.turns[point]) * SHARING
        }
    }

    /// The next point in a heading and what the way to it costs, where this arrow may go there.
    fn ahead(&self, edge: usize, point: usize, heading: Heading) -> Option<(usize, u32)> {
        let width = self.grid.width();
        let (x, y) = (point % width, point / width);
        let (nx, ny) = match heading {
            Heading::Left => (x.checked_sub(1)?, y),
            Heading::Right => (x + 1, y),
            Heading::Up => (x, y.checked_sub(1)?),
            Heading::Down => (x, y + 1),
        };
        if nx >= width || ny >= self.grid.ys.len() || self.grid.inside(nx, ny) || self.grid.inside(x, y) {
            return None;
        }
        let of = &self.sheet.edges[edge];
        let (low, high) = (of.from.min(of.to), of.from.max(of.to));
        let row = match self.grid.ys[ny] {
            YLine::Gap(row, _) | YLine::Slot(row, _) => row,
        };
        if row + 1 < low || row > high + 1 {
            return None;
        }
        let next = ny * width + nx;
        let (length, used) = if heading.horizontal() {
            // Along the middle of a row only to or from the symbol that stands there.
            if let YLine::Slot(row, _) = self.grid.ys[y]
                && row != of.from
                && row != of.to
            {
                return None;
            }
            (self.grid.x_at[x].abs_diff(self.grid.x_at[nx]), self.rightward[point.min(next)])
        } else {
            // Down through a lane only to or from its own symbol; never up through one.
            if let XLine::Column(lane, _) = self.grid.xs[x] {
                let own = lane == self.sheet.nodes[of.from].lane || lane == self.sheet.nodes[of.to].lane;
                let falls = heading == Heading::Down
                    || matches!((self.grid.ys[y], self.grid.ys[ny]), (YLine::Gap(a, _), YLine::Gap(b, _)) if a == b);
                if !own || !falls {
                    return None;
                }
            }
            (self.grid.y_at[y].abs_diff(self.grid.y_at[ny]), self.downward[point.min(next)])
        };
        Some((next, length + u32::from(used) * SHARING))
    }

    /// Where an arrow may arrive: the point before the port, the heading there, the port and what it costs.
    fn goals(&self, edge: usize) -> Vec<(usize, Heading, Port, u32)> {
        let to = self.sheet.edges[edge].to;
        let goal = |(port, cost): (Port, u32)| {
            let (point, outward) = self.outside(to, port)?;
            Some((point, outward.opposite(), port, cost + self.port_cost(to, port) + 20))
        };
        self.entries(edge).into_iter().filter_map(goal).collect()
    }

    fn improve(
        &mut self,
        heap: &mut BinaryHeap<Reverse<(u32, u32, usize)>>,
        rest: u32,
        cost: u32,
        state: usize,
        from: u32,
    ) {
        if cost < self.best[state] {
            self.best[state] = cost;
            self.from[state] = from;
            self.touched.push(state);
            heap.push(Reverse((cost + rest, cost, state)));
        }
    }

    /// The cheapest way of an arrow, by A* over points and headings; ties go to the lower index.
    fn search(&mut self, edge: usize) -> Option<Found> {
        for state in self.touched.drain(..) {
            self.best[state] = u32::MAX;
            self.from[state] = u32::MAX;
        }
        let goals = self.goals(edge);
        let area = Area::of(self.grid, goals.iter().map(|goal| goal.0))?;
        let from = self.sheet.edges[edge].from;
        let mut heap = BinaryHeap::new();
        let mut starts = Vec::new();
        for (port, cost) in self.exits(edge) {
            let Some((point, heading)) = self.outside(from, port) else { continue };
            let state = point * 4 + code(heading);
            starts.push((state, port));
            let cost = cost + self.port_cost(from, port) + 20;
            self.improve(&mut heap, area.distance(self.grid, point), cost, state, u32::MAX);
        }
        let mut end: Option<(u32, usize, Port, Heading)> = None;
        while let Some(Reverse((bound, cost, state))) = heap.pop() {
            if end.is_some_and(|(least, ..)| least <= bound) {
                break;
            }
            if cost > self.best[state] {
                continue;
            }
            let (point, heading) = (state / 4, HEADINGS[state % 4]);
            for &(at, wanted, port, extra) in &goals {
                if at == point && wanted != heading.opposite() {
                    let total = cost + extra + self.passing(point, heading, wanted);
                    if end.is_none_or(|(least, ..)| total < least) {
                        end = Some((total, state, port, wanted));
                    }
                }
            }
            for next in HEADINGS {
                if next == heading.opposite() {
                    continue;
                }
                let Some((reached, length)) = self.ahead(edge, point, next) else { continue };
                let total = cost + length + self.passing(point, heading, next);
                let came = u32::try_from(state).unwrap_or(u32::MAX);
                self.improve(&mut heap, area.distance(self.grid, reached), total, reached * 4 + code(next), came);
            }
        }
        let (cost, last, entry, finish) = end?;
        let states = self.trail(last);
        let first = *states.first()?;
        let exit = starts.iter().find(|(start, _)| *start == first)?.1;
        let points = states.iter().map(|state| state / 4).collect();
        Some(Found { exit, entry, points, start: HEADINGS[first % 4], end: finish, cost })
    }

    /// The states by which a search came to its last one, from the first.
    fn trail(&self, last: usize) -> Vec<usize> {
        let mut states = vec![last];
        let mut state = last;
        while self.from[state] != u32::MAX {
            state = usize::try_from(self.from[state]).unwrap_or(0);
            states.push(state);
        }
        states.reverse();
        states
    }

    fn corners(&self, found: &Found) -> Route {
        let width = self.grid.width();
        let corners = found
            .points
            .iter()
            .enumerate()
            .filter(|(index, _)| {
                let (arriving, leaving) = found.headings(*index, width);
                arriving != leaving
            })
            .map(|(_, &point)| (self.grid.xs[point % width], self.grid.ys[point / width]))
            .collect();
        Route { exit: found.exit, entry: found.entry, corners, shares: found.cost >= SHARING }
    }
}

/// The rectangle about the goals of a search; no way to any of them is shorter than the way to it.
struct Area {
    x: (i32, i32),
    y: (i32, i32),
}

impl Area {
    fn of(grid: &Grid, points: impl Iterator<Item = usize>) -> Option<Self> {
        let places: Vec<(i32, i32)> =
            points.map(|point| (grid.x_at[point % grid.width()], grid.y_at[point / grid.width()])).collect();
        let range = |of: fn(&(i32, i32)) -> i32| Some((places.iter().map(of).min()?, places.iter().map(of).max()?));
        Some(Self { x: range(|place| place.0)?, y: range(|place| place.1)? })
    }

    fn distance(&self, grid: &Grid, point: usize) -> u32 {
        let off = |(low, high): (i32, i32), here: i32| (low - here).max(here - high).max(0).unsigned_abs();
        off(self.x, grid.x_at[point % grid.width()]) + off(self.y, grid.y_at[point / grid.width()])
    }
}

impl Found {
    /// The headings by which the way arrives at its point `index` and leaves it.
    fn headings(&self, index: usize, width: usize) -> (Heading, Heading) {
        let arriving = if index == 0 { self.start } else { between(self.points[index - 1], self.points[index], width) };
        let leaving = self.points.get(index + 1).map_or(self.end, |&next| between(self.points[index], next, width));
        (arriving, leaving)
    }
}

fn between(from: usize, to: usize, width: usize) -> Heading {
    if to == from + width {
        Heading::Down
    } else if from == to + width {
        Heading::Up
    } else if to > from {
        Heading::Right
    } else {
        Heading::Left
    }
}

fn code(heading: Heading) -> usize {
    HEADINGS.iter().position(|&of| of == heading).unwrap_or(0)
}

/// The middle place of a side and those beside it, dearer the farther they are.
fn places(side: Side, reach: i32, cost: u32) -> Vec<(Port, u32)> {
    (-reach..=reach)
        .map(|place| (Port { side, place }, cost + place.unsigned_abs() * if side == Side::Top { 26 } else { 8 }))
        .collect()
}
