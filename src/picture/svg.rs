//! SVG as text (图形): rectangles and lines of text, each text inside the font and inside its room.
//!
//! Pure. Whatever a name holds, the result is well-formed: markup is escaped, and a character that the font does not
//! have becomes a visible □. Start at [`Canvas`].

use std::fmt::Write as _;

use super::FONT_FAMILY;

/// Every character of the font, sorted.
const CHARACTERS: &str = include_str!("font/characters.txt");
/// What stands for a character that the font does not have.
const MISSING: char = '□';
/// The width of a digit or letter, in thousandths of the font's size: the font's own, and a little more.
const NARROW: u32 = 560;
/// The width of a Chinese character.
const WIDE: u32 = 1_000;

/// Where a text stands at its x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// The font's size in pixels.
    pub(super) size: u32,
    /// The colour.
    pub(super) ink: &'static str,
    /// Whether it is drawn heavier.
    pub(super) is_bold: bool,
    /// Where it stands.
    pub(super) anchor: Anchor,
}

/// A picture in the making; y grows downwards.
pub(super) struct Canvas {
    width: u32,
    body: String,
}

impl Style {
    pub(super) fn plain(size: u32, ink: &'static str) -> Self {
        Self { size, ink, is_bold: false, anchor: Anchor::Start }
    }

    pub(super) fn bold(size: u32, ink: &'static str) -> Self {
        Self { is_bold: true, ..Self::plain(size, ink) }
    }

    pub(super) fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

impl Canvas {
    pub(super) fn new(width: u32) -> Self {
        Self { width, body: String::new() }
    }

    /// A filled rectangle with rounded corners.
    pub(super) fn rect(&mut self, (x, y): (u32, u32), (width, height): (u32, u32), radius: u32, fill: &str) {
        self.element(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{fill}"/>"#
        ));
    }

    /// A text on the baseline `y`.
    pub(super) fn text(&mut self, (x, y): (u32, u32), style: Style, text: &str) {
        let Style { size, ink, is_bold, anchor } = style;
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        // One weight is shipped; a thin outline in the same colour makes it heavier.
        let stroke = if is_bold {
            format!(r#" stroke="{ink}" stroke-width="{}.{}""#, size / 40, size % 40 / 4)
        } else {
            String::new()
        };
        let text = escaped(text);
        self.element(format_args!(
            r#"<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{ink}"{stroke}>{text}</text>"#
        ));
    }

    /// A text that is made smaller, down to `size_min`, and then shortened, until it is at most `room` wide.
    pub(super) fn text_within(&mut self, at: (u32, u32), style: Style, size_min: u32, room: u32, text: &str) {
        let size = (size_min..=style.size).rev().find(|size| width_of(text, *size) <= room);
        let text = if size.is_some() { text.to_owned() } else { shortened(text, size_min, room) };
        self.text(at, Style { size: size.unwrap_or(size_min), ..style }, &text);
    }

    /// The whole SVG text, `height` pixels high.
    pub(super) fn finish(self, height: u32, paper: &str) -> String {
        let (width, body) = (self.width, self.body);
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="{FONT_FAMILY}"><rect width="{width}" height="{height}" fill="{paper}"/>{body}</svg>"#
        )
    }

    fn element(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.body.write_fmt(element);
    }
}

/// About how wide a text is, never less than it is drawn.
pub(super) fn width_of(text: &str, size: u32) -> u32 {
    let width = |one: char| if one.is_ascii() && !"%MW@".contains(one) { NARROW } else { WIDE };
    let thousandths: u32 = text.chars().map(width).sum();
    (thousandths * size).div_ceil(1_000)
}

/// The start of a text with an ellipsis.
fn shortened(text: &str, size: u32, room: u32) -> String {
    let mut kept = String::new();
    for one in text.chars() {
        if width_of(&kept, size) + width_of(&format!("{one}…"), size) > room {
            break;
        }
        kept.push(one);
    }
    kept + "…"
}

/// Markup escaped, and what the font does not have replaced.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for one in text.chars() {
        match one {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            known if is_in_font(known) => escaped.push(known),
            _ => escaped.push(MISSING),
        }
    }
    escaped
}

/// Whether the font draws a character.
pub(super) fn is_in_font(one: char) -> bool {
    CHARACTERS.contains(one)
}
