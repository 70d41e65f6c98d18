//! The outlines of the symbols, as SVG paths within a rectangle.

use super::{
    model::Shape,
    placing::{Point, Rect},
    sizing::WAVE,
};
use std::fmt::Write;

/// The outline of a symbol.
pub fn outline(shape: Shape, rect: Rect) -> String {
    let Rect { x, y, width, height } = rect;
    let Point { x: cx, y: cy } = rect.middle();
    let (right, bottom) = (rect.right(), rect.bottom());
    match shape {
        Shape::Terminator => {
            let radius = height / 2;
            format!(
                "M{} {y}H{}a{radius} {radius} 0 0 1 0 {height}H{}a{radius} {radius} 0 0 1 0 {}Z",
                x + radius,
                right - radius,
                x + radius,
                -height
            )
        }
        Shape::Operation => format!(
            "M{} {y}h{}q3 0 3 3v{}q0 3 -3 3h{}q-3 0 -3 -3v{}q0 -3 3 -3Z",
            x + 3,
            width - 6,
            height - 6,
            6 - width,
            6 - height
        ),
        Shape::Split => format!("M{x} {y}h{width}v{height}h{}Z", -width),
        Shape::Document => {
            let base = bottom - WAVE / 2;
            let quarter = width / 4;
            format!("M{x} {y}H{right}V{base}Q{} {} {cx} {base}T{x} {base}Z", right - quarter, base - WAVE)
        }
        Shape::Archive => format!("M{x} {y}H{right}L{cx} {bottom}Z"),
        Shape::Decision => format!("M{cx} {y}L{right} {cy}L{cx} {bottom}L{x} {cy}Z"),
        Shape::PageConnector => format!("M{x} {y}H{right}V{}L{cx} {bottom}L{x} {}Z", bottom - 12, bottom - 12),
    }
}

/// The lines within an outline: the double sides of a shared operation.
pub fn inner(shape: Shape, rect: Rect) -> Option<String> {
    (shape == Shape::Split).then(|| {
        format!("M{} {}V{}M{} {}V{}", rect.x + 8, rect.y, rect.bottom(), rect.right() - 8, rect.y, rect.bottom())
    })
}

/// An arrow's line with rounded corners, stopping short of its head, and the head.
pub fn arrow(points: &[Point]) -> (String, String) {
    let Some((&tail, rest)) = points.split_first() else { return Default::default() };
    let mut line = format!("M{} {}", tail.x, tail.y);
    let mut before = tail;
    for (index, &point) in rest.iter().enumerate() {
        if let Some(&after) = rest.get(index + 1) {
            let radius = (distance(before, point).min(distance(point, after)) / 2).min(5);
            let (enter, leave) = (toward(point, before, radius), toward(point, after, radius));
            let _ = write!(line, "L{} {}Q{} {} {} {}", enter.x, enter.y, point.x, point.y, leave.x, leave.y);
        } else {
            let stop = toward(point, before, 6.min(distance(before, point)));
            let _ = write!(line, "L{} {}", stop.x, stop.y);
        }
        before = point;
    }
    let tip = points[points.len() - 1];
    let back = points.get(points.len().wrapping_sub(2)).copied().unwrap_or(tail);
    (line, head(tip, back))
}

fn head(tip: Point, back: Point) -> String {
    let (dx, dy) = ((back.x - tip.x).signum(), (back.y - tip.y).signum());
    let base = Point { x: tip.x + 8 * dx, y: tip.y + 8 * dy };
    format!("M{} {}L{} {}L{} {}Z", tip.x, tip.y, base.x + 4 * dy, base.y + 4 * dx, base.x - 4 * dy, base.y - 4 * dx)
}

fn distance(from: Point, to: Point) -> i32 {
    (from.x - to.x).abs() + (from.y - to.y).abs()
}

fn toward(from: Point, to: Point, by: i32) -> Point {
    Point { x: from.x + by * (to.x - from.x).signum(), y: from.y + by * (to.y - from.y).signum() }
}
