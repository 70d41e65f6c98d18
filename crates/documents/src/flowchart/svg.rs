//! The drawing itself: a placed sheet as SVG text, with titles and a description for who cannot see it.

use super::{
    FlowchartOptions,
    layering::{Dock, Sheet},
    model::{Kind, Means, Node, Shape, branch_word, target_words},
    placing::{Arrow, Box, HEADING_TEXT, Label, Layout, PlacedDock, Point, Rect},
    shapes,
    sizing::{CONNECTOR, LINE, TRIANGLE_TOP, WAVE},
    text::{self, escape, px},
};
use manual::procedure::{Procedure, Step, StepNo};
use std::fmt::Write;

pub struct Drawing<'a> {
    pub procedure: &'a Procedure,
    pub options: &'a FlowchartOptions,
    pub sheet: &'a Sheet,
    pub layout: &'a Layout,
    /// The style of a file of its own; a page has its own sheet.
    pub css: Option<&'a str>,
}

/// The height of the heading of a file of its own.
const TOP: i32 = 26;

/// The SVG of one sheet.
pub fn draw(drawing: &Drawing<'_>) -> String {
    let mut svg = String::with_capacity(16 * 1024);
    drawing.open(&mut svg);
    drawing.lanes(&mut svg);
    // The arrows last: a head must not hide under the double border of the step it points to.
    drawing.nodes(&mut svg);
    drawing.arrows(&mut svg);
    drawing.docks(&mut svg);
    svg.push_str("</g></svg>\n");
    svg
}

impl Drawing<'_> {
    fn open(&self, svg: &mut String) {
        let Layout { width, height, .. } = *self.layout;
        let top = if self.css.is_some() { TOP } else { 0 };
        // A drawing with links is not one image: its links must be reachable.
        let role = if self.options.links.is_some() { "group" } else { "img" };
        let id = self.id();
        let height = height + top;
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flujo\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"{role}\" aria-labelledby=\"{id}-titulo\" aria-describedby=\"{id}-pasos\" lang=\"es\">\
             <title id=\"{id}-titulo\">{}</title><desc id=\"{id}-pasos\">{}</desc>",
            escape(&self.heading("Flujograma de ")),
            escape(&self.description()),
        );
        if let Some(css) = self.css {
            let _ = write!(svg, "<style>{}</style>", escape_css(css));
            let heading = text::fitted(&self.heading(""), 14, true, width - 16);
            let _ = write!(svg, "<text class=\"rotulo\" x=\"8\" y=\"19\">{}</text>", escape(&heading));
        }
        let _ = write!(svg, "<g transform=\"translate(0 {top})\">");
    }

    /// An identifier that two drawings of one page do not share.
    fn id(&self) -> String {
        let code: String = self
            .procedure
            .code
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
            .collect();
        format!("flujo-{code}-{}", self.sheet.number)
    }

    fn heading(&self, lead: &str) -> String {
        let of = if self.sheet.of > 1 {
            format!(" (hoja {} de {})", self.sheet.number, self.sheet.of)
        } else {
            String::new()
        };
        format!("{lead}{} {}{of}", self.procedure.code, self.procedure.title)
    }

    /// The steps of this sheet as sentences.
    fn description(&self) -> String {
        let here = |step: &&Step| self.sheet.nodes.iter().any(|node| node.step == Some(step.number));
        let steps = self.procedure.steps.iter().filter(here);
        steps.map(|step| self.sentence(step)).collect::<Vec<_>>().join(" ")
    }

    fn sentence(&self, step: &Step) -> String {
        let names: Vec<&str> = step.role_names().map(|name| &**name).collect();
        let activity = step.activity.trim().trim_end_matches('.');
        let next = match &step.decision {
            Some(decision) => {
                let ways: Vec<String> = decision
                    .branches
                    .iter()
                    .map(|branch| format!("{}: {}", branch_word(&branch.name), target_words(branch.target)))
                    .collect();
                let question = if activity == decision.question.trim() {
                    String::new()
                } else {
                    format!("{} ", decision.question.trim())
                };
                format!("{question}{}.", ways.join("; "))
            }
            None => format!("Sigue: {}.", target_words(step.next)),
        };
        let state = match (self.options.standing == Some(step.number), self.visits(step.number)) {
            (true, _) => " El caso está aquí.",
            (false, 0) => "",
            (false, _) => " Ya recorrido.",
        };
        format!("Paso {}, {}: {activity}. {next}{state}", step.number, names.join(", "))
    }

    fn visits(&self, step: StepNo) -> u32 {
        self.options.walked.steps.get(&step).copied().unwrap_or(0)
    }

    fn lanes(&self, svg: &mut String) {
        let Layout { height, heading, ref lanes, .. } = *self.layout;
        for (index, band) in lanes.iter().enumerate() {
            let Rect { x, y, width, .. } = Rect { x: band.left, y: 8, width: band.right - band.left, height: 0 };
            let even = if index % 2 == 1 { " par" } else { "" };
            let _ = write!(
                svg,
                "<g><title>{}</title><rect class=\"carril{even}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\"/>\
                 <rect class=\"cabeza\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{heading}\"/>",
                escape(&self.sheet.lanes[index]),
                height - 16,
            );
            let line = HEADING_TEXT + 2;
            let first = y + (heading - line * px(band.title.len())) / 2 + HEADING_TEXT - 1;
            for (row, words) in band.title.iter().enumerate() {
                centred(svg, "responsable", x + width / 2, first + line * px(row), words);
            }
            svg.push_str("</g>");
        }
    }

    fn arrows(&self, svg: &mut String) {
        // The walked ones last, so that they lie on top where arrows cross.
        for wanted in [false, true] {
            for arrow in &self.layout.arrows {
                let edge = &self.sheet.edges[arrow.edge];
                let times = self.walked(&edge.means);
                if (times > 0) == wanted {
                    draw_arrow(svg, arrow, &edge.title, times);
                }
            }
        }
    }

    /// How often the case went this way.
    fn walked(&self, means: &Means) -> u32 {
        let arrows = &self.options.walked.arrows;
        match means {
            Means::Opening => {
                let first = self.procedure.first().map(|step| step.number);
                u32::from(first.is_some_and(|first| self.visits(first) > 0 || self.options.standing == Some(first)))
            }
            Means::Judged(number) => arrows.iter().filter(|arrow| arrow.from == *number).map(|arrow| arrow.times).sum(),
            Means::Way { from, branch, to } => arrows
                .iter()
                .filter(|arrow| arrow.from == *from && arrow.to == *to && arrow.branch == *branch)
                .map(|arrow| arrow.times)
                .sum(),
        }
    }

    fn docks(&self, svg: &mut String) {
        for (dock, placed) in self.sheet.docks.iter().zip(&self.layout.docks) {
            let times = dock.means.iter().map(|means| self.walked(means)).sum();
            draw_dock(svg, dock, placed, times);
        }
    }

    fn nodes(&self, svg: &mut String) {
        for (node, placed) in self.sheet.nodes.iter().zip(&self.layout.boxes) {
            match (node.kind, node.step, &self.options.links) {
                (Kind::Step | Kind::Question, Some(step), Some(prefix)) => {
                    let _ = write!(svg, "<a href=\"{}#paso-{step}\">", escape(prefix));
                    self.node(svg, node, placed);
                    svg.push_str("</a>");
                }
                _ => self.node(svg, node, placed),
            }
        }
    }

    fn node(&self, svg: &mut String, node: &Node, placed: &Box) {
        let step = node.step.filter(|_| node.kind == Kind::Step);
        let visits = node.step.map_or(0, |step| self.node_visits(node, step));
        let standing = step.is_some() && step == self.options.standing;
        let class =
            [kind_class(node), if visits > 0 { " recorrido" } else { "" }, if standing { " actual" } else { "" }]
                .concat();
        let data = step.map(|step| format!(" data-paso=\"{step}\"")).unwrap_or_default();
        let _ =
            write!(svg, "<g class=\"{class}\"{data}><title>{}</title>", escape(&self.spoken(node, visits, standing)));
        for echo in &placed.echoes {
            draw_echo(svg, *echo, node);
        }
        if standing {
            path(
                svg,
                "doble",
                &shapes::outline(node.shape, placed.rect.grown(if node.shape == Shape::Decision { 7 } else { 4 })),
            );
        }
        path(svg, "simbolo", &shapes::outline(node.shape, placed.rect));
        if let Some(lines) = shapes::inner(node.shape, placed.rect) {
            path(svg, "lados", &lines);
        }
        words(svg, node, placed);
        if let Some(step) = step {
            marks(svg, node.shape, placed.rect, step, visits, standing);
        }
        svg.push_str("</g>");
    }

    /// A diamond under its step is walked when an answer was given.
    fn node_visits(&self, node: &Node, step: StepNo) -> u32 {
        if node.kind == Kind::Question { self.walked(&Means::Judged(step)) } else { self.visits(step) }
    }

    fn spoken(&self, node: &Node, visits: u32, standing: bool) -> String {
        let mut spoken = node.title.clone();
        if let (Some(step), Kind::Step) = (node.step.and_then(|step| self.procedure.step(step)), node.kind)
            && let Some(details) = &step.details
        {
            let _ = write!(spoken, " — {details}");
        }
        match visits {
            0 => {}
            1 => spoken.push_str(" (recorrido)"),
            times => {
                let _ = write!(spoken, " (recorrido {times} veces)");
            }
        }
        if standing {
            spoken.push_str(" (el caso está aquí)");
        }
        spoken
    }
}

fn kind_class(node: &Node) -> &'static str {
    match (node.kind, node.shape) {
        (Kind::Start | Kind::End | Kind::Missing, _) => "terminal",
        (Kind::Refusal, _) => "terminal rechazo",
        (Kind::Page, _) => "conector hoja-conector",
        (Kind::Question, _) => "pregunta decision",
        (Kind::Step, Shape::Decision) => "paso decision",
        (Kind::Step, Shape::Document) => "paso documento",
        (Kind::Step, Shape::Archive) => "paso archivo",
        (Kind::Step, Shape::Split) => "paso dividido",
        (Kind::Step, _) => "paso operacion",
    }
}

/// A style sheet within XML: only these two could end it.
fn escape_css(css: &str) -> String {
    css.replace('&', "&amp;").replace('<', "&lt;")
}

pub fn path(svg: &mut String, class: &str, outline: &str) {
    let _ = write!(svg, "<path class=\"{class}\" d=\"{outline}\"/>");
}

pub fn centred(svg: &mut String, class: &str, x: i32, y: i32, words: &str) {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let _ = write!(svg, "<text{class} x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>", escape(words));
}

fn words(svg: &mut String, node: &Node, placed: &Box) {
    let rect = placed.rect;
    let middle = rect.middle();
    let count = px(placed.lines.len());
    let small_line = LINE - 2;
    let block = count * LINE + px(placed.small.len()) * small_line;
    let first = match node.shape {
        Shape::Terminator | Shape::Decision => middle.y - block / 2 + 11,
        Shape::PageConnector => rect.y + 18,
        Shape::Archive => rect.y + TRIANGLE_TOP + 11,
        Shape::Document => rect.y + (rect.height - WAVE - block) / 2 + 13,
        Shape::Operation | Shape::Split => rect.y + (rect.height - block) / 2 + 13,
    };
    let class = if node.kind == Kind::Page { "letra" } else { "" };
    for (row, line) in placed.lines.iter().enumerate() {
        centred(svg, class, middle.x, first + px(row) * LINE, line);
    }
    let below = first + count * LINE - 1;
    for (row, line) in placed.small.iter().enumerate() {
        centred(svg, "con", middle.x, below + px(row) * small_line, line);
    }
    if let (Kind::Page, Some(sheet)) = (node.kind, &node.others) {
        let _ = write!(
            svg,
            "<text class=\"hoja\" x=\"{}\" y=\"{}\">{}</text>",
            rect.right() + 5,
            rect.y + 18,
            escape(sheet)
        );
    }
}

/// The number, the check mark of a walked step and the flag of the one where the case stands.
fn marks(svg: &mut String, shape: Shape, rect: Rect, step: StepNo, visits: u32, standing: bool) {
    let slanted = shape == Shape::Decision;
    let middle = rect.middle();
    let quarter = Point { x: rect.width / 4, y: rect.height / 4 };
    let high = if slanted { rect.y + quarter.y } else { rect.y };
    let number = step.to_string();
    let wide = (text::width(&number, 12, true) + 10).max(22);
    let left = if slanted { rect.x + quarter.x } else { rect.x + 8 + wide / 2 };
    let _ = write!(svg, "<g class=\"numero\">");
    pill(svg, left, high, wide, 16);
    centred(svg, "", left, high + 4, &number);
    svg.push_str("</g>");
    if visits > 0 {
        let times = if visits > 1 { format!("×{visits}") } else { String::new() };
        let wide = 20 + if visits > 1 { text::width(&times, 11, true) + 2 } else { 0 };
        let centre = if slanted { middle.x + quarter.x } else { rect.right() - 8 - wide / 2 };
        let _ = write!(svg, "<g class=\"visto\">");
        pill(svg, centre, high, wide, 16);
        let from = centre - wide / 2 + 5;
        let _ = write!(svg, "<path d=\"M{from} {high}l3 4l6 -7\"/>");
        if visits > 1 {
            let _ = write!(svg, "<text x=\"{}\" y=\"{}\">{times}</text>", from + 11, high + 4);
        }
        svg.push_str("</g>");
    }
    if standing {
        let (x, y) = match shape {
            Shape::Decision | Shape::Archive => (rect.x + quarter.x - 8, rect.bottom() - quarter.y + 2),
            Shape::Document => (rect.x + 32, rect.bottom() - 2),
            _ => (rect.x + 32, rect.bottom()),
        };
        let _ = write!(svg, "<g class=\"aqui\">");
        pill(svg, x, y, 42, 16);
        centred(svg, "", x, y + 4, "AQUÍ");
        svg.push_str("</g>");
    }
}

fn pill(svg: &mut String, x: i32, y: i32, width: i32, height: i32) {
    let _ = write!(
        svg,
        "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\" rx=\"4\"/>",
        x - width / 2,
        y - height / 2
    );
}

fn draw_echo(svg: &mut String, rect: Rect, node: &Node) {
    let Rect { x, y, width, height } = rect;
    let _ = write!(svg, "<g class=\"eco\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>");
    centred(svg, "", rect.middle().x, rect.middle().y + 4, &node.echo);
    svg.push_str("</g>");
}

fn draw_arrow(svg: &mut String, arrow: &Arrow, title: &str, times: u32) {
    let (line, head) = shapes::arrow(&arrow.points);
    open_arrow(svg, title, times);
    path(svg, "linea", &line);
    path(svg, "punta", &head);
    label(svg, arrow.label.as_ref());
    svg.push_str("</g>");
}

fn open_arrow(svg: &mut String, title: &str, times: u32) {
    let class = if times > 0 { "flecha recorrida" } else { "flecha" };
    let walked = if times > 1 { format!(" (recorrido {times} veces)") } else { String::new() };
    let _ = write!(svg, "<g class=\"{class}\"><title>{}{walked}</title>", escape(title));
}

fn label(svg: &mut String, label: Option<&Label>) {
    if let Some(Label { at, ends, text }) = label {
        let anchor = if *ends { " text-anchor=\"end\"" } else { "" };
        let _ = write!(svg, "<text class=\"rama\" x=\"{}\" y=\"{}\"{anchor}>{}</text>", at.x, at.y, escape(text));
    }
}

fn draw_dock(svg: &mut String, dock: &Dock, placed: &PlacedDock, times: u32) {
    let Point { x, y } = placed.centre;
    let (line, head) = shapes::arrow(&placed.points);
    open_arrow(svg, &dock.title, times);
    path(svg, "linea", &line);
    path(svg, "punta", &head);
    label(svg, placed.label.as_ref());
    svg.push_str("</g>");
    let _ = write!(svg, "<g class=\"conector\"><title>{}</title>", escape(&dock.title));
    if let Some(sheet) = dock.sheet {
        let rect = Rect { x: x - CONNECTOR, y: y - CONNECTOR, width: 2 * CONNECTOR, height: 2 * CONNECTOR + 4 };
        path(svg, "disco", &shapes::outline(Shape::PageConnector, rect));
        centred(svg, "letra", x, y + 3, &dock.letter);
        centred(svg, "hoja", x, y + CONNECTOR + 16, &format!("h. {sheet}"));
    } else {
        let _ = write!(svg, "<circle class=\"disco\" cx=\"{x}\" cy=\"{y}\" r=\"{CONNECTOR}\"/>");
        centred(svg, "letra", x, y + 4, &dock.letter);
    }
    svg.push_str("</g>");
}
