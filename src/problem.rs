//! A problem (问题): something written wrong in a flow, a setting, a plan or a roster, said so that its author can
//! mend it.
//!
//! Knows no format; whoever reads a file makes these, all at once. Start at [`Problem`].

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that is written wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// Where it stands.
    pub place: Place,
    /// What is wrong, one sentence without a full stop.
    pub what: String,
    /// What to write instead, when that is known.
    pub instead: Option<String>,
}

/// Where a problem stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In a text file.
    Line {
        /// The file as the author named it.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// In a spreadsheet.
    Cell {
        /// The sheet's name.
        sheet: String,
        /// The row, from 1, as the spreadsheet program shows it.
        row: usize,
        /// The column's heading.
        column: String,
    },
    /// In a setting, by its dotted path, such as `wecom[0].secret`.
    Key(String),
    /// In a file as a whole.
    File(String),
}

impl Problem {
    /// A problem at `place`.
    pub fn new(place: Place, what: impl Into<String>) -> Self {
        Self { place, what: what.into(), instead: None }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn instead(mut self, instead: impl Into<String>) -> Self {
        self.instead = Some(instead.into());
        self
    }
}

/// What to write instead of a name that nobody knows: the nearest known one, or any of them.
pub fn one_of<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let far_max = (name.chars().count() / 3).max(1);
    let nearest = known.iter().map(|other| (strsim::osa_distance(name, other), *other)).min();
    if let Some((_, near)) = nearest.filter(|(distance, _)| *distance <= far_max) {
        return format!("did you mean `{near}`?");
    }
    let listed: Vec<_> = known.iter().map(|other| format!("`{other}`")).collect();
    format!("write one of {}", listed.join(", "))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line, column } => write!(f, "{file}:{line}:{column}"),
            Self::Cell { sheet, row, column } => write!(f, "工作表「{sheet}」第 {row} 行「{column}」"),
            Self::Key(path) => f.write_str(path),
            Self::File(file) => f.write_str(file),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        match &self.instead {
            Some(instead) => write!(f, "\n    → {instead}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::one_of;

    #[test]
    fn the_nearest_known_name_comes_before_a_list_of_all() {
        for (name, want) in [
            ("taecher", "did you mean `teacher`?"),
            ("teachers", "did you mean `teacher`?"),
            ("ed", "did you mean `end`?"),
            ("gardener", "write one of `end`, `guardian`, `teacher`"),
            ("", "write one of `end`, `guardian`, `teacher`"),
        ] {
            assert_eq!(one_of(name, ["end", "guardian", "teacher"]), want, "{name}");
        }
    }
}
