//! A graph as SVG, drawn by ourselves: no network, no other program.
//!
//! `layout` finds the places; here they become boxes, lines and words. Start at [`Graph::to_svg`].

use std::fmt::Write as _;

use super::layout::{Course, Layout, Size, lay_out};
use super::{Graph, Step};

/// The room around everything.
const MARGIN: i32 = 24;

/// The height of a step's box.
const BOX_HEIGHT: i32 = 46;

/// The height of a label's line.
const LABEL_HEIGHT: i32 = 15;

const STYLE: &str = "\
text{font:13px 'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif;fill:#222;text-anchor:middle}\
.id{font-weight:600}.words{font-size:12px;fill:#555}.label{font-size:12px;fill:#335}\
.step{stroke:#667;stroke-width:1.2}.way{fill:none;stroke:#889;stroke-width:1.3;marker-end:url(#tip)}\
.under{fill:#fff;opacity:.92}";

impl Graph {
    /// As an SVG document.
    pub fn to_svg(&self) -> String {
        let steps: Vec<Size> = self.steps.iter().map(size_of_step).collect();
        let labels: Vec<Size> = self.ways.iter().map(|way| size_of_label(&way.labels)).collect();
        let layout = lay_out(self, &steps, &labels);
        let mut svg = String::new();
        let (width, height) = (layout.size.0 + 2 * MARGIN, layout.size.1 + 2 * MARGIN + BOX_HEIGHT);
        let _ = writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
             <style>{STYLE}</style><defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" \
             markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#889\"/></marker></defs>\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\
             <text class=\"id\" x=\"{}\" y=\"{}\" font-size=\"16\">{}</text>\
             <g transform=\"translate({MARGIN},{})\">",
            width / 2,
            MARGIN + 4,
            escaped(&self.title),
            MARGIN + BOX_HEIGHT / 2
        );
        self.draw(&mut svg, &layout, &steps);
        svg.push_str("</g></svg>\n");
        svg
    }

    fn draw(&self, svg: &mut String, layout: &Layout, steps: &[Size]) {
        for course in &layout.ways {
            let _ = writeln!(svg, "<path class=\"way\" d=\"{}\"/>", curve(course));
        }
        for (way, course) in self.ways.iter().zip(&layout.ways) {
            if let Some(at) = course.label {
                draw_label(svg, at, &way.labels);
            }
        }
        for ((step, size), at) in self.steps.iter().zip(steps).zip(&layout.steps) {
            draw_step(svg, step, *size, *at);
        }
    }
}

fn draw_step(svg: &mut String, step: &Step, size: Size, (x, y): (i32, i32)) {
    let (left, top) = (x - size.width / 2, y - size.height / 2);
    let (fill, round) = match step.kind {
        "ask" | "confirm" => ("#e8f1ff", 18),
        "decide" => ("#fff0d9", 4),
        "do" => ("#eee8ff", 4),
        "end" => ("#e5f5e6", 18),
        "flow" => ("#f1f1f1", 4),
        _ => ("#fafafa", 4),
    };
    let (width, height) = (size.width, size.height);
    let _ = writeln!(
        svg,
        "<rect class=\"step\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\" fill=\"{fill}\"/>\
         <text class=\"id\" x=\"{x}\" y=\"{}\">{} · {}</text><text class=\"words\" x=\"{x}\" y=\"{}\">{}</text>",
        y - 4,
        step.kind,
        escaped(&step.id),
        y + 14,
        escaped(&step.words)
    );
}

fn draw_label(svg: &mut String, (x, y): (i32, i32), labels: &[String]) {
    let size = size_of_label(labels);
    let (left, top) = (x - size.width / 2, y - size.height / 2);
    let (width, height) = (size.width, size.height);
    let _ =
        write!(svg, "<rect class=\"under\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"/>");
    let mut baseline = top + 12;
    for label in labels {
        let _ = write!(svg, "<text class=\"label\" x=\"{x}\" y=\"{baseline}\">{}</text>", escaped(label));
        baseline += LABEL_HEIGHT;
    }
    svg.push('\n');
}

/// A line through the points of a course that leaves and enters upright; it begins and ends at the edges of the boxes.
fn curve(course: &Course) -> String {
    let mut path = String::new();
    let mut points = course.points.iter().copied().peekable();
    let Some((mut x, mut y)) = points.next() else { return path };
    let half = BOX_HEIGHT / 2;
    if let Some((_, next)) = points.peek() {
        y += if *next > y { half } else { -half };
    }
    let _ = write!(path, "M{x} {y}");
    while let Some((to_x, to_y)) = points.next() {
        let is_last = points.peek().is_none();
        let end = match (is_last, to_y > y) {
            (false, _) => to_y,
            (true, true) => to_y - half,
            (true, false) => to_y + half,
        };
        let middle = i32::midpoint(y, end);
        let _ = write!(path, " C{x} {middle} {to_x} {middle} {to_x} {end}");
        (x, y) = (to_x, end);
    }
    path
}

fn size_of_step(step: &Step) -> Size {
    let head = width_of(&step.id) + width_of(step.kind) + 20;
    Size { width: head.max(width_of(&step.words)) + 24, height: BOX_HEIGHT }
}

fn size_of_label(labels: &[String]) -> Size {
    let width = labels.iter().map(|label| width_of(label) + 8).max().unwrap_or_default();
    Size { width, height: LABEL_HEIGHT * i32::try_from(labels.len()).unwrap_or_default() }
}

/// The width of a text, Chinese characters being twice as wide as letters.
fn width_of(text: &str) -> i32 {
    text.chars().map(|character| if character.is_ascii() { 8 } else { 13 }).sum()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
