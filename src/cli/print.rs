//! What the command line prints: results on standard output, everything else on standard error.
//!
//! Knows no command. A reader who leaves early (`| head`) is an error here and the end without a word in `cli`. Start
//! at [`line()`] and [`note`].

use std::io::{self, Write};
use std::time::Duration;

use comfy_table::{Attribute, Cell, CellAlignment, Table, TableComponent, presets};
use indicatif::ProgressBar;
use serde::Serialize;
use serde_json::json;

use crate::clock::Moment;
use crate::domain::calendar::ZONE;
use crate::problem::Problem;

/// How often a spinner turns.
const SPIN_EVERY: Duration = Duration::from_millis(120);

/// Prints a line of the result.
pub(super) fn line(text: &str) -> io::Result<()> {
    bytes(format!("{text}\n").as_bytes())
}

/// Prints a text that has its own line ends.
pub(super) fn text(text: &str) -> io::Result<()> {
    bytes(text.as_bytes())
}

/// Prints bytes as they are.
pub(super) fn bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Prints a result for scripts.
pub(super) fn json(value: &impl Serialize) -> io::Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

/// Says something beside the result, on standard error. Nobody may be there to read it.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A table with these headings.
pub(super) fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    for between_rows in [
        TableComponent::LeftBorderIntersections,
        TableComponent::HorizontalLines,
        TableComponent::MiddleIntersections,
        TableComponent::RightBorderIntersections,
    ] {
        table.remove_style(between_rows);
    }
    table.set_header(headings.iter().map(|heading| Cell::new(heading).add_attribute(Attribute::Bold)));
    table
}

/// A figure in a table.
pub(super) fn figure(number: impl std::fmt::Display) -> Cell {
    Cell::new(number).set_alignment(CellAlignment::Right)
}

/// A count with its thousands set apart, `1,200`.
pub(super) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A moment as the school's clock shows it.
pub(super) fn local(moment: Moment) -> String {
    moment.with_timezone(&ZONE).format("%Y-%m-%d %H:%M").to_string()
}

/// Turns on standard error while something takes time, on a terminal only; gone when it is dropped.
pub(super) struct Working(ProgressBar);

/// Shows that `what` goes on.
pub(super) fn working(what: &'static str) -> Working {
    let bar = ProgressBar::new_spinner().with_message(what);
    bar.enable_steady_tick(SPIN_EVERY);
    Working(bar)
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Lists problems: for people on standard error, as JSON on standard output.
pub(super) fn problems(problems: &[Problem], is_json: bool) {
    if is_json {
        let _ = json(&json!({"problems": problems}));
        return;
    }
    for problem in problems {
        note(&problem.to_string());
    }
    let plural = if problems.len() == 1 { "" } else { "s" };
    note(&format!("{} problem{plural}", problems.len()));
}

/// Says why the world failed, with the whole chain of causes.
pub(super) fn failure(error: &anyhow::Error, is_json: bool) {
    if is_json {
        let _ = json(&json!({"error": format!("{error:#}")}));
    } else {
        note(&format!("kehou: {error:#}"));
    }
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn thousands_are_set_apart() {
        for (count, want) in [(0, "0"), (999, "999"), (1_200, "1,200"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(count), want, "{count}");
        }
    }
}
