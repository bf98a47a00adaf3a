//! Reads a settings file key by key, over the defaults, and notices every problem with its line.
//!
//! Knows no section: a section asks for its keys by name, and what nobody asked for is unknown. So a key is written
//! down in one place, the section that reads it. Start at [`read`], then [`Table`].

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::{Place, Problem};

use super::Environment;

/// Where settings come from.
pub(super) struct Source<'a> {
    /// The file's name for problems.
    pub(super) file: &'a str,
    /// What it says.
    pub(super) text: &'a str,
    /// What relative paths are relative to.
    pub(super) folder: &'a Path,
    /// Where secrets can come from.
    pub(super) environment: Environment<'a>,
}

/// What was noticed while reading.
#[derive(Default)]
struct Notes {
    /// With the octet of the file that each is about, for the order.
    problems: Vec<(usize, Problem)>,
    warnings: Vec<(usize, Problem)>,
}

/// A table of the file with the table of defaults below it.
pub(super) struct Table<'a> {
    /// Where the settings come from.
    pub(super) source: &'a Source<'a>,
    notes: &'a RefCell<Notes>,
    path: String,
    offset: usize,
    written: Option<&'a DeTable<'a>>,
    default: Option<&'a DeTable<'a>>,
    asked: BTreeSet<&'static str>,
}

/// Where a value stands: its dotted path and the octet of the file where it begins.
#[derive(Clone)]
pub(super) struct Spot {
    path: String,
    offset: usize,
}

/// Reads `source` over `default_text` with `make`, which returns `None` where it noted a problem.
///
/// Returns what was built and the warnings, or all problems in the order of the file.
pub(super) fn read<T>(
    source: &Source,
    default_text: &str,
    make: impl FnOnce(&mut Table) -> Option<T>,
) -> Result<(T, Vec<Problem>), Vec<Problem>> {
    let (written, errors) = DeTable::parse_recoverable(source.text);
    if !errors.is_empty() {
        // What a broken file says is a guess; its mistakes of form come first, and alone.
        return Err(in_order(errors.iter().map(|error| syntax_problem(source, error)).collect()));
    }
    let (default, _) = DeTable::parse_recoverable(default_text);
    let notes = RefCell::new(Notes::default());
    let mut root = Table {
        source,
        notes: &notes,
        path: String::new(),
        offset: 0,
        written: Some(written.get_ref()),
        default: Some(default.get_ref()),
        asked: BTreeSet::new(),
    };
    let built = make(&mut root);
    root.finish();
    drop(root);
    let Notes { problems, warnings } = notes.into_inner();
    match built {
        Some(built) if problems.is_empty() => Ok((built, in_order(warnings))),
        _ => Err(in_order(problems)),
    }
}

impl<'a> Table<'a> {
    /// Reads the section `key`, which need not be written.
    pub(super) fn section<T>(
        &mut self,
        key: &'static str,
        make: impl FnOnce(&mut Table) -> Option<T>,
    ) -> Option<T> {
        self.asked.insert(key);
        let default = self.default.and_then(|table| entry(table, key)?.1.get_ref().as_table());
        let (written, offset) = match self.written.and_then(|table| entry(table, key)) {
            None => (None, self.offset),
            Some((name, value)) => {
                let Some(table) = value.get_ref().as_table() else {
                    let spot = self.spot_of(key, name.span().start);
                    self.problem(&spot, "is not a section", Some(&format!("begin it with [{key}]")));
                    return None;
                };
                (Some(table), name.span().start)
            }
        };
        let mut section = self.child(key.to_owned(), offset, written, default);
        let built = make(&mut section);
        section.finish();
        built
    }

    /// Reads each section of the list `key`; `None` stands for one with a problem.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        mut make: impl FnMut(&mut Table) -> Option<T>,
    ) -> Vec<Option<T>> {
        self.asked.insert(key);
        let Some((name, value)) = self.written.and_then(|table| entry(table, key)) else {
            return Vec::new();
        };
        let items: Option<Vec<_>> = value
            .get_ref()
            .as_array()
            .map(|items| {
                items.iter().map(|item| Some((item.span().start, item.get_ref().as_table()?))).collect()
            })
            .unwrap_or_default();
        let Some(items) = items else {
            let spot = self.spot_of(key, name.span().start);
            self.problem(&spot, "is not a list of sections", Some(&format!("begin each with [[{key}]]")));
            return vec![None];
        };
        let mut built = Vec::new();
        for (index, (offset, table)) in items.into_iter().enumerate() {
            let mut item = self.child(format!("{key}[{index}]"), offset, Some(table), None);
            built.push(make(&mut item));
            item.finish();
        }
        built
    }

    /// The text of `key`, or its default.
    pub(super) fn text(&mut self, key: &'static str) -> Option<(String, Spot)> {
        let (value, spot) = self.value(key)?;
        let Some(text) = value.as_str() else {
            self.problem(&spot, "is not a text", Some("write it between double quotes"));
            return None;
        };
        Some((text.to_owned(), spot))
    }

    /// The text of `key`; a problem when there is neither it nor a default, with `instead` saying what to write.
    pub(super) fn required_text(&mut self, key: &'static str, instead: &str) -> Option<(String, Spot)> {
        if self.value(key).is_none() {
            self.missing(key, instead);
            return None;
        }
        let (text, spot) = self.text(key)?;
        if text.trim().is_empty() {
            self.problem(&spot, "is empty", Some(instead));
            return None;
        }
        Some((text, spot))
    }

    /// The text of `key`, parsed; `parse` says what to write instead of what it cannot read.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let (text, spot) = self.text(key)?;
        parse(&text)
            .map_err(|instead| self.problem(&spot, &format!("cannot be {text:?}"), Some(&instead)))
            .ok()
    }

    /// The whole number of `key`, at least 0; a problem when it is missing.
    pub(super) fn required_number(&mut self, key: &'static str, instead: &str) -> Option<u64> {
        let Some((value, spot)) = self.value(key) else {
            self.missing(key, instead);
            return None;
        };
        let number =
            value.as_integer().and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        if number.is_none() {
            self.problem(&spot, "is not a whole number", Some(instead));
        }
        number
    }

    /// The texts of the list `key`; none where it is not written.
    pub(super) fn texts(&mut self, key: &'static str) -> Option<(Vec<String>, Spot)> {
        let Some((value, spot)) = self.value(key) else { return Some((Vec::new(), self.spot())) };
        let texts = value
            .as_array()
            .and_then(|items| items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect());
        if texts.is_none() {
            self.problem(
                &spot,
                "is not a list of texts",
                Some("write each between double quotes, all in [ ]"),
            );
        }
        texts.map(|texts| (texts, spot))
    }

    /// The yes or no of `key`, `otherwise` when it is not written.
    pub(super) fn flag(&mut self, key: &'static str, otherwise: bool) -> Option<bool> {
        let Some((value, spot)) = self.value(key) else { return Some(otherwise) };
        let flag = value.as_bool();
        if flag.is_none() {
            self.problem(&spot, "is neither true nor false", Some("write it without quotes"));
        }
        flag
    }

    /// Whether the file itself says something under `key`.
    pub(super) fn is_written(&self, key: &str) -> bool {
        self.written.is_some_and(|table| entry(table, key).is_some())
    }

    /// Notes that `key` is missing.
    pub(super) fn missing(&self, key: &str, instead: &str) {
        let spot = self.spot_of(key, self.offset);
        self.problem(&spot, "is missing", Some(instead));
    }

    /// Notes a problem; `what` continues a sentence that begins with the key's path.
    pub(super) fn problem(&self, spot: &Spot, what: &str, instead: Option<&str>) {
        self.notes.borrow_mut().problems.push((spot.offset, self.describe(spot, what, instead)));
    }

    /// Notes something that works but deserves a look.
    pub(super) fn warning(&self, spot: &Spot, what: &str, instead: Option<&str>) {
        self.notes.borrow_mut().warnings.push((spot.offset, self.describe(spot, what, instead)));
    }

    /// Where the table itself begins.
    pub(super) fn spot(&self) -> Spot {
        Spot { path: self.path.clone(), offset: self.offset }
    }

    /// The line of a spot, from 1.
    pub(super) fn line(&self, spot: &Spot) -> usize {
        line_and_column(self.source.text, spot.offset).0
    }

    fn value(&mut self, key: &'static str) -> Option<(&'a DeValue<'a>, Spot)> {
        self.asked.insert(key);
        if let Some((_, value)) = self.written.and_then(|table| entry(table, key)) {
            return Some((value.get_ref(), self.spot_of(key, value.span().start)));
        }
        let (_, value) = entry(self.default?, key)?;
        Some((value.get_ref(), self.spot_of(key, self.offset)))
    }

    fn child(
        &self,
        name: String,
        offset: usize,
        written: Option<&'a DeTable<'a>>,
        default: Option<&'a DeTable<'a>>,
    ) -> Table<'a> {
        let path = if self.path.is_empty() { name } else { format!("{}.{name}", self.path) };
        let (source, notes) = (self.source, self.notes);
        Table { source, notes, path, offset, written, default, asked: BTreeSet::new() }
    }

    fn spot_of(&self, key: &str, offset: usize) -> Spot {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Spot { path, offset }
    }

    fn describe(&self, spot: &Spot, what: &str, instead: Option<&str>) -> Problem {
        let (line, column) = line_and_column(self.source.text, spot.offset);
        let place = Place::Line { file: self.source.file.to_owned(), line, column };
        let problem = Problem::new(place, format!("{} {what}", spot.path).trim_start());
        match instead {
            Some(instead) => problem.instead(instead),
            None => problem,
        }
    }

    /// Notes every key that nobody asked for.
    fn finish(&self) {
        for (name, _) in self.written.into_iter().flat_map(DeTable::iter) {
            let key: &str = name.get_ref();
            if self.asked.contains(key) {
                continue;
            }
            let spot = self.spot_of(key, name.span().start);
            self.problem(&spot, "is not a setting", Some(&self.suggestion(key)));
        }
    }

    /// The nearest key to a mistyped one, or all that there are.
    fn suggestion(&self, key: &str) -> String {
        let nearest = self.asked.iter().min_by_key(|known| distance(key, known));
        match nearest {
            Some(known) if distance(key, known) <= known.len().div_ceil(3).max(2) => {
                format!("did you mean `{known}`?")
            }
            _ => {
                let known: Vec<&str> = self.asked.iter().copied().collect();
                format!("there are: {}", known.join(", "))
            }
        }
    }
}

fn in_order(mut notes: Vec<(usize, Problem)>) -> Vec<Problem> {
    notes.sort_by_key(|(offset, _)| *offset);
    notes.into_iter().map(|(_, problem)| problem).collect()
}

fn syntax_problem(source: &Source, error: &toml::de::Error) -> (usize, Problem) {
    let offset = error.span().map_or(0, |span| span.start);
    let (line, column) = line_and_column(source.text, offset);
    let place = Place::Line { file: source.file.to_owned(), line, column };
    (offset, Problem::new(place, format!("this is not TOML: {}", error.message().replace('\n', ", "))))
}

type Entry<'a> = (&'a Spanned<std::borrow::Cow<'a, str>>, &'a Spanned<DeValue<'a>>);

fn entry<'a>(table: &'a DeTable<'a>, key: &str) -> Option<Entry<'a>> {
    table.iter().find(|(name, _)| name.get_ref().as_ref() == key)
}

/// Line and column, from 1, of an octet of `text`; columns count characters.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}

/// How many letters must be put in, taken out or replaced to make `one` of `other` (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut next = vec![index + 1];
        for ((known, pair), left_out) in other.iter().zip(row.windows(2)).zip(1..) {
            let &[diagonal, above] = pair else { continue };
            let left = next.last().copied().unwrap_or(left_out);
            let replaced = diagonal + usize::from(*known != letter);
            next.push(replaced.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
