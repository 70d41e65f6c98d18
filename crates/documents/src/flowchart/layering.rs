//! Sheets and rows: which symbols stand on which sheet, and which arrows become connectors with a letter.

use super::model::{Chart, Edge, Kind, Means, Node, Shape};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Left,
    Right,
    Top,
    Bottom,
}

/// One sheet of the drawing. A node's index is its row.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub lanes: Vec<String>,
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    pub docks: Vec<Dock>,
    /// From 1.
    pub number: usize,
    pub of: usize,
}

/// A connector beside a symbol: the arrow that would be too long, cut in two.
#[derive(Clone, Debug)]
pub struct Dock {
    pub node: usize,
    /// The arrow leaves through it; otherwise it arrives.
    pub out: bool,
    pub side: Side,
    pub letter: String,
    /// The sheet on which the other half is, where it is another.
    pub sheet: Option<usize>,
    pub label: Option<String>,
    pub title: String,
    pub means: Vec<Means>,
}

/// The sheets of a chart: one, or as many as `max_rows` asks for.
#[must_use]
pub fn sheets(chart: &Chart, max_rows: Option<usize>, connector_rows: usize) -> Vec<Sheet> {
    let page_of = pages(&chart.nodes, max_rows);
    let count = page_of.last().map_or(1, |&last| last + 1);
    let mut cut = Cutter {
        chart,
        page_of: &page_of,
        letters: BTreeMap::new(),
        sheets: empty(chart, count),
        place: Vec::new(),
        chained: Vec::new(),
    };
    cut.chain();
    cut.fill();
    for (index, edge) in chart.edges.iter().enumerate() {
        cut.edge(index, edge, connector_rows);
    }
    cut.sheets
}

fn empty(chart: &Chart, count: usize) -> Vec<Sheet> {
    (1..=count)
        .map(|number| Sheet {
            lanes: chart.lanes.clone(),
            nodes: Vec::new(),
            edges: Vec::new(),
            docks: Vec::new(),
            number,
            of: count,
        })
        .collect()
}

/// The sheet of each node. A question never leaves its step, nor an end its question.
fn pages(nodes: &[Node], max_rows: Option<usize>) -> Vec<usize> {
    let mut pages = Vec::with_capacity(nodes.len());
    // Two rows of each sheet are kept for the page connectors.
    let room = max_rows.map_or(usize::MAX, |rows| rows.saturating_sub(2).max(3));
    let (mut page, mut used) = (0, 0);
    for (index, node) in nodes.iter().enumerate() {
        let group = 1 + nodes[index + 1..].iter().take_while(|next| next.clings).count();
        if !node.clings && used > 0 && used + group > room && nodes.len() > max_rows.unwrap_or(usize::MAX) {
            page += 1;
            used = 0;
        }
        used += 1;
        pages.push(page);
    }
    pages
}

struct Cutter<'a> {
    chart: &'a Chart,
    page_of: &'a [usize],
    /// One letter for each symbol that is jumped to.
    letters: BTreeMap<usize, String>,
    sheets: Vec<Sheet>,
    /// The row of each node on its sheet.
    place: Vec<usize>,
    /// The arrow that carries the flow from the foot of each sheet to the head of the next, by its index.
    chained: Vec<Option<usize>>,
}

impl Cutter<'_> {
    /// Finds the arrow between the last group of a sheet and the first symbol of the next.
    fn chain(&mut self) {
        for page in 1..self.sheets.len() {
            let first = self.page_of.iter().position(|&of| of == page).unwrap_or(0);
            let found = self.chart.edges.iter().rposition(|edge| {
                edge.to == first
                    && edge.from < first
                    && self.chart.nodes[edge.from + 1..first].iter().all(|node| node.clings)
            });
            self.chained.push(found);
        }
    }

    fn fill(&mut self) {
        for (index, node) in self.chart.nodes.iter().enumerate() {
            let page = self.page_of[index];
            let arrives = index > 0 && self.page_of[index - 1] != page;
            if arrives && let Some(edge) = self.chained[page - 1] {
                let letter = self.letter(index);
                self.sheets[page].nodes.push(page_node(&letter, page - 1, node.lane, self.chart, edge));
            }
            self.place.push(self.sheets[page].nodes.len());
            self.sheets[page].nodes.push(node.clone());
            let leaves = self.page_of.get(index + 1).is_some_and(|&next| next != page);
            if leaves && let Some(edge) = self.chained[page] {
                let letter = self.letter(index + 1);
                let lane = self.chart.nodes[self.chart.edges[edge].from].lane;
                self.sheets[page].nodes.push(page_node(&letter, page + 1, lane, self.chart, edge));
            }
        }
    }

    fn letter(&mut self, node: usize) -> String {
        let next = self.letters.len();
        self.letters.entry(node).or_insert_with(|| letter(next)).clone()
    }

    fn edge(&mut self, index: usize, edge: &Edge, connector_rows: usize) {
        let (from, to) = (self.place[edge.from], self.place[edge.to]);
        let (leaves, arrives) = (self.page_of[edge.from], self.page_of[edge.to]);
        let here = |from, to| Edge { from, to, ..edge.clone() };
        if leaves == arrives {
            if from.abs_diff(to) <= connector_rows.max(1) {
                self.sheets[leaves].edges.push(here(from, to));
            } else {
                self.docks(edge, None, None);
            }
        } else if arrives == leaves + 1 && self.chained[leaves] == Some(index) {
            let foot = self.sheets[leaves].nodes.len() - 1;
            self.sheets[leaves].edges.push(here(from, foot));
            self.sheets[arrives].edges.push(Edge { label: None, ..here(0, to) });
        } else {
            self.docks(edge, Some(arrives + 1), Some(leaves + 1));
        }
    }

    fn docks(&mut self, edge: &Edge, goes_to: Option<usize>, comes_from: Option<usize>) {
        let letter = self.letter(edge.to);
        let (leaves, arrives) = (self.page_of[edge.from], self.page_of[edge.to]);
        self.sheets[leaves].docks.push(Dock {
            node: self.place[edge.from],
            out: true,
            side: Side::Right,
            letter: letter.clone(),
            sheet: goes_to,
            label: edge.label.clone(),
            title: edge.title.clone(),
            means: vec![edge.means.clone()],
        });
        let node = self.place[edge.to];
        let arrivals = &mut self.sheets[arrives].docks;
        if let Some(dock) = arrivals.iter_mut().find(|dock| dock.node == node && !dock.out) {
            // One arrival serves all the jumps to a symbol; it names a sheet only where they all come from it.
            dock.sheet = dock.sheet.filter(|_| dock.sheet == comes_from);
            dock.title = format!("{}; {}", dock.title, edge.title);
            dock.means.push(edge.means.clone());
            return;
        }
        arrivals.push(Dock {
            node,
            out: false,
            side: Side::Left,
            letter,
            sheet: comes_from,
            label: None,
            title: edge.title.clone(),
            means: vec![edge.means.clone()],
        });
    }
}

fn page_node(letter: &str, other: usize, lane: usize, chart: &Chart, edge: usize) -> Node {
    Node {
        kind: Kind::Page,
        shape: Shape::PageConnector,
        lane,
        step: None,
        text: letter.to_owned(),
        others: Some(format!("hoja {}", other + 1)),
        echoes: Vec::new(),
        echo: String::new(),
        title: chart.edges[edge].title.clone(),
        clings: false,
    }
}

/// A, B … Z, A1, B1 …
fn letter(index: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(index % 26).unwrap_or(0));
    if index < 26 { letter.to_string() } else { format!("{letter}{}", index / 26) }
}
